/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GeneralName, RFC 5280 4.2.1.6: read one by one, and compared. */
#ifndef SMIME_PKI_GENERAL_NAME_H
#define SMIME_PKI_GENERAL_NAME_H

#include "asn1/der.h"
#include "base/limits.h"

/* The forms, by their context tag. */
enum {
    SMIME__NAME_OTHER = 0,
    SMIME__NAME_RFC822 = 1,
    SMIME__NAME_DNS = 2,
    SMIME__NAME_X400 = 3,
    SMIME__NAME_DIRECTORY = 4,
    SMIME__NAME_EDI_PARTY = 5,
    SMIME__NAME_URI = 6,
    SMIME__NAME_IP = 7,
    SMIME__NAME_REGISTERED_ID = 8
};

typedef struct smime__general_name {
    int form;
    smime__view content; /* a directoryName: the whole Name */
    smime__view type;    /* of an otherName; its content is then the value inside [0] */
} smime__general_name;

/* The next name; 0 when there is none that is well formed. */
int smime__general_name_take(smime__der *names, smime__general_name *ret);
/* 1 when @p content (of a SEQUENCE OF GeneralName) holds one name at least, all well formed. */
int smime__general_names_check(smime__view content);
/* Adds a form in which equal names are equal bytes. */
smime_status smime__general_name_canonical(smime__buf *to, const smime__general_name *name);
/* For people: "rfc822:alice@example.org", "directory:CN=Alice". */
smime_status smime__general_name_text(smime__buf *to, const smime__general_name *name);
/* Whether a name of @p content is the one whose canonical form is @p wanted. */
smime_status smime__general_names_have(smime__view content, smime__view wanted,
                                       smime__budget *budget, smime__error *error, int *ret_have);

#endif
