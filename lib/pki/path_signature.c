/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signatures on certificates and on what proves their revocation: each checked once. */
#include "pki/path_build.h"

#include <stdlib.h>
#include <string.h>

struct smime__remembered {
    uint8_t what[32];
    uint8_t issuer[32];
    int good;
};

static const struct smime__remembered *find(const smime__path_context *context,
                                            const uint8_t *what, const uint8_t *issuer)
{
    for (size_t i = 0; i < context->remembered_count; i++)
        if (!memcmp(context->remembered[i].what, what, 32) &&
            !memcmp(context->remembered[i].issuer, issuer, 32))
            return &context->remembered[i];
    return NULL;
}

static smime_status keep(smime__path_context *context, const uint8_t *what, const uint8_t *issuer,
                         int good)
{
    smime_status status = smime__grow((void **)&context->remembered, context->remembered_count,
                                      &context->remembered_room, sizeof *context->remembered);
    struct smime__remembered *at;

    if (status < 0)
        return status;
    at = &context->remembered[context->remembered_count++];
    memcpy(at->what, what, sizeof at->what);
    memcpy(at->issuer, issuer, sizeof at->issuer);
    at->good = good;
    if (good)
        smime__memory_keep_signature(context->memory, what, issuer, context->shelf->generation);
    return SMIME_OK;
}

/* NULL reason: good enough to be looked at. */
static const char *refuse_algorithm(const smime__path_context *context, smime__view algorithm,
                                    smime__signature_kind *ret)
{
    smime__algorithm read;

    memset(ret, 0, sizeof *ret);
    if (!smime__algorithm_read(algorithm, &read) ||
        smime__algorithm_signature(&read, SMIME__HASH_NONE, ret) < 0 ||
        ret->scheme == SMIME__SCHEME_NONE)
        return "unsupported-algorithm";
    if (!smime__algorithm_is_allowed(&context->settings->rules, ret))
        return "weak-algorithm";
    return NULL;
}

static smime_status verify_once(smime__path_context *context, const uint8_t *what,
                                const smime__signature_kind *how, smime__view tbs,
                                smime__view signature, const smime_cert *issuer, int *ret_good)
{
    const struct smime__remembered *known = find(context, what, issuer->hash);
    smime_status status;

    if (known) {
        *ret_good = known->good;
        return SMIME_OK;
    }
    *ret_good = smime__memory_has_signature(context->memory, what, issuer->hash,
                                            context->shelf->generation);
    if (*ret_good)
        return SMIME_OK;
    status = smime__budget_signature(context->budget, context->error);
    if (status < 0)
        return status;
    *ret_good = issuer->key && smime__pubkey_verify(issuer->key, how, tbs, 0, signature);
    return keep(context, what, issuer->hash, *ret_good);
}

/* RFC 5280 6.1.4 (d) to (f): a DSA key without parameters has those of its issuer's. The result
 * depends on the path, so it is not remembered. */
static smime_status verify_inherited(smime__builder *b, size_t issuer,
                                     const smime__signature_kind *how, smime__view tbs,
                                     smime__view signature, int *ret_good)
{
    smime__pubkey *key = NULL;
    smime__buf spki = { 0 };
    size_t from = issuer + 1;
    smime_status status;

    while (from < b->depth && smime__cert_inherits_dsa(b->stack[from]))
        from++;
    if (from == b->depth)
        return SMIME_OK;
    status = smime__budget_signature(b->context->budget, b->context->error);
    if (status == SMIME_OK)
        status = smime__dsa_with_parameters(&spki, b->stack[issuer], b->stack[from]);
    if (status == SMIME_OK && spki.len) {
        status = smime__pubkey_new(smime__buf_view(&spki), &key);
        *ret_good = status == SMIME_OK &&
                    smime__pubkey_verify(key, how, tbs, 0, signature);
        status = status == SMIME_E_NOMEM ? status : SMIME_OK;
    }
    smime__pubkey_free(key);
    smime__buf_free(&spki);
    return status;
}

smime_status smime__path_check_signature(smime__builder *b, size_t index,
                                         smime__path_fault *fault)
{
    const smime_cert *cert = b->stack[index], *issuer = b->stack[index + 1];
    smime__signature_kind how;
    const char *refused = refuse_algorithm(b->context, cert->signature_algorithm, &how);
    smime_status status;
    int good = 0;

    if (refused) {
        smime__path_blame(fault, refused, (int)index, cert,
                          how.scheme == SMIME__SCHEME_NONE
                              ? "a certificate is signed with an unknown algorithm"
                          : how.scheme == SMIME__SCHEME_DSA
                              ? "a certificate is signed with DSA"
                              : "a certificate is signed with SHA-1");
        return SMIME_OK;
    }
    if (!issuer->key)
        status = verify_inherited(b, index + 1, &how, cert->tbs, cert->signature, &good);
    else
        status = verify_once(b->context, cert->hash, &how, cert->tbs, cert->signature, issuer,
                             &good);
    if (status == SMIME_OK && !good)
        smime__path_blame(fault, "bad-certificate-signature", (int)index, cert,
                          "the signature on a certificate does not fit its issuer's key");
    return status;
}

static size_t place_on_stack(const smime__builder *b, const smime_cert *cert)
{
    size_t at = 0;

    while (at < b->depth && !smime__cert_equal(b->stack[at], cert))
        at++;
    return at;
}

smime_status smime__path_verify(smime__builder *b, const uint8_t *what, smime__view algorithm,
                                smime__view tbs, smime__view signature, const smime_cert *issuer,
                                int *ret_good)
{
    smime__signature_kind how;
    size_t at;

    *ret_good = 0;
    if (refuse_algorithm(b->context, algorithm, &how))
        return SMIME_OK;
    if (!issuer->key) {
        at = place_on_stack(b, issuer);
        return at < b->depth ? verify_inherited(b, at, &how, tbs, signature, ret_good) : SMIME_OK;
    }
    if (smime__cert_key_is_huge(issuer))
        return SMIME_OK;
    return verify_once(b->context, what, &how, tbs, signature, issuer, ret_good);
}
