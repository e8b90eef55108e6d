/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What GnuTLS calls our hashes and signatures. */
#ifndef SMIME_CRYPTO_GNUTLS_NAMES_H
#define SMIME_CRYPTO_GNUTLS_NAMES_H

#include "crypto/pubkey.h"

#include <gnutls/gnutls.h>

gnutls_digest_algorithm_t smime__gnutls_digest(smime__hash hash);
/* GNUTLS_SIGN_UNKNOWN where there is none. */
gnutls_sign_algorithm_t smime__gnutls_signature(const smime__signature_kind *how);

#endif
