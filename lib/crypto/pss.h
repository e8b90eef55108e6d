/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* EMSA-PSS, RFC 8017 9.1, of any salt length and with any hash in the mask. Nothing here is secret:
 * signatures are made by GnuTLS. */
#ifndef SMIME_CRYPTO_PSS_H
#define SMIME_CRYPTO_PSS_H

#include "crypto/digest.h"

/* Whether @p block, what the RSA public operation made of a signature, is a good encoding of
 * @p digest (of smime__hash_size(hash) bytes) under a modulus of @p bits bits; changed. */
smime_status smime__pss_check(smime__hash hash, smime__hash mgf_hash, size_t salt,
                              const uint8_t *digest, uint8_t *block, size_t bits, int *ret_good);

#endif
