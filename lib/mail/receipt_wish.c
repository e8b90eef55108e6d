/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a receipt is wanted, and who gets it: RFC 2634 2.3 and 2.5. */
#include "mail/receipt.h"

#include "pki/general_name.h"

#include <stdlib.h>
#include <string.h>

#define TO_MAX 16

struct smime_receipt_wish {
    smime__refcount refs;
    char **list;
    size_t count, room;
};

int smime__receipt_request_read(smime__view values, smime__receipt_request *ret)
{
    smime__view whole;
    smime__der der, in;
    int number = 0;

    memset(ret, 0, sizeof *ret);
    if (!smime__ess_value(values.data, values.len, &whole))
        return 0;
    der = smime__der_cursor(whole);
    if (!smime__der_enter(&der, SMIME__SEQUENCE, &in) ||
        !smime__der_take(&in, SMIME__OCTET_STRING, &ret->id) || !ret->id.len)
        return 0;
    if (smime__der_take_small_as(&in, SMIME__CONTEXT(0), &number))
        ret->from = number;
    else if (smime__der_enter(&in, SMIME__CONTEXT_C(1), &ret->from_list))
        ret->from = SMIME_RECEIPTS_LISTED;
    else
        return 0;
    return number <= SMIME_RECEIPTS_FIRST_TIER &&
           smime__der_enter(&in, SMIME__SEQUENCE, &ret->to) && !smime__der_done(&ret->to) &&
           smime__der_done(&in);
}

smime_status smime__receipt_signer(const smime_report *report,
                                   const smime__report_signer **ret_signer,
                                   smime__receipt_request *ret_request)
{
    const smime__report_layer *layer = smime__innermost_signed(report);
    smime__view first = { NULL, 0 }, values;
    int asked = 0;

    *ret_signer = NULL;
    for (size_t i = 0; layer && i < layer->signer_count; i++) {
        const smime__report_signer *signer = &layer->signers[i];
        if (!smime__report_find_signed(signer, SMIME_ATTRIBUTE_RECEIPT_REQUEST, &values))
            continue;
        asked = 1;
        if (!smime__signer_is_good(signer))
            continue;
        if (*ret_signer && !smime__view_equal(first, values))
            return SMIME_E_CMS_SYNTAX;
        if (*ret_signer)
            continue;
        if (!smime__receipt_request_read(values, ret_request))
            return SMIME_E_CMS_SYNTAX;
        *ret_signer = signer;
        first = values;
    }
    if (!asked)
        return SMIME_E_NOT_FOUND;
    return *ret_signer ? SMIME_OK : SMIME_E_NOT_VERIFIED;
}

/* Each e-mail address of GeneralNames, one after the other. *ret_there: @p wanted is among them. @p to
 * takes them all, or is NULL. 0 in *ret_good: malformed. */
static smime_status walk(smime__der list, const char *wanted, smime_receipt_wish *to,
                         int *ret_there, int *ret_good)
{
    smime__der names;
    smime_status status = SMIME_OK;
    size_t entities = 0;

    *ret_there = 0;
    *ret_good = 1;
    while (status == SMIME_OK && !smime__der_done(&list)) {
        smime__general_name name;
        *ret_good = smime__der_enter(&list, SMIME__SEQUENCE, &names) && ++entities <= TO_MAX * 16;
        while (*ret_good && status == SMIME_OK && smime__general_name_take(&names, &name)) {
            char *address;
            if (name.form != SMIME__NAME_RFC822 || memchr(name.content.data, 0, name.content.len))
                continue;
            address = smime__view_dup(name.content);
            if (!address)
                return SMIME_E_NOMEM;
            *ret_there |= wanted && smime__mailbox_compare(address, wanted);
            if (to)
                status = smime__grow((void **)&to->list, to->count, &to->room, sizeof *to->list);
            if (to && status == SMIME_OK)
                to->list[to->count++] = address;
            else
                free(address);
        }
        if (!*ret_good || !smime__der_done(&names)) {
            *ret_good = 0;
            return SMIME_OK;
        }
    }
    return status;
}

