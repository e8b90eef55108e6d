/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Messages of an attacker, one for each row of attacks.tsv. They are made anew at every run, with
 * the keys of the test PKI: by the library's own jobs where it writes such things, by taking its
 * output apart (der_edit.h) where it does not, and by GnuTLS where the attacker signs or encrypts
 * himself.
 *
 * The reader is Bob: he has the keys bob-p256 and bob-rsa and the password "secret", trusts root,
 * and knows the intermediate. Mail is from Alice, whom the certificate alice-p256 names.
 */
#ifndef SMIME_TESTS_ATTACKS_H
#define SMIME_TESTS_ATTACKS_H

#include "certs.h"
#include "forge.h"
#include "mail.h"

/* Stands in everything that is encrypted to Bob, and must not leave where nothing was opened. */
#define SECRET "Known to Bob alone."
#define PASSWORD "secret"

typedef struct attack {
    const char *name; /* NULL ends a table */
    bytes (*make)(const struct attack *row);
    const char *text; /* what the function varies by, each in its own way */
    int number;
} attack;

/* The tables, one for each file. */
extern const attack attack_signatures[], attack_attributes[], attack_signers[], attack_places[],
    attack_senders[], attack_seals[], attack_recipients[], attack_evidence[], attack_structures[],
    attack_headers[], attack_costs[], attack_inputs[];

/* NULL when there is none of that name. */
const attack *attack_find(const char *name);
/* The row at a place over all tables; NULL past the end. */
const attack *attack_at(size_t place);
/* Its bytes; without any where this build cannot make them (there is no zlib). */
bytes attack_make(const char *name);

/* --- what the files share --- */

extern const char secret_mail[]; /* as plain_mail, with SECRET in it */
enum { CLEAR, OPAQUE };
bytes signed_by(const char *signer, int opaque, const char *mail);
/* To bob-p256 with AES-256-GCM, or with the cipher that is named. */
bytes sealed_for_bob(const char *signer, int32_t cipher);
/* From "Content-Type:" on: what can stand inside of another layer. */
bytes entity_of(bytes message);
/* A message of Alice's with that entity in it, for one layer more. */
bytes mail_around(bytes entity);
/* @p data as an element of a constructed tag, for what is larger than der_edit.h takes. */
bytes wrapped(uint8_t tag, bytes data);

/* Parts of SignedData, of whatever library. */
element *encap_of(element *info);
element *signers_of(element *info);
element *signed_attributes(element *signer);
/* The signature over the attributes as they now are, by the key of @p name. */
void sign_again(element *signer, const char *name);
/* An attribute by the last arc of its PKCS#9 type; fails the test without it. */
element *attribute_of(element *signer, int arc);

/* A member of the PKI as GnuTLS has it, for certificates made to order; lives with the test. */
certs_made member(const char *name);
certs_made issued(const certs_spec *spec, const certs_made *issuer);
smime_cert *cert_of(const certs_made *made);
smime_identity *identity_of(const certs_made *made);

/* CMS jobs. */
smime_cms_encoder *encoder(int32_t kind);
bytes encoded(smime_cms_encoder *job, bytes content);

#endif
