/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cms/identifier.h"

#include "pki/name.h"

#include <string.h>

int smime__identifier_take(smime__der *der, smime__identifier *ret)
{
    smime__der copy = *der, inside;

    memset(ret, 0, sizeof *ret);
    if (smime__der_take(der, SMIME__CONTEXT(0), &ret->key_id))
        return ret->key_id.len > 0;
    if (!smime__der_enter(&copy, SMIME__SEQUENCE, &inside) ||
        smime__der_peek(&inside) != SMIME__SEQUENCE ||
        !smime__der_next(&inside, NULL, NULL, &ret->issuer) ||
        !smime__name_check(ret->issuer) || !smime__der_take_integer(&inside, &ret->serial) ||
        !smime__der_done(&inside))
        return 0;
    *der = copy;
    return 1;
}

int smime__identifier_matches(const smime__identifier *id, const smime_cert *cert)
{
    smime__buf canonical = { 0 };
    int same;

    if (id->key_id.len)
        return smime__view_equal(id->key_id, cert->subject_key_id);
    if (!smime__view_equal(id->serial, cert->serial))
        return 0;
    if (smime__view_equal(id->issuer, cert->issuer))
        return 1;
    same = smime__name_canonical(&canonical, id->issuer) == SMIME_OK &&
           smime__view_equal(smime__buf_view(&canonical),
                             smime__buf_view(&cert->issuer_canonical));
    smime__buf_free(&canonical);
    return same;
}

smime_cert *smime__identifier_find(const smime__identifier *id, const smime__pool *pool)
{
    smime__buf canonical = { 0 };
    smime_cert *found = NULL;
    int named = !id->key_id.len &&
                smime__name_canonical(&canonical, id->issuer) == SMIME_OK;

    for (size_t i = 0; i < pool->count && !found; i++) {
        smime_cert *cert = pool->certs[i];
        if (id->key_id.len ? smime__view_equal(id->key_id, cert->subject_key_id)
                           : named && smime__view_equal(id->serial, cert->serial) &&
                                 smime__view_equal(smime__buf_view(&canonical),
                                                   smime__buf_view(&cert->issuer_canonical)))
            found = cert;
    }
    smime__buf_free(&canonical);
    return found;
}

smime_status smime__identifier_add(smime__buf *to, const smime_cert *cert)
{
    size_t mark;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &mark);

    if (status == SMIME_OK)
        status = smime__buf_add_view(to, cert->issuer);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__INTEGER, cert->serial);
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

smime_status smime__identifier_add_key_id(smime__buf *to, const smime_cert *cert)
{
    return smime__der_add_view(to, SMIME__CONTEXT(0), cert->subject_key_id);
}

smime_status smime__identifier_hex(smime__buf *to, smime__view bytes)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < bytes.len && i < 64 && status == SMIME_OK; i++)
        status = smime__buf_format(to, "%02x", bytes.data[i]);
    return status == SMIME_OK && bytes.len > 64 ? smime__buf_add_text(to, "...") : status;
}

smime_status smime__identifier_text(smime__buf *to, const smime__identifier *id)
{
    smime__view bytes = id->key_id.len ? id->key_id : id->serial;
    smime_status status = smime__buf_add_text(to, id->key_id.len ? "key identifier " : "serial ");

    if (status == SMIME_OK)
        status = smime__identifier_hex(to, bytes);
    if (status == SMIME_OK && !id->key_id.len) {
        status = smime__buf_add_text(to, ", issuer ");
        if (status == SMIME_OK)
            status = smime__name_text(to, id->issuer);
    }
    return status;
}
