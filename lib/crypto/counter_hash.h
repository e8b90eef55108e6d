/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hash(secret || counter || suffix) for counter = first, first + 1 ...: the shape that the KDF of
 * X9.63 (first 1, its SharedInfo behind) and the mask function MGF1 (first 0, nothing behind) share. */
#ifndef SMIME_CRYPTO_COUNTER_HASH_H
#define SMIME_CRYPTO_COUNTER_HASH_H

#include "crypto/digest.h"

/* XORs @p len bytes of the stream onto @p to. With a SHAKE it is its own stream, without any counter:
 * RFC 8702 3.1. */
smime_status smime__counter_hash(smime__hash hash, uint32_t first, smime__view secret,
                                 smime__view suffix, uint8_t *to, size_t len);

/* The stream of a SHAKE alone, XORed likewise; nothing secret goes in. */
smime_status smime__shake_mask(smime__hash hash, smime__view seed, uint8_t *to, size_t len);

#endif
