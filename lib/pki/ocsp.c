/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_ocsp: references, getters, and the request. */
#include "pki/ocsp.h"

#include "crypto/digest.h"
#include "crypto/pem.h"
#include "base/settings.h"
#include "pki/field.h"

#include <stdlib.h>
#include <string.h>

smime_status smime_ocsp_new(const smime_policy *policy, const void *data, size_t len,
                            smime_ocsp **ret_ocsp)
{
    smime__view text = smime__view_of(data, len);
    smime__pem pem = { { NULL, 0 }, { NULL, 0 }, { 0 } };
    smime__settings settings;
    smime_status status;

    if (!ret_ocsp || (len && !data))
        return SMIME_E_INVALID_ARG;
    status = smime__settings_snapshot(&settings, policy);
    if (status < 0)
        return status;
    status = smime__limit_check(&settings.limits, SMIME_LIMIT_OBJECT_BYTES, len, NULL);
    if (status == SMIME_OK && !(len && *text.data == SMIME__SEQUENCE)) {
        status = smime__pem_find(&text, "OCSP RESPONSE", &pem);
        text = smime__buf_view(&pem.der);
    }
    if (status == SMIME_OK)
        status = smime__ocsp_parse(text, &settings.limits, ret_ocsp);
    smime__buf_free(&pem.der);
    smime__settings_clear(&settings);
    return status == SMIME_E_NOT_FOUND || status == SMIME_E_BER ? SMIME_E_OCSP_SYNTAX : status;
}

smime_ocsp *smime_ocsp_ref(smime_ocsp *ocsp)
{
    if (ocsp)
        smime__ref_up(&ocsp->refs);
    return ocsp;
}

void smime_ocsp_unref(smime_ocsp *ocsp)
{
    if (!ocsp || !smime__ref_down(&ocsp->refs))
        return;
    for (size_t i = 0; i < ocsp->cert_count; i++)
        smime_cert_unref(ocsp->certs[i]);
    free(ocsp->certs);
    free(ocsp->singles);
    smime__buf_free(&ocsp->responder_canonical);
    free(ocsp->der);
    free(ocsp);
}


const uint8_t *smime_ocsp_der(const smime_ocsp *ocsp, size_t *ret_len)
{
    return smime__field_tell(ocsp ? smime__view_of(ocsp->der, ocsp->len) : smime__view_of(NULL, 0),
                     ret_len);
}

int32_t smime_ocsp_responder_status(const smime_ocsp *ocsp)
{
    return ocsp ? ocsp->responder_status : 2; /* internalError */
}

int64_t smime_ocsp_produced_at(const smime_ocsp *ocsp)
{
    return ocsp ? ocsp->produced_at : 0;
}

const uint8_t *smime_ocsp_nonce(const smime_ocsp *ocsp, size_t *ret_len)
{
    return smime__field_tell(ocsp ? ocsp->nonce : smime__view_of(NULL, 0), ret_len);
}

size_t smime_ocsp_count(const smime_ocsp *ocsp)
{
    return ocsp ? ocsp->single_count : 0;
}

static const smime__ocsp_single *single_at(const smime_ocsp *ocsp, size_t index)
{
    return ocsp && index < ocsp->single_count ? &ocsp->singles[index] : NULL;
}

int32_t smime_ocsp_state(const smime_ocsp *ocsp, size_t index)
{
    const smime__ocsp_single *single = single_at(ocsp, index);
    return single ? single->state : SMIME_OCSP_UNKNOWN;
}

const uint8_t *smime_ocsp_serial(const smime_ocsp *ocsp, size_t index, size_t *ret_len)
{
    const smime__ocsp_single *single = single_at(ocsp, index);
    return smime__field_tell(single ? single->serial : smime__view_of(NULL, 0), ret_len);
}

int32_t smime_ocsp_times(const smime_ocsp *ocsp, size_t index, int64_t *ret_this,
                         int64_t *ret_next)
{
    const smime__ocsp_single *single = single_at(ocsp, index);

    if (!single)
        return 0;
    if (ret_this)
        *ret_this = single->this_update;
    if (ret_next && single->has_next)
        *ret_next = single->next_update;
    return single->has_next ? 2 : 1;
}

