/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Revocation by OCSP, RFC 6960: who may answer, and what the answer is worth. */
#include "crypto/digest.h"
#include "pki/revocation_work.h"

#include <string.h>

#define DAY 86400 /* how long an answer without nextUpdate is fresh */

typedef struct check {
    smime__builder *b;
    const smime_cert *cert, *issuer;
    smime__revocation *ret;
    const char *why; /* what is wrong with the response that came furthest */
} check;

static smime_status is_responder(const smime_ocsp *ocsp, const smime_cert *cert, int *ret_is)
{
    uint8_t hash[SMIME__DIGEST_MAX];
    smime_status status;

    *ret_is = ocsp->responder_canonical.len &&
              smime__view_equal(smime__buf_view(&ocsp->responder_canonical),
                                smime__buf_view(&cert->subject_canonical));
    if (!ocsp->responder_key.len)
        return SMIME_OK;
    status = smime__cert_key_hash(cert, SMIME__HASH_SHA1, hash);
    *ret_is = status == SMIME_OK && ocsp->responder_key.len == 20 &&
              !memcmp(ocsp->responder_key.data, hash, 20);
    return status == SMIME_E_CERT_SYNTAX ? SMIME_OK : status;
}

/* RFC 6960 4.2.2.2: a delegate is named by the very issuer, directly, for this purpose. Nobody is one
 * for himself: he would be asked about what only others can tell. */
static smime_status is_delegate(check *c, smime_cert *cert, int *ret_is)
{
    smime_status status;

    *ret_is = 0;
    if (!cert->eku_ocsp || smime__cert_equal(cert, c->cert) ||
        !smime__view_equal(smime__buf_view(&cert->issuer_canonical),
                                              smime__buf_view(&c->issuer->subject_canonical)) ||
        (cert->has_key_usage && !(cert->key_usage & SMIME__KU_DIGITAL_SIGNATURE)))
        return SMIME_OK;
    status = smime__path_verify(c->b, cert->hash, cert->signature_algorithm, cert->tbs,
                                cert->signature, c->issuer, ret_is);
    if (status < 0 || !*ret_is)
        return status;
    return smime__revocation_prove_signer(c->b, cert, 1, ret_is);
}

/* Whether @p cert is a responder that may speak for the issuer, and signed. */
static smime_status try_signer(check *c, const smime_ocsp *ocsp, smime_cert *cert, int *ret_good)
{
    smime_status status = is_responder(ocsp, cert, ret_good);

    if (status < 0 || !*ret_good)
        return status;
    if (!smime__cert_same_subject_and_key(cert, c->issuer))
        status = is_delegate(c, cert, ret_good);
    if (status < 0 || !*ret_good)
        return status;
    return smime__path_verify(c->b, ocsp->hash, ocsp->signature_algorithm, ocsp->tbs,
                              ocsp->signature, cert, ret_good);
}

static smime_status try_pool(check *c, const smime_ocsp *ocsp, const smime__pool *pool,
                             int *ret_good)
{
    smime_status status = SMIME_OK;
    smime_cert *cert;
    size_t at = 0;

    while (pool && ocsp->responder_canonical.len && status == SMIME_OK && !*ret_good &&
           (cert = smime__pool_find(pool, &ocsp->responder_canonical, &at)))
        status = try_signer(c, ocsp, cert, ret_good);
    return status;
}

static smime_status is_proved(check *c, const smime_ocsp *ocsp, int *ret_good)
{
    const smime__path_context *context = c->b->context;
    smime_cert *issuer = (smime_cert *)(uintptr_t)c->issuer;
    smime_status status = try_signer(c, ocsp, issuer, ret_good);

    for (size_t i = 0; i < ocsp->cert_count && status == SMIME_OK && !*ret_good; i++)
        status = try_signer(c, ocsp, ocsp->certs[i], ret_good);
    if (status == SMIME_OK && !*ret_good)
        status = try_pool(c, ocsp, &context->shelf->others, ret_good);
    if (status == SMIME_OK && !*ret_good)
        status = try_pool(c, ocsp, context->bag, ret_good);
    return status;
}

