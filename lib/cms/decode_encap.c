/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* EncapsulatedContentInfo, RFC 5652 5.2, which four content types share; and Data, RFC 5652 4. */
#include "cms/decoder_private.h"

smime_status smime__encap_begin(smime__cms *cms, unsigned depth, uint8_t tag,
                                smime__ber_action *ret_action,
                                smime_status (*open)(smime__cms *cms))
{
    smime_status status;

    *ret_action = SMIME__BER_COLLECT;
    if (depth == 4 && tag == SMIME__OBJECT_ID && cms->inner == 0)
        return SMIME_OK;
    if (depth == 4 && tag == SMIME__CONTEXT_C(0) && cms->inner == 1) {
        cms->inner = 2;
        *ret_action = SMIME__BER_ENTER;
        return SMIME_OK;
    }
    if (depth != 5 || (tag & ~0x20) != SMIME__OCTET_STRING || cms->inner != 2)
        return smime__cms_malformed(cms, "an EncapsulatedContentInfo is malformed");
    status = open(cms);
    cms->inner = 3;
    *ret_action = cms->swallow ? SMIME__BER_SKIP : SMIME__BER_STREAM;
    return status;
}

smime_status smime__encap_type(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    smime__der der = smime__der_cursor(smime__view_of(tlv, len));
    smime__view id;
    smime_status status;

    if (!smime__der_take_oid(&der, &id))
        return smime__cms_malformed(cms, "the type of the content is malformed");
    cms->inner = 1;
    status = smime__buf_add_view(&cms->content_type, id);
    cms->result.content_type = smime__buf_view(&cms->content_type);
    return status;
}

int smime__encap_ends(const smime__cms *cms, unsigned depth, int content_field)
{
    return depth == 5 && cms->field == content_field && cms->inner == 3;
}

/* The content of the ContentInfo is the OCTET STRING itself. */
static smime_status data_begin(smime__cms *cms, unsigned depth, uint8_t tag,
                               smime__ber_action *ret_action)
{
    if (depth != 2 || (tag & ~0x20) != SMIME__OCTET_STRING || cms->inner)
        return smime__cms_malformed(cms, "Data is no OCTET STRING");
    cms->inner = 3;
    cms->result.has_content = 1;
    cms->result.content_type = smime__oid_bytes(SMIME__OID_DATA);
    *ret_action = SMIME__BER_STREAM;
    return cms->spec.content(cms->spec.user, smime__oid_bytes(SMIME__OID_DATA), &cms->next);
}

static smime_status data_collected(smime__cms *cms, unsigned depth, const uint8_t *tlv, size_t len)
{
    (void)depth;
    (void)tlv;
    (void)len;
    return smime__cms_malformed(cms, "Data is no OCTET STRING");
}

static smime_status data_data(smime__cms *cms, const uint8_t *data, size_t len)
{
    return smime__stage_write(cms->next, data, len);
}

static smime_status data_end(smime__cms *cms, unsigned depth)
{
    cms->result.opened |= depth == 2;
    return depth == 2 ? smime__stage_finish(cms->next) : SMIME_OK;
}

static smime_status data_finish(smime__cms *cms)
{
    return cms->inner ? SMIME_OK : smime__cms_malformed(cms, "Data lacks its content");
}

const smime__cms_kind smime__kind_data = {
    SMIME__OID_DATA, SMIME__LAYER_DATA, data_begin, data_collected, data_data, data_end, data_finish,
};
