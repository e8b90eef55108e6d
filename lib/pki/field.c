/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/field.h"

#include "pki/extension.h"

const uint8_t *smime__field_tell(smime__view view, size_t *ret_len)
{
    if (ret_len)
        *ret_len = view.len;
    return view.len ? view.data : NULL;
}

smime_status smime__text_tell(smime__buf *buf, char **ret_text)
{
    if (!smime__buf_text(buf)) {
        smime__buf_free(buf);
        return SMIME_E_NOMEM;
    }
    *ret_text = (char *)buf->data;
    *buf = (smime__buf){ 0 };
    return SMIME_OK;
}

static smime_status tell_oid(smime__view id, char **ret_oid)
{
    smime__buf text = { 0 };
    smime_status status = smime__oid_format(&text, id);

    if (status < 0) {
        smime__buf_free(&text);
        return status;
    }
    return smime__text_tell(&text, ret_oid);
}

smime_status smime__extension_tell(smime__view list, size_t index, char **ret_oid,
                                   int32_t *ret_critical, const uint8_t **ret_value,
                                   size_t *ret_len)
{
    smime__der der = smime__der_cursor(list);
    smime__extension each;

    do
        if (!smime__extension_take(&der, &each))
            return SMIME_E_NOT_FOUND;
    while (index--);
    if (ret_oid) {
        smime_status status = tell_oid(each.id, ret_oid);
        if (status < 0)
            return status;
    }
    if (ret_critical)
        *ret_critical = each.critical;
    if (ret_value)
        *ret_value = each.value.data;
    if (ret_len)
        *ret_len = each.value.len;
    return SMIME_OK;
}
