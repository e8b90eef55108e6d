/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mlExpansionHistory: the lists that a message went through, RFC 2634 4.4. */
#include "cms/ess.h"

#include "base/civil.h"
#include "cms/identifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LISTS_MAX 64

int smime__ess_take_list_policy(smime__der *der, int32_t *ret_policy, smime__der *ret_list)
{
    smime__view none;

    *ret_list = smime__der_cursor(smime__view_of(NULL, 0));
    *ret_policy = SMIME_LIST_RECEIPTS_UNSAID;
    if (smime__der_done(der))
        return 1;
    if (smime__der_take(der, SMIME__CONTEXT(0), &none) && !none.len)
        *ret_policy = SMIME_LIST_RECEIPTS_NONE;
    else if (smime__der_enter(der, SMIME__CONTEXT_C(1), ret_list))
        *ret_policy = SMIME_LIST_RECEIPTS_INSTEAD;
    else if (smime__der_enter(der, SMIME__CONTEXT_C(2), ret_list))
        *ret_policy = SMIME_LIST_RECEIPTS_IN_ADDITION;
    return *ret_policy != SMIME_LIST_RECEIPTS_UNSAID && smime__der_done(der);
}

typedef struct expansion {
    smime__identifier list;
    int64_t when;
    int32_t policy;
    smime__der to;
} expansion;

/* EntityIdentifier: unlike elsewhere in CMS the key identifier has no tag of its own. */
static int take_entity(smime__der *der, smime__identifier *ret)
{
    memset(ret, 0, sizeof *ret);
    if (smime__der_peek(der) == SMIME__OCTET_STRING)
        return smime__der_take(der, SMIME__OCTET_STRING, &ret->key_id);
    return smime__identifier_take(der, ret) && !ret->key_id.len;
}

static int take_expansion(smime__der *list, expansion *ret)
{
    smime__der in;

    return smime__der_enter(list, SMIME__SEQUENCE, &in) && take_entity(&in, &ret->list) &&
           smime__der_peek(&in) == SMIME__GENERALIZED_TIME &&
           smime__der_take_time(&in, &ret->when) &&
           smime__ess_take_list_policy(&in, &ret->policy, &ret->to);
}

/* The SEQUENCE OF MLData of an attribute. */
static int enter_history(const void *values, size_t len, smime__der *ret)
{
    smime__view whole;
    smime__der der;

    if (!smime__ess_value(values, len, &whole))
        return 0;
    der = smime__der_cursor(whole);
    return smime__der_enter(&der, SMIME__SEQUENCE, ret);
}

int smime__ess_last_policy(smime__view history, int32_t *ret_policy, smime__der *ret_list)
{
    expansion each;
    smime__der list;
    int some = 0;

    if (!enter_history(history.data, history.len, &list))
        return 0;
    while (!smime__der_done(&list)) {
        if (!take_expansion(&list, &each))
            return 0;
        some = 1;
    }
    if (some) {
        *ret_policy = each.policy;
        *ret_list = each.to;
    }
    return some;
}

/* A GeneralizedTime, as UTCTime has no place here. */
static smime_status add_time(smime__buf *to, int64_t when)
{
    char text[32];
    smime__civil t;
    int len;

    smime__civil_from(when, &t);
    len = snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02dZ", t.year, t.month, t.day, t.hour,
                   t.minute, t.second);
    return smime__der_add(to, SMIME__GENERALIZED_TIME, text, (size_t)len);
}

static smime_status add_policy(smime__buf *to, int32_t receipts, const char *const *addresses,
                               size_t count)
{
    switch (receipts) {
    case SMIME_LIST_RECEIPTS_NONE:
        return smime__der_add(to, SMIME__CONTEXT(0), NULL, 0);
    case SMIME_LIST_RECEIPTS_INSTEAD:
        return smime__ess_add_addresses(to, SMIME__CONTEXT_C(1), addresses, count);
    case SMIME_LIST_RECEIPTS_IN_ADDITION:
        return smime__ess_add_addresses(to, SMIME__CONTEXT_C(2), addresses, count);
    default:
        return SMIME_OK;
    }
}

