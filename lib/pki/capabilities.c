/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/capabilities.h"

smime_status smime__capabilities_encode(smime__buf *to)
{
    /* in order of preference, grouped: signature, content, key transport and agreement */
    static const smime__oid ours[] = {
        SMIME__OID_RSA_SHA256,  SMIME__OID_ECDSA_SHA256, SMIME__OID_AES256_GCM,
        SMIME__OID_AES128_GCM,  SMIME__OID_AES256_CBC,   SMIME__OID_AES128_CBC,
        SMIME__OID_RSA_OAEP,    SMIME__OID_ECDH_SHA256,
    };
    size_t list, each;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &list);

    for (size_t i = 0; i < sizeof ours / sizeof ours[0] && status == SMIME_OK; i++) {
        status = smime__der_begin(to, SMIME__SEQUENCE, &each);
        if (status == SMIME_OK)
            status = smime__der_add_oid(to, ours[i]);
        if (status == SMIME_OK)
            status = smime__der_end(to, each);
    }
    return status == SMIME_OK ? smime__der_end(to, list) : status;
}

int smime__capabilities_check(smime__view der)
{
    smime__der cursor = smime__der_cursor(der), list, each;
    smime__view id;

    if (!smime__der_enter(&cursor, SMIME__SEQUENCE, &list) || !smime__der_done(&cursor))
        return 0;
    while (smime__der_enter(&list, SMIME__SEQUENCE, &each))
        if (!smime__der_take_oid(&each, &id))
            return 0;
    return smime__der_done(&list);
}

int smime__capabilities_have(smime__view der, smime__oid oid)
{
    smime__der cursor = smime__der_cursor(der), list, each;
    smime__view id;

    if (!smime__der_enter(&cursor, SMIME__SEQUENCE, &list))
        return 0;
    while (smime__der_enter(&list, SMIME__SEQUENCE, &each))
        if (smime__der_take_oid(&each, &id) && smime__oid_find(id) == oid)
            return 1;
    return 0;
}
