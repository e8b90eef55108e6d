/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Legacy Display Elements, RFC 9788 2.1.2: header fields that stand hidden are repeated in the body for
 * readers that do not know how to show them. Put in when a message is made, taken out when one is
 * shown. */
#ifndef SMIME_MIME_LEGACY_DISPLAY_H
#define SMIME_MIME_LEGACY_DISPLAY_H

#include "base/stage.h"
#include "mime/scan.h"

enum { SMIME__LEGACY_NONE, SMIME__LEGACY_PLAIN, SMIME__LEGACY_HTML };

/* The form that a part of this type has. */
int smime__legacy_form(const char *type);
/* 1 for a part of the main body (RFC 9787 7.1): text that is no attachment and descends by the first
 * child of every multipart but alternatives. */
int smime__part_is_main_body(const smime__part *part, const smime__header *header);

/* The element for @p lines ("Name: value", each with CRLF, UTF-8): for HTML in ASCII, for plain text in
 * @p charset; *ret_there is 0 when that cannot hold it, or is one in which nothing can be put in front
 * of text: UTF-16 begins with a mark. */
smime_status smime__legacy_element(smime__buf *to, int form, smime__view lines,
                                   const char *charset, int *ret_there);
/* Puts @p element, which is copied, where it belongs into the decoded body that passes. */
smime_status smime__legacy_inserter_new(int form, smime__view element, smime__stage *next,
                                        smime__stage **ret_stage);
/* Takes it out again, of UTF-8 text. */
smime_status smime__legacy_remover_new(int form, smime__stage *next, smime__stage **ret_stage);

#endif
