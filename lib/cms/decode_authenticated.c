/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AuthenticatedData read, RFC 5652 9: a MAC under a key that every recipient has. */
#include "cms/attributes.h"
#include "cms/decoder_private.h"

#include "base/secret.h"
#include "crypto/mac.h"

#include <string.h>

enum { START, VERSION, ORIGINATOR, RECIPIENTS, ALGORITHM, DIGEST, CONTENT, ATTRIBUTES, MAC, MORE };

static int next_field(int field, uint8_t tag)
{
    switch (tag) {
    case SMIME__INTEGER:
        return field == START ? VERSION : -1;
    case SMIME__CONTEXT_C(0):
        return field == VERSION ? ORIGINATOR : -1;
    case SMIME__SET:
        return field == VERSION || field == ORIGINATOR ? RECIPIENTS : -1;
    case SMIME__SEQUENCE:
        return field == RECIPIENTS ? ALGORITHM : field == ALGORITHM || field == DIGEST ? CONTENT : -1;
    case SMIME__CONTEXT_C(1):
        return field == ALGORITHM ? DIGEST : -1;
    case SMIME__CONTEXT_C(2):
        return field == CONTENT ? ATTRIBUTES : -1;
    case SMIME__OCTET_STRING:
    case SMIME__OCTET_STRING | 0x20:
        return field == CONTENT || field == ATTRIBUTES ? MAC : -1;
    case SMIME__CONTEXT_C(3):
        return field == MAC ? MORE : -1;
    default:
        return -1;
    }
}

/* The digest when there will be attributes, which the MAC is over then; else the MAC itself. */
static smime_status begin_content(smime__cms *cms)
{
    smime_status status;

    cms->result.has_content = 1;
    status = cms->spec.content(cms->spec.user, smime__buf_view(&cms->content_type), &cms->next);
    if (status == SMIME_OK && cms->hunt.matched)
        status = smime__decrypt_key(cms, smime__recipient_info_key_size(
                                             &cms->hunt, smime__hash_size(cms->hash)));
    if (status < 0)
        return status;
    if (cms->hashes)
        return smime__digest_stage_new(cms->hashes, cms->next, &cms->content);
    return smime__hmac_stage_new(cms->hash, smime__view_of(cms->key, cms->key_len), cms->next,
                                 &cms->content);
}

static smime_status authenticated_begin(smime__cms *cms, unsigned depth, uint8_t tag,
                                        smime__ber_action *ret_action)
{
    int field = cms->field;

    *ret_action = SMIME__BER_COLLECT;
    if (depth > 3)
        return field == CONTENT ? smime__encap_begin(cms, depth, tag, ret_action, begin_content)
                                : SMIME_OK;
    field = next_field(field, tag);
    if (field < 0)
        return smime__cms_malformed(cms, "an element of AuthenticatedData is out of place");
    cms->field = field;
    if (field == RECIPIENTS || field == CONTENT)
        *ret_action = SMIME__BER_ENTER;
    else if (field == ORIGINATOR || field == MORE)
        *ret_action = SMIME__BER_SKIP;
    return SMIME_OK;
}

static smime_status read_mac_algorithm(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    smime__algorithm algorithm;
    smime_status status = smime__cms_normalise(cms, tlv, len);

    if (status < 0)
        return status;
    if (!smime__algorithm_read(smime__buf_view(&cms->der), &algorithm))
        return smime__cms_malformed(cms, "a MAC algorithm is malformed");
    cms->hash = smime__algorithm_hmac(&algorithm);
    cms->result.algorithm = smime__hmac_name(cms->hash);
    if (cms->hash != SMIME__HASH_NONE)
        return SMIME_OK;
    return smime__cms_fail(cms, "unsupported-algorithm", SMIME_OK,
                           "the MAC algorithm of AuthenticatedData is not supported");
}

static smime_status read_digest_algorithm(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    smime__algorithm algorithm;
    smime_status status = smime__cms_normalise(cms, tlv, len);

    if (status < 0)
        return status;
    cms->der.data[0] = SMIME__SEQUENCE; /* it was IMPLICIT */
    if (!smime__algorithm_read(smime__buf_view(&cms->der), &algorithm))
        return smime__cms_malformed(cms, "a digest algorithm is malformed");
    cms->digest_hash = smime__algorithm_hash(&algorithm);
    if (cms->digest_hash == SMIME__HASH_NONE)
        return smime__cms_fail(cms, "unsupported-algorithm", SMIME_OK,
                               "the digest algorithm of AuthenticatedData is not supported");
    cms->hashes = 1u << cms->digest_hash;
    return SMIME_OK;
}

static smime_status authenticated_collected(smime__cms *cms, unsigned depth, const uint8_t *tlv,
                                            size_t len)
{
    smime_status status;

    (void)depth;
    switch (cms->field) {
    case VERSION: /* RFC 5652 9.1: 1 and 3 with certificates of other kinds */
        return smime__cms_read_version(cms, tlv, len, 1u << 0 | 1u << 1 | 1u << 3);
    case RECIPIENTS:
        return smime__cms_add_recipient(cms, tlv, len);
    case ALGORITHM:
        return read_mac_algorithm(cms, tlv, len);
    case DIGEST:
        return read_digest_algorithm(cms, tlv, len);
    case CONTENT:
        return smime__encap_type(cms, tlv, len);
    default: /* attributes, MAC */
        status = smime__cms_normalise(cms, tlv, len);
        return status == SMIME_OK
                   ? smime__buf_add_view(cms->field == MAC ? &cms->mac : &cms->auth_attributes,
                                         smime__buf_view(&cms->der))
                   : status;
    }
}

