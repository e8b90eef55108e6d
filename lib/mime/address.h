/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mailboxes in a header field, RFC 5322 3.4 with the obsolete forms, RFC 6532 and RFC 6854. */
#ifndef SMIME_MIME_ADDRESS_H
#define SMIME_MIME_ADDRESS_H

#include "base/buf.h"

typedef struct smime__mailbox {
    char *display; /* decoded, UTF-8; NULL when there is none */
    char *address; /* local-part@domain without quoting that is not needed, UTF-8 */
    size_t group;  /* the number of the group it stands in, from 1; 0 outside of groups */
} smime__mailbox;

typedef struct smime__mailboxes {
    smime__mailbox *list;
    size_t count;
    size_t room;
    char **groups; /* their names, decoded, UTF-8; empty groups too */
    size_t group_count, group_room;
    int bad;    /* something was not readable as a mailbox */
} smime__mailboxes;

/* Adds those of @p text, which is unfolded. */
smime_status smime__mailboxes_parse(smime__mailboxes *boxes, smime__view text);
void smime__mailboxes_free(smime__mailboxes *boxes);

#endif
