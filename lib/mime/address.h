/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mailboxes in a header field, RFC 5322 3.4 with the obsolete forms, RFC 6532 and RFC 6854. */
#ifndef SMIME_MIME_ADDRESS_H
#define SMIME_MIME_ADDRESS_H

#include "base/buf.h"

typedef struct smime__mailbox {
    char *display; /* decoded, UTF-8; NULL when there is none */
    char *address; /* local-part@domain without quoting that is not needed, UTF-8 */
} smime__mailbox;

typedef struct smime__mailboxes {
    smime__mailbox *list;
    size_t count;
    size_t room;
    int groups; /* a group was seen, empty ones too */
    int bad;    /* something was not readable as a mailbox */
} smime__mailboxes;

/* @p text is unfolded. */
smime_status smime__mailboxes_parse(smime__mailboxes *boxes, smime__view text);
void smime__mailboxes_free(smime__mailboxes *boxes);

#endif
