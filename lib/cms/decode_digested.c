/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DigestedData read, RFC 5652 7. It tells damage, and proves nothing of anybody. */
#include "cms/decoder_private.h"

#include "base/secret.h"

enum { START, VERSION, ALGORITHM, CONTENT, DIGEST };

static smime_status begin_content(smime__cms *cms)
{
    smime_status status = cms->spec.content(cms->spec.user, smime__buf_view(&cms->content_type),
                                            &cms->next);

    cms->result.has_content = 1;
    return status == SMIME_OK ? smime__digest_stage_new(cms->hashes, cms->next, &cms->digests)
                              : status;
}

static smime_status digested_begin(smime__cms *cms, unsigned depth, uint8_t tag,
                                   smime__ber_action *ret_action)
{
    static const uint8_t tags[] = { SMIME__INTEGER, SMIME__SEQUENCE, SMIME__SEQUENCE,
                                    SMIME__OCTET_STRING };

    if (depth > 3)
        return smime__encap_begin(cms, depth, tag, ret_action, begin_content);
    if (cms->field >= DIGEST ||
        (cms->field == CONTENT ? tag & ~0x20 : tag) != tags[cms->field])
        return smime__cms_malformed(cms, "an element of DigestedData is out of place");
    cms->field++;
    *ret_action = cms->field == CONTENT ? SMIME__BER_ENTER : SMIME__BER_COLLECT;
    return SMIME_OK;
}

static smime_status read_algorithm(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    smime__algorithm algorithm;
    smime__hash hash;
    smime_status status = smime__cms_normalise(cms, tlv, len);

    if (status < 0)
        return status;
    if (!smime__algorithm_read(smime__buf_view(&cms->der), &algorithm))
        return smime__cms_malformed(cms, "a digest algorithm is malformed");
    hash = smime__algorithm_hash(&algorithm);
    if (hash == SMIME__HASH_NONE)
        return smime__cms_fail(cms, "unsupported-algorithm", SMIME_OK,
                               "the digest algorithm of DigestedData is not supported");
    cms->hashes = 1u << hash;
    cms->hash = hash;
    cms->result.algorithm = smime__hash_name(hash);
    return SMIME_OK;
}

static smime_status check_digest(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    smime_status status = smime__cms_normalise(cms, tlv, len);
    smime__der der = smime__der_cursor(smime__buf_view(&cms->der));
    const uint8_t *own = cms->digests ? smime__digest_stage_value(cms->digests, cms->hash) : NULL;
    smime__view digest;

    if (status < 0)
        return status;
    if (!smime__der_take(&der, SMIME__OCTET_STRING, &digest))
        return smime__cms_malformed(cms, "the digest of DigestedData is malformed");
    if (!own)
        return smime__cms_fail(cms, "content-missing", SMIME_OK,
                               "DigestedData holds no content");
    if (digest.len != smime__hash_size(cms->hash) ||
        !smime__secret_equal(digest.data, own, digest.len))
        return smime__cms_fail(cms, "content-changed", SMIME_OK,
                               "the content does not fit its digest");
    cms->result.opened = 1;
    return SMIME_OK;
}

static smime_status digested_collected(smime__cms *cms, unsigned depth, const uint8_t *tlv,
                                       size_t len)
{
    (void)depth;
    switch (cms->field) {
    case VERSION: /* RFC 5652 7: 0 for plain data, else 2; told by the content type that follows */
        return smime__cms_read_version(cms, tlv, len, 1u << 0 | 1u << 2);
    case ALGORITHM:
        return read_algorithm(cms, tlv, len);
    case CONTENT:
        return smime__encap_type(cms, tlv, len);
    default:
        return check_digest(cms, tlv, len);
    }
}

static smime_status digested_data(smime__cms *cms, const uint8_t *data, size_t len)
{
    return smime__stage_write(cms->digests, data, len);
}

static smime_status digested_end(smime__cms *cms, unsigned depth)
{
    if (!smime__encap_ends(cms, depth, CONTENT) || !cms->digests)
        return SMIME_OK;
    cms->result.content_length = smime__digest_stage_length(cms->digests);
    return smime__stage_finish(cms->digests);
}

static smime_status digested_finish(smime__cms *cms)
{
    return cms->field == DIGEST ? SMIME_OK
                                : smime__cms_malformed(cms, "DigestedData lacks elements");
}

const smime__cms_kind smime__kind_digested = {
    SMIME__OID_DIGESTED_DATA, SMIME__LAYER_DIGESTED, digested_begin,  digested_collected,
    digested_data,            digested_end,          digested_finish,
};
