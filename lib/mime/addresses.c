/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_addresses: mailboxes as a public object. */
#include "mime/addresses.h"

#include "mime/header.h"

#include <stdlib.h>

smime_status smime__addresses_new(smime_addresses **ret_addresses)
{
    smime_addresses *made = calloc(1, sizeof *made);

    if (!made)
        return SMIME_E_NOMEM;
    smime__ref_init(&made->refs);
    *ret_addresses = made;
    return SMIME_OK;
}

smime_status smime__addresses_add(smime_addresses *addresses, smime__view value)
{
    smime__buf room = { 0 };
    smime__view text;
    smime_status status = smime__field_text(&room, value, &text);

    if (status == SMIME_OK)
        status = smime__mailboxes_parse(&addresses->boxes, text);
    smime__buf_free(&room);
    return status;
}

smime_status smime_addresses_new(const void *text, size_t len, smime_addresses **ret_addresses)
{
    smime_addresses *made;
    smime_status status;

    if ((!text && len) || !ret_addresses)
        return SMIME_E_INVALID_ARG;
    status = smime__addresses_new(&made);
    if (status < 0)
        return status;
    status = smime__addresses_add(made, smime__view_of(text, len));
    if (status == SMIME_OK)
        *ret_addresses = made;
    else
        smime_addresses_unref(made);
    return status;
}

smime_addresses *smime_addresses_ref(smime_addresses *addresses)
{
    if (addresses)
        smime__ref_up(&addresses->refs);
    return addresses;
}

void smime_addresses_unref(smime_addresses *addresses)
{
    if (!addresses || !smime__ref_down(&addresses->refs))
        return;
    smime__mailboxes_free(&addresses->boxes);
    free(addresses);
}

static const smime__mailbox *mailbox_of(const smime_addresses *addresses, size_t index)
{
    return addresses && index < addresses->boxes.count ? &addresses->boxes.list[index] : NULL;
}

size_t smime_addresses_count(const smime_addresses *addresses)
{
    return addresses ? addresses->boxes.count : 0;
}

const char *smime_addresses_address(const smime_addresses *addresses, size_t index)
{
    const smime__mailbox *box = mailbox_of(addresses, index);

    return box ? box->address : NULL;
}

const char *smime_addresses_name(const smime_addresses *addresses, size_t index)
{
    const smime__mailbox *box = mailbox_of(addresses, index);

    return box ? box->display : NULL;
}

const char *smime_addresses_group(const smime_addresses *addresses, size_t index)
{
    const smime__mailbox *box = mailbox_of(addresses, index);

    return box && box->group ? addresses->boxes.groups[box->group - 1] : NULL;
}

size_t smime_addresses_group_count(const smime_addresses *addresses)
{
    return addresses ? addresses->boxes.group_count : 0;
}

int32_t smime_addresses_defective(const smime_addresses *addresses)
{
    return addresses && addresses->boxes.bad;
}
