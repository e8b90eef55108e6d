/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Revocation by lists: the algorithm of RFC 5280 6.3.3, with its letters. */
#include "pki/general_name.h"
#include "pki/list_scope.h"
#include "pki/revocation_work.h"

#include <string.h>

typedef struct check {
    smime__builder *b;
    size_t index;
    const smime_cert *cert;
    smime__revocation *ret;
    uint32_t reasons; /* reasons_mask: those for which it is known not to be revoked */
    const char *why;  /* what is wrong with the list that came furthest */
} check;

static int is_decided(const check *c)
{
    return c->ret->state == SMIME_REVOKED_YES || c->reasons == SMIME__ALL_REASONS;
}

static int may_sign_lists(const smime_cert *cert)
{
    return !cert->has_key_usage || cert->key_usage & SMIME__KU_CRL_SIGN;
}

/* Proved already: a certificate above on the path. Of an issuer of revocation lists also itself,
 * where its own issuer has left its revocation to its own lists (PKITS 4.14.30): who has that key
 * could make any list. */
static int is_above(const check *c, const smime_cert *cert)
{
    size_t first = c->b->plain && !c->b->responder && c->index == 0 ? 0 : c->index + 1;

    for (size_t i = first; i < c->b->depth; i++)
        if (smime__cert_equal(c->b->stack[i], cert))
            return 1;
    return 0;
}

/* (f) and (g) for one certificate that may have signed the list. */
static smime_status try_signer(check *c, const smime_crl *crl, smime_cert *candidate,
                               const smime_cert **ret_signer)
{
    smime_status status;
    int good;

    if (!may_sign_lists(candidate))
        return SMIME_OK;
    status = smime__path_verify(c->b, crl->hash, crl->signature_algorithm, crl->tbs,
                                crl->signature, candidate, &good);
    if (status < 0 || !good)
        return status;
    if (is_above(c, candidate))
        good = 1;
    else
        status = smime__revocation_prove_signer(c->b, candidate, 0, &good);
    if (status == SMIME_OK && good)
        *ret_signer = candidate;
    return status;
}

static smime_status try_pool(check *c, const smime_crl *crl, const smime__pool *pool, int by_key,
                             const smime_cert **ret_signer)
{
    smime_status status = SMIME_OK;
    smime_cert *candidate;
    size_t at = 0;

    while (pool && status == SMIME_OK && !*ret_signer &&
           (candidate = smime__pool_find(pool, &crl->issuer_canonical, &at))) {
        int fits = !crl->authority_key_id.len || !candidate->subject_key_id.len ||
                   smime__view_equal(crl->authority_key_id, candidate->subject_key_id);
        if (fits == by_key)
            status = try_signer(c, crl, candidate, ret_signer);
    }
    return status;
}

/* Whose key signed the list, proved; NULL when nobody can be found. Key identifiers rank and do not
 * exclude. */
static smime_status find_signer(check *c, const smime_crl *crl, const smime_cert **ret_signer)
{
    const smime__path_context *context = c->b->context;
    smime_status status = SMIME_OK;

    *ret_signer = NULL;
    for (size_t i = c->index + 1; i < c->b->depth && status == SMIME_OK && !*ret_signer; i++)
        if (smime__view_equal(smime__buf_view(&c->b->stack[i]->subject_canonical),
                              smime__buf_view(&crl->issuer_canonical)))
            status = try_signer(c, crl, c->b->stack[i], ret_signer);
    for (int by_key = 1; by_key >= 0 && status == SMIME_OK && !*ret_signer; by_key--) {
        status = try_pool(c, crl, &context->shelf->anchors, by_key, ret_signer);
        if (status == SMIME_OK)
            status = try_pool(c, crl, &context->shelf->others, by_key, ret_signer);
        if (status == SMIME_OK)
            status = try_pool(c, crl, context->bag, by_key, ret_signer);
    }
    return status;
}

static smime__freshness freshness_of(const check *c, const smime_crl *crl)
{
    /* RFC 5280 5.1.2.5 wants nextUpdate; without it nobody knows whether the list is the last */
    return smime__freshness_of(c->b->context, crl->this_update,
                               crl->has_next ? crl->next_update : crl->this_update);
}

/* (c), and 5.2.4: may the delta list be combined with the complete one? */
static int goes_with(const smime_crl *delta, const smime_crl *complete)
{
    return delta->base_number.len && delta->number.len && complete->number.len &&
           !delta->unknown_critical &&
           smime__view_equal(smime__buf_view(&delta->issuer_canonical),
                             smime__buf_view(&complete->issuer_canonical)) &&
           smime__view_equal(delta->scope, complete->scope) &&
           smime__view_equal(delta->authority_key_id, complete->authority_key_id) &&
           smime__number_compare(complete->number, delta->base_number) >= 0 &&
           smime__number_compare(complete->number, delta->number) < 0;
}

/* The newest fresh delta list that the same key signed; NULL when there is none. (h) */
static smime_status find_delta(check *c, const smime_crl *complete, const smime_cert *signer,
                               const smime_crl **ret_delta)
{
    smime_status status = SMIME_OK;
    smime_crl *crl;

    *ret_delta = NULL;
    for (size_t i = 0; status == SMIME_OK && (crl = smime__evidence_crl(c->b->context, i)); i++) {
        int good = 0;

        if (!goes_with(crl, complete) || freshness_of(c, crl) != SMIME__FRESH ||
            (*ret_delta && smime__number_compare(crl->number, (*ret_delta)->number) <= 0))
            continue;
        status = smime__path_verify(c->b, crl->hash, crl->signature_algorithm, crl->tbs,
                                    crl->signature, signer, &good);
        if (good)
            *ret_delta = crl;
    }
    return status;
}

