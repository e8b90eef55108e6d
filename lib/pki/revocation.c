/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/revocation.h"

#include "pki/revocation_work.h"

#include <stdlib.h>
#include <string.h>

struct smime__revocation_known {
    uint8_t cert[32], issuer[32];
    smime__revocation state;
};

struct smime__proved_signer {
    uint8_t cert[32], anchor[32];
    int responder;
};

static smime_status get_work(smime__path_context *context, smime__revocation_work **ret_work)
{
    if (!context->work)
        context->work = calloc(1, sizeof *context->work);
    *ret_work = context->work;
    return context->work ? SMIME_OK : SMIME_E_NOMEM;
}

void smime__revocation_work_free(smime__revocation_work *work)
{
    if (!work)
        return;
    free(work->known);
    free(work->signers);
    free(work);
}

static const struct smime__revocation_known *find_known(const smime__revocation_work *work,
                                                        const smime_cert *cert,
                                                        const smime_cert *issuer)
{
    for (size_t i = 0; i < work->known_count; i++)
        if (!memcmp(work->known[i].cert, cert->hash, 32) &&
            !memcmp(work->known[i].issuer, issuer->hash, 32))
            return &work->known[i];
    return NULL;
}

/* Only what is certain: what was open may be decided by another path. */
static smime_status keep_known(smime__revocation_work *work, const smime_cert *cert,
                               const smime_cert *issuer, const smime__revocation *state)
{
    smime_status status;

    if (state->state != SMIME_REVOKED_GOOD && state->state != SMIME_REVOKED_YES)
        return SMIME_OK;
    status = smime__grow((void **)&work->known, work->known_count, &work->known_room,
                         sizeof *work->known);
    if (status < 0)
        return status;
    memcpy(work->known[work->known_count].cert, cert->hash, 32);
    memcpy(work->known[work->known_count].issuer, issuer->hash, 32);
    work->known[work->known_count++].state = *state;
    return SMIME_OK;
}

static int is_checking(const smime__revocation_work *work, const smime_cert *cert)
{
    for (size_t i = 0; i < work->depth; i++)
        if (smime__cert_equal(work->checking[i], cert))
            return 1;
    return work->depth == SMIME__REVOCATION_DEPTH;
}

/* Revoked by one source is revoked; good by one is good. */
static void combine(const smime__revocation *lists, const smime__revocation *ocsp,
                    smime__revocation *ret)
{
    static const int weight[] = { [SMIME_REVOKED_NOT_CHECKED] = 0, [SMIME_REVOKED_UNKNOWN] = 1,
                                  [SMIME_REVOKED_GOOD] = 2, [SMIME_REVOKED_YES] = 3 };

    *ret = weight[ocsp->state] >= weight[lists->state] ? *ocsp : *lists;
    if (ret->state == SMIME_REVOKED_NOT_CHECKED)
        ret->text = "nothing at hand says whether a certificate was revoked";
}

smime_status smime__revocation_check(smime__builder *b, size_t index, smime__revocation *ret)
{
    smime_cert *cert = b->stack[index], *issuer = b->stack[index + 1];
    smime__revocation lists = { 0 }, ocsp = { 0 };
    const struct smime__revocation_known *known;
    smime__revocation_work *work;
    smime_status status = get_work(b->context, &work);

    if (status < 0)
        return status;
    known = find_known(work, cert, issuer);
    if (known) {
        *ret = known->state;
        return SMIME_OK;
    }
    memset(ret, 0, sizeof *ret);
    if (is_checking(work, cert)) {
        ret->state = SMIME_REVOKED_UNKNOWN;
        ret->text = "whether a certificate was revoked is only told by something that depends on "
                    "it";
        return SMIME_OK;
    }
    work->checking[work->depth++] = cert;
    status = smime__revocation_by_ocsp(b, index, &ocsp);
    if (status == SMIME_OK)
        status = smime__revocation_by_lists(b, index, &lists);
    work->depth--;
    combine(&lists, &ocsp, ret);
    return status == SMIME_OK ? keep_known(work, cert, issuer, ret) : status;
}