static void note_source(check *c, const smime__ocsp_single *single)
{
    c->ret->source = SMIME_SOURCE_OCSP;
    c->ret->this_update = single->this_update;
    c->ret->next_update = single->next_update;
    c->ret->has_next = single->has_next;
}

/* A hold is the one revocation that ends: a later word of the responder that all is good does it. */
static int is_released(const check *c, const smime__ocsp_single *single)
{
    return single->state == SMIME_OCSP_REVOKED &&
           single->reason == SMIME_REASON_CERTIFICATE_HOLD &&
           c->ret->state == SMIME_REVOKED_GOOD && c->ret->this_update > single->this_update;
}

static int is_final(const check *c)
{
    return c->ret->state == SMIME_REVOKED_YES &&
           c->ret->reason != SMIME_REASON_CERTIFICATE_HOLD;
}

/* What a proved single response says. */
static void look_at(check *c, const smime_ocsp *ocsp, const smime__ocsp_single *single)
{
    int64_t begin = single->this_update > ocsp->produced_at ? single->this_update
                                                            : ocsp->produced_at;
    smime__freshness freshness = smime__freshness_of(
        c->b->context, begin, single->has_next ? single->next_update : begin + DAY);

    if (is_released(c, single))
        return;
    if (single->state == SMIME_OCSP_REVOKED &&
        smime__revocation_note(c->b->context, freshness, single->revoked_at, single->reason,
                               c->ret)) {
        note_source(c, single);
        return;
    }
    if (freshness == SMIME__STALE)
        c->why = "an OCSP response is out of date";
    else if (freshness == SMIME__NOT_YET)
        c->why = "an OCSP response is from after the moment of validation";
    else if (single->state == SMIME_OCSP_UNKNOWN)
        c->why = "the OCSP responder does not know a certificate";
    if (freshness != SMIME__FRESH || single->state != SMIME_OCSP_GOOD ||
        (c->ret->state != SMIME_REVOKED_NOT_CHECKED &&
         c->ret->this_update >= single->this_update))
        return;
    c->ret->revoked_at = 0;
    c->ret->reason = 0;
    c->ret->state = SMIME_REVOKED_GOOD;
    c->ret->text = "the OCSP responder says that it is good";
    note_source(c, single);
}

static smime_status try_response(check *c, const smime_ocsp *ocsp)
{
    smime_status status = SMIME_OK;
    int proved = -1; /* not known yet */

    for (size_t i = 0; i < ocsp->single_count && status == SMIME_OK &&
                       !is_final(c); i++) {
        const smime__ocsp_single *single = &ocsp->singles[i];
        int about;

        status = smime__ocsp_is_about(single, c->cert, c->issuer, &about);
        if (status < 0 || !about)
            continue;
        if (proved < 0) {
            proved = 0;
            status = is_proved(c, ocsp, &proved);
        }
        if (status == SMIME_OK && !proved)
            c->why = "the signature on an OCSP response could not be proved";
        else if (status == SMIME_OK && (ocsp->unknown_critical || single->unknown_critical))
            c->why = "an OCSP response holds a critical extension that is not known";
        else if (status == SMIME_OK)
            look_at(c, ocsp, single);
    }
    return status;
}

smime_status smime__revocation_by_ocsp(smime__builder *b, size_t index, smime__revocation *ret)
{
    check c = { b, b->stack[index], b->stack[index + 1], ret, NULL };
    smime_status status = SMIME_OK;
    smime_ocsp *ocsp;

    if (b->responder && index == 0 && c.cert->ocsp_nocheck) {
        ret->state = SMIME_REVOKED_GOOD;
        ret->text = "its issuer vouches for this OCSP responder as long as it lives";
        return SMIME_OK;
    }
    for (size_t i = 0; status == SMIME_OK && (ocsp = smime__evidence_ocsp(b->context, i)); i++)
        status = try_response(&c, ocsp);
    if (ret->state == SMIME_REVOKED_NOT_CHECKED && c.why) {
        ret->state = SMIME_REVOKED_UNKNOWN;
        ret->text = c.why;
    }
    return status;
}
