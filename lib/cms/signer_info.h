/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SignerInfo, RFC 5652 5.3: made and checked. */
#ifndef SMIME_CMS_SIGNER_INFO_H
#define SMIME_CMS_SIGNER_INFO_H

#include "base/settings.h"
#include "pki/identity.h"
#include "pki/store.h"

/* What a signature is to be made with. */
typedef struct smime__signer {
    smime_identity *identity;
    smime__hash hash;
    int pss;
    int by_key_id;       /* named by its subject key identifier */
    int no_attributes;   /* signs the content itself */
    int no_capabilities; /* SMIMECapabilities are left out */
    smime__buf more_signed, more_unsigned; /* attributes of the caller's, one after the other */
} smime__signer;

void smime__signer_clear(smime__signer *signer);

smime_status smime__signer_kind(const smime__signer *signer, smime__signature_kind *ret);
/* The AlgorithmIdentifier of its digest. */
smime_status smime__signer_digest_add(smime__buf *to, const smime__signer *signer);
/* @p digest of the content. Adds one SignerInfo; a countersignature when @p content_type is empty. */
smime_status smime__signer_info_add(smime__buf *to, const smime__signer *signer,
                                    smime__view content_type, const uint8_t *digest,
                                    int64_t signing_time);

enum { SMIME__SIGNER_GOOD, SMIME__SIGNER_BAD, SMIME__SIGNER_INDETERMINATE };

/* What came of one SignerInfo. */
typedef struct smime__signer_result {
    int verdict;
    const char *reason; /* a code of the report's table; NULL when good */
    char text[240];     /* more than the table's sentence; may be empty */
    smime_cert *cert;   /* a reference; NULL when not found */
    smime__hash hash;
    smime__scheme scheme;
    int has_time;
    int64_t time;
    int weak; /* read by the legacy policy alone */
    int counter_of; /* the signer whose signature this one signs (RFC 5652 11.4); -1: the content */
    smime__view message_digest; /* what the signer says that the content's is; or empty */
    smime__view signature;  /* in the SignerInfo that was given; empty when that is malformed */
    smime__view more_signed, more_unsigned; /* attributes, in the SignerInfo that was given */
} smime__signer_result;

/* The digest of the content under @p hash, or NULL when it was not computed. */
typedef const uint8_t *(*smime__digest_lookup)(void *user, smime__hash hash);

typedef struct smime__signer_context {
    const smime__settings *settings;
    smime__budget *budget;
    smime__error *error;
    smime__view content_type; /* content of the identifier */
    int no_content; /* there is none to compare with */
    smime__digest_lookup digest;
    void *digest_user;
    smime__view content_head; /* its first bytes, see smime__digest_stage_head() */
    uint64_t content_length;
    int is_counter;        /* no type, and the content is the signature of another signer */
    const smime__pool *pools[3]; /* where the certificate may be; NULL allowed */
} smime__signer_context;

/* @p der is one SignerInfo in DER (see smime__ber_to_der). Only memory and limits fail. */
smime_status smime__signer_info_verify(const smime__signer_context *context, smime__view der,
                                       smime__signer_result *ret);
/* The values of all its countersignature attributes, one after the other in @p to. */
smime_status smime__signer_info_counters(smime__buf *to, const smime__signer_result *result);
/* 1 and the signature value, or 0 when @p info is no SignerInfo. */
int smime__signer_info_signature(smime__view info, smime__view *ret_signature);
/* Adds the SignerInfo @p info with more unsigned attributes, elements of a SET OF Attribute.
 * SMIME_E_CMS_SYNTAX when it is none. */
smime_status smime__signer_info_extend(smime__buf *to, smime__view info, smime__view attributes);
void smime__signer_result_clear(smime__signer_result *result);

#endif