/* What the message has by now, each checked. */
static smime_status copy_history(smime__buf *to, const void *before, size_t len)
{
    smime__der list;
    expansion each;
    size_t count = 0;

    if (!before)
        return SMIME_OK;
    if (!enter_history(before, len, &list))
        return SMIME_E_CMS_SYNTAX;
    while (!smime__der_done(&list)) {
        smime__der start = list;
        smime__view whole;
        smime_status status;
        if (!take_expansion(&list, &each) || !smime__der_next(&start, NULL, NULL, &whole))
            return SMIME_E_CMS_SYNTAX;
        if (++count == LISTS_MAX)
            return SMIME_E_LIMIT_OBJECT;
        status = smime__buf_add_view(to, whole);
        if (status < 0)
            return status;
    }
    return SMIME_OK;
}

smime_status smime_ess_make_expansion(const void *before, size_t len, const smime_cert *cert,
                                      int64_t when, int32_t receipts, const char *const *to,
                                      size_t count, uint8_t **ret_der, size_t *ret_len)
{
    int with = receipts == SMIME_LIST_RECEIPTS_INSTEAD ||
               receipts == SMIME_LIST_RECEIPTS_IN_ADDITION;
    smime__buf made = { 0 };
    size_t outer, each;
    smime_status status;

    if (!cert || !ret_der || !ret_len || receipts < SMIME_LIST_RECEIPTS_UNSAID ||
        receipts > SMIME_LIST_RECEIPTS_IN_ADDITION || with != (count > 0) || (count && !to))
        return SMIME_E_INVALID_ARG;
    status = smime__der_begin(&made, SMIME__SEQUENCE, &outer);
    if (status == SMIME_OK)
        status = copy_history(&made, before, len);
    if (status == SMIME_OK)
        status = smime__der_begin(&made, SMIME__SEQUENCE, &each);
    if (status == SMIME_OK)
        status = smime__identifier_add(&made, cert);
    if (status == SMIME_OK)
        status = add_time(&made, when);
    if (status == SMIME_OK)
        status = add_policy(&made, receipts, to, count);
    if (status == SMIME_OK)
        status = smime__der_end(&made, each);
    if (status == SMIME_OK)
        status = smime__der_end(&made, outer);
    return smime__ess_give(status, &made, ret_der, ret_len);
}

smime_status smime_ess_read_expansion(const void *values, size_t len, size_t index,
                                      char **ret_list, int64_t *ret_when, int32_t *ret_receipts)
{
    smime__buf text = { 0 };
    smime__der list;
    expansion each;
    smime_status status = SMIME_OK;

    if (!values)
        return SMIME_E_INVALID_ARG;
    if (!enter_history(values, len, &list))
        return SMIME_E_CMS_SYNTAX;
    for (size_t i = 0; i <= index; i++) {
        if (smime__der_done(&list))
            return SMIME_E_NOT_FOUND;
        if (i == LISTS_MAX || !take_expansion(&list, &each))
            return SMIME_E_CMS_SYNTAX;
    }
    if (ret_list)
        status = smime__identifier_text(&text, &each.list);
    if (status == SMIME_OK && ret_list && !smime__buf_text(&text))
        status = SMIME_E_NOMEM;
    if (status < 0) {
        smime__buf_free(&text);
        return status;
    }
    if (ret_list)
        *ret_list = (char *)text.data;
    if (ret_when)
        *ret_when = each.when;
    if (ret_receipts)
        *ret_receipts = each.policy;
    return SMIME_OK;
}

int32_t smime_ess_has_expanded(const void *values, size_t len, const smime_cert *cert)
{
    smime__der list;
    expansion each;

    if (!values || !cert || !enter_history(values, len, &list))
        return 0;
    while (take_expansion(&list, &each))
        if (smime__identifier_matches(&each.list, cert))
            return 1;
    return 0;
}
