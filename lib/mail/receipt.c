/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Receipts asked for, made and checked; and references, which name a message in the same way. */
#include "mail/receipt.h"

#include "mail/open.h"

#include <smime/cms.h>

#include <string.h>

#define SIGNATURE_DIGEST "1.2.840.113549.1.9.16.2.5"
#define CONTENT_TYPE "1.2.840.113549.1.9.3"
#define TO_MAX 16

static smime_status add_from(smime__buf *to, int32_t from, const char *const *list, size_t count)
{
    uint8_t number = (uint8_t)from;

    return from == SMIME_RECEIPTS_LISTED
               ? smime__ess_add_addresses(to, SMIME__CONTEXT_C(1), list, count)
               : smime__der_add(to, SMIME__CONTEXT(0), &number, 1);
}

smime_status smime_receipt_make_request(const void *id, size_t id_len, int32_t from,
                                        const char *const *from_list, size_t from_count,
                                        const char *const *to, size_t to_count,
                                        uint8_t **ret_der, size_t *ret_len)
{
    int listed = from == SMIME_RECEIPTS_LISTED;
    smime__buf made = { 0 };
    size_t mark;
    smime_status status;

    if (from < SMIME_RECEIPTS_ALL || from > SMIME_RECEIPTS_LISTED || listed != (from_count > 0) ||
        (from_count && !from_list) || !to || !to_count || to_count > TO_MAX || !ret_der || !ret_len)
        return SMIME_E_INVALID_ARG;
    status = smime__der_begin(&made, SMIME__SEQUENCE, &mark);
    if (status == SMIME_OK)
        status = smime__ess_add_identifier(&made, id, id_len);
    if (status == SMIME_OK)
        status = add_from(&made, from, from_list, from_count);
    if (status == SMIME_OK)
        status = smime__ess_add_addresses(&made, SMIME__SEQUENCE, to, to_count);
    if (status == SMIME_OK)
        status = smime__der_end(&made, mark);
    return smime__ess_give(status, &made, ret_der, ret_len);
}

/* What names a signed message: the type of its content, an identifier, its signature. With @p version it
 * is a Receipt, without one a ContentReference. */
static smime_status add_naming(smime__buf *to, const smime__report_signer *signer, smime__view id,
                               int version)
{
    smime__view values, type;
    size_t mark;
    smime_status status;

    if (!smime__report_find_signed(signer, CONTENT_TYPE, &values) ||
        !smime__ess_value(values.data, values.len, &type) || !signer->value.len)
        return SMIME_E_NOT_FOUND;
    status = smime__der_begin(to, SMIME__SEQUENCE, &mark);
    if (status == SMIME_OK && version)
        status = smime__der_add_small(to, version);
    if (status == SMIME_OK)
        status = smime__buf_add_view(to, type);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OCTET_STRING, id);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OCTET_STRING, smime__buf_view(&signer->value));
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

static const smime__report_signer *signer_at(const smime_report *report, size_t layer,
                                             size_t signer)
{
    return report && layer < report->layer_count && signer < report->layers[layer].signer_count
               ? &report->layers[layer].signers[signer]
               : NULL;
}

/* The identifier by which a signer lets others refer to the message. */
static int find_identifier(const smime__report_signer *signer, smime__view *ret_id)
{
    smime__view values, whole;
    smime__der der;

    if (!smime__report_find_signed(signer, SMIME_ATTRIBUTE_CONTENT_IDENTIFIER, &values) ||
        !smime__ess_value(values.data, values.len, &whole))
        return 0;
    der = smime__der_cursor(whole);
    return smime__der_take(&der, SMIME__OCTET_STRING, ret_id);
}

static smime_status make_reference(const smime_report *report, size_t layer, size_t signer,
                                   smime__buf *to)
{
    const smime__report_signer *of = signer_at(report, layer, signer);
    smime__view id;

    return of && find_identifier(of, &id) ? add_naming(to, of, id, 0) : SMIME_E_NOT_FOUND;
}

