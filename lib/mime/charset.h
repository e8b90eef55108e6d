/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text in any charset made UTF-8. What cannot be converted becomes U+FFFD; a charset that nobody
 * here knows is read as UTF-8. Only memory can fail. */
#ifndef SMIME_MIME_CHARSET_H
#define SMIME_MIME_CHARSET_H

#include "base/buf.h"
#include "base/stage.h"

/* Adds @p text as UTF-8. */
smime_status smime__charset_to_utf8(smime__buf *to, smime__view text, const char *charset);

/* The other way round; *ret_there is 0 when the charset is not known or cannot hold all of it, and
 * then @p to is as it was. */
smime_status smime__charset_from_utf8(smime__buf *to, smime__view text, const char *charset,
                                      int *ret_there);

/* 1 when ASCII bytes stand for themselves in it, in front of any other text: not in UTF-16, UTF-7 or
 * EBCDIC, nor in a charset that nobody here knows. */
smime_status smime__charset_has_ascii(const char *charset, int *ret_has);

/* The same as the first for bytes as they come; a character may be cut by the pieces. */
smime_status smime__charset_stage_new(const char *charset, smime__stage *next,
                                      smime__stage **ret_stage);

#endif
