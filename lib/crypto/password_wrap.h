/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The key wrap for keys from passwords, RFC 3211 2.3: PWRI-KEK. */
#ifndef SMIME_CRYPTO_PASSWORD_WRAP_H
#define SMIME_CRYPTO_PASSWORD_WRAP_H

#include "crypto/cipher.h"

/* @p cipher in CBC mode, @p iv one block of it. @p key of 4 to 251 bytes. */
smime_status smime__password_wrap(smime__cipher cipher, const uint8_t *kek, smime__view iv,
                                  const uint8_t *key, size_t len, smime__buf *to);
/* Takes the wrapped key apart in constant time: a key of exactly @p len bytes replaces what is in
 * @p to when everything fits. *ret_good is 1 or 0; the status tells of the machine alone. A wrapped
 * key of no possible length is not good. */
smime_status smime__password_unwrap(smime__cipher cipher, const uint8_t *kek, smime__view iv,
                                    smime__view wrapped, uint8_t *to, size_t len,
                                    unsigned *ret_good);

#endif
