/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* HMAC, RFC 2104, over one of the hashes. */
#ifndef SMIME_CRYPTO_MAC_H
#define SMIME_CRYPTO_MAC_H

#include "crypto/digest.h"

smime_status smime__hmac_once(smime__hash hash, smime__view key, smime__view data, uint8_t *to);

/* A stage that authenticates what passes; its value is there after finish. */
smime_status smime__hmac_stage_new(smime__hash hash, smime__view key, smime__stage *next,
                                   smime__stage **ret_stage);
const uint8_t *smime__hmac_stage_value(const smime__stage *stage);

/* PBKDF2, RFC 8018 5.2, with HMAC over @p hash. The caller has bounded the iterations. */
smime_status smime__pbkdf2(smime__hash hash, smime__view password, smime__view salt,
                           unsigned iterations, uint8_t *to, size_t len);

#endif
