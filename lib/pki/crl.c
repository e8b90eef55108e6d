/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_crl: references and getters. */
#include "pki/crl.h"

#include "base/settings.h"
#include "crypto/pem.h"
#include "pki/field.h"

#include <stdlib.h>

smime_status smime_crl_new(const smime_policy *policy, const void *data, size_t len,
                           smime_crl **ret_crl)
{
    smime__view text = smime__view_of(data, len);
    smime__pem pem = { { NULL, 0 }, { NULL, 0 }, { 0 } };
    smime__settings settings;
    smime_status status;

    if (!ret_crl || (len && !data))
        return SMIME_E_INVALID_ARG;
    status = smime__settings_snapshot(&settings, policy);
    if (status < 0)
        return status;
    if (len && *text.data == SMIME__SEQUENCE) {
        status = smime__limit_check(&settings.limits, SMIME_LIMIT_CRL_BYTES, len, NULL);
        if (status == SMIME_OK)
            status = smime__crl_parse(text, ret_crl);
    } else {
        status = smime__pem_find(&text, "X509 CRL", &pem);
        if (status == SMIME_OK)
            status = smime__limit_check(&settings.limits, SMIME_LIMIT_CRL_BYTES, pem.der.len,
                                        NULL);
        if (status == SMIME_OK)
            status = smime__crl_parse(smime__buf_view(&pem.der), ret_crl);
    }
    smime__buf_free(&pem.der);
    smime__settings_clear(&settings);
    return status == SMIME_E_NOT_FOUND || status == SMIME_E_BER ? SMIME_E_CRL_SYNTAX : status;
}

smime_crl *smime_crl_ref(smime_crl *crl)
{
    if (crl)
        smime__ref_up(&crl->refs);
    return crl;
}

void smime_crl_unref(smime_crl *crl)
{
    if (!crl || !smime__ref_down(&crl->refs))
        return;
    for (size_t i = 0; i < crl->issuer_count; i++)
        smime__buf_free(&crl->issuers[i]);
    free(crl->issuers);
    free(crl->slots);
    free(crl->issuer_text);
    free(crl->number_text);
    free(crl->base_text);
    smime__buf_free(&crl->issuer_canonical);
    free(crl->der);
    free(crl);
}

const uint8_t *smime_crl_der(const smime_crl *crl, size_t *ret_len)
{
    return smime__field_tell(crl ? smime__view_of(crl->der, crl->len) : smime__view_of(NULL, 0),
                             ret_len);
}

const uint8_t *smime_crl_field(const smime_crl *crl, int32_t field, size_t *ret_len)
{
    smime__view view = { NULL, 0 };

    if (crl && field == SMIME_FIELD_TBS)
        view = crl->tbs;
    else if (crl && field == SMIME_FIELD_SIGNATURE_ALGORITHM)
        view = crl->signature_algorithm;
    else if (crl && field == SMIME_FIELD_SIGNATURE)
        view = crl->signature;
    else if (crl && field == SMIME_FIELD_ISSUER)
        view = crl->issuer;
    else if (crl && field == SMIME_FIELD_AUTHORITY_KEY_ID)
        view = crl->authority_key_id;
    return smime__field_tell(view, ret_len);
}

const char *smime_crl_issuer(const smime_crl *crl)
{
    return crl ? crl->issuer_text : "";
}

const char *smime_crl_sha256(const smime_crl *crl)
{
    return crl ? crl->sha256 : "";
}

int64_t smime_crl_this_update(const smime_crl *crl)
{
    return crl ? crl->this_update : 0;
}

int32_t smime_crl_next_update(const smime_crl *crl, int64_t *ret_seconds)
{
    if (!crl || !crl->has_next)
        return 0;
    if (ret_seconds)
        *ret_seconds = crl->next_update;
    return 1;
}

const char *smime_crl_number(const smime_crl *crl)
{
    return crl ? crl->number_text : NULL;
}

const char *smime_crl_base_number(const smime_crl *crl)
{
    return crl ? crl->base_text : NULL;
}

int32_t smime_crl_indirect(const smime_crl *crl)
{
    return crl ? crl->indirect : 0;
}

size_t smime_crl_count(const smime_crl *crl)
{
    return crl ? crl->slot_count : 0;
}

static void tell_entry(const smime__crl_entry *entry, int64_t *ret_time, int32_t *ret_reason)
{
    if (ret_time)
        *ret_time = entry->time;
    if (ret_reason)
        *ret_reason = entry->reason;
}

smime_status smime_crl_entry(const smime_crl *crl, size_t index, const uint8_t **ret_serial,
                             size_t *ret_len, int64_t *ret_time, int32_t *ret_reason)
{
    smime__crl_entry entry;
    size_t next;

    if (!crl)
        return SMIME_E_INVALID_ARG;
    if (index >= crl->slot_count ||
        !smime__crl_entry_read(crl, crl->slots[index].at, &entry, &next))
        return SMIME_E_NOT_FOUND;
    if (ret_serial)
        *ret_serial = entry.serial.data;
    if (ret_len)
        *ret_len = entry.serial.len;
    tell_entry(&entry, ret_time, ret_reason);
    return SMIME_OK;
}

int32_t smime_crl_lists(const smime_crl *crl, const smime_cert *cert, int64_t *ret_time,
                        int32_t *ret_reason)
{
    smime__crl_entry entry;

    if (!crl || !cert || !smime__crl_find(crl, cert->serial, &cert->issuer_canonical, &entry))
        return 0;
    tell_entry(&entry, ret_time, ret_reason);
    return 1;
}

smime_status smime_crl_extension(const smime_crl *crl, size_t index, char **ret_oid,
                                 int32_t *ret_critical, const uint8_t **ret_value,
                                 size_t *ret_len)
{
    return crl ? smime__extension_tell(crl->extensions, index, ret_oid, ret_critical, ret_value,
                                       ret_len)
               : SMIME_E_INVALID_ARG;
}