smime_status smime_ess_make_reference(const smime_report *report, size_t layer, size_t signer,
                                      uint8_t **ret_der, size_t *ret_len)
{
    smime__buf made = { 0 };

    if (!report || !ret_der || !ret_len)
        return SMIME_E_INVALID_ARG;
    return smime__ess_give(make_reference(report, layer, signer, &made), &made, ret_der, ret_len);
}

int32_t smime_ess_refers_to(const void *values, size_t len, const smime_report *report,
                            size_t layer, size_t signer)
{
    smime__buf wanted = { 0 };
    smime__view whole;
    int32_t same = values && smime__ess_value(values, len, &whole) &&
                   make_reference(report, layer, signer, &wanted) == SMIME_OK &&
                   smime__view_equal(whole, smime__buf_view(&wanted));

    smime__buf_free(&wanted);
    return same;
}

/* msgSigDigest: of the signed attributes as they were signed, a SET OF in DER. */
static smime_status signature_digest(const smime__report_signer *signer, uint8_t *to)
{
    const smime__report_attributes *all = &signer->attributes[1];
    smime__buf list = { 0 }, sorted = { 0 }, set = { 0 };
    size_t each;
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < all->count && status == SMIME_OK; i++) {
        status = smime__der_begin(&list, SMIME__SEQUENCE, &each);
        if (status == SMIME_OK)
            status = smime__ess_add_oid(&list, SMIME__OBJECT_ID, all->list[i].oid);
        if (status == SMIME_OK)
            status = smime__buf_add(&list, all->list[i].values, all->list[i].len);
        if (status == SMIME_OK)
            status = smime__der_end(&list, each);
    }
    if (status == SMIME_OK)
        status = smime__der_sort_set(&sorted, smime__buf_view(&list));
    if (status == SMIME_OK)
        status = smime__der_add_view(&set, SMIME__SET, smime__buf_view(&sorted));
    if (status == SMIME_OK)
        status = smime__digest_once(signer->hash, set.data, set.len, to);
    smime__buf_free(&list);
    smime__buf_free(&sorted);
    smime__buf_free(&set);
    return status;
}

/* Content and signed attribute of the receipt for a signer's message. */
typedef struct proof {
    smime__buf content, digest;
} proof;

static smime_status prepare(proof *to, const smime__report_signer *signer,
                            const smime__receipt_request *request)
{
    uint8_t digest[SMIME__DIGEST_MAX];
    smime_status status = add_naming(&to->content, signer, request->id, 1);

    if (status == SMIME_OK)
        status = signature_digest(signer, digest);
    return status == SMIME_OK ? smime__der_add(&to->digest, SMIME__OCTET_STRING, digest,
                                               smime__hash_size(signer->hash))
                              : status;
}

static void receipt_clear(proof *gone)
{
    smime__buf_free(&gone->content);
    smime__buf_free(&gone->digest);
}

static smime_status sign(const smime_policy *policy, const proof *what, smime_identity *identity,
                         uint8_t **ret_der, size_t *ret_len)
{
    smime_cms_encoder *job = NULL;
    size_t signer = 0;
    smime_status status = smime_cms_encoder_new(policy, SMIME_LAYER_SIGNED, &job);

    if (status == SMIME_OK)
        status = smime_cms_encoder_set_content_type(job, SMIME_CONTENT_RECEIPT);
    if (status == SMIME_OK)
        status = smime_cms_encoder_add_signer(job, identity, 0, 0, &signer);
    if (status == SMIME_OK)
        status = smime_cms_encoder_add_attribute(job, signer, 1, SIGNATURE_DIGEST,
                                                 what->digest.data, what->digest.len);
    if (status == SMIME_OK)
        status = smime_cms_encoder_buffer(job, what->content.data, what->content.len, ret_der,
                                          ret_len);
    smime_cms_encoder_free(job);
    return status;
}

