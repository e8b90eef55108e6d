/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/module.h"

#include <libtasn1.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const asn1_static_node smime__asn1_table[]; /* made from smime.asn */

struct smime__asn1 {
    asn1_node definitions;
    asn1_node value;
};

static smime_status translate(int result)
{
    switch (result) {
    case ASN1_SUCCESS:
        return SMIME_OK;
    case ASN1_MEM_ALLOC_ERROR:
        return SMIME_E_NOMEM;
    case ASN1_ELEMENT_NOT_FOUND:
    case ASN1_VALUE_NOT_FOUND:
        return SMIME_E_NOT_FOUND;
    default:
        return SMIME_E_BER;
    }
}

smime_status smime__asn1_new(const char *type, smime__asn1 **ret_asn1)
{
    smime__asn1 *asn1 = calloc(1, sizeof *asn1);
    char name[80];
    int result;

    if (!asn1)
        return SMIME_E_NOMEM;
    snprintf(name, sizeof name, "SMIME.%s", type);
    result = asn1_array2tree(smime__asn1_table, &asn1->definitions, NULL);
    if (result == ASN1_SUCCESS)
        result = asn1_create_element(asn1->definitions, name, &asn1->value);
    if (result != ASN1_SUCCESS) {
        smime__asn1_free(asn1);
        return translate(result);
    }
    *ret_asn1 = asn1;
    return SMIME_OK;
}

void smime__asn1_free(smime__asn1 *asn1)
{
    if (!asn1)
        return;
    if (asn1->value)
        asn1_delete_structure(&asn1->value);
    if (asn1->definitions)
        asn1_delete_structure(&asn1->definitions);
    free(asn1);
}

smime_status smime__asn1_decode(smime__asn1 *asn1, smime__view der)
{
    int len = (int)der.len;
    smime_status status;

    if (!der.len || der.len > 65536)
        return SMIME_E_BER;
    /* strict: DER lengths, and nothing behind */
    status = translate(
        asn1_der_decoding2(&asn1->value, der.data, &len, ASN1_DECODE_FLAG_STRICT_DER, NULL));
    return status == SMIME_E_NOT_FOUND ? SMIME_E_BER : status; /* an element is cut off */
}

smime_status smime__asn1_read(smime__asn1 *asn1, const char *path, smime__buf *to)
{
    int len = 0;
    int result = asn1_read_value(asn1->value, path, NULL, &len);
    smime_status status;

    if (result == ASN1_SUCCESS)
        return SMIME_OK; /* there, and empty */
    if (result != ASN1_MEM_ERROR)
        return translate(result);
    status = smime__buf_reserve(to, (size_t)len + 1);
    if (status < 0)
        return status;
    result = asn1_read_value(asn1->value, path, to->data + to->len, &len);
    if (result == ASN1_SUCCESS)
        to->len += (size_t)len;
    return translate(result);
}

smime_status smime__asn1_set(smime__asn1 *asn1, const char *path, const void *value, int len)
{
    return translate(asn1_write_value(asn1->value, path, value, len));
}

smime_status smime__asn1_encode(smime__asn1 *asn1, smime__buf *to)
{
    int len = 0;
    int result = asn1_der_coding(asn1->value, "", NULL, &len, NULL);
    smime_status status;

    if (result != ASN1_MEM_ERROR)
        return result == ASN1_SUCCESS ? SMIME_E_BER : translate(result);
    status = smime__buf_reserve(to, (size_t)len);
    if (status < 0)
        return status;
    result = asn1_der_coding(asn1->value, "", to->data + to->len, &len, NULL);
    if (result == ASN1_SUCCESS)
        to->len += (size_t)len;
    return translate(result);
}
