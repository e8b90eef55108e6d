/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SMIME_TESTS_PKI_SUPPORT_H
#define SMIME_TESTS_PKI_SUPPORT_H

#include "unit.h"

#include "certs.h"
#include "pki/cert.h"

/* A certificate made with GnuTLS, read by the library. */
smime_cert *cert_of(const certs_made *made);
/* "NAME.pem" of the test PKI. */
smime_cert *cert_named(const char *name);
gnutls_x509_privkey_t key_p256(void);

#endif
