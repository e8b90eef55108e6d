/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* certificatePolicies and policyMappings as sorted lists. */
#include "pki/policy_graph.h"

#include <stdlib.h>
#include <string.h>

int smime__policy_compare(const void *a, const void *b)
{
    const smime__view *left = a, *right = b;
    size_t least = left->len < right->len ? left->len : right->len;
    int order = memcmp(left->data, right->data, least);

    return order ? order : (left->len > right->len) - (left->len < right->len);
}

/* What cannot be read stays in the list, which is then not done. */
static int take_policy(smime__der *list, smime__view *ret)
{
    smime__der rest = *list, each;

    if (!smime__der_enter(&rest, SMIME__SEQUENCE, &each) || !smime__der_take_oid(&each, ret))
        return 0;
    /* qualifiers are for people who read certificates */
    if (!smime__der_done(&each) &&
        (!smime__der_take(&each, SMIME__SEQUENCE, NULL) || !smime__der_done(&each)))
        return 0;
    *list = rest;
    return 1;
}

static int take_mapping(smime__der *list, smime__policy_mapping *ret)
{
    smime__der rest = *list, each;

    if (!smime__der_enter(&rest, SMIME__SEQUENCE, &each) ||
        !smime__der_take_oid(&each, &ret->from) || !smime__der_take_oid(&each, &ret->to) ||
        !smime__der_done(&each))
        return 0;
    *list = rest;
    return 1;
}

static smime__der elements(smime__view value)
{
    smime__der der = smime__der_cursor(value), list = smime__der_cursor(smime__view_of(NULL, 0));

    smime__der_enter(&der, SMIME__SEQUENCE, &list);
    return list;
}

int smime__policies_check(smime__view value)
{
    smime__der list = elements(value);
    smime__view each;

    if (!smime__der_is_whole(value, SMIME__SEQUENCE) || smime__der_done(&list))
        return 0;
    while (take_policy(&list, &each))
        ;
    return smime__der_done(&list);
}

int smime__policy_mappings_check(smime__view value)
{
    smime__der list = elements(value);
    smime__policy_mapping each;

    if (!smime__der_is_whole(value, SMIME__SEQUENCE) || smime__der_done(&list))
        return 0;
    while (take_mapping(&list, &each))
        ;
    return smime__der_done(&list);
}

int smime__is_any_policy(smime__view policy)
{
    return smime__view_equal(policy, smime__oid_bytes(SMIME__OID_ANY_POLICY));
}

smime_status smime__policy_list_read(smime__view value, smime__policy_list *ret)
{
    smime__der list = elements(value);
    smime__view each;
    smime_status status = SMIME_OK;
    size_t kept = 0;

    memset(ret, 0, sizeof *ret);
    while (status == SMIME_OK && take_policy(&list, &each)) {
        if (smime__is_any_policy(each)) {
            ret->any = 1;
            continue;
        }
        status = smime__grow((void **)&ret->list, ret->count, &ret->room, sizeof *ret->list);
        if (status == SMIME_OK)
            ret->list[ret->count++] = each;
    }
    if (ret->count)
        qsort(ret->list, ret->count, sizeof *ret->list, smime__policy_compare);
    for (size_t i = 0; i < ret->count; i++)
        if (!kept || smime__policy_compare(&ret->list[kept - 1], &ret->list[i]))
            ret->list[kept++] = ret->list[i];
    ret->count = kept;
    return status;
}

static int compare_mappings(const void *a, const void *b)
{
    const smime__policy_mapping *left = a, *right = b;
    int order = smime__policy_compare(&left->from, &right->from);

    return order ? order : smime__policy_compare(&left->to, &right->to);
}

smime_status smime__policy_mappings_read(smime__view value, smime__policy_mapping **ret_list,
                                         size_t *ret_count)
{
    smime__der list = elements(value);
    smime__policy_mapping each;
    size_t room = 0;
    smime_status status = SMIME_OK;

    *ret_list = NULL;
    *ret_count = 0;
    while (status == SMIME_OK && take_mapping(&list, &each)) {
        status = smime__grow((void **)ret_list, *ret_count, &room, sizeof **ret_list);
        if (status == SMIME_OK)
            (*ret_list)[(*ret_count)++] = each;
    }
    if (*ret_count)
        qsort(*ret_list, *ret_count, sizeof **ret_list, compare_mappings);
    return status;
}
