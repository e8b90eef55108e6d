/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Known correspondents written down and read again:
 *
 *   Known  ::= SEQUENCE { version INTEGER (1), SEQUENCE OF Person }
 *   Person ::= SEQUENCE { address UTF8String, signs BOOLEAN, signers SEQUENCE OF Certificate,
 *                         encryption [0] EXPLICIT Certificate OPTIONAL,
 *                         capabilities [1] EXPLICIT SMIMECapabilities OPTIONAL } */
#include "pki/known.h"

#include "base/ascii.h"

#include <string.h>

static smime_status add_explicit(smime__buf *to, uint8_t tag, smime__view whole)
{
    return whole.len ? smime__der_add_view(to, tag, whole) : SMIME_OK;
}

static smime__view cert_view(const smime_cert *cert)
{
    return smime__view_of(cert ? cert->der : NULL, cert ? cert->len : 0);
}

static smime_status add_person(smime__buf *to, const smime__known_person *person)
{
    size_t outer, list;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &outer);

    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__UTF8_STRING, smime__view_text(person->address));
    if (status == SMIME_OK)
        status = smime__der_add(to, SMIME__BOOLEAN, person->signs ? "\xff" : "\0", 1);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &list);
    for (size_t i = 0; i < person->signer_count && status == SMIME_OK; i++)
        status = smime__buf_add_view(to, cert_view(person->signers[i]));
    if (status == SMIME_OK)
        status = smime__der_end(to, list);
    if (status == SMIME_OK)
        status = add_explicit(to, SMIME__CONTEXT_C(0), cert_view(person->encryption));
    if (status == SMIME_OK)
        status = add_explicit(to, SMIME__CONTEXT_C(1), smime__buf_view(&person->capabilities));
    return status == SMIME_OK ? smime__der_end(to, outer) : status;
}

smime_status smime_known_save(const smime_known *known, uint8_t **ret_data, size_t *ret_len)
{
    smime__buf made = { 0 };
    size_t outer, list;
    smime_status status;

    if (!known || !ret_data || !ret_len)
        return SMIME_E_INVALID_ARG;
    status = smime__der_begin(&made, SMIME__SEQUENCE, &outer);
    if (status == SMIME_OK)
        status = smime__der_add_small(&made, 1);
    if (status == SMIME_OK)
        status = smime__der_begin(&made, SMIME__SEQUENCE, &list);
    for (size_t i = 0; i < known->count && status == SMIME_OK; i++)
        status = add_person(&made, &known->people[i]);
    if (status == SMIME_OK)
        status = smime__der_end(&made, list);
    if (status == SMIME_OK)
        status = smime__der_end(&made, outer);
    if (status < 0) {
        smime__buf_free(&made);
        return status;
    }
    *ret_data = made.data;
    *ret_len = made.len;
    return SMIME_OK;
}

/* The address as text; "" when it cannot be one. */
static smime_status take_address(smime__der *der, smime__buf *to)
{
    smime__view text;

    if (!smime__der_take(der, SMIME__UTF8_STRING, &text) || memchr(text.data, 0, text.len) ||
        !smime__utf8_valid(text.data, text.len))
        return SMIME_E_BER;
    smime__buf_clear(to);
    if (smime__buf_add_view(to, text) < 0 || !smime__buf_text(to))
        return SMIME_E_NOMEM;
    return SMIME_OK;
}

static smime_status read_cert(smime__view whole, smime_cert **ret_cert)
{
    smime_status status = smime__cert_parse(whole, ret_cert);

    return status < 0 && status != SMIME_E_NOMEM ? SMIME_E_BER : status;
}

static smime_status read_signers(smime_known *known, const char *address, smime__der list)
{
    smime__view whole;
    smime_cert *cert = NULL;
    smime_status status = SMIME_OK;

    while (status == SMIME_OK && !smime__der_done(&list)) {
        if (!smime__der_next(&list, NULL, NULL, &whole))
            return SMIME_E_BER;
        status = read_cert(whole, &cert);
        if (status == SMIME_OK)
            status = smime_known_add(known, address, cert);
        smime_cert_unref(cert);
        cert = NULL;
    }
    return status;
}

static smime_status read_encryption(smime_known *known, const char *address, smime__der *der)
{
    smime__view whole = { NULL, 0 }, capabilities = { NULL, 0 };
    smime_cert *cert = NULL;
    smime_status status = SMIME_OK;

    smime__der_take(der, SMIME__CONTEXT_C(0), &whole);
    smime__der_take(der, SMIME__CONTEXT_C(1), &capabilities);
    if (!smime__der_done(der))
        return SMIME_E_BER;
    if (whole.len)
        status = read_cert(whole, &cert);
    if (status == SMIME_OK && (cert || capabilities.len))
        status = smime_known_set_encryption(known, address, cert,
                                            capabilities.len ? capabilities.data : NULL,
                                            capabilities.len);
    smime_cert_unref(cert);
    return status;
}

static smime_status read_person(smime_known *known, smime__der der, smime__buf *address)
{
    smime__der signers;
    int signs;
    smime_status status = take_address(&der, address);
    const char *text = (const char *)address->data;

    if (status == SMIME_OK && (!smime__der_take_boolean(&der, &signs) ||
                               !smime__der_enter(&der, SMIME__SEQUENCE, &signers)))
        status = SMIME_E_BER;
    if (status == SMIME_OK && signs)
        status = smime_known_add(known, text, NULL);
    if (status == SMIME_OK)
        status = read_signers(known, text, signers);
    if (status == SMIME_OK)
        status = read_encryption(known, text, &der);
    return status == SMIME_E_INVALID_ARG ? SMIME_E_BER : status;
}

smime_status smime_known_load(const void *data, size_t len, smime_known **ret_known)
{
    smime__der der = smime__der_cursor(smime__view_of(data, data ? len : 0)), in, list, each;
    smime__buf address = { 0 };
    smime_known *made = NULL;
    int version;
    smime_status status;

    if (!data || !ret_known)
        return SMIME_E_INVALID_ARG;
    if (!smime__der_enter(&der, SMIME__SEQUENCE, &in) || !smime__der_done(&der) ||
        !smime__der_take_small(&in, &version) || version != 1 ||
        !smime__der_enter(&in, SMIME__SEQUENCE, &list) || !smime__der_done(&in))
        return SMIME_E_BER;
    status = smime_known_new(&made);
    while (status == SMIME_OK && !smime__der_done(&list))
        status = smime__der_enter(&list, SMIME__SEQUENCE, &each)
                     ? read_person(made, each, &address)
                     : SMIME_E_BER;
    smime__buf_free(&address);
    if (status < 0)
        smime_known_unref(made);
    else
        *ret_known = made;
    return status;
}
