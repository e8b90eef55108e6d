/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* EnvelopedData (RFC 5652 6.1), EncryptedData (RFC 5652 8) and AuthEnvelopedData (RFC 5083 2.1)
 * read. */
#include "cms/decoder_private.h"

#include <string.h>

/* All RecipientInfos together may be as large as so many small structures. */
#define RECIPIENT_OBJECTS 16

enum { START, VERSION, ORIGINATOR, RECIPIENTS, CONTENT, ATTRIBUTES, MAC, UNAUTHENTICATED };

static int is_auth(const smime__cms *cms)
{
    return cms->result.kind == SMIME__LAYER_AUTH_ENVELOPED;
}

/* The key is known beforehand: no recipients. */
static int is_bare(const smime__cms *cms)
{
    return cms->kind == &smime__kind_encrypted;
}

static int next_field(const smime__cms *cms, uint8_t tag)
{
    int field = cms->field;

    switch (tag) {
    case SMIME__INTEGER:
        return field == START ? VERSION : -1;
    case SMIME__CONTEXT_C(0):
        return field == VERSION && !is_bare(cms) ? ORIGINATOR : -1;
    case SMIME__SET:
        return !is_bare(cms) && (field == VERSION || field == ORIGINATOR) ? RECIPIENTS : -1;
    case SMIME__SEQUENCE:
        return field == (is_bare(cms) ? VERSION : RECIPIENTS) ? CONTENT : -1;
    case SMIME__CONTEXT_C(1): /* unprotectedAttrs, or authAttrs */
        return field == CONTENT ? ATTRIBUTES : -1;
    case SMIME__OCTET_STRING:
    case SMIME__OCTET_STRING | 0x20:
        return is_auth(cms) && (field == CONTENT || field == ATTRIBUTES) ? MAC : -1;
    case SMIME__CONTEXT_C(2):
        return is_auth(cms) && field == MAC ? UNAUTHENTICATED : -1;
    default:
        return -1;
    }
}

static smime__ber_action action_of(const smime__cms *cms)
{
    switch (cms->field) {
    case RECIPIENTS:
    case CONTENT:
        return SMIME__BER_ENTER;
    case MAC:
    case VERSION:
        return SMIME__BER_COLLECT;
    case ATTRIBUTES:
        return is_auth(cms) ? SMIME__BER_COLLECT : SMIME__BER_SKIP;
    default:
        return SMIME__BER_SKIP;
    }
}

static smime_status enveloped_begin(smime__cms *cms, unsigned depth, uint8_t tag,
                                    smime__ber_action *ret_action)
{
    smime_status status;

    if (depth == 3) {
        int field = next_field(cms, tag);
        if (field < 0)
            return smime__cms_malformed(cms, "an element of EnvelopedData is out of place");
        cms->field = field;
        *ret_action = action_of(cms);
        return SMIME_OK;
    }
    *ret_action = SMIME__BER_COLLECT;
    if (cms->field != CONTENT)
        return SMIME_OK;
    if (depth == 4 && ((tag == SMIME__OBJECT_ID && cms->inner == 0) ||
                       (tag == SMIME__SEQUENCE && cms->inner == 1)))
        return SMIME_OK;
    if (depth == 4 && (tag & ~0x20) == SMIME__CONTEXT(0) && cms->inner == 2) {
        cms->inner = 3;
        cms->result.has_content = 1;
        status = smime__decrypt_begin(cms);
        *ret_action = cms->swallow ? SMIME__BER_SKIP : SMIME__BER_STREAM;
        return status;
    }
    return smime__cms_malformed(cms, "an EncryptedContentInfo is malformed");
}

smime_status smime__cms_add_recipient(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    smime_status status;

    cms->hunt.identities = cms->spec.identities;
    cms->hunt.identity_count = cms->spec.identity_count;
    cms->hunt.shared = cms->spec.shared;
    cms->hunt.rules = &cms->spec.job->settings.rules;
    cms->hunt.budget = cms->spec.budget;
    cms->hunt.error = &cms->error;
    cms->hunt.recipients = &cms->result.recipients;
    status = smime__limit_check(&cms->spec.job->settings.limits, SMIME_LIMIT_RECIPIENTS,
                                cms->result.recipients.count + 1, &cms->error);
    cms->recipient_bytes += len;
    if (status == SMIME_OK &&
        cms->recipient_bytes > RECIPIENT_OBJECTS *
                                   cms->spec.job->settings.limits.value[SMIME_LIMIT_OBJECT_BYTES])
        status = smime__fail(&cms->error, SMIME_E_LIMIT_RECIPIENTS,
                             "more bytes about recipients than %d structures may have",
                             RECIPIENT_OBJECTS);
    if (status == SMIME_OK)
        status = smime__cms_normalise(cms, tlv, len);
    if (status == SMIME_OK)
        status = smime__recipient_info_read(&cms->hunt, smime__buf_view(&cms->der));
    if (status == SMIME_OK) /* a key agreement may be for many */
        status = smime__limit_check(&cms->spec.job->settings.limits, SMIME_LIMIT_RECIPIENTS,
                                    cms->result.recipients.count, &cms->error);
    return status == SMIME_E_CMS_SYNTAX ? smime__cms_malformed(cms, "a RecipientInfo is malformed")
                                        : status;
}

