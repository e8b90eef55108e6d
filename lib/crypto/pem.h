/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Textual encodings, RFC 7468: one object after the other. */
#ifndef SMIME_CRYPTO_PEM_H
#define SMIME_CRYPTO_PEM_H

#include "base/buf.h"

typedef struct smime__pem {
    smime__view label; /* "CERTIFICATE" */
    smime__view whole; /* from the first to the last dash */
    smime__buf der;
} smime__pem;

/* The next object in *text, which is moved behind it. SMIME_E_NOT_FOUND when there is none;
 * SMIME_E_BER when it is cut off or no base64. @p pem is reused; free pem->der at the end. */
smime_status smime__pem_next(smime__view *text, smime__pem *pem);
/* The same, over objects with other labels. */
smime_status smime__pem_find(smime__view *text, const char *label, smime__pem *pem);

#endif
