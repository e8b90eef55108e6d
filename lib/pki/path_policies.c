/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The policy set of a path in the plain case: each certificate narrows it. */
#include "pki/path.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t any_policy[] = { 0x55, 0x1d, 0x20, 0x00 };

typedef struct policy_set {
    smime__view *list; /* contents of identifiers */
    size_t count, room;
    int any;
} policy_set;

static int has(const policy_set *set, smime__view id)
{
    for (size_t i = 0; i < set->count; i++)
        if (smime__view_equal(set->list[i], id))
            return 1;
    return 0;
}

/* certificatePolicies, RFC 5280 4.2.1.4; absent gives the empty set. */
static smime_status read_policies(const smime_cert *cert, policy_set *set)
{
    smime__der der = smime__der_cursor(cert->policies), list, each;
    smime_status status = SMIME_OK;
    smime__view id;

    memset(set, 0, sizeof *set);
    if (!smime__der_enter(&der, SMIME__SEQUENCE, &list))
        return SMIME_OK;
    while (status == SMIME_OK && smime__der_enter(&list, SMIME__SEQUENCE, &each) &&
           smime__der_take_oid(&each, &id)) {
        if (smime__view_equal(id, smime__view_of(any_policy, sizeof any_policy))) {
            set->any = 1;
        } else if (!has(set, id)) {
            status = smime__grow((void **)&set->list, set->count, &set->room,
                                 sizeof *set->list);
            if (status == SMIME_OK)
                set->list[set->count++] = id;
        }
    }
    return status;
}

/* @p current becomes what it shares with @p next; anyPolicy in either lets the other through. */
static void narrow(policy_set *current, policy_set *next)
{
    size_t kept = 0;

    if (current->any) {
        free(current->list);
        *current = *next;
        memset(next, 0, sizeof *next);
        return;
    }
    for (size_t i = 0; i < current->count && !next->any; i++)
        if (has(next, current->list[i]))
            current->list[kept++] = current->list[i];
    if (!next->any)
        current->count = kept;
}

static smime_status add_dotted(char **list, size_t *count, smime__view id)
{
    smime__buf text = { 0 };
    smime_status status = smime__oid_format(&text, id);

    if (status == SMIME_OK && !smime__buf_text(&text))
        status = SMIME_E_NOMEM;
    if (status == SMIME_OK)
        list[(*count)++] = (char *)text.data;
    else
        smime__buf_free(&text);
    return status;
}

smime_status smime__path_policies(smime_cert *const *certs, size_t count, char ***ret_list,
                                  size_t *ret_count)
{
    policy_set current = { NULL, 0, 0, 1 };
    smime_status status = SMIME_OK;
    char **list;

    /* from below the anchor, whose own policies do not count, to the certificate asked about */
    for (size_t i = count - 1; i > 0 && status == SMIME_OK; i--) {
        policy_set next;
        status = read_policies(certs[i - 1], &next);
        if (status == SMIME_OK)
            narrow(&current, &next);
        free(next.list);
    }
    list = calloc(current.count + 1, sizeof *list);
    if (!list)
        status = SMIME_E_NOMEM;
    *ret_list = list;
    *ret_count = 0;
    if (status == SMIME_OK && current.any)
        status = add_dotted(list, ret_count, smime__view_of(any_policy, sizeof any_policy));
    else
        for (size_t i = 0; i < current.count && status == SMIME_OK; i++)
            status = add_dotted(list, ret_count, current.list[i]);
    free(current.list);
    return status;
}
