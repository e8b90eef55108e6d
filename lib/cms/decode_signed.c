/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SignedData read, RFC 5652 5.1. */
#include "cms/decoder_private.h"
#include "cms/signed_fields.h"

#include <stdlib.h>
#include <string.h>

int smime__signed_next_field(int field, uint8_t tag)
{
    switch (tag) {
    case SMIME__INTEGER:
        return field == SMIME__SIGNED_START ? SMIME__SIGNED_VERSION : -1;
    case SMIME__SET:
        if (field == SMIME__SIGNED_VERSION)
            return SMIME__SIGNED_DIGESTS;
        return field >= SMIME__SIGNED_CONTENT && field < SMIME__SIGNED_SIGNERS
                   ? SMIME__SIGNED_SIGNERS
                   : -1;
    case SMIME__SEQUENCE:
        return field == SMIME__SIGNED_DIGESTS ? SMIME__SIGNED_CONTENT : -1;
    case SMIME__CONTEXT_C(0):
        return field == SMIME__SIGNED_CONTENT ? SMIME__SIGNED_CERTIFICATES : -1;
    case SMIME__CONTEXT_C(1):
        return field == SMIME__SIGNED_CONTENT || field == SMIME__SIGNED_CERTIFICATES
                   ? SMIME__SIGNED_CRLS
                   : -1;
    default:
        return -1;
    }
}

static smime_status begin_content(smime__cms *cms)
{
    smime_status status;

    if (cms->spec.digests) /* hashed one thing, shown another */
        return smime__cms_fail(cms, "detached-has-content", SMIME_OK,
                               "a detached signature holds content of its own");
    cms->result.has_content = 1;
    /* an unlisted digest makes no signer valid, so a short list is made up for */
    cms->hashes |= cms->spec.more_hashes;
    status = cms->spec.content(cms->spec.user, smime__buf_view(&cms->content_type), &cms->next);
    if (status == SMIME_OK)
        status = smime__digest_stage_new(cms->hashes, cms->next, &cms->digests);
    return status;
}

static smime_status signed_begin(smime__cms *cms, unsigned depth, uint8_t tag,
                                 smime__ber_action *ret_action)
{
    if (depth == 3) {
        int field = smime__signed_next_field(cms->field, tag);
        if (field < 0)
            return smime__cms_malformed(cms, "an element of SignedData is out of place");
        cms->field = field;
        *ret_action = field == SMIME__SIGNED_VERSION ? SMIME__BER_COLLECT : SMIME__BER_ENTER;
        return SMIME_OK;
    }
    *ret_action = SMIME__BER_COLLECT;
    if (cms->field == SMIME__SIGNED_CRLS)
        *ret_action = cms->spec.job->settings.revocation == SMIME_REVOCATION_OFF
                          ? SMIME__BER_SKIP
                          : SMIME__BER_COLLECT_LIST;
    if (cms->field != SMIME__SIGNED_CONTENT)
        return SMIME_OK;
    return smime__encap_begin(cms, depth, tag, ret_action, begin_content);
}

static smime_status add_certificate(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    const smime__limits *limits = &cms->spec.job->settings.limits;
    smime_cert *cert = NULL;
    smime_status status;

    cms->cert_bytes += len;
    status = smime__limit_check(limits, SMIME_LIMIT_CERT_BYTES, cms->cert_bytes, &cms->error);
    if (status == SMIME_OK)
        status = smime__limit_check(limits, SMIME_LIMIT_CERTS, cms->spec.bag->count + 1,
                                    &cms->error);
    if (status < 0)
        return status;
    /* attribute certificates and the like are of no use here; the exact bytes or nothing */
    status = tlv[0] == SMIME__SEQUENCE ? smime__cert_parse(smime__view_of(tlv, len), &cert)
                                       : SMIME_E_CERT_SYNTAX;
    if (status == SMIME_E_CERT_SYNTAX || status == SMIME_E_LIMIT_OBJECT) {
        cms->result.skipped_certs++;
        return SMIME_OK;
    }
    if (status == SMIME_OK)
        status = smime__pool_add(cms->spec.bag, cert);
    smime_cert_unref(cert);
    return status;
}

