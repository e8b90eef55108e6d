/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The wrap of a content key under another key, which three kinds of RecipientInfo end with. */
#include "cms/recipient_info.h"

#include "base/secret.h"
#include "crypto/keywrap.h"

#include <string.h>

size_t smime__wrap_key_size(smime__oid wrap)
{
    switch (wrap) {
    case SMIME__OID_AES128_WRAP:
        return 16;
    case SMIME__OID_AES192_WRAP:
    case SMIME__OID_DES3_WRAP:
        return 24;
    case SMIME__OID_AES256_WRAP:
        return 32;
    default:
        return 0;
    }
}

smime__oid smime__wrap_for(size_t kek_len)
{
    return kek_len == 16   ? SMIME__OID_AES128_WRAP
           : kek_len == 24 ? SMIME__OID_AES192_WRAP
                           : SMIME__OID_AES256_WRAP;
}

const char *smime__wrap_name(smime__oid wrap)
{
    switch (wrap) {
    case SMIME__OID_AES128_WRAP:
        return "aes-128-wrap";
    case SMIME__OID_AES192_WRAP:
        return "aes-192-wrap";
    case SMIME__OID_AES256_WRAP:
        return "aes-256-wrap";
    case SMIME__OID_DES3_WRAP:
        return "3des-wrap";
    default:
        return "unknown";
    }
}

size_t smime__wrapped_size(smime__oid wrap, smime__view wrapped)
{
    if (wrap == SMIME__OID_DES3_WRAP)
        return wrapped.len == 40 ? 24 : 0;
    return wrapped.len > 8 ? wrapped.len - 8 : 0;
}

void smime__key_unwrap(smime__oid wrap, const uint8_t *kek, smime__view wrapped, uint8_t *key,
                       size_t key_len)
{
    uint8_t candidate[SMIME__KEY_MAX];
    int good;

    if (!key_len || smime__wrapped_size(wrap, wrapped) != key_len || key_len > sizeof candidate)
        return;
    good = wrap == SMIME__OID_DES3_WRAP
               ? smime__des3_unwrap(kek, wrapped.data, candidate)
               : smime__aes_unwrap(kek, smime__wrap_key_size(wrap), wrapped.data, wrapped.len,
                                   candidate);
    smime__secret_select(smime__mask((unsigned)good & 1), key, candidate, key_len);
    smime__wipe(candidate, sizeof candidate);
}