int32_t smime_ocsp_revoked(const smime_ocsp *ocsp, size_t index, int64_t *ret_time,
                           int32_t *ret_reason)
{
    const smime__ocsp_single *single = single_at(ocsp, index);

    if (!single || single->state != SMIME_OCSP_REVOKED)
        return 0;
    if (ret_time)
        *ret_time = single->revoked_at;
    if (ret_reason)
        *ret_reason = single->reason;
    return 1;
}

static smime_status add_cert_id(smime__buf *to, const smime_cert *cert, const smime_cert *issuer,
                                smime__hash hash)
{
    uint8_t digest[SMIME__DIGEST_MAX];
    size_t mark, size = smime__hash_size(hash);
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &mark);

    if (status == SMIME_OK)
        status = smime__algorithm_add(to, smime__hash_oid(hash), hash == SMIME__HASH_SHA1);
    if (status == SMIME_OK)
        status = smime__digest_once(hash, cert->issuer.data, cert->issuer.len, digest);
    if (status == SMIME_OK)
        status = smime__der_add(to, SMIME__OCTET_STRING, digest, size);
    if (status == SMIME_OK)
        status = smime__cert_key_hash(issuer, hash, digest);
    if (status == SMIME_OK)
        status = smime__der_add(to, SMIME__OCTET_STRING, digest, size);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__INTEGER, cert->serial);
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

/* requestExtensions [2] EXPLICIT with the nonce alone. */
static smime_status add_nonce(smime__buf *to, smime__view nonce)
{
    size_t wrapper, list, each, value;
    smime_status status = smime__der_begin(to, SMIME__CONTEXT_C(2), &wrapper);

    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &list);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &each);
    if (status == SMIME_OK)
        status = smime__der_add_oid(to, SMIME__OID_OCSP_NONCE);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__OCTET_STRING, &value);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OCTET_STRING, nonce);
    if (status == SMIME_OK)
        status = smime__der_end(to, value);
    if (status == SMIME_OK)
        status = smime__der_end(to, each);
    if (status == SMIME_OK)
        status = smime__der_end(to, list);
    return status == SMIME_OK ? smime__der_end(to, wrapper) : status;
}

static smime_status write_request(smime__buf *to, const smime_cert *cert, const smime_cert *issuer,
                                  smime__hash hash, smime__view nonce)
{
    size_t outer, tbs, list, each;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &outer);

    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &tbs);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &list);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &each);
    if (status == SMIME_OK)
        status = add_cert_id(to, cert, issuer, hash);
    if (status == SMIME_OK)
        status = smime__der_end(to, each);
    if (status == SMIME_OK)
        status = smime__der_end(to, list);
    if (status == SMIME_OK && nonce.len)
        status = add_nonce(to, nonce);
    if (status == SMIME_OK)
        status = smime__der_end(to, tbs);
    return status == SMIME_OK ? smime__der_end(to, outer) : status;
}

smime_status smime_ocsp_request(const smime_cert *cert, const smime_cert *issuer,
                                const char *digest, const void *nonce, size_t nonce_len,
                                uint8_t **ret_der, size_t *ret_len)
{
    smime__buf der = { 0 };
    smime__hash hash = digest ? smime__hash_by_name(digest, strlen(digest)) : SMIME__HASH_NONE;
    smime_status status;

    if (!cert || !issuer || !ret_der || !ret_len || nonce_len > 32 || (nonce && !nonce_len) ||
        (hash != SMIME__HASH_SHA1 && hash != SMIME__HASH_SHA256))
        return SMIME_E_INVALID_ARG;
    status = write_request(&der, cert, issuer, hash,
                           smime__view_of(nonce, nonce ? nonce_len : 0));
    if (status < 0) {
        smime__buf_free(&der);
        return status == SMIME_E_CERT_SYNTAX ? SMIME_E_INVALID_ARG : status;
    }
    *ret_der = der.data;
    *ret_len = der.len;
    return SMIME_OK;
}
