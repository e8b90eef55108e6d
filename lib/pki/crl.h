/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A revocation list taken apart by the strict reader; every view points into its bytes. */
#ifndef SMIME_PKI_CRL_H
#define SMIME_PKI_CRL_H

#include "pki/cert.h"
#include "pki/distribution_point.h"

#include <smime/crl.h>

/* One revoked certificate: where its entry stands, and whose certificate it is. */
typedef struct smime__crl_slot {
    uint32_t at;     /* in the content of revokedCertificates */
    uint32_t issuer; /* 0: the list's own; else issuers[issuer - 1] */
} smime__crl_slot;

typedef struct smime__crl_entry {
    smime__view serial; /* as an INTEGER stands */
    int64_t time;
    int32_t reason; /* SMIME_REASON_* */
    smime__view issuer; /* whole Name when a certificateIssuer begins here; else empty */
    int unknown_critical;
} smime__crl_entry;

struct smime_crl {
    smime__refcount refs;
    uint8_t *der;
    size_t len;
    smime__view tbs;
    smime__view signature_algorithm;
    smime__view signature;
    smime__view issuer; /* whole Name */
    int64_t this_update, next_update;
    int has_next;
    smime__view entries;    /* content of revokedCertificates */
    smime__view extensions; /* content of the list */
    /* extensions */
    smime__view authority_key_id;
    smime__view number, base_number; /* as INTEGERs stand; empty when absent */
    smime__view scope;               /* the value of issuingDistributionPoint */
    smime__point_name scope_name;
    int has_scope_name, only_users, only_cas, only_attributes, indirect;
    uint32_t reasons; /* that it covers */
    int unknown_critical; /* in the list or in an entry: it proves nothing good */
    /* made from the above */
    smime__crl_slot *slots; /* sorted by serial number */
    size_t slot_count, slot_room;
    smime__buf *issuers; /* canonical names of indirect entries */
    size_t issuer_count, issuer_room;
    uint8_t hash[32];
    char sha256[65];
    char *issuer_text, *number_text, *base_text;
    smime__buf issuer_canonical;
};

/* @p der is exactly one CertificateList. */
smime_status smime__crl_parse(smime__view der, smime_crl **ret_crl);
/* Reads and sorts the entries. */
smime_status smime__crl_index(smime_crl *crl);
/* The entry that begins at @p at in the content of revokedCertificates. */
int smime__crl_entry_read(const smime_crl *crl, size_t at, smime__crl_entry *ret,
                          size_t *ret_next);
/* The entry of a certificate; 0 when there is none. */
int smime__crl_find(const smime_crl *crl, smime__view serial, const smime__buf *issuer_canonical,
                    smime__crl_entry *ret);
/* Integers as they stand: below, equal, above 0. Both are not negative. */
int smime__number_compare(smime__view a, smime__view b);
/* Above 0 when @p a was issued after @p b. */
int smime__crl_compare_age(const smime_crl *a, const smime_crl *b);

#endif
