/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The attributes of signers, one by one. */
#include "mail/report.h"

#include "asn1/der.h"

#include <stdlib.h>
#include <string.h>

static smime_status add_one(smime__report_attributes *to, smime__view type, smime__view values)
{
    smime__report_attribute *made;
    smime__buf dotted = { 0 };
    smime_status status = smime__grow((void **)&to->list, to->count, &to->room, sizeof *to->list);

    if (status == SMIME_OK)
        status = smime__oid_format(&dotted, type);
    if (status == SMIME_OK && !smime__buf_text(&dotted))
        status = SMIME_E_NOMEM;
    if (status < 0) {
        smime__buf_free(&dotted);
        return status;
    }
    made = &to->list[to->count];
    made->oid = (char *)dotted.data;
    made->values = smime__dup(values.data, values.len);
    made->len = values.len;
    to->count += made->values != NULL;
    if (made->values)
        return SMIME_OK;
    free(made->oid);
    return SMIME_E_NOMEM;
}

/* What is malformed ends the list: the signer says so elsewhere. */
smime_status smime__report_attributes_read(smime__report_attributes *to, smime__view set)
{
    smime__der list = smime__der_cursor(set), attribute;
    smime__view type, values;
    smime_status status = SMIME_OK;

    while (status == SMIME_OK && smime__der_enter(&list, SMIME__SEQUENCE, &attribute) &&
           smime__der_take_oid(&attribute, &type) && smime__der_peek(&attribute) == SMIME__SET &&
           smime__der_next(&attribute, NULL, NULL, &values))
        status = add_one(to, type, values);
    return status;
}

void smime__report_attributes_clear(smime__report_attributes *attributes)
{
    for (size_t i = 0; i < attributes->count; i++) {
        free(attributes->list[i].oid);
        free(attributes->list[i].values);
    }
    free(attributes->list);
}

int smime__report_find_signed(const struct smime__report_signer *signer, const char *oid,
                              smime__view *ret_values)
{
    const smime__report_attributes *all = &signer->attributes[1];

    for (size_t i = 0; i < all->count; i++)
        if (!strcmp(all->list[i].oid, oid)) {
            *ret_values = smime__view_of(all->list[i].values, all->list[i].len);
            return 1;
        }
    return 0;
}

static const smime__report_attributes *attributes_at(const smime_report *report, size_t layer,
                                                     size_t signer, int32_t is_signed)
{
    if (!report || layer >= report->layer_count || signer >= report->layers[layer].signer_count ||
        is_signed < 0 || is_signed > 1)
        return NULL;
    return &report->layers[layer].signers[signer].attributes[is_signed];
}

size_t smime_report_attribute_count(const smime_report *report, size_t layer, size_t signer,
                                    int32_t is_signed)
{
    const smime__report_attributes *of = attributes_at(report, layer, signer, is_signed);

    return of ? of->count : 0;
}

smime_status smime_report_attribute(const smime_report *report, size_t layer, size_t signer,
                                    int32_t is_signed, size_t index, const char **ret_oid,
                                    const uint8_t **ret_values, size_t *ret_len)
{
    const smime__report_attributes *of = attributes_at(report, layer, signer, is_signed);

    if (!report || is_signed < 0 || is_signed > 1)
        return SMIME_E_INVALID_ARG;
    if (!of || index >= of->count)
        return SMIME_E_NOT_FOUND;
    if (ret_oid)
        *ret_oid = of->list[index].oid;
    if (ret_values)
        *ret_values = of->list[index].values;
    if (ret_len)
        *ret_len = of->list[index].len;
    return SMIME_OK;
}
