/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ECDH over the NIST curves and X25519 and X448 (RFC 7748) with Nettle's constant-time multiplication. */
#ifndef SMIME_CRYPTO_ECDH_H
#define SMIME_CRYPTO_ECDH_H

#include "crypto/pubkey.h"

size_t smime__curve_size(smime__curve curve); /* bytes of a coordinate */

/* A new key against the peer's point (x, y). */
smime_status smime__ecdh_ephemeral(smime__curve curve, smime__view x, smime__view y,
                                   smime__buf *ret_point, smime__buf *ret_secret);
/* The private scalar against the peer's point: SEC 1 2.3.3 uncompressed, or the bytes of
 * X25519 and X448 as they are.
 * SMIME_E_INVALID_ARG when that is no point of the curve, or one of small order. */
smime_status smime__ecdh_agree(smime__curve curve, smime__view scalar, smime__view point,
                               smime__buf *ret_secret);

#endif
