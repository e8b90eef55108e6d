/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CertificateList, RFC 5280 5.1 and 5.2. */
#include "crypto/digest.h"
#include "base/ascii.h"
#include "pki/crl.h"
#include "pki/extension.h"
#include "pki/name.h"

#include <stdlib.h>

/* IssuingDistributionPoint, RFC 5280 5.2.5. */
static int read_scope(smime_crl *crl, smime__view value)
{
    smime__der der = smime__der_cursor(value), inside;
    smime__view name;

    crl->scope = value;
    if (!smime__der_enter(&der, SMIME__SEQUENCE, &inside) || !smime__der_done(&der))
        return 0;
    if (smime__der_take(&inside, SMIME__CONTEXT_C(0), &name)) {
        crl->has_scope_name = 1;
        if (!smime__point_name_read(name, &crl->scope_name))
            return 0;
    }
    smime__der_take_boolean_as(&inside, SMIME__CONTEXT(1), &crl->only_users);
    smime__der_take_boolean_as(&inside, SMIME__CONTEXT(2), &crl->only_cas);
    if (smime__der_take_named_bits(&inside, SMIME__CONTEXT(3), &crl->reasons))
        crl->reasons &= SMIME__ALL_REASONS;
    smime__der_take_boolean_as(&inside, SMIME__CONTEXT(4), &crl->indirect);
    smime__der_take_boolean_as(&inside, SMIME__CONTEXT(5), &crl->only_attributes);
    return smime__der_done(&inside) &&
           crl->only_users + crl->only_cas + crl->only_attributes <= 1;
}

static int read_number(smime__view value, smime__view *ret)
{
    smime__der der = smime__der_cursor(value);

    return smime__der_take_integer(&der, ret) && smime__der_done(&der) &&
           !(ret->data[0] & 0x80) && ret->len <= 21;
}

static smime_status read_extension(void *user, const smime__extension *e)
{
    smime_crl *crl = user;
    int good = 1;

    switch (e->oid) {
    case SMIME__OID_AUTHORITY_KEY_ID:
        good = smime__authority_key_id_read(e->value, &crl->authority_key_id);
        break;
    case SMIME__OID_CRL_NUMBER:
        good = read_number(e->value, &crl->number);
        break;
    case SMIME__OID_DELTA_CRL_INDICATOR:
        good = read_number(e->value, &crl->base_number);
        break;
    case SMIME__OID_ISSUING_DISTRIBUTION_POINT:
        good = read_scope(crl, e->value);
        break;
    case SMIME__OID_FRESHEST_CRL:
        good = smime__distribution_points_check(e->value);
        break;
    case SMIME__OID_ISSUER_ALT_NAME:
    case SMIME__OID_AUTHORITY_INFO_ACCESS:
        break;
    default:
        crl->unknown_critical |= e->critical;
    }
    return good ? SMIME_OK : SMIME_E_CRL_SYNTAX;
}

static int take_whole(smime__der *der, uint8_t tag, smime__view *ret)
{
    return smime__der_peek(der) == tag && smime__der_next(der, NULL, NULL, ret);
}

static int is_time(int tag)
{
    return tag == SMIME__UTC_TIME || tag == SMIME__GENERALIZED_TIME;
}

