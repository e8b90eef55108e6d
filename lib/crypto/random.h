/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SMIME_CRYPTO_RANDOM_H
#define SMIME_CRYPTO_RANDOM_H

#include <smime/status.h>

/* For keys. */
smime_status smime__random_key(void *to, size_t len);
/* For what everyone may see: nonces, boundaries, identifiers. */
smime_status smime__random_public(void *to, size_t len);

#endif
