/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The attributes that bind a signature to one certificate, so that no other with the same key can
 * be put under it: signingCertificate (RFC 2634 5.4) and signingCertificateV2 (RFC 5035 3). */
#ifndef SMIME_CMS_SIGNING_CERTIFICATE_H
#define SMIME_CMS_SIGNING_CERTIFICATE_H

#include "pki/cert.h"

enum {
    SMIME__BOUND_FITS, /* also when there is no such attribute */
    SMIME__BOUND_ELSEWHERE,
    SMIME__BOUND_MALFORMED
};

/* The value of signingCertificateV2. */
smime_status smime__signing_certificate_add(smime__buf *to, const smime_cert *cert);
/* What both attributes among the signed ones @p attributes say of @p cert: SMIME__BOUND_*. The
 * certificates of the path and the policies that they may name as well are not looked at. */
int smime__signing_certificate_check(smime__view attributes, const smime_cert *cert);

#endif
