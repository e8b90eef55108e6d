/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CompressedData read, RFC 3274 1.1. */
#include "cms/decoder_private.h"

#include "codec/zlib.h"

enum { START, VERSION, ALGORITHM, CONTENT };

static smime_status begin_content(smime__cms *cms)
{
    smime_status status = cms->spec.content(cms->spec.user, smime__buf_view(&cms->content_type),
                                            &cms->next);

    cms->result.has_content = 1;
    cms->content_at = smime__ber_position(cms->ber);
    if (status == SMIME_OK)
        status = smime__inflate_new(cms->spec.budget, &cms->error, cms->next,
                                    &cms->content);
    if (status == SMIME_E_UNSUPPORTED)
        return smime__cms_fail(cms, "unsupported-content-type", SMIME_OK,
                               "this build of the library cannot decompress");
    return status;
}

static smime_status compressed_begin(smime__cms *cms, unsigned depth, uint8_t tag,
                                     smime__ber_action *ret_action)
{
    if (depth > 3)
        return smime__encap_begin(cms, depth, tag, ret_action, begin_content);
    *ret_action = cms->field == ALGORITHM ? SMIME__BER_ENTER : SMIME__BER_COLLECT;
    if (tag != (cms->field == START ? SMIME__INTEGER : SMIME__SEQUENCE) || cms->field == CONTENT)
        return smime__cms_malformed(cms, "an element of CompressedData is out of place");
    cms->field++;
    return SMIME_OK;
}

static smime_status read_algorithm(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    smime__algorithm algorithm;
    smime_status status = smime__cms_normalise(cms, tlv, len);

    if (status < 0)
        return status;
    if (!smime__algorithm_read(smime__buf_view(&cms->der), &algorithm))
        return smime__cms_malformed(cms, "a compression algorithm is malformed");
    if (algorithm.oid != SMIME__OID_ZLIB || !smime__algorithm_is_plain(&algorithm))
        return smime__cms_fail(cms, "unsupported-algorithm", SMIME_OK,
                               "the content is compressed with an algorithm that is not supported");
    cms->result.algorithm = "zlib";
    return SMIME_OK;
}

static smime_status compressed_collected(smime__cms *cms, unsigned depth, const uint8_t *tlv,
                                         size_t len)
{
    (void)depth;
    switch (cms->field) {
    case VERSION:
        return smime__cms_read_version(cms, tlv, len, 1u << 0);
    case ALGORITHM:
        return read_algorithm(cms, tlv, len);
    default:
        return smime__encap_type(cms, tlv, len);
    }
}

/* What was unpacked before the fault was found is the caller's to drop, as with any failed layer. Where
 * the fault shows depends on the chunks. */
static smime_status settle(smime__cms *cms, smime_status status)
{
    if (status != SMIME__E_DEFLATE)
        return status;
    status = smime__cms_fail(cms, "decompression-failed", SMIME_OK,
                             "the compressed content is damaged");
    cms->result.failure_offset = cms->content_at;
    return status;
}

static smime_status compressed_data(smime__cms *cms, const uint8_t *data, size_t len)
{
    return settle(cms, smime__stage_write(cms->content, data, len));
}

static smime_status compressed_end(smime__cms *cms, unsigned depth)
{
    if (!smime__encap_ends(cms, depth, CONTENT))
        return SMIME_OK;
    cms->result.opened = 1;
    return settle(cms, smime__stage_finish(cms->content));
}

static smime_status compressed_finish(smime__cms *cms)
{
    return cms->inner == 3 ? SMIME_OK
                           : smime__cms_malformed(cms, "CompressedData lacks elements");
}

const smime__cms_kind smime__kind_compressed = {
    SMIME__OID_COMPRESSED_DATA, SMIME__LAYER_COMPRESSED, compressed_begin,  compressed_collected,
    compressed_data,            compressed_end,          compressed_finish,
};