/* RFC 5084 3.1 and 3.2: { nonce, ICVlen DEFAULT 12 } for GCM and CCM. */
static int read_aead_parameters(smime__cms *cms, smime__der der, smime__view *ret_iv)
{
    smime__der in;
    int tag_len = 12;

    if (!smime__der_enter(&der, SMIME__SEQUENCE, &in) || !smime__der_done(&der) ||
        !smime__der_take(&in, SMIME__OCTET_STRING, ret_iv))
        return 0;
    if (!smime__der_done(&in) &&
        (!smime__der_take_small(&in, &tag_len) || !smime__der_done(&in)))
        return 0;
    if (tag_len < 12 || tag_len > SMIME__TAG_SIZE ||
        (smime__cipher_is_ccm(cms->result.cipher) && tag_len % 2))
        return 0;
    cms->tag_len = (size_t)tag_len;
    return 1;
}

/* An initialisation vector alone, but for AES-GCM and -CCM; RC2 has its version before it. */
static int read_parameters(smime__cms *cms, const smime__algorithm *algorithm,
                           smime__view *ret_iv)
{
    smime__der der = smime__der_cursor(algorithm->params), in;
    int version;

    cms->tag_len = SMIME__TAG_SIZE;
    if (smime__cipher_is_gcm(cms->result.cipher) || smime__cipher_is_ccm(cms->result.cipher))
        return read_aead_parameters(cms, der, ret_iv);
    if (algorithm->oid == SMIME__OID_RC2_CBC)
        return smime__der_enter(&der, SMIME__SEQUENCE, &in) && smime__der_done(&der) &&
               smime__der_take_small(&in, &version) &&
               smime__der_take(&in, SMIME__OCTET_STRING, ret_iv) && smime__der_done(&in);
    return smime__der_take(&der, SMIME__OCTET_STRING, ret_iv) && smime__der_done(&der);
}

static int is_iv_sane(smime__cipher cipher, smime__view iv)
{
    if (smime__cipher_is_gcm(cipher))
        return iv.len > 0;
    if (smime__cipher_is_ccm(cipher))
        return iv.len >= 7 && iv.len <= 13;
    return iv.len == smime__cipher_iv_size(cipher);
}

static int is_acceptable(const smime__cms *cms)
{
    return cms->result.cipher != SMIME__CIPHER_NONE &&
           smime__rules_allow(&cms->spec.job->settings.rules, SMIME__READING,
                              SMIME__RULE_CIPHER + (int)cms->result.cipher);
}

/* EncryptedData: the first content key at hand that the cipher can have. */
static void find_content_key(smime__cms *cms)
{
    const smime__shared_key *key = NULL;
    size_t size = smime__cipher_key_size(cms->result.cipher);

    while (is_bare(cms) && !cms->hunt.matched && size &&
           (key = smime__shared_keys_next(cms->spec.shared, SMIME__SHARED_CONTENT, key)))
        if (key->secret.len == size) {
            memcpy(cms->key, key->secret.data, size);
            cms->key_len = size;
            cms->hunt.matched = 1;
        }
}

