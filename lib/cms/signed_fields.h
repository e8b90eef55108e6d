/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fields of SignedData in their order, RFC 5652 5.1, for whoever reads it as it streams by. */
#ifndef SMIME_CMS_SIGNED_FIELDS_H
#define SMIME_CMS_SIGNED_FIELDS_H

#include <stdint.h>

enum {
    SMIME__SIGNED_START,
    SMIME__SIGNED_VERSION,
    SMIME__SIGNED_DIGESTS,
    SMIME__SIGNED_CONTENT,
    SMIME__SIGNED_CERTIFICATES,
    SMIME__SIGNED_CRLS,
    SMIME__SIGNED_SIGNERS
};

/* The field behind @p field that begins with @p tag, or -1 when the tag has no place there. */
int smime__signed_next_field(int field, uint8_t tag);

#endif