/* The last mailing list that the message went through, as the outermost signature tells. */
static int find_list(const smime_report *report, int *ret_listed, int32_t *ret_policy,
                     smime__der *ret_to)
{
    const smime__report_layer *outer = NULL;
    smime__view values;

    *ret_listed = 0;
    *ret_policy = SMIME_LIST_RECEIPTS_UNSAID;
    *ret_to = smime__der_cursor(smime__view_of(NULL, 0));
    for (size_t i = report->layer_count; i--;)
        if (!report->layers[i].errant && report->layers[i].kind == SMIME_LAYER_SIGNED)
            outer = &report->layers[i];
    for (size_t i = 0; outer && i < outer->signer_count; i++)
        if (smime__signer_is_good(&outer->signers[i]) &&
            smime__report_find_signed(&outer->signers[i], SMIME_ATTRIBUTE_EXPANSION_HISTORY,
                                      &values)) {
            *ret_listed = 1;
            return smime__ess_last_policy(values, ret_policy, ret_to);
        }
    return 1;
}

static smime_status fill(smime_receipt_wish *wish, const smime_report *report,
                         const smime__receipt_request *request, const char *address)
{
    int listed, there, good;
    int32_t policy;
    smime__der instead;
    smime_status status = SMIME_OK;

    if (!find_list(report, &listed, &policy, &instead))
        return SMIME_E_CMS_SYNTAX;
    if (policy == SMIME_LIST_RECEIPTS_NONE ||
        (request->from == SMIME_RECEIPTS_FIRST_TIER && listed))
        return SMIME_E_NOT_FOUND;
    if (request->from == SMIME_RECEIPTS_LISTED) {
        status = walk(request->from_list, address, NULL, &there, &good);
        if (status < 0)
            return status;
        if (!good || !there)
            return good ? SMIME_E_NOT_FOUND : SMIME_E_CMS_SYNTAX;
    }
    if (policy != SMIME_LIST_RECEIPTS_INSTEAD) {
        status = walk(request->to, NULL, wish, &there, &good);
        if (status == SMIME_OK && !good)
            status = SMIME_E_CMS_SYNTAX;
    }
    if (status == SMIME_OK) {
        status = walk(instead, NULL, wish, &there, &good);
        if (status == SMIME_OK && !good)
            status = SMIME_E_CMS_SYNTAX;
    }
    return status;
}

smime_status smime_receipt_wanted(const smime_report *report, const char *address,
                                  smime_receipt_wish **ret_wish)
{
    const smime__report_signer *signer;
    smime__receipt_request request;
    smime_receipt_wish *made;
    smime_status status;

    if (!report || !address || !ret_wish)
        return SMIME_E_INVALID_ARG;
    status = smime__receipt_signer(report, &signer, &request);
    if (status < 0)
        return status;
    made = calloc(1, sizeof *made);
    if (!made)
        return SMIME_E_NOMEM;
    smime__ref_init(&made->refs);
    status = fill(made, report, &request, address);
    if (status < 0)
        smime_receipt_wish_unref(made);
    else
        *ret_wish = made;
    return status;
}

smime_receipt_wish *smime_receipt_wish_ref(smime_receipt_wish *wish)
{
    if (wish)
        smime__ref_up(&wish->refs);
    return wish;
}

void smime_receipt_wish_unref(smime_receipt_wish *wish)
{
    if (!wish || !smime__ref_down(&wish->refs))
        return;
    for (size_t i = 0; i < wish->count; i++)
        free(wish->list[i]);
    free(wish->list);
    free(wish);
}

size_t smime_receipt_wish_count(const smime_receipt_wish *wish)
{
    return wish ? wish->count : 0;
}

const char *smime_receipt_wish_address(const smime_receipt_wish *wish, size_t index)
{
    return wish && index < wish->count ? wish->list[index] : NULL;
}
