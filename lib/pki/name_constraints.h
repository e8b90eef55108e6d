/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Name constraints, RFC 5280 4.2.1.10, with those of SmtpUTF8Mailbox (RFC 8398 6). */
#ifndef SMIME_PKI_NAME_CONSTRAINTS_H
#define SMIME_PKI_NAME_CONSTRAINTS_H

#include "pki/cert.h"

typedef struct smime__name_constraints {
    smime__view permitted; /* contents of GeneralSubtrees; empty when absent */
    smime__view excluded;
} smime__name_constraints;

/* @p value: a whole NameConstraints. 0 when malformed, also by a minimum or maximum, which
 * RFC 5280 does not allow. */
int smime__name_constraints_read(smime__view value, smime__name_constraints *ret);

/* Whether every name of @p cert is within. *ret_why: NULL, or what is not, for people. With
 * @p critical 0, constraints on forms of names that are not evaluated here are passed over. */
smime_status smime__name_constraints_check(const smime__name_constraints *constraints,
                                           const smime_cert *cert, int critical,
                                           smime__budget *budget, smime__error *error,
                                           const char **ret_why);

#endif
