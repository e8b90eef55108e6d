/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Key transport (RFC 5652 6.2.1, RFC 3560), and the list of all kinds. */
#include "cms/recipient_info.h"

#include "base/ascii.h"
#include "cms/identifier.h"
#include "crypto/keywrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

smime_status smime__recipients_add(smime__recipients *recipients, const char *kind,
                                   smime__buf *identifier, const char *algorithm)
{
    smime__recipient_result *made;
    smime_status status = smime__grow((void **)&recipients->list, recipients->count,
                                      &recipients->room, sizeof *recipients->list);

    if (status < 0)
        return status;
    made = &recipients->list[recipients->count];
    memset(made, 0, sizeof *made);
    made->kind = kind;
    snprintf(made->algorithm, sizeof made->algorithm, "%s", algorithm);
    if (identifier && identifier->len) {
        smime__buf clean = { 0 };
        status = smime__utf8_clean(&clean, smime__buf_view(identifier));
        if (status == SMIME_OK && !(made->identifier = (char *)(uintptr_t)smime__buf_text(&clean)))
            status = SMIME_E_NOMEM;
        if (status < 0) {
            smime__buf_free(&clean);
            return status;
        }
    }
    recipients->count++;
    return SMIME_OK;
}

void smime__recipients_clear(smime__recipients *recipients)
{
    for (size_t i = 0; i < recipients->count; i++)
        free(recipients->list[i].identifier);
    free(recipients->list);
    memset(recipients, 0, sizeof *recipients);
}

void smime__key_hunt_clear(smime__key_hunt *hunt)
{
    smime__buf_free(&hunt->info_bytes);
    for (size_t i = 0; i < hunt->password_count; i++)
        smime__buf_free(&hunt->passwords[i].info);
    free(hunt->passwords);
}

int smime__recipient_via(const smime__recipient *recipient)
{
    if (!recipient->cert)
        return recipient->shared.kind == SMIME__SHARED_PASSWORD ? SMIME__VIA_PASSWORD
                                                                : SMIME__VIA_KEY_WRAP;
    switch (smime__pubkey_kind(recipient->cert->key)) {
    case SMIME__KEY_RSA:
        return recipient->transport == SMIME__TRANSPORT_OAEP  ? SMIME__VIA_RSA_OAEP
               : recipient->transport == SMIME__TRANSPORT_KEM ? SMIME__VIA_RSA_KEM
                                                              : SMIME__VIA_RSA_V15;
    case SMIME__KEY_RSA_OAEP:
        return SMIME__VIA_RSA_OAEP;
    case SMIME__KEY_EC:
        return SMIME__VIA_ECDH;
    case SMIME__KEY_X25519:
        return SMIME__VIA_X25519;
    case SMIME__KEY_X448:
        return SMIME__VIA_X448;
    default:
        return SMIME__VIA_NONE;
    }
}

int smime__key_hunt_allows(smime__key_hunt *hunt)
{
    int via = smime__rules_via(hunt->recipients->list[hunt->recipients->count - 1].algorithm);

    if (via == SMIME__VIA_NONE || !hunt->rules ||
        smime__rules_allow(hunt->rules, SMIME__READING, SMIME__RULE_TRANSPORT + via))
        return 1;
    hunt->refused = 1;
    return 0;
}

smime_status smime__key_hunt_match(smime__key_hunt *hunt, smime_identity *identity,
                                   const smime__shared_key *key, smime__view whole, size_t index)
{
    smime_status status;

    if (hunt->identity || hunt->key || !smime__key_hunt_allows(hunt))
        return SMIME_OK;
    status = smime__buf_add_view(&hunt->info_bytes, whole);
    if (status < 0)
        return status;
    hunt->info = smime__buf_view(&hunt->info_bytes);
    hunt->matched = 1;
    hunt->identity = identity;
    hunt->key = key;
    hunt->info_index = index;
    hunt->match = hunt->recipients->count - 1;
    return SMIME_OK;
}

typedef struct ktri {
    int version;
    smime__identifier rid;
    smime__algorithm algorithm;
    smime__view encrypted_key;
} ktri;