static int is_proved(const smime__revocation_work *work, const smime_cert *cert,
                     const smime_cert *anchor, int responder)
{
    for (size_t i = 0; i < work->signer_count; i++)
        if (!memcmp(work->signers[i].cert, cert->hash, 32) &&
            !memcmp(work->signers[i].anchor, anchor->hash, 32) &&
            work->signers[i].responder == responder)
            return 1;
    return 0;
}

static smime_status keep_proved(smime__revocation_work *work, const smime_cert *cert,
                                const smime_cert *anchor, int responder)
{
    smime_status status = smime__grow((void **)&work->signers, work->signer_count,
                                      &work->signer_room, sizeof *work->signers);

    if (status < 0)
        return status;
    memcpy(work->signers[work->signer_count].cert, cert->hash, 32);
    memcpy(work->signers[work->signer_count].anchor, anchor->hash, 32);
    work->signers[work->signer_count++].responder = responder;
    return SMIME_OK;
}

/* RFC 5280 6.3.3 (f): a path of its own, to the same anchor. Where everything has to be known good,
 * this path has to be, too. */
smime_status smime__revocation_prove_signer(smime__builder *b, smime_cert *cert, int responder,
                                            int *ret_proved)
{
    const smime_cert *anchor = b->only_anchor ? b->only_anchor : b->stack[b->depth - 1];
    smime__revocation_work *work = b->context->work;
    smime__builder *inner;
    smime_status status;

    *ret_proved = is_proved(work, cert, anchor, responder);
    if (*ret_proved)
        return SMIME_OK;
    inner = calloc(1, sizeof *inner);
    if (!inner)
        return SMIME_E_NOMEM;
    inner->context = b->context;
    inner->revocation = b->revocation == SMIME_REVOCATION_ALL ? SMIME_REVOCATION_ALL
                                                              : SMIME_REVOCATION_USE;
    inner->only_anchor = anchor;
    inner->plain = 1;
    inner->responder = responder;
    status = smime__builder_run(inner, cert);
    *ret_proved = status == SMIME_OK && inner->found;
    smime__builder_clear(inner);
    free(inner);
    return *ret_proved ? keep_proved(work, cert, anchor, responder) : status;
}

smime_crl *smime__evidence_crl(const smime__path_context *context, size_t i)
{
    const smime__evidence *store = &context->shelf->evidence;

    if (i < store->crl_count)
        return store->crls[i];
    i -= store->crl_count;
    return context->brought && i < context->brought->crl_count ? context->brought->crls[i] : NULL;
}

smime_crl *smime__evidence_next_crl(const smime__path_context *context,
                                    smime__evidence_cursor *at)
{
    const smime__evidence *store = &context->shelf->evidence, *brought = context->brought;
    smime_crl *stored = at->stored < store->crl_count ? store->crls[at->stored] : NULL;
    smime_crl *other = brought && at->brought < brought->crl_count ? brought->crls[at->brought]
                                                                   : NULL;

    if (stored && (!other || smime__crl_compare_age(stored, other) >= 0)) {
        at->stored++;
        return stored;
    }
    at->brought += other != NULL;
    return other;
}

smime_ocsp *smime__evidence_ocsp(const smime__path_context *context, size_t i)
{
    const smime__evidence *store = &context->shelf->evidence;

    if (i < store->ocsp_count)
        return store->ocsps[i];
    i -= store->ocsp_count;
    return context->brought && i < context->brought->ocsp_count ? context->brought->ocsps[i]
                                                                : NULL;
}

smime__freshness smime__freshness_of(const smime__path_context *context, int64_t this_update,
                                     int64_t next_update)
{
    int64_t now = context->settings->time, tolerance = context->settings->tolerance;

    if (this_update > now && this_update - now > tolerance)
        return SMIME__NOT_YET;
    return next_update < now && now - next_update > tolerance ? SMIME__STALE : SMIME__FRESH;
}

int smime__revocation_note(const smime__path_context *context, smime__freshness freshness,
                           int64_t revoked_at, int32_t reason, smime__revocation *ret)
{
    int hold = reason == SMIME_REASON_CERTIFICATE_HOLD;

    if (freshness != SMIME__FRESH && (hold || revoked_at > context->settings->time))
        return 0;
    ret->state = SMIME_REVOKED_YES;
    ret->text = hold ? "a certificate is on hold" : "a certificate was revoked";
    ret->revoked_at = revoked_at;
    ret->reason = reason;
    return 1;
}
