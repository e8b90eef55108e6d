/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text in any charset made UTF-8. */
#ifndef SMIME_MIME_CHARSET_H
#define SMIME_MIME_CHARSET_H

#include "base/buf.h"

/* Adds @p text as UTF-8. What cannot be converted becomes U+FFFD; an unknown charset is read as
 * UTF-8. Only memory can fail. */
smime_status smime__charset_to_utf8(smime__buf *to, smime__view text, const char *charset);

#endif