static int read_ktri(smime__view whole, ktri *ret)
{
    smime__der der = smime__der_cursor(whole), in;

    memset(ret, 0, sizeof *ret);
    return smime__der_enter(&der, SMIME__SEQUENCE, &in) &&
           smime__der_take_small(&in, &ret->version) &&
           smime__identifier_take(&in, &ret->rid) &&
           smime__algorithm_take(&in, &ret->algorithm) &&
           smime__der_take(&in, SMIME__OCTET_STRING, &ret->encrypted_key) &&
           smime__der_done(&in) && smime__der_done(&der);
}

static smime_status list_ktri(smime__key_hunt *hunt, smime__view whole)
{
    smime__buf text = { 0 };
    const char *name = "unknown";
    smime_status status;
    ktri info;

    if (!read_ktri(whole, &info))
        return SMIME_E_CMS_SYNTAX;
    if (info.algorithm.oid == SMIME__OID_RSA)
        name = "rsa-v1.5";
    else if (info.algorithm.oid == SMIME__OID_RSA_OAEP)
        name = "rsa-oaep";
    status = smime__identifier_text(&text, &info.rid);
    if (status == SMIME_OK)
        status = smime__recipients_add(hunt->recipients, "ktri", &text, name);
    smime__buf_free(&text);
    for (size_t i = 0; i < hunt->identity_count && status == SMIME_OK; i++) {
        smime_identity *identity = hunt->identities[i];
        if (smime__identifier_matches(&info.rid, identity->cert) &&
            smime__privkey_kind(identity->key) == SMIME__KEY_RSA)
            status = smime__key_hunt_match(hunt, identity, NULL, whole, 0);
    }
    return status;
}

static smime_status open_ktri(const smime__key_hunt *hunt, uint8_t *key, size_t key_len)
{
    smime__buf label = { 0 };
    smime__oaep oaep;
    ktri info;
    int good = 0;
    smime_status status = SMIME_OK;

    if (!read_ktri(hunt->info, &info))
        return SMIME_OK;
    if (info.algorithm.oid == SMIME__OID_RSA) {
        if (smime__algorithm_is_plain(&info.algorithm))
            status = smime__privkey_decrypt(hunt->identity->key, info.encrypted_key, key,
                                            key_len);
    } else if (info.algorithm.oid == SMIME__OID_RSA_OAEP) {
        /* malformed parameters are an error, never a fall-back to v1.5 */
        status = smime__algorithm_oaep(&info.algorithm, &oaep, &label, &good);
        if (status == SMIME_OK && good)
            status = smime__privkey_decrypt_oaep(hunt->identity->key, &oaep, info.encrypted_key,
                                                 key, key_len);
    }
    smime__buf_free(&label);
    return status;
}

static smime_status add_ktri(smime__buf *to, const smime__recipient *recipient,
                             const uint8_t *key, size_t key_len)
{
    int oaep = recipient->transport == SMIME__TRANSPORT_OAEP;
    smime__oaep padding = { recipient->oaep_hash,
                            recipient->mgf_hash == SMIME__HASH_NONE ? recipient->oaep_hash
                                                                    : recipient->mgf_hash,
                            smime__buf_view(&recipient->label) };
    smime__buf encrypted = { 0 };
    size_t mark;
    smime_status status;

    status = oaep ? smime__pubkey_encrypt_oaep(recipient->cert->key, &padding, key, key_len,
                                               &encrypted)
                  : smime__pubkey_encrypt(recipient->cert->key, key, key_len, &encrypted);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &mark);
    if (status == SMIME_OK)
        status = smime__der_add_small(to, recipient->by_key_id ? 2 : 0);
    if (status == SMIME_OK)
        status = recipient->by_key_id ? smime__identifier_add_key_id(to, recipient->cert)
                                      : smime__identifier_add(to, recipient->cert);
    if (status == SMIME_OK)
        status = oaep ? smime__algorithm_add_oaep(to, &padding)
                      : smime__algorithm_add(to, SMIME__OID_RSA, 1);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OCTET_STRING, smime__buf_view(&encrypted));
    if (status == SMIME_OK)
        status = smime__der_end(to, mark);
    smime__buf_free(&encrypted);
    return status;
}

