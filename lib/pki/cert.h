/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A certificate taken apart by the strict reader; every view points into its bytes. */
#ifndef SMIME_PKI_CERT_H
#define SMIME_PKI_CERT_H

#include "base/limits.h"
#include "base/refcount.h"
#include "pki/algorithm.h"

#include <smime/cert.h>

/* Key usage bits in the order of RFC 5280 4.2.1.3. */
enum {
    SMIME__KU_DIGITAL_SIGNATURE = 1 << 0,
    SMIME__KU_NON_REPUDIATION = 1 << 1,
    SMIME__KU_KEY_ENCIPHERMENT = 1 << 2,
    SMIME__KU_KEY_AGREEMENT = 1 << 4,
    SMIME__KU_DATA_ENCIPHERMENT = 1 << 3,
    SMIME__KU_CERT_SIGN = 1 << 5,
    SMIME__KU_CRL_SIGN = 1 << 6,
    SMIME__KU_ENCIPHER_ONLY = 1 << 7,
    SMIME__KU_DECIPHER_ONLY = 1 << 8
};

typedef struct smime__email {
    char *address; /* UTF-8 */
    int from_subject;
} smime__email;

struct smime_cert {
    smime__refcount refs;
    uint8_t *der;
    size_t len;
    smime__view tbs; /* whole, as it was signed */
    smime__view signature_algorithm;
    smime__view signature;
    smime__view serial;
    smime__view issuer;  /* whole Name */
    smime__view subject; /* whole Name */
    smime__view spki;    /* whole */
    int version;         /* 1, 2, 3 */
    int64_t not_before;
    int64_t not_after;
    /* extensions */
    int has_basic_constraints, is_ca, path_length; /* -1: none */
    int has_key_usage;
    unsigned key_usage;
    int has_eku, eku_email, eku_any, eku_ocsp;
    int eku_time; /* for timestamps and nothing else, and critical (RFC 3161 2.3) */
    smime__view subject_key_id; /* content; empty when absent */
    smime__view authority_key_id;
    /* contents of extensions as they stand, checked for form; empty when absent */
    smime__view extensions; /* of the list itself */
    smime__view ekus, alt_names, name_constraints, policies, policy_mappings;
    smime__view distribution_points, freshest_crl, access;
    smime__view smime_capabilities; /* RFC 4262 */
    int name_constraints_critical;
    int require_explicit, inhibit_mapping, inhibit_any; /* certificates to skip; -1: absent */
    int ocsp_nocheck;             /* RFC 6960 4.2.2.2.1 */
    smime__view unknown_critical; /* identifier of the first one */
    smime__email *emails;
    size_t email_count, email_room;
    /* made from the above */
    uint8_t hash[32];
    char sha256[65];
    char *serial_text, *subject_text, *issuer_text;
    smime__buf subject_canonical, issuer_canonical;
    uint32_t subject_hash; /* of subject_canonical */
    smime__pubkey *key; /* NULL when the kind is not known or it is no key */
};

/* @p der is exactly one certificate. */
smime_status smime__cert_parse(smime__view der, smime_cert **ret_cert);
/* Reads what stands in cert->extensions; SMIME_E_CERT_SYNTAX when one is malformed. */
smime_status smime__cert_read_extensions(smime_cert *cert);
/* The keyIdentifier of an AuthorityKeyIdentifier, left as it is when absent; 0 when malformed. */
int smime__authority_key_id_read(smime__view value, smime__view *ret_key_id);
int smime__cert_self_issued(const smime_cert *cert);
smime_status smime__cert_add_email(smime_cert *cert, smime__view address, int from_subject);
uint32_t smime__name_hash(smime__view canonical);
int smime__cert_equal(const smime_cert *a, const smime_cert *b);
int smime__cert_same_subject_and_key(const smime_cert *a, const smime_cert *b);

/* The key is DSA and has no parameters of its own. */
int smime__cert_inherits_dsa(const smime_cert *cert);
/* Adds the SubjectPublicKeyInfo of @p cert with the parameters of @p from; nothing when one of them
 * is not what that takes. */
smime_status smime__dsa_with_parameters(smime__buf *to, const smime_cert *cert,
                                        const smime_cert *from);
/* 1 when an RSA key has more than 8192 bits or an exponent that is even, 1 or beyond 32 bits:
 * asked before any signature is checked with it. */
int smime__cert_key_is_huge(const smime_cert *cert);

/* NULL when the certificate may be used so at @p when, else why not, for people. */
const char *smime__cert_unusable(const smime_cert *cert, int32_t use, int64_t when);

/* 1 same, 2 same but for the case of the local part, 0 different. */
int smime__mailbox_compare(const char *a, const char *b);
/* The same where it matters that memory was lacking. */
smime_status smime__mailbox_match(const char *a, const char *b, int *ret_match);

#endif
