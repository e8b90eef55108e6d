/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Private keys in memory: signing and opening content keys. */
#ifndef SMIME_CRYPTO_PRIVKEY_H
#define SMIME_CRYPTO_PRIVKEY_H

#include "crypto/pubkey.h"

typedef struct smime__privkey smime__privkey;

/* PKCS#8, also encrypted, or the older forms of a key, in DER or PEM. SMIME_E_PASSWORD when it is
 * encrypted and @p password (NULL: none) does not fit; SMIME_E_KEY_SYNTAX. */
smime_status smime__privkey_new(smime__view data, const char *password, smime__privkey **ret_key);
smime__privkey *smime__privkey_ref(smime__privkey *key);
void smime__privkey_free(smime__privkey *key); /* one reference */
smime__key_kind smime__privkey_kind(const smime__privkey *key);
unsigned smime__privkey_bits(const smime__privkey *key);
smime__curve smime__privkey_curve(const smime__privkey *key);
int smime__privkey_matches(const smime__privkey *key, const smime__pubkey *public_key);

/* A key for when there is none: as good as random to everyone without the private key, and the same
 * for the same @p about, so that a failed key unwrap shows in nothing, not even in a second try. */
smime_status smime__privkey_fallback(const smime__privkey *key, smime__view about, uint8_t *to,
                                     size_t len);

/* Signs @p data, or with @p is_digest a digest made elsewhere. */
smime_status smime__privkey_sign(const smime__privkey *key, const smime__signature_kind *how,
                                 smime__view data, int is_digest, smime__buf *to);

/* Key transport: @p to holds a key of the wanted length, from smime__privkey_fallback(); it is replaced where @p wrapped
 * decrypts to a key of that length, and nothing tells whether it did. */
smime_status smime__privkey_decrypt(const smime__privkey *key, smime__view wrapped, uint8_t *to,
                                    size_t len);
smime_status smime__privkey_decrypt_oaep(const smime__privkey *key, const smime__oaep *oaep,
                                         smime__view wrapped, uint8_t *to, size_t len);
/* RSA-KEM, RFC 9690: Z, as long as the modulus, of a ciphertext that is as long.
 * SMIME_E_INVALID_ARG for one that is not, or is no residue. */
smime_status smime__privkey_decapsulate(const smime__privkey *key, smime__view ciphertext,
                                        smime__buf *ret_z);
/* ECDH with the peer's point. */
smime_status smime__privkey_agree(const smime__privkey *key, smime__view point,
                                  smime__buf *ret_secret);

#endif
