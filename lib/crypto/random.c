/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/random.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

smime_status smime__random_key(void *to, size_t len)
{
    return gnutls_rnd(GNUTLS_RND_KEY, to, len) < 0 ? SMIME_E_RANDOM : SMIME_OK;
}

smime_status smime__random_public(void *to, size_t len)
{
    return gnutls_rnd(GNUTLS_RND_NONCE, to, len) < 0 ? SMIME_E_RANDOM : SMIME_OK;
}