static smime_status read_algorithm(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    smime__algorithm algorithm;
    smime__view iv;
    smime_status status = smime__cms_normalise(cms, tlv, len);

    if (status < 0)
        return status;
    cms->inner = 2;
    if (!smime__algorithm_read(smime__buf_view(&cms->der), &algorithm))
        return smime__cms_malformed(cms, "a content encryption algorithm is malformed");
    if (algorithm.oid == SMIME__OID_CEK_HKDF_SHA256) {
        smime__view inside = algorithm.params;
        status = smime__buf_add_view(&cms->derivation, inside);
        if (status == SMIME_OK && !smime__algorithm_read(inside, &algorithm))
            return smime__cms_malformed(cms, "a content encryption algorithm is malformed");
        if (status < 0)
            return status;
    }
    cms->result.cipher = smime__algorithm_cipher(&algorithm);
    cms->result.algorithm = smime__cipher_name(cms->result.cipher);
    cms->result.authenticated = is_auth(cms);
    find_content_key(cms);
    /* for no key at hand it is locked, whatever the algorithm */
    if (!is_acceptable(cms) && !cms->hunt.matched)
        return SMIME_OK;
    if (cms->result.cipher == SMIME__CIPHER_NONE)
        return smime__cms_fail(cms, "unsupported-algorithm", SMIME_OK,
                               "the content is encrypted with an algorithm that is not supported");
    if (!is_acceptable(cms))
        return smime__cms_fail(cms, "weak-algorithm", SMIME_OK,
                                smime__cipher_is_weak(cms->result.cipher)
                                   ? "the content is encrypted with a cipher that is too weak to "
                                     "rely on"
                                   : "the content is encrypted with a cipher that the policy does "
                                     "not allow");
    /* RFC 5083 2.1 and 3: neither in the other's place, or an attacker takes the tag away */
    if (smime__cipher_is_aead(cms->result.cipher) != is_auth(cms))
        return smime__cms_fail(cms, "cipher-misplaced", SMIME_OK,
                               is_auth(cms) ? "AuthEnvelopedData with a cipher that has no tag"
                                            : "an authenticated cipher in EnvelopedData");
    if (!read_parameters(cms, &algorithm, &iv))
        return smime__cms_malformed(cms, "the parameters of the content encryption make no sense");
    if (!is_iv_sane(cms->result.cipher, iv))
        return smime__cms_malformed(cms, "an initialisation vector has the wrong length");
    return smime__buf_add_view(&cms->iv, iv);
}

static smime_status enveloped_collected(smime__cms *cms, unsigned depth, const uint8_t *tlv,
                                        size_t len)
{
    smime_status status;

    (void)depth;
    switch (cms->field) {
    case RECIPIENTS:
        return smime__cms_add_recipient(cms, tlv, len);
    case VERSION:
        return smime__cms_read_version(cms, tlv, len, is_auth(cms)   ? 1u << 0
                                                      : is_bare(cms) ? 1u << 0 | 1u << 2
                                                                     : 0x1du);
    case CONTENT:
        if (cms->inner == 1)
            return read_algorithm(cms, tlv, len);
        return smime__encap_type(cms, tlv, len);
    case ATTRIBUTES:
    case MAC:
        status = smime__cms_normalise(cms, tlv, len);
        if (status == SMIME_OK)
            status = smime__buf_add_view(cms->field == MAC ? &cms->mac : &cms->auth_attributes,
                                         smime__buf_view(&cms->der));
        return status;
    default:
        return SMIME_OK;
    }
}

static smime_status enveloped_data(smime__cms *cms, const uint8_t *data, size_t len)
{
    smime_status status = cms->cipher ? smime__stage_write(cms->cipher, data, len) : SMIME_OK;

    cms->ciphertext += len;
    if (status == SMIME_OK && cms->gate)
        status = smime__stage_write(&cms->gate->stage, data, len);
    return status;
}

static smime_status enveloped_end(smime__cms *cms, unsigned depth)
{
    if (depth == 4 && cms->field == CONTENT && cms->cipher)
        return smime__decrypt_end(cms);
    return SMIME_OK;
}

static smime_status enveloped_finish(smime__cms *cms)
{
    if (cms->result.locked)
        return SMIME_OK;
    if (cms->field < CONTENT || cms->inner != 3 || (is_auth(cms) && cms->field < MAC))
        return smime__cms_malformed(cms, "EnvelopedData lacks elements");
    return is_auth(cms) ? smime__decrypt_verify(cms) : SMIME_OK;
}

void smime__enveloped_clear(smime__cms *cms)
{
    if (cms->gate)
        smime__stage_free(&cms->gate->stage);
    smime__stage_free(cms->cipher);
    smime__stage_free(cms->release);
    smime__key_hunt_clear(&cms->hunt);
    smime__buf_free(&cms->iv);
    smime__buf_free(&cms->auth_attributes);
    smime__buf_free(&cms->mac);
    smime__buf_free(&cms->derivation);
}

const smime__cms_kind smime__kind_enveloped = {
    SMIME__OID_ENVELOPED_DATA, SMIME__LAYER_ENVELOPED, enveloped_begin,  enveloped_collected,
    enveloped_data,            enveloped_end,          enveloped_finish,
};

const smime__cms_kind smime__kind_auth_enveloped = {
    SMIME__OID_AUTH_ENVELOPED_DATA, SMIME__LAYER_AUTH_ENVELOPED, enveloped_begin,
    enveloped_collected,            enveloped_data,              enveloped_end,
    enveloped_finish,
};

const smime__cms_kind smime__kind_encrypted = {
    SMIME__OID_ENCRYPTED_DATA, SMIME__LAYER_ENCRYPTED, enveloped_begin,  enveloped_collected,
    enveloped_data,            enveloped_end,          enveloped_finish,
};
