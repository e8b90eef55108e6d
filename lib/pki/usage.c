/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a certificate may be used for in mail, RFC 8550 4.4. */
#include "pki/cert.h"

#include <smime/key.h>

static const char *unusable_to_sign(const smime_cert *cert)
{
    switch (smime__pubkey_kind(cert->key)) {
    case SMIME__KEY_RSA:
    case SMIME__KEY_RSA_PSS:
    case SMIME__KEY_EC:
    case SMIME__KEY_ED25519:
    case SMIME__KEY_ED448:
    case SMIME__KEY_DSA: /* whether that is good enough is the policy's decision */
        break;
    default:
        return "its kind of key cannot sign";
    }
    if (cert->has_key_usage &&
        !(cert->key_usage & (SMIME__KU_DIGITAL_SIGNATURE | SMIME__KU_NON_REPUDIATION)))
        return "its key usage does not allow signing";
    return NULL;
}

static const char *unusable_to_encrypt(const smime_cert *cert)
{
    unsigned needed;

    switch (smime__pubkey_kind(cert->key)) {
    case SMIME__KEY_RSA:
    case SMIME__KEY_RSA_OAEP:
        needed = SMIME__KU_KEY_ENCIPHERMENT;
        break;
    case SMIME__KEY_EC:
    case SMIME__KEY_X25519:
    case SMIME__KEY_X448:
        needed = SMIME__KU_KEY_AGREEMENT;
        break;
    default:
        return "its kind of key cannot encrypt";
    }
    if (cert->has_key_usage && !(cert->key_usage & needed))
        return "its key usage does not allow encryption";
    return NULL;
}

int smime__cert_key_is_huge(const smime_cert *cert)
{
    smime__key_kind kind = smime__pubkey_kind(cert->key);

    return (kind == SMIME__KEY_RSA || kind == SMIME__KEY_RSA_PSS) &&
           (smime__pubkey_bits(cert->key) > 8192 || !smime__pubkey_exponent_sane(cert->key));
}

const char *smime__cert_unusable(const smime_cert *cert, int32_t use, int64_t when)
{
    const char *why = NULL;

    if (!cert->key)
        return "its public key is of an unknown kind or malformed";
    if (use & SMIME_USE_SIGN)
        why = unusable_to_sign(cert);
    if (!why && use & SMIME_USE_ENCRYPT)
        why = unusable_to_encrypt(cert);
    if (!why && use && cert->has_eku && !cert->eku_email && !cert->eku_any)
        why = "its extended key usage does not allow e-mail";
    if (!why && when < cert->not_before)
        why = "it is not valid yet";
    if (!why && when > cert->not_after)
        why = "it has expired";
    return why;
}