/* RevocationInfoChoice: a list, or [1] OtherRevocationInfoFormat with an OCSP response (RFC 5940). */
static smime_status add_revocation(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    const smime__limits *limits = &cms->spec.job->settings.limits;
    smime__der der = smime__der_cursor(smime__view_of(tlv, len)), inside;
    smime_crl *crl = NULL;
    smime_ocsp *ocsp = NULL;
    smime__view id, whole;
    smime_status status;

    cms->crl_bytes += len;
    status = smime__limit_check(limits, SMIME_LIMIT_CRL_BYTES, cms->crl_bytes, &cms->error);
    if (status < 0)
        return status;
    if (tlv[0] == SMIME__SEQUENCE)
        status = smime__crl_parse(smime__view_of(tlv, len), &crl);
    else if (smime__der_enter(&der, SMIME__CONTEXT_C(1), &inside) &&
             smime__der_take_oid(&inside, &id) &&
             smime__oid_find(id) == SMIME__OID_RI_OCSP_RESPONSE &&
             smime__der_next(&inside, NULL, NULL, &whole))
        status = smime__ocsp_parse(whole, limits, &ocsp);
    else
        status = SMIME_E_UNSUPPORTED;
    if (status == SMIME_OK && crl)
        status = smime__evidence_add_crl(cms->spec.evidence, crl);
    if (status == SMIME_OK && ocsp)
        status = smime__evidence_add_ocsp(cms->spec.evidence, ocsp);
    smime_crl_unref(crl);
    smime_ocsp_unref(ocsp);
    if (status == SMIME_E_CRL_SYNTAX || status == SMIME_E_OCSP_SYNTAX ||
        status == SMIME_E_UNSUPPORTED || status == SMIME_E_LIMIT_REVOCATION) {
        cms->result.skipped_revocation++; /* it proves nothing, and harms nobody */
        return SMIME_OK;
    }
    return status;
}

static smime_status add_digest(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    smime__algorithm algorithm;
    smime_status status = smime__cms_normalise(cms, tlv, len);

    if (status == SMIME_OK && smime__algorithm_read(smime__buf_view(&cms->der), &algorithm)) {
        smime__hash hash = smime__algorithm_hash(&algorithm);
        if (hash != SMIME__HASH_NONE)
            cms->hashes |= 1u << hash;
    }
    return status;
}

static smime_status add_signer(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    size_t count = cms->result.signer_count;
    smime_status status = smime__limit_check(&cms->spec.job->settings.limits,
                                             SMIME_LIMIT_SIGNERS, count + 1, &cms->error);

    if (status == SMIME_OK)
        status = smime__cms_normalise(cms, tlv, len);
    if (status == SMIME_OK)
        status = smime__grow((void **)&cms->signer_infos, count, &cms->signer_room,
                             sizeof *cms->signer_infos);
    if (status < 0)
        return status;
    cms->signer_infos[count] = cms->der; /* the scratch buffer changes hands */
    cms->result.signer_count++;
    cms->der = (smime__buf){ 0 };
    return SMIME_OK;
}

static smime_status signed_collected(smime__cms *cms, unsigned depth, const uint8_t *tlv,
                                     size_t len)
{
    (void)depth;
    switch (cms->field) {
    case SMIME__SIGNED_DIGESTS:
        return add_digest(cms, tlv, len);
    case SMIME__SIGNED_CONTENT:
        return smime__encap_type(cms, tlv, len);
    case SMIME__SIGNED_CERTIFICATES:
        return add_certificate(cms, tlv, len);
    case SMIME__SIGNED_CRLS:
        return add_revocation(cms, tlv, len);
    case SMIME__SIGNED_SIGNERS:
        return add_signer(cms, tlv, len);
    default:
        return SMIME_OK; /* version: RFC 5652 makes readers indifferent to it */
    }
}

static smime_status signed_data(smime__cms *cms, const uint8_t *data, size_t len)
{
    return smime__stage_write(cms->digests, data, len);
}

static smime_status signed_end(smime__cms *cms, unsigned depth)
{
    if (smime__encap_ends(cms, depth, SMIME__SIGNED_CONTENT) && cms->digests) {
        cms->result.content_length = smime__digest_stage_length(cms->digests);
        return smime__stage_finish(cms->digests);
    }
    return SMIME_OK;
}

static const uint8_t *digest_of(void *user, smime__hash hash)
{
    const smime__cms *cms = user;
    const smime__stage *stage = cms->spec.digests ? cms->spec.digests : cms->digests;

    return stage && hash != SMIME__HASH_NONE ? smime__digest_stage_value(stage, hash) : NULL;
}

static smime__signer_context context_of(smime__cms *cms)
{
    const smime__stage *stage = cms->spec.digests ? cms->spec.digests : cms->digests;

    return (smime__signer_context){
        .settings = &cms->spec.job->settings,
        .budget = cms->spec.budget,
        .error = &cms->error,
        .content_type = smime__buf_view(&cms->content_type),
        .no_content = !stage,
        .digest = digest_of,
        .digest_user = cms,
        .content_head = stage ? smime__digest_stage_head(stage) : smime__view_of(NULL, 0),
        .content_length = stage ? smime__digest_stage_length(stage) : 0,
        .pools = { cms->spec.bag, cms->spec.pools[0], cms->spec.pools[1] },
    };
}

