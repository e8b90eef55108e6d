/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cms/attributes.h"
#include "cms/identifier.h"
#include "cms/signer_info.h"
#include "cms/signing_certificate.h"
#include "pki/capabilities.h"

#include <string.h>

smime_status smime__signer_kind(const smime__signer *signer, smime__signature_kind *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->hash = signer->hash;
    ret->mgf_hash = signer->hash;
    ret->salt = (int)smime__hash_size(signer->hash);
    switch (smime__privkey_kind(signer->identity->key)) {
    case SMIME__KEY_RSA:
        ret->scheme = signer->pss ? SMIME__SCHEME_RSA_PSS : SMIME__SCHEME_RSA;
        return SMIME_OK;
    case SMIME__KEY_RSA_PSS:
        ret->scheme = SMIME__SCHEME_RSA_PSS;
        return SMIME_OK;
    case SMIME__KEY_EC:
        ret->scheme = SMIME__SCHEME_ECDSA;
        return SMIME_OK;
    case SMIME__KEY_ED448:
        ret->scheme = SMIME__SCHEME_ED448;
        return signer->hash == SMIME__HASH_SHAKE256 ? SMIME_OK : SMIME_E_UNSUPPORTED;
    case SMIME__KEY_ED25519: /* RFC 8419 3.1 */
        ret->scheme = SMIME__SCHEME_ED25519;
        return signer->hash == SMIME__HASH_SHA512 ? SMIME_OK : SMIME_E_UNSUPPORTED;
    default:
        return SMIME_E_UNSUPPORTED;
    }
}

smime_status smime__signer_digest_add(smime__buf *to, const smime__signer *signer)
{
    return smime__privkey_kind(signer->identity->key) == SMIME__KEY_ED448
               ? smime__algorithm_add_shake256_len(to)
               : smime__algorithm_add_hash(to, signer->hash);
}

#define ATTRIBUTES_USUAL 512 /* bytes of signed attributes, roughly */

/* Adds the attribute, if its value was made, and empties @p value for the next one. */
static smime_status add_made(smime__buf *to, smime__oid type, smime__buf *value,
                             smime_status made)
{
    smime_status status =
        made == SMIME_OK ? smime__attribute_add(to, type, smime__buf_view(value)) : made;

    smime__buf_clear(value);
    return status;
}

/* RFC 6211: { digestAlgorithm, [1] signatureAlgorithm } */
static smime_status make_protection(smime__buf *to, const smime__signer *signer,
                                    const smime__signature_kind *how)
{
    size_t outer, start;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &outer);

    if (status == SMIME_OK)
        status = smime__signer_digest_add(to, signer);
    start = to->len;
    if (status == SMIME_OK)
        status = smime__algorithm_add_signature(to, how);
    if (status == SMIME_OK)
        to->data[start] = SMIME__CONTEXT_C(1); /* IMPLICIT */
    return status == SMIME_OK ? smime__der_end(to, outer) : status;
}

/* The elements of signedAttrs, sorted. */
static smime_status make_attributes(smime__buf *to, const smime__signer *signer,
                                    const smime__signature_kind *how, smime__view content_type,
                                    const uint8_t *digest, int64_t signing_time)
{
    smime__buf set = { 0 }, value = { 0 };
    smime_status status = smime__buf_reserve(&set, ATTRIBUTES_USUAL);

    if (status == SMIME_OK)
        status = smime__buf_reserve(&value, ATTRIBUTES_USUAL / 4);
    if (status == SMIME_OK && content_type.len) /* a countersignature has none */
        status = add_made(&set, SMIME__OID_CONTENT_TYPE, &value,
                          smime__der_add_view(&value, SMIME__OBJECT_ID, content_type));
    if (status == SMIME_OK)
        status = add_made(&set, SMIME__OID_MESSAGE_DIGEST, &value,
                          smime__der_add(&value, SMIME__OCTET_STRING, digest,
                                         smime__hash_size(signer->hash)));
    if (status == SMIME_OK)
        status = add_made(&set, SMIME__OID_SIGNING_TIME, &value,
                          smime__der_add_time(&value, signing_time));
    if (status == SMIME_OK && !signer->no_capabilities)
        status = add_made(&set, SMIME__OID_SMIME_CAPABILITIES, &value,
                          smime__capabilities_encode(&value));
    if (status == SMIME_OK)
        status = add_made(&set, SMIME__OID_SIGNING_CERTIFICATE_V2, &value,
                          smime__signing_certificate_add(&value, signer->identity->cert));
    if (status == SMIME_OK)
        status = add_made(&set, SMIME__OID_ALGORITHM_PROTECTION, &value,
                          make_protection(&value, signer, how));
    if (status == SMIME_OK)
        status = smime__buf_add_view(&set, smime__buf_view(&signer->more_signed));
    if (status == SMIME_OK)
        status = smime__der_sort_set(to, smime__buf_view(&set));
    smime__buf_free(&set);
    smime__buf_free(&value);
    return status;
}

