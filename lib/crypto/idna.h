/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SMIME_CRYPTO_IDNA_H
#define SMIME_CRYPTO_IDNA_H

#include "base/buf.h"

/* Adds the domain in its ASCII form, lower case: U-labels become A-labels. A domain that has no
 * such form is added as it is. */
smime_status smime__idna_to_ascii(smime__buf *to, smime__view domain);

#endif
