/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* OCSPResponse, RFC 6960 4.2.1. */
#include "crypto/digest.h"
#include "pki/extension.h"
#include "pki/name.h"
#include "pki/ocsp.h"

#include <stdlib.h>
#include <string.h>

static int read_cert_id(smime__der *der, smime__ocsp_single *ret)
{
    smime__der id;
    smime__algorithm algorithm;

    if (!smime__der_enter(der, SMIME__SEQUENCE, &id) || !smime__algorithm_take(&id, &algorithm) ||
        !smime__der_take(&id, SMIME__OCTET_STRING, &ret->name_hash) ||
        !smime__der_take(&id, SMIME__OCTET_STRING, &ret->key_hash) ||
        !smime__der_take_integer(&id, &ret->serial) || !smime__der_done(&id))
        return 0;
    ret->hash = smime__algorithm_hash(&algorithm);
    return 1;
}

static int read_reason(smime__der *revoked, smime__ocsp_single *ret)
{
    smime__der wrapper;
    smime__view reason;

    if (smime__der_done(revoked))
        return 1;
    if (!smime__der_enter(revoked, SMIME__CONTEXT_C(0), &wrapper) ||
        !smime__der_take(&wrapper, SMIME__ENUMERATED, &reason) || !smime__der_done(&wrapper) ||
        reason.len != 1 || reason.data[0] > 10)
        return 0;
    ret->reason = reason.data[0];
    return smime__der_done(revoked);
}

static int read_state(smime__der *der, smime__ocsp_single *ret)
{
    smime__der revoked;
    smime__view content;

    if (smime__der_enter(der, SMIME__CONTEXT_C(1), &revoked)) {
        ret->state = SMIME_OCSP_REVOKED;
        return smime__der_take_time(&revoked, &ret->revoked_at) && read_reason(&revoked, ret);
    }
    ret->state = smime__der_peek(der) == SMIME__CONTEXT(0) ? SMIME_OCSP_GOOD : SMIME_OCSP_UNKNOWN;
    return (smime__der_take(der, SMIME__CONTEXT(0), &content) ||
            smime__der_take(der, SMIME__CONTEXT(2), &content)) &&
           !content.len;
}

static smime_status read_single_extension(void *user, const smime__extension *e)
{
    smime__ocsp_single *single = user;

    single->unknown_critical |= e->critical;
    return SMIME_OK;
}

/* [n] EXPLICIT Extensions at the end of a structure, or nothing. */
static smime_status read_extensions(smime__der *der, int number,
                                    smime_status (*tell)(void *, const smime__extension *),
                                    void *user)
{
    smime__der wrapper;
    smime__view list;

    if (smime__der_done(der))
        return SMIME_OK;
    if (!smime__der_enter(der, (uint8_t)SMIME__CONTEXT_C(number), &wrapper) ||
        !smime__der_take(&wrapper, SMIME__SEQUENCE, &list) || !smime__der_done(&wrapper) ||
        !smime__der_done(der))
        return SMIME_E_OCSP_SYNTAX;
    return smime__extensions_each(list, SMIME_E_OCSP_SYNTAX, tell, user);
}

static smime_status read_single(smime__der inside, smime__ocsp_single *ret)
{
    smime__der wrapper;

    memset(ret, 0, sizeof *ret);
    if (!read_cert_id(&inside, ret) || !read_state(&inside, ret) ||
        !smime__der_take_time(&inside, &ret->this_update))
        return SMIME_E_OCSP_SYNTAX;
    if (smime__der_enter(&inside, SMIME__CONTEXT_C(0), &wrapper)) {
        ret->has_next = 1;
        if (!smime__der_take_time(&wrapper, &ret->next_update) || !smime__der_done(&wrapper))
            return SMIME_E_OCSP_SYNTAX;
    }
    return read_extensions(&inside, 1, read_single_extension, ret);
}

static smime_status read_singles(smime_ocsp *ocsp, smime__der *tbs, const smime__limits *limits)
{
    smime__der list, each;
    smime_status status = SMIME_OK;

    if (!smime__der_enter(tbs, SMIME__SEQUENCE, &list))
        return SMIME_E_OCSP_SYNTAX;
    while (status == SMIME_OK && !smime__der_done(&list)) {
        status = smime__limit_check(limits, SMIME_LIMIT_OCSP_SINGLES, ocsp->single_count + 1, NULL);
        if (status == SMIME_OK && !smime__der_enter(&list, SMIME__SEQUENCE, &each))
            status = SMIME_E_OCSP_SYNTAX;
        if (status == SMIME_OK)
            status = smime__grow((void **)&ocsp->singles, ocsp->single_count, &ocsp->single_room,
                                 sizeof *ocsp->singles);
        if (status == SMIME_OK)
            status = read_single(each, &ocsp->singles[ocsp->single_count++]);
    }
    return status;
}