static void note_source(check *c, const smime_crl *crl)
{
    smime__revocation *ret = c->ret;

    /* of several lists the one that is due first counts */
    if (ret->source != SMIME_SOURCE_NONE && ret->state != SMIME_REVOKED_YES &&
        crl->next_update >= ret->next_update)
        return;
    ret->source = SMIME_SOURCE_CRL;
    ret->this_update = crl->this_update;
    ret->next_update = crl->next_update;
    ret->has_next = crl->has_next;
}

/* (i) to (k) */
static void look_up(check *c, const smime_crl *complete, const smime_crl *delta,
                    uint32_t interim_reasons)
{
    const smime_crl *newest = delta ? delta : complete;
    smime__freshness freshness = freshness_of(c, newest);
    smime__crl_entry entry;
    int listed = 0;

    if (delta)
        listed = smime__crl_find(delta, c->cert->serial, &c->cert->issuer_canonical, &entry);
    if (!listed)
        listed = smime__crl_find(complete, c->cert->serial, &c->cert->issuer_canonical, &entry);
    if (listed && entry.reason != SMIME_REASON_REMOVE_FROM_CRL) {
        if (smime__revocation_note(c->b->context, freshness, entry.time, entry.reason, c->ret)) {
            note_source(c, newest);
            return;
        }
    }
    if (freshness == SMIME__STALE)
        c->why = "a revocation list is out of date";
    else if (freshness == SMIME__NOT_YET)
        c->why = "a revocation list is from after the moment of validation";
    if (freshness != SMIME__FRESH)
        return;
    c->reasons |= interim_reasons; /* (l) */
    note_source(c, newest);
}

/* One distribution point and one list. */
static smime_status try_list(check *c, const smime__distribution_point *point,
                             const smime_crl *crl)
{
    uint32_t interim = crl->reasons & point->reasons; /* (d) */
    const smime_crl *delta;
    const smime_cert *signer;
    smime_status status;
    int fits;

    if (is_decided(c) || crl->base_number.len)
        return SMIME_OK;
    status = smime__list_is_of(crl, point, c->cert, c->b->context->budget, c->b->context->error,
                               &fits); /* (b) (1) */
    if (status < 0 || !fits)
        return status;
    if (!c->why)
        c->why = "no revocation list at hand covers a certificate";
    if (crl->unknown_critical) {
        c->why = "a revocation list holds a critical extension that is not known";
        return SMIME_OK;
    }
    status = smime__list_covers(crl, point, c->cert, c->b->context->budget,
                                c->b->context->error, &fits); /* (b) (2) */
    if (status < 0 || !fits || !(interim & ~c->reasons)) /* (e) */
        return status;
    status = find_signer(c, crl, &signer);
    if (status < 0)
        return status;
    if (!signer) {
        c->why = "the signature on a revocation list could not be proved";
        return SMIME_OK;
    }
    status = find_delta(c, crl, signer, &delta);
    if (status == SMIME_OK)
        look_up(c, crl, delta, interim);
    return status;
}

static smime_status try_point(check *c, const smime__distribution_point *point)
{
    smime__evidence_cursor at = { 0, 0 };
    smime_status status = SMIME_OK;
    smime_crl *crl;

    while (status == SMIME_OK && !is_decided(c) &&
           (crl = smime__evidence_next_crl(c->b->context, &at)) != NULL)
        status = try_list(c, point, crl);
    return status;
}

static void decide(check *c)
{
    smime__revocation *ret = c->ret;

    if (ret->state == SMIME_REVOKED_YES)
        return;
    if (c->reasons == SMIME__ALL_REASONS) {
        ret->state = SMIME_REVOKED_GOOD;
        ret->text = "a revocation list does not name it";
    } else if (c->why || c->reasons) {
        ret->state = SMIME_REVOKED_UNKNOWN;
        ret->text = c->reasons ? "the revocation lists at hand do not cover all reasons" : c->why;
    }
}

smime_status smime__revocation_by_lists(smime__builder *b, size_t index, smime__revocation *ret)
{
    check c = { b, index, b->stack[index], ret, 0, NULL };
    smime__distribution_point point, rest = { { { NULL, 0 }, { NULL, 0 } }, 0,
                                              SMIME__ALL_REASONS, { NULL, 0 } };
    smime__der der = smime__der_cursor(c.cert->distribution_points), points;
    smime_status status = SMIME_OK;

    if (!smime__evidence_crl(b->context, 0))
        return SMIME_OK;
    if (smime__der_enter(&der, SMIME__SEQUENCE, &points))
        while (status == SMIME_OK && !is_decided(&c) &&
               smime__distribution_point_take(&points, &point))
            status = try_point(&c, &point);
    /* then the lists of the issuer that no distribution point names */
    if (status == SMIME_OK && !is_decided(&c))
        status = try_point(&c, &rest);
    decide(&c);
    return status;
}