static smime_status add_shared(smime__buf *to, const smime__recipient *recipient,
                               const uint8_t *key, size_t key_len, int *ret_version)
{
    smime__view secret = smime__buf_view(&recipient->shared.secret);

    if (recipient->shared.kind == SMIME__SHARED_PASSWORD) {
        *ret_version = 3;
        return smime__pwri_add(to, secret, recipient->iterations, key, key_len);
    }
    *ret_version = 2;
    return smime__kekri_add(to, smime__buf_view(&recipient->shared.id), secret, key, key_len);
}

smime_status smime__recipient_info_add(smime__buf *to, const smime__recipient *recipient,
                                       const uint8_t *key, size_t key_len, int *ret_version)
{
    if (!recipient->cert)
        return add_shared(to, recipient, key, key_len, ret_version);
    switch (smime__pubkey_kind(recipient->cert->key)) {
    case SMIME__KEY_RSA:
        *ret_version = recipient->by_key_id ? 2 : 0;
        if (recipient->transport == SMIME__TRANSPORT_KEM) {
            *ret_version = 3;
            return smime__kemri_add(to, recipient, key, key_len);
        }
        return add_ktri(to, recipient, key, key_len);
    case SMIME__KEY_EC:
    case SMIME__KEY_X25519:
    case SMIME__KEY_X448:
        *ret_version = 2;
        return smime__kari_add(to, recipient, key, key_len);
    default:
        return SMIME_E_UNSUPPORTED;
    }
}

void smime__recipient_clear(smime__recipient *recipient)
{
    smime_cert_unref(recipient->cert);
    smime__buf_free(&recipient->shared.id);
    smime__buf_free(&recipient->shared.secret);
    smime__buf_free(&recipient->label);
    smime__buf_free(&recipient->ukm);
}

smime_status smime__recipient_info_read(smime__key_hunt *hunt, smime__view whole)
{
    smime__der der = smime__der_cursor(whole);
    smime__view content;
    uint8_t tag;

    if (!smime__der_next(&der, &tag, &content, NULL) || !smime__der_done(&der))
        return SMIME_E_CMS_SYNTAX;
    switch (tag) {
    case SMIME__SEQUENCE:
        return list_ktri(hunt, whole);
    case SMIME__CONTEXT_C(1):
        return smime__kari_read(hunt, whole, content);
    case SMIME__CONTEXT_C(2):
        return smime__kekri_read(hunt, whole, content);
    case SMIME__CONTEXT_C(3):
        return smime__pwri_read(hunt, whole, content);
    case SMIME__CONTEXT_C(4):
        return smime__kemri_read(hunt, whole, content);
    default:
        return SMIME_E_CMS_SYNTAX;
    }
}

smime_status smime__recipient_info_fallback(const smime__key_hunt *hunt, uint8_t *key,
                                            size_t key_len)
{
    const smime__shared_key *shared =
        hunt->key ? hunt->key
                  : smime__shared_keys_next(hunt->shared, SMIME__SHARED_PASSWORD, NULL);

    if (hunt->identity)
        return smime__privkey_fallback(hunt->identity->key, hunt->info, key, key_len);
    return smime__x963_kdf(SMIME__HASH_SHA256, shared->secret.data, shared->secret.len,
                           hunt->key ? hunt->info : smime__buf_view(&hunt->passwords[0].info), key,
                           key_len);
}

size_t smime__recipient_info_key_size(const smime__key_hunt *hunt, size_t otherwise)
{
    size_t size = 0;

    if (hunt->key)
        size = smime__kekri_key_size(hunt);
    else if (hunt->identity && hunt->info.data[0] == SMIME__CONTEXT_C(1))
        size = smime__kari_key_size(hunt);
    else if (hunt->identity && hunt->info.data[0] == SMIME__CONTEXT_C(4))
        size = smime__kemri_key_size(hunt);
    return size && size <= SMIME__KEY_MAX ? size : otherwise;
}

smime_status smime__recipient_info_open(smime__key_hunt *hunt, uint8_t *key, size_t key_len)
{
    if (hunt->key)
        return smime__kekri_open(hunt, key, key_len);
    if (!hunt->identity)
        return smime__pwri_open(hunt, key, key_len);
    if (hunt->info.data[0] == SMIME__SEQUENCE)
        return open_ktri(hunt, key, key_len);
    if (hunt->info.data[0] == SMIME__CONTEXT_C(4))
        return smime__kemri_open(hunt, key, key_len);
    return smime__kari_open(hunt, key, key_len);
}