static smime_status authenticated_data(smime__cms *cms, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len && cms->head_len < sizeof cms->head; i++)
        cms->head[cms->head_len++] = data[i];
    cms->result.content_length += len;
    return smime__stage_write(cms->content, data, len);
}

static smime_status authenticated_end(smime__cms *cms, unsigned depth)
{
    return smime__encap_ends(cms, depth, CONTENT) ? smime__stage_finish(cms->content) : SMIME_OK;
}

/* RFC 5652 9.2 and 11: both attributes once, and each fits; then the MAC over all of them. */
static smime_status mac_of_attributes(smime__cms *cms, uint8_t *mac, int *ret_fits)
{
    smime__der der = smime__der_cursor(smime__buf_view(&cms->auth_attributes));
    smime__view set = { NULL, 0 }, digest, type, value;
    const uint8_t *own = smime__digest_stage_value(cms->content, cms->digest_hash);
    smime__buf sorted = { 0 }, whole = { 0 };
    smime_status status;

    smime__der_next(&der, NULL, &set, NULL);
    if (!set.len || smime__attribute_count(set) == SIZE_MAX)
        return smime__cms_malformed(cms, "authenticated attributes are malformed");
    status = smime__limit_check(&cms->spec.job->settings.limits, SMIME_LIMIT_ATTRIBUTES,
                                smime__attribute_count(set), &cms->error);
    if (smime__attribute_find(set, SMIME__OID_MESSAGE_DIGEST, &value) == SMIME__ATTR_FOUND) {
        der = smime__der_cursor(value);
        *ret_fits = smime__der_take(&der, SMIME__OCTET_STRING, &digest) &&
                    digest.len == smime__hash_size(cms->digest_hash) &&
                    smime__secret_equal(digest.data, own, digest.len);
    }
    if (*ret_fits &&
        smime__attribute_find(set, SMIME__OID_CONTENT_TYPE, &value) == SMIME__ATTR_FOUND) {
        der = smime__der_cursor(value);
        *ret_fits = smime__der_take_oid(&der, &type) &&
                    smime__view_equal(type, smime__buf_view(&cms->content_type));
    } else {
        *ret_fits = 0;
    }
    if (status == SMIME_OK)
        status = smime__der_sort_set(&sorted, set);
    if (status == SMIME_OK)
        status = smime__der_add_view(&whole, SMIME__SET, smime__buf_view(&sorted));
    if (status == SMIME_OK)
        status = smime__hmac_once(cms->hash, smime__view_of(cms->key, cms->key_len),
                                  smime__buf_view(&whole), mac);
    smime__buf_free(&sorted);
    smime__buf_free(&whole);
    return status;
}

/* RFC 5652 9.1: a MAC over the content alone says nothing of its type, and may be one that was made
 * over the attributes of another structure. */
static int is_unbound(const smime__cms *cms)
{
    return !cms->hashes &&
           (!smime__view_equal(smime__buf_view(&cms->content_type),
                               smime__oid_bytes(SMIME__OID_DATA)) ||
            smime__attributes_alike(smime__view_of(cms->head, cms->head_len),
                                    cms->result.content_length));
}

static smime_status authenticated_finish(smime__cms *cms)
{
    smime__der der = smime__der_cursor(smime__buf_view(&cms->mac));
    uint8_t own[SMIME__DIGEST_MAX];
    size_t size = smime__hash_size(cms->hash);
    smime__view mac;
    int fits = 1;
    smime_status status = SMIME_OK;

    if (cms->field < MAC || cms->inner < 1 || !cms->hashes != !cms->auth_attributes.len ||
        !smime__der_take(&der, SMIME__OCTET_STRING, &mac))
        return smime__cms_malformed(cms, "AuthenticatedData lacks elements");
    if (!cms->hunt.matched)
        return smime__cms_fail(cms, "no-key", SMIME_OK,
                               "the content is authenticated for no key at hand: nobody checked it");
    if (!cms->content)
        return smime__cms_fail(cms, "content-missing", SMIME_OK,
                               "AuthenticatedData holds no content");
    if (is_unbound(cms))
        return smime__cms_malformed(cms, "AuthenticatedData lacks the attributes it must have");
    if (cms->hashes) {
        fits = 0;
        status = mac_of_attributes(cms, own, &fits);
    } else {
        memcpy(own, smime__hmac_stage_value(cms->content), size);
    }
    if (status < 0)
        return status;
    if (mac.len != size || !(fits & smime__secret_equal(mac.data, own, size)))
        return smime__cms_fail(cms, "decryption-failed", SMIME_OK,
                               "the content is not what was authenticated, or not for this key");
    smime__decrypt_opened(cms);
    return SMIME_OK;
}

const smime__cms_kind smime__kind_authenticated = {
    SMIME__OID_AUTHENTICATED_DATA, SMIME__LAYER_AUTHENTICATED, authenticated_begin,
    authenticated_collected,       authenticated_data,         authenticated_end,
    authenticated_finish,
};
