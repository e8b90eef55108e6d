/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a name lies within a subtree, form by form, RFC 5280 4.2.1.10. */
#ifndef SMIME_PKI_NAME_MATCH_H
#define SMIME_PKI_NAME_MATCH_H

#include "pki/general_name.h"

/* A name made ready for many comparisons. */
typedef struct smime__match_name {
    int form;              /* an SmtpUTF8Mailbox is SMIME__NAME_RFC822 */
    smime__view text;      /* as it stands; of a mailbox, UTF-8 */
    smime__view type;      /* of an otherName */
    smime__buf canonical;  /* of a directoryName */
} smime__match_name;

typedef enum smime__match {
    SMIME__MATCH_OTHER_FORM,
    SMIME__MATCH_WITHIN,
    SMIME__MATCH_OUTSIDE,
    SMIME__MATCH_UNCLEAR,    /* one of the two is malformed */
    SMIME__MATCH_UNSUPPORTED /* a form that is not evaluated */
} smime__match;

/* Free ret->canonical afterwards, also on failure. */
smime_status smime__match_name_of(const smime__general_name *name, smime__match_name *ret);
smime_status smime__name_within(const smime__match_name *name, const smime__general_name *base,
                                smime__match *ret);

#endif
