/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose certificates a revocation list speaks of: RFC 5280 6.3.3 (b). */
#ifndef SMIME_PKI_LIST_SCOPE_H
#define SMIME_PKI_LIST_SCOPE_H

#include "pki/crl.h"

/* A point with neither name nor issuer stands for the lists of the certificate's issuer. */

/* (b) (1): the list is of the issuer that the point means. */
smime_status smime__list_is_of(const smime_crl *crl, const smime__distribution_point *point,
                               const smime_cert *cert, smime__budget *budget,
                               smime__error *error, int *ret_is);
/* (b) (2): its scope holds the certificate. */
smime_status smime__list_covers(const smime_crl *crl, const smime__distribution_point *point,
                                const smime_cert *cert, smime__budget *budget,
                                smime__error *error, int *ret_covers);

#endif
