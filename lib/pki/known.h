/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Correspondents who are known, as jobs look at them. */
#ifndef SMIME_PKI_KNOWN_H
#define SMIME_PKI_KNOWN_H

#include "pki/cert.h"

#include <smime/known.h>

#define SMIME__KNOWN_SIGNERS 16

typedef struct smime__known_person {
    char *address;
    int signs;
    smime_cert *signers[SMIME__KNOWN_SIGNERS]; /* oldest first */
    size_t signer_count;
    smime_cert *encryption; /* NULL: not known */
    smime__buf capabilities; /* empty: not known */
} smime__known_person;

struct smime_known {
    smime__refcount refs;
    smime__known_person *people;
    size_t count, room;
};

/* NULL when there is none. */
const smime__known_person *smime__known_find(const smime_known *known, const char *address);
/* The same where it matters that memory was lacking. */
smime_status smime__known_look_up(const smime_known *known, const char *address,
                                  const smime__known_person **ret_person);
/* 1 when a certificate with the key of @p cert has signed before, or none has been noted. */
int smime__known_has_signer(const smime__known_person *person, const smime_cert *cert);

#endif