static smime_status read_response_extension(void *user, const smime__extension *e)
{
    smime_ocsp *ocsp = user;
    smime__der der = smime__der_cursor(e->value);

    if (e->oid == SMIME__OID_OCSP_NONCE) {
        /* RFC 8954 has an OCTET STRING inside; before, some had the bytes alone */
        if (!smime__der_take(&der, SMIME__OCTET_STRING, &ocsp->nonce) || !smime__der_done(&der))
            ocsp->nonce = e->value;
    } else {
        ocsp->unknown_critical |= e->critical;
    }
    return SMIME_OK;
}

static int read_responder(smime_ocsp *ocsp, smime__der *tbs)
{
    smime__der wrapper;

    if (smime__der_enter(tbs, SMIME__CONTEXT_C(1), &wrapper))
        return smime__der_next(&wrapper, NULL, NULL, &ocsp->responder_name) &&
               smime__der_done(&wrapper) && smime__name_check(ocsp->responder_name);
    return smime__der_enter(tbs, SMIME__CONTEXT_C(2), &wrapper) &&
           smime__der_take(&wrapper, SMIME__OCTET_STRING, &ocsp->responder_key) &&
           smime__der_done(&wrapper);
}

/* ResponseData */
static smime_status read_data(smime_ocsp *ocsp, smime__der tbs, const smime__limits *limits)
{
    smime__der wrapper;
    smime_status status;
    int version;

    if (smime__der_enter(&tbs, SMIME__CONTEXT_C(0), &wrapper) &&
        (!smime__der_take_small(&wrapper, &version) || version || !smime__der_done(&wrapper)))
        return SMIME_E_OCSP_SYNTAX;
    if (!read_responder(ocsp, &tbs) || smime__der_peek(&tbs) != SMIME__GENERALIZED_TIME ||
        !smime__der_take_time(&tbs, &ocsp->produced_at))
        return SMIME_E_OCSP_SYNTAX;
    status = read_singles(ocsp, &tbs, limits);
    return status == SMIME_OK ? read_extensions(&tbs, 1, read_response_extension, ocsp) : status;
}

/* One that cannot be read among good ones is passed over. */
static smime_status read_certs(smime_ocsp *ocsp, smime__der *basic, const smime__limits *limits)
{
    smime__der wrapper, list;
    smime__view whole;
    smime_status status = SMIME_OK;

    if (smime__der_done(basic))
        return SMIME_OK;
    if (!smime__der_enter(basic, SMIME__CONTEXT_C(0), &wrapper) || !smime__der_done(basic) ||
        !smime__der_enter(&wrapper, SMIME__SEQUENCE, &list) || !smime__der_done(&wrapper))
        return SMIME_E_OCSP_SYNTAX;
    while (status == SMIME_OK && smime__der_next(&list, NULL, NULL, &whole)) {
        smime_cert *cert = NULL;

        status = smime__limit_check(limits, SMIME_LIMIT_OCSP_CERTS, ocsp->cert_count + 1, NULL);
        if (status == SMIME_OK)
            status = smime__grow((void **)&ocsp->certs, ocsp->cert_count, &ocsp->cert_room,
                                 sizeof *ocsp->certs);
        if (status == SMIME_OK)
            status = smime__cert_parse(whole, &cert);
        if (status == SMIME_OK)
            ocsp->certs[ocsp->cert_count++] = cert;
        else if (status == SMIME_E_CERT_SYNTAX)
            status = SMIME_OK;
    }
    return status == SMIME_OK && !smime__der_done(&list) ? SMIME_E_OCSP_SYNTAX : status;
}