/* What a countersignature signs, hashed when its digest algorithm is known. */
typedef struct counted {
    smime__view signature;
    uint8_t digest[SMIME__DIGEST_MAX];
} counted;

static const uint8_t *digest_of_signature(void *user, smime__hash hash)
{
    counted *what = user;

    return hash != SMIME__HASH_NONE &&
                   smime__digest_once(hash, what->signature.data, what->signature.len,
                                      what->digest) == SMIME_OK
               ? what->digest
               : NULL;
}

/* One countersignature of the signer numbered @p of; its SignerInfo is kept for the report. */
static smime_status verify_counter(smime__cms *cms, size_t of, smime__view info)
{
    smime__signer_context context = context_of(cms);
    counted what = { .signature = cms->result.signers[of].signature };
    smime__signer_result *list;
    smime__buf kept = { 0 };
    size_t count = cms->result.signer_count;
    smime_status status = smime__limit_check(&cms->spec.job->settings.limits, SMIME_LIMIT_SIGNERS,
                                             count + 1, &cms->error);

    if (status == SMIME_OK)
        status = smime__grow((void **)&cms->signer_infos, count, &cms->signer_room,
                             sizeof *cms->signer_infos);
    list = status == SMIME_OK ? realloc(cms->result.signers, (count + 1) * sizeof *list) : NULL;
    if (list)
        cms->result.signers = list;
    else if (status == SMIME_OK)
        status = SMIME_E_NOMEM;
    if (status == SMIME_OK)
        status = smime__buf_add_view(&kept, info);
    if (status < 0)
        return status;
    cms->signer_infos[count] = kept;
    memset(&list[count], 0, sizeof list[count]);
    cms->result.signer_count++;
    context.is_counter = 1;
    context.no_content = 0;
    context.digest = digest_of_signature;
    context.digest_user = &what;
    context.content_head = smime__view_of(what.signature.data,
                                          what.signature.len < SMIME__ATTRIBUTES_HEAD
                                              ? what.signature.len
                                              : SMIME__ATTRIBUTES_HEAD);
    context.content_length = what.signature.len;
    status = smime__signer_info_verify(&context, smime__buf_view(&kept), &list[count]);
    list[count].counter_of = (int)of;
    return status;
}

/* Those of one signer. A countersignature can have its own, which are as good as any other. */
static smime_status verify_counters(smime__cms *cms, size_t of)
{
    smime__buf values = { 0 };
    smime__der der;
    smime__view whole;
    smime_status status = smime__signer_info_counters(&values, &cms->result.signers[of]);

    der = smime__der_cursor(smime__buf_view(&values));
    while (status == SMIME_OK && smime__der_next(&der, NULL, NULL, &whole))
        status = verify_counter(cms, of, whole);
    smime__buf_free(&values);
    return status;
}

static smime_status signed_finish(smime__cms *cms)
{
    smime__signer_context context = context_of(cms);
    smime_status status = SMIME_OK;
    size_t count = cms->result.signer_count;

    if (cms->field != SMIME__SIGNED_SIGNERS || !cms->inner)
        return smime__cms_malformed(cms, "SignedData lacks elements");
    if (cms->spec.digests)
        cms->result.content_length = smime__digest_stage_length(cms->spec.digests);
    cms->result.signers = calloc(count ? count : 1, sizeof *cms->result.signers);
    if (!cms->result.signers)
        return SMIME_E_NOMEM;
    for (size_t i = 0; i < count && status == SMIME_OK; i++)
        status = smime__signer_info_verify(&context, smime__buf_view(&cms->signer_infos[i]),
                                           &cms->result.signers[i]);
    for (size_t i = 0; i < cms->result.signer_count && status == SMIME_OK; i++)
        status = verify_counters(cms, i);
    return status;
}

void smime__signed_clear(smime__cms *cms)
{
    for (size_t i = 0; i < cms->result.signer_count; i++) {
        smime__buf_free(&cms->signer_infos[i]);
        if (cms->result.signers)
            smime__signer_result_clear(&cms->result.signers[i]);
    }
    free(cms->signer_infos);
    free(cms->result.signers);
    smime__stage_free(cms->digests);
}

const smime__cms_kind smime__kind_signed = {
    SMIME__OID_SIGNED_DATA, SMIME__LAYER_SIGNED, signed_begin,  signed_collected,
    signed_data,            signed_end,          signed_finish,
};