/* TBSCertList, RFC 5280 5.1.2. */
static smime_status read_tbs(smime_crl *crl, smime__der tbs)
{
    smime__view algorithm;
    smime__der wrapper, list;
    int version = 0;

    if (smime__der_peek(&tbs) == SMIME__INTEGER &&
        (!smime__der_take_small(&tbs, &version) || version != 1))
        return SMIME_E_CRL_SYNTAX;
    if (!take_whole(&tbs, SMIME__SEQUENCE, &algorithm) ||
        !smime__view_equal(algorithm, crl->signature_algorithm) ||
        !take_whole(&tbs, SMIME__SEQUENCE, &crl->issuer) || !smime__name_check(crl->issuer) ||
        !smime__der_take_time(&tbs, &crl->this_update))
        return SMIME_E_CRL_SYNTAX;
    if (is_time(smime__der_peek(&tbs)) &&
        !(crl->has_next = smime__der_take_time(&tbs, &crl->next_update)))
        return SMIME_E_CRL_SYNTAX;
    smime__der_take(&tbs, SMIME__SEQUENCE, &crl->entries);
    if (smime__der_done(&tbs))
        return SMIME_OK;
    if (version != 1 || !smime__der_enter(&tbs, SMIME__CONTEXT_C(0), &wrapper) ||
        !smime__der_done(&tbs) || !smime__der_enter(&wrapper, SMIME__SEQUENCE, &list) ||
        !smime__der_done(&wrapper))
        return SMIME_E_CRL_SYNTAX;
    crl->extensions = smime__view_of(list.at, (size_t)(list.end - list.at));
    return smime__extensions_each(crl->extensions, SMIME_E_CRL_SYNTAX, read_extension, crl);
}

static smime_status read_list(smime_crl *crl)
{
    smime__der der = smime__der_cursor(smime__view_of(crl->der, crl->len));
    smime__der outer, tbs;

    if (!smime__der_enter(&der, SMIME__SEQUENCE, &outer) || !smime__der_done(&der) ||
        !take_whole(&outer, SMIME__SEQUENCE, &crl->tbs) ||
        !take_whole(&outer, SMIME__SEQUENCE, &crl->signature_algorithm) ||
        !smime__der_take_bytes(&outer, &crl->signature) || !smime__der_done(&outer))
        return SMIME_E_CRL_SYNTAX;
    der = smime__der_cursor(crl->tbs);
    smime__der_enter(&der, SMIME__SEQUENCE, &tbs);
    return read_tbs(crl, tbs);
}

static smime_status hex_of(char **ret, smime__view number)
{
    if (!number.len)
        return SMIME_OK;
    if (number.len > 1 && number.data[0] == 0)
        number = smime__view_of(number.data + 1, number.len - 1);
    *ret = malloc(2 * number.len + 1);
    if (!*ret)
        return SMIME_E_NOMEM;
    smime__hex(*ret, number.data, number.len);
    return SMIME_OK;
}

static smime_status derive(smime_crl *crl)
{
    smime__buf text = { 0 };
    smime_status status = smime__digest_once(SMIME__HASH_SHA256, crl->der, crl->len, crl->hash);

    smime__hex(crl->sha256, crl->hash, sizeof crl->hash);
    if (status == SMIME_OK)
        status = smime__name_canonical(&crl->issuer_canonical, crl->issuer);
    if (status == SMIME_OK)
        status = smime__name_text(&text, crl->issuer);
    if (status == SMIME_OK && !smime__buf_text(&text))
        status = SMIME_E_NOMEM;
    crl->issuer_text = (char *)text.data;
    if (status == SMIME_OK)
        status = hex_of(&crl->number_text, crl->number);
    if (status == SMIME_OK)
        status = hex_of(&crl->base_text, crl->base_number);
    return status == SMIME_OK ? smime__crl_index(crl) : status;
}

smime_status smime__crl_parse(smime__view der, smime_crl **ret_crl)
{
    smime_crl *crl = calloc(1, sizeof *crl);
    smime_status status;

    if (!crl)
        return SMIME_E_NOMEM;
    smime__ref_init(&crl->refs);
    crl->reasons = SMIME__ALL_REASONS;
    crl->der = smime__dup(der.data, der.len);
    crl->len = der.len;
    status = crl->der ? read_list(crl) : SMIME_E_NOMEM;
    if (status == SMIME_OK)
        status = derive(crl);
    if (status < 0) {
        smime_crl_unref(crl);
        return status;
    }
    *ret_crl = crl;
    return SMIME_OK;
}