static smime_status read_basic(smime_ocsp *ocsp, smime__view content, const smime__limits *limits)
{
    smime__der der = smime__der_cursor(content), basic, tbs;
    smime_status status;

    if (!smime__der_enter(&der, SMIME__SEQUENCE, &basic) || !smime__der_done(&der) ||
        smime__der_peek(&basic) != SMIME__SEQUENCE ||
        !smime__der_next(&basic, NULL, NULL, &ocsp->tbs) ||
        smime__der_peek(&basic) != SMIME__SEQUENCE ||
        !smime__der_next(&basic, NULL, NULL, &ocsp->signature_algorithm) ||
        !smime__der_take_bytes(&basic, &ocsp->signature))
        return SMIME_E_OCSP_SYNTAX;
    der = smime__der_cursor(ocsp->tbs);
    smime__der_enter(&der, SMIME__SEQUENCE, &tbs);
    status = read_data(ocsp, tbs, limits);
    if (status == SMIME_OK)
        status = read_certs(ocsp, &basic, limits);
    if (status == SMIME_OK && ocsp->responder_name.len)
        status = smime__name_canonical(&ocsp->responder_canonical, ocsp->responder_name);
    return status;
}

static smime_status read_response(smime_ocsp *ocsp, const smime__limits *limits)
{
    smime__der der = smime__der_cursor(smime__view_of(ocsp->der, ocsp->len));
    smime__der outer, wrapper, bytes;
    smime__view number, oid, content;

    if (!smime__der_enter(&der, SMIME__SEQUENCE, &outer) || !smime__der_done(&der) ||
        !smime__der_take(&outer, SMIME__ENUMERATED, &number) || number.len != 1 ||
        number.data[0] > 6)
        return SMIME_E_OCSP_SYNTAX;
    ocsp->responder_status = number.data[0];
    if (ocsp->responder_status) /* RFC 6960 4.2.1: then there are no responseBytes */
        return smime__der_done(&outer) ? SMIME_OK : SMIME_E_OCSP_SYNTAX;
    if (!smime__der_enter(&outer, SMIME__CONTEXT_C(0), &wrapper) || !smime__der_done(&outer) ||
        !smime__der_enter(&wrapper, SMIME__SEQUENCE, &bytes) || !smime__der_done(&wrapper) ||
        !smime__der_take_oid(&bytes, &oid) ||
        !smime__der_take(&bytes, SMIME__OCTET_STRING, &content) || !smime__der_done(&bytes))
        return SMIME_E_OCSP_SYNTAX;
    if (smime__oid_find(oid) != SMIME__OID_OCSP_BASIC)
        return SMIME_E_UNSUPPORTED;
    return read_basic(ocsp, content, limits);
}

smime_status smime__ocsp_parse(smime__view der, const smime__limits *limits,
                               smime_ocsp **ret_ocsp)
{
    smime_ocsp *ocsp = calloc(1, sizeof *ocsp);
    smime_status status;

    if (!ocsp)
        return SMIME_E_NOMEM;
    smime__ref_init(&ocsp->refs);
    ocsp->der = smime__dup(der.data, der.len);
    ocsp->len = der.len;
    status = ocsp->der ? read_response(ocsp, limits) : SMIME_E_NOMEM;
    if (status == SMIME_OK)
        status = smime__digest_once(SMIME__HASH_SHA256, ocsp->der, ocsp->len, ocsp->hash);
    if (status < 0) {
        smime_ocsp_unref(ocsp);
        return status;
    }
    *ret_ocsp = ocsp;
    return SMIME_OK;
}

smime_status smime__cert_key_hash(const smime_cert *cert, smime__hash hash, uint8_t *to)
{
    smime__der der = smime__der_cursor(cert->spki), inside;
    smime__view bits = { NULL, 0 };

    if (!smime__der_enter(&der, SMIME__SEQUENCE, &inside) ||
        !smime__der_take(&inside, SMIME__SEQUENCE, NULL) ||
        !smime__der_take_bytes(&inside, &bits))
        return SMIME_E_CERT_SYNTAX;
    return smime__digest_once(hash, bits.data, bits.len, to);
}

smime_status smime__ocsp_is_about(const smime__ocsp_single *single, const smime_cert *cert,
                                  const smime_cert *issuer, int *ret_is)
{
    size_t size = smime__hash_size(single->hash);
    uint8_t hash[SMIME__DIGEST_MAX];
    smime_status status;

    *ret_is = 0;
    if (!size || !smime__view_equal(single->serial, cert->serial) ||
        single->name_hash.len != size || single->key_hash.len != size)
        return SMIME_OK;
    status = smime__digest_once(single->hash, cert->issuer.data, cert->issuer.len, hash);
    if (status < 0 || memcmp(hash, single->name_hash.data, size) != 0)
        return status;
    status = smime__cert_key_hash(issuer, single->hash, hash);
    if (status == SMIME_E_CERT_SYNTAX)
        return SMIME_OK;
    *ret_is = status == SMIME_OK && !memcmp(hash, single->key_hash.data, size);
    return status;
}
