/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cms/attributes.h"

int smime__attribute_find(smime__view set, smime__oid type, smime__view *ret_value)
{
    smime__der list = smime__der_cursor(set);
    smime__der attribute, values;
    smime__view id;
    int found = SMIME__ATTR_ABSENT;

    *ret_value = smime__view_of(NULL, 0); /* of a broken one too */
    while (!smime__der_done(&list)) {
        if (!smime__der_enter(&list, SMIME__SEQUENCE, &attribute) ||
            !smime__der_take_oid(&attribute, &id))
            return SMIME__ATTR_BROKEN;
        if (!smime__view_equal(id, smime__oid_bytes(type)))
            continue;
        if (found != SMIME__ATTR_ABSENT ||
            !smime__der_enter(&attribute, SMIME__SET, &values) || !smime__der_done(&attribute) ||
            !smime__der_next(&values, NULL, NULL, ret_value) || !smime__der_done(&values))
            return SMIME__ATTR_BROKEN;
        found = SMIME__ATTR_FOUND;
    }
    return found;
}

size_t smime__attribute_count(smime__view set)
{
    smime__der list = smime__der_cursor(set);
    size_t count = 0;

    while (!smime__der_done(&list)) {
        smime__der attribute;
        smime__view id;
        if (!smime__der_enter(&list, SMIME__SEQUENCE, &attribute) ||
            !smime__der_take_oid(&attribute, &id) ||
            !smime__der_take(&attribute, SMIME__SET, NULL) || !smime__der_done(&attribute))
            return SIZE_MAX;
        count++;
    }
    return count;
}

int smime__attributes_alike(smime__view head, uint64_t length)
{
    size_t more, at = 2;
    uint64_t len;

    if (head.len < SMIME__ATTRIBUTES_HEAD || head.data[0] != SMIME__SET)
        return 0;
    len = head.data[1];
    if (len & 0x80) {
        more = len & 0x7f;
        for (len = 0; more && at < 6; more--)
            len = len << 8 | head.data[at++];
    }
    return len + at == length && head.data[at] == SMIME__SEQUENCE;
}

smime_status smime__attribute_add(smime__buf *to, smime__oid type, smime__view value)
{
    return smime__attribute_add_bytes(to, smime__oid_bytes(type), value);
}

smime_status smime__attribute_add_bytes(smime__buf *to, smime__view type, smime__view value)
{
    size_t attribute, values;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &attribute);

    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OBJECT_ID, type);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SET, &values);
    if (status == SMIME_OK)
        status = smime__buf_add_view(to, value);
    if (status == SMIME_OK)
        status = smime__der_end(to, values);
    return status == SMIME_OK ? smime__der_end(to, attribute) : status;
}
