/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SMIMECapabilities, RFC 8551 2.5.2 and RFC 4262: what somebody's reader can do. */
#ifndef SMIME_PKI_CAPABILITIES_H
#define SMIME_PKI_CAPABILITIES_H

#include "asn1/der.h"

/* Those of this library, as a value of the attribute. */
smime_status smime__capabilities_encode(smime__buf *to);
/* 1 when @p der is a list of them, whatever they are. */
int smime__capabilities_check(smime__view der);
/* 1 when @p oid is among them. */
int smime__capabilities_have(smime__view der, smime__oid oid);

#endif