smime_status smime_receipt_make(const smime_policy *policy, const smime_report *report,
                                smime_identity *identity, uint8_t **ret_der, size_t *ret_len)
{
    const smime__report_signer *signer;
    smime__receipt_request request;
    proof what = { { 0 }, { 0 } };
    smime_status status;

    if (!report || !identity || !ret_der || !ret_len)
        return SMIME_E_INVALID_ARG;
    status = smime__receipt_signer(report, &signer, &request);
    if (status == SMIME_OK)
        status = prepare(&what, signer, &request);
    if (status == SMIME_OK)
        status = sign(policy, &what, identity, ret_der, ret_len);
    receipt_clear(&what);
    return status;
}

/* Whether every signer of the receipt says that this was the message. */
static int all_say(const smime__report_layer *layer, const proof *wanted)
{
    smime__view values, whole;

    for (size_t i = 0; i < layer->signer_count; i++)
        if (layer->signers[i].counter_of < 0 &&
            (!smime__report_find_signed(&layer->signers[i], SIGNATURE_DIGEST, &values) ||
             !smime__ess_value(values.data, values.len, &whole) ||
             !smime__view_equal(whole, smime__buf_view(&wanted->digest)) ||
             smime__report_find_signed(&layer->signers[i], SMIME_ATTRIBUTE_RECEIPT_REQUEST,
                                       &values)))
            return 0;
    return layer->signer_count > 0;
}

/* One of the signers who asked. *ret_fits: the receipt is for that signature. */
static smime_status compare(const smime_report *report, smime__view content,
                            const smime__report_signer *asked, int *ret_fits)
{
    smime__receipt_request request;
    proof wanted = { { 0 }, { 0 } };
    smime__view values;
    smime_status status;

    *ret_fits = 0;
    if (!smime__report_find_signed(asked, SMIME_ATTRIBUTE_RECEIPT_REQUEST, &values) ||
        !smime__receipt_request_read(values, &request))
        return SMIME_OK;
    status = prepare(&wanted, asked, &request);
    if (status == SMIME_OK)
        *ret_fits = smime__view_equal(content, smime__buf_view(&wanted.content)) &&
                    all_say(&report->layers[0], &wanted);
    receipt_clear(&wanted);
    return status == SMIME_E_NOMEM ? status : SMIME_OK;
}

static int is_receipt(const smime_report *report)
{
    const char *type = smime_report_layer_content_type(report, 0);

    return smime_report_layer_count(report) == 1 &&
           smime_report_layer_kind(report, 0) == SMIME_LAYER_SIGNED && type &&
           !strcmp(type, SMIME_CONTENT_RECEIPT);
}

smime_status smime_receipt_check(const smime_policy *policy, smime_store *store,
                                 const void *receipt, size_t len, const smime_report *original,
                                 smime_report **ret_report)
{
    const smime__report_layer *layer;
    smime_report *report = NULL;
    smime__buf content = { 0 };
    int fits = 0;
    smime_status status;

    if (!receipt || !original || !ret_report)
        return SMIME_E_INVALID_ARG;
    status = smime__decode_once(smime__view_of(receipt, len), policy, store, SMIME_USE_SIGN,
                                &content, &report);
    layer = smime__innermost_signed(original);
    for (size_t i = 0; status == SMIME_OK && is_receipt(report) && layer && !fits &&
                       i < layer->signer_count; i++)
        status = compare(report, smime__buf_view(&content), &layer->signers[i], &fits);
    if (status == SMIME_OK && !fits) {
        report->summary = report->presentation = SMIME_SUMMARY_INVALID;
        status = smime__report_reason(report, "receipt-mismatch", NULL, 0, -1, -1, UINT64_MAX);
        smime__report_sort_reasons(report);
        smime__verdict_sentence(report, NULL);
    }
    smime__buf_free(&content);
    if (status < 0) {
        smime_report_unref(report);
        return status;
    }
    *ret_report = report;
    return SMIME_OK;
}
