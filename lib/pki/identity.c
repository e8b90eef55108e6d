/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/identity.h"

#include "crypto/pem.h"

#include <stdlib.h>
#include <string.h>

smime_status smime__identity_make(smime_cert *cert, smime__privkey *key,
                                  smime_identity **ret_identity)
{
    smime_identity *identity = calloc(1, sizeof *identity);

    if (!identity)
        return SMIME_E_NOMEM;
    smime__ref_init(&identity->refs);
    identity->cert = smime_cert_ref(cert);
    identity->key = key;
    *ret_identity = identity;
    return SMIME_OK;
}

smime_status smime__identity_set_chain(smime_identity *identity, smime_cert *const *certs,
                                       size_t count)
{
    smime_cert **chain = calloc(count ? count : 1, sizeof *chain);
    size_t kept = 0;

    if (!chain)
        return SMIME_E_NOMEM;
    for (size_t i = 0; i < count; i++)
        if (!smime__cert_equal(certs[i], identity->cert))
            chain[kept++] = smime_cert_ref(certs[i]);
    for (size_t i = 0; i < identity->chain_count; i++)
        smime_cert_unref(identity->chain[i]);
    free(identity->chain);
    identity->chain = chain;
    identity->chain_count = kept;
    return SMIME_OK;
}

smime_status smime_identity_new(smime_cert *cert, const void *key, size_t key_len,
                                const char *password, smime_identity **ret_identity)
{
    smime__view data = smime__view_of(key, key_len);
    smime__pem pem = { { NULL, 0 }, { NULL, 0 }, { 0 } };
    smime__privkey *made = NULL;
    smime__limits limits;
    smime_status status = SMIME_OK;

    if (!cert || !key || !key_len || !ret_identity)
        return SMIME_E_INVALID_ARG;
    smime__limits_default(&limits);
    if (data.data[0] != SMIME__SEQUENCE && smime__pem_next(&data, &pem) < 0)
        status = SMIME_E_KEY_SYNTAX;
    if (status == SMIME_OK)
        status = smime__pkcs_scan(pem.der.data ? smime__buf_view(&pem.der)
                                               : smime__view_of(key, key_len),
                                  &limits, NULL);
    if (status == SMIME_OK)
        status = smime__privkey_new(pem.whole.data ? pem.whole : smime__view_of(key, key_len),
                                    password, &made);
    if (status == SMIME_OK && (!cert->key || !smime__privkey_matches(made, cert->key)))
        status = SMIME_E_KEY_MISMATCH;
    if (status == SMIME_OK)
        status = smime__identity_make(cert, made, ret_identity);
    if (status < 0)
        smime__privkey_free(made);
    smime__buf_free(&pem.der);
    return status;
}

smime_identity *smime_identity_ref(smime_identity *identity)
{
    if (identity)
        smime__ref_up(&identity->refs);
    return identity;
}

void smime_identity_unref(smime_identity *identity)
{
    if (!identity || !smime__ref_down(&identity->refs))
        return;
    for (size_t i = 0; i < identity->chain_count; i++)
        smime_cert_unref(identity->chain[i]);
    free(identity->chain);
    smime_cert_unref(identity->cert);
    smime__privkey_free(identity->key);
    free(identity);
}

smime_cert *smime_identity_cert(const smime_identity *identity)
{
    return identity ? identity->cert : NULL;
}

int32_t smime_identity_usable(const smime_identity *identity, int32_t use, int64_t seconds,
                              const char **ret_text)
{
    const char *why = identity ? smime__cert_unusable(identity->cert, use, seconds)
                               : "there is no identity";

    if (ret_text && why)
        *ret_text = why;
    return why == NULL;
}

/* The certificates that lead from the signer upwards, the self-issued root left out: a reader has
 * it or does not trust it. */
smime_status smime__identity_carry(const smime_identity *identity, smime__pool *to)
{
    smime_status status = smime__pool_add(to, identity->cert);

    for (size_t done = 0; done < to->count && status == SMIME_OK; done++) {
        smime__view issuer = smime__buf_view(&to->certs[done]->issuer_canonical);
        for (size_t i = 0; i < identity->chain_count && status == SMIME_OK; i++) {
            smime_cert *cert = identity->chain[i];
            smime__view subject = smime__buf_view(&cert->subject_canonical);
            if (smime__view_equal(subject, issuer) &&
                !smime__view_equal(subject, smime__buf_view(&cert->issuer_canonical)))
                status = smime__pool_add(to, cert);
        }
    }
    return status;
}
