/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Encoded words, RFC 2047. */
#ifndef SMIME_MIME_WORDS_H
#define SMIME_MIME_WORDS_H

#include "base/buf.h"

/* Adds unfolded header text with its encoded words decoded, as clean UTF-8. */
smime_status smime__words_decode(smime__buf *to, smime__view text);

#endif
