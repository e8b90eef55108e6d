/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A mailbox, written so that every reader finds exactly it. */
#include "mime/address.h"
#include "mime/fold.h"
#include "mime/header.h"

#include "base/ascii.h"

#include <smime/address.h>
#include <string.h>

#define ADDRESS_BYTES 450 /* RFC 5321 4.5.3.1 has 320, and a line must hold it with each quoted */

/* One quoted string, from its first byte to its last. */
static int is_quoted(smime__view local)
{
    size_t i = 1;

    if (local.len < 2 || local.data[0] != '"')
        return 0;
    while (i < local.len && local.data[i] != '"')
        i += local.data[i] == '\\' ? 2 : 1;
    return i + 1 == local.len;
}

static smime_status add_local(smime__buf *to, smime__view local)
{
    int bare = local.len && local.data[0] != '.' && local.data[local.len - 1] != '.';

    if (local.len && local.data[0] == '"')
        return is_quoted(local) ? smime__buf_add_view(to, local) : SMIME_E_INVALID_ARG;
    for (size_t i = 0; i < local.len; i++)
        bare &= local.data[i] > 32 && !strchr("()<>[]:;@\\,\"", local.data[i]) &&
                !(i && local.data[i] == '.' && local.data[i - 1] == '.');
    return bare ? smime__buf_add_view(to, local) : smime__quote(to, local);
}

static int is_domain(smime__view domain)
{
    if (domain.len > 2 && domain.data[0] == '[' && domain.data[domain.len - 1] == ']') {
        for (size_t i = 1; i + 1 < domain.len; i++)
            if (domain.data[i] <= 32 || domain.data[i] >= 127 || strchr("[]\\", domain.data[i]))
                return 0;
        return 1;
    }
    for (size_t i = 0; i < domain.len; i++)
        if (domain.data[i] <= 32 || strchr("()<>[]:;@\\,\"", domain.data[i]) ||
            (domain.data[i] == '.' && (i == 0 || i + 1 == domain.len || domain.data[i - 1] == '.')))
            return 0;
    return domain.len > 0;
}

static smime_status add_address(smime__buf *to, smime__view address)
{
    size_t at = address.len;
    smime__view local, domain;
    smime_status status;

    while (at && address.data[at - 1] != '@')
        at--;
    if (at < 2 || address.len > ADDRESS_BYTES || !smime__fold_may_write(address))
        return SMIME_E_INVALID_ARG;
    local = smime__view_of(address.data, at - 1);
    domain = smime__view_of(address.data + at, address.len - at);
    if (!is_domain(domain))
        return SMIME_E_INVALID_ARG;
    status = add_local(to, local);
    if (status == SMIME_OK)
        status = smime__buf_add_byte(to, '@');
    return status == SMIME_OK ? smime__buf_add_view(to, domain) : status;
}

/* What the parser of this library makes of it decides whether it may go out. */
static smime_status read_back(smime__view written)
{
    smime__mailboxes boxes = { 0 };
    smime_status status = smime__mailboxes_parse(&boxes, written);

    if (status == SMIME_OK && (boxes.count != 1 || boxes.bad || boxes.group_count))
        status = SMIME_E_INVALID_ARG;
    smime__mailboxes_free(&boxes);
    return status;
}

static int is_carried(const smime__fold *fold, smime__view text)
{
    for (size_t i = 0; i < text.len && !fold->utf8; i++)
        if (text.data[i] >= 0x80)
            return 0;
    return 1;
}

/* The address alone, or in angle brackets behind a name. */
static smime_status put_address(smime__fold *fold, smime__view address, int angle)
{
    smime__buf text = { 0 };
    smime_status status = angle ? smime__buf_add_byte(&text, '<') : SMIME_OK;

    if (status == SMIME_OK)
        status = add_address(&text, address);
    if (status == SMIME_OK && angle)
        status = smime__buf_add_byte(&text, '>');
    if (status == SMIME_OK && !is_carried(fold, smime__buf_view(&text)))
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        status = read_back(smime__buf_view(&text));
    if (status == SMIME_OK)
        status = smime__fold_token(fold, smime__view_text(" "), smime__buf_view(&text));
    smime__buf_free(&text);
    return status;
}

static smime_status put_name(smime__fold *fold, smime__view name)
{
    if (!name.len)
        return SMIME_OK;
    return smime__fold_may_write(name) ? smime__fold_phrase(fold, name) : SMIME_E_INVALID_ARG;
}

smime_status smime__fold_mailbox(smime__fold *fold, smime__view name, smime__view address)
{
    smime_status status = put_name(fold, name);

    return status == SMIME_OK ? put_address(fold, address, name.len > 0) : status;
}

smime_status smime_address_format(const char *name, const char *address, char **ret_text)
{
    smime__buf text = { 0 };
    smime__fold fold = { &text, "", 0, 0, 0 };
    smime__view shown = smime__view_text(name ? name : "");
    smime__view made;
    smime_status status;

    if (!address || !ret_text)
        return SMIME_E_INVALID_ARG;
    status = put_name(&fold, shown);
    fold.utf8 = 1; /* the address has no other form that means the same everywhere */
    if (status == SMIME_OK)
        status = put_address(&fold, smime__view_text(address), shown.len > 0);
    made = smime__buf_view(&text);
    if (made.len)
        made = smime__view_of(made.data + 1, made.len - 1); /* the blank behind a colon */
    if (status == SMIME_OK && !(*ret_text = smime__view_dup(made)))
        status = SMIME_E_NOMEM;
    smime__buf_free(&text);
    return status;
}