/* Over the attributes as a SET OF in DER, or over the content where there are none. */
static smime_status add_signature(smime__buf *to, const smime__signer *signer,
                                  const smime__signature_kind *how, smime__view attributes,
                                  const uint8_t *digest)
{
    smime__buf set = { 0 }, signature = { 0 };
    smime_status status;

    if (signer->no_attributes) {
        status = smime__privkey_sign(signer->identity->key, how,
                                     smime__view_of(digest, smime__hash_size(signer->hash)), 1,
                                     &signature);
    } else {
        status = smime__der_add_view(&set, SMIME__SET, attributes);
        if (status == SMIME_OK)
            status = smime__privkey_sign(signer->identity->key, how, smime__buf_view(&set), 0,
                                         &signature);
    }
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OCTET_STRING, smime__buf_view(&signature));
    smime__buf_free(&set);
    smime__buf_free(&signature);
    return status;
}

static smime_status add_unsigned(smime__buf *to, const smime__signer *signer)
{
    size_t mark;
    smime_status status;

    if (!signer->more_unsigned.len)
        return SMIME_OK;
    status = smime__der_begin(to, SMIME__CONTEXT_C(1), &mark);
    if (status == SMIME_OK)
        status = smime__der_sort_set(to, smime__buf_view(&signer->more_unsigned));
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

/* RFC 5652 5.3: the version goes with the identifier. */
static smime_status add_identifier(smime__buf *to, const smime__signer *signer)
{
    smime_status status = smime__der_add_small(to, signer->by_key_id ? 3 : 1);

    if (status < 0)
        return status;
    return signer->by_key_id ? smime__identifier_add_key_id(to, signer->identity->cert)
                             : smime__identifier_add(to, signer->identity->cert);
}

smime_status smime__signer_info_add(smime__buf *to, const smime__signer *signer,
                                    smime__view content_type, const uint8_t *digest,
                                    int64_t signing_time)
{
    smime__buf attributes = { 0 };
    smime__signature_kind how;
    size_t mark;
    smime_status status = smime__signer_kind(signer, &how);

    if (status == SMIME_OK && !signer->no_attributes)
        status = make_attributes(&attributes, signer, &how, content_type, digest, signing_time);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &mark);
    if (status == SMIME_OK)
        status = add_identifier(to, signer);
    if (status == SMIME_OK)
        status = smime__signer_digest_add(to, signer);
    if (status == SMIME_OK && !signer->no_attributes)
        status = smime__der_add_view(to, SMIME__CONTEXT_C(0), smime__buf_view(&attributes));
    if (status == SMIME_OK)
        status = smime__algorithm_add_signature(to, &how);
    if (status == SMIME_OK)
        status = add_signature(to, signer, &how, smime__buf_view(&attributes), digest);
    if (status == SMIME_OK)
        status = add_unsigned(to, signer);
    if (status == SMIME_OK)
        status = smime__der_end(to, mark);
    smime__buf_free(&attributes);
    return status;
}

void smime__signer_clear(smime__signer *signer)
{
    smime_identity_unref(signer->identity);
    smime__buf_free(&signer->more_signed);
    smime__buf_free(&signer->more_unsigned);
}
