/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libtasn1 with the project's own module (smime.asn), for structures off the hot path. */
#ifndef SMIME_ASN1_MODULE_H
#define SMIME_ASN1_MODULE_H

#include "base/buf.h"

typedef struct smime__asn1 smime__asn1; /* one structure of the module, with its values */

/* @p type such as "RSAES-OAEP-params". */
smime_status smime__asn1_new(const char *type, smime__asn1 **ret_asn1);
void smime__asn1_free(smime__asn1 *asn1);
/* SMIME_E_BER when @p der is not exactly one such structure. */
smime_status smime__asn1_decode(smime__asn1 *asn1, smime__view der);
/* SMIME_E_NOT_FOUND when an OPTIONAL element is absent. An ANY gives its DER, an OBJECT
 * IDENTIFIER its dotted form, an OCTET STRING its content. */
smime_status smime__asn1_read(smime__asn1 *asn1, const char *path, smime__buf *to);
/* @p len as libtasn1 wants it; NULL with 0 leaves an OPTIONAL element out. */
smime_status smime__asn1_set(smime__asn1 *asn1, const char *path, const void *value, int len);
smime_status smime__asn1_encode(smime__asn1 *asn1, smime__buf *to);

#endif
