/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/mac.h"

#include "base/secret.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

static gnutls_mac_algorithm_t gnutls_mac(smime__hash hash)
{
    switch (hash) {
    case SMIME__HASH_SHA1:
        return GNUTLS_MAC_SHA1;
    case SMIME__HASH_SHA224:
        return GNUTLS_MAC_SHA224;
    case SMIME__HASH_SHA256:
        return GNUTLS_MAC_SHA256;
    case SMIME__HASH_SHA384:
        return GNUTLS_MAC_SHA384;
    case SMIME__HASH_SHA512:
        return GNUTLS_MAC_SHA512;
    default:
        return GNUTLS_MAC_UNKNOWN;
    }
}

smime_status smime__hmac_once(smime__hash hash, smime__view key, smime__view data, uint8_t *to)
{
    return gnutls_hmac_fast(gnutls_mac(hash), key.data, key.len, data.data, data.len, to) < 0
               ? SMIME_E_CRYPTO
               : SMIME_OK;
}

typedef struct hmac_stage {
    smime__stage stage;
    gnutls_hmac_hd_t handle;
    uint8_t value[SMIME__DIGEST_MAX];
} hmac_stage;

static smime_status stage_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    if (gnutls_hmac(((hmac_stage *)stage)->handle, data, len) < 0)
        return SMIME_E_CRYPTO;
    return smime__stage_write(stage->next, data, len);
}

static smime_status stage_finish(smime__stage *stage)
{
    hmac_stage *self = (hmac_stage *)stage;

    gnutls_hmac_output(self->handle, self->value);
    return smime__stage_finish(stage->next);
}

static void stage_free(smime__stage *stage)
{
    hmac_stage *self = (hmac_stage *)stage;

    if (self->handle)
        gnutls_hmac_deinit(self->handle, NULL);
    smime__wipe(self, sizeof *self);
    free(self);
}

smime_status smime__hmac_stage_new(smime__hash hash, smime__view key, smime__stage *next,
                                   smime__stage **ret_stage)
{
    hmac_stage *self = calloc(1, sizeof *self);

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = stage_write;
    self->stage.finish = stage_finish;
    self->stage.free = stage_free;
    self->stage.next = next;
    if (gnutls_hmac_init(&self->handle, gnutls_mac(hash), key.data, key.len) < 0) {
        self->handle = NULL;
        stage_free(&self->stage);
        return SMIME_E_CRYPTO;
    }
    *ret_stage = &self->stage;
    return SMIME_OK;
}

const uint8_t *smime__hmac_stage_value(const smime__stage *stage)
{
    return ((const hmac_stage *)stage)->value;
}

smime_status smime__pbkdf2(smime__hash hash, smime__view password, smime__view salt,
                           unsigned iterations, uint8_t *to, size_t len)
{
    gnutls_datum_t key = { (unsigned char *)(uintptr_t)password.data, (unsigned)password.len };
    gnutls_datum_t with = { (unsigned char *)(uintptr_t)salt.data, (unsigned)salt.len };

    return gnutls_pbkdf2(gnutls_mac(hash), &key, &with, iterations, to, len) < 0 ? SMIME_E_CRYPTO
                                                                                 : SMIME_OK;
}
