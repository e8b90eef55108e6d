/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The OAEP padding, RFC 8017 7.1: any hash, mask hash and label. GnuTLS 3.7 and Nettle 3.8 lack
 * it; on newer ones too, one path for all versions is one path to test. */
#ifndef SMIME_CRYPTO_OAEP_H
#define SMIME_CRYPTO_OAEP_H

#include "crypto/digest.h"

typedef struct smime__oaep {
    smime__hash hash;
    smime__hash mgf_hash;
    smime__view label;
} smime__oaep;

/* Fills @p block, as long as the modulus. SMIME_E_INVALID_ARG when the message is too long. */
smime_status smime__oaep_pad(const smime__oaep *oaep, const uint8_t *message, size_t len,
                             uint8_t *block, size_t block_len);
/* Takes @p block apart in place and in constant time: the message of exactly @p len bytes goes to
 * @p to when everything fits, else @p to keeps what it held. *ret_good is 1 or 0; the status
 * tells of the machine alone (memory). */
smime_status smime__oaep_unpad(const smime__oaep *oaep, uint8_t *block, size_t block_len,
                               uint8_t *to, size_t len, unsigned *ret_good);

#endif
