/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of the revocation check. */
#ifndef SMIME_PKI_REVOCATION_WORK_H
#define SMIME_PKI_REVOCATION_WORK_H

#include "pki/path_build.h"

/* Certificates whose state is being found out, one because of the other. */
#define SMIME__REVOCATION_DEPTH 4

typedef struct smime__revocation_work {
    const smime_cert *checking[SMIME__REVOCATION_DEPTH];
    size_t depth;
    struct smime__revocation_known *known; /* (certificate, issuer) -> state */
    size_t known_count, known_room;
    struct smime__proved_signer *signers; /* (certificate, anchor), proved for evidence */
    size_t signer_count, signer_room;
} smime__revocation_work;

/* What lists and what OCSP responses say of certificate @p index; state NOT_CHECKED when nothing at
 * hand speaks of it. */
smime_status smime__revocation_by_lists(smime__builder *b, size_t index, smime__revocation *ret);
smime_status smime__revocation_by_ocsp(smime__builder *b, size_t index, smime__revocation *ret);

/* Whether there is a valid path of @p cert to the anchor that b's stack ends at: it signs evidence.
 * With @p responder an OCSP responder, whose own revocation its issuer may rule out of question. */
smime_status smime__revocation_prove_signer(smime__builder *b, smime_cert *cert, int responder,
                                            int *ret_proved);

/* Evidence number @p i of the store's and the message's; NULL past the end. */
smime_crl *smime__evidence_crl(const smime__path_context *context, size_t i);
/* All of them, the newest first: the next one behind @p at, which begins with zeros; NULL at the
 * end. */
typedef struct smime__evidence_cursor {
    size_t stored, brought;
} smime__evidence_cursor;
smime_crl *smime__evidence_next_crl(const smime__path_context *context,
                                    smime__evidence_cursor *at);
smime_ocsp *smime__evidence_ocsp(const smime__path_context *context, size_t i);

/* How evidence stands to the moment of validation. */
typedef enum smime__freshness {
    SMIME__FRESH,
    SMIME__STALE,
    SMIME__NOT_YET
} smime__freshness;

smime__freshness smime__freshness_of(const smime__path_context *context, int64_t this_update,
                                     int64_t next_update);

/* Notes a revocation; 1 when it counts at the moment of validation. One from a source that is not
 * fresh counts too, as it is not taken back, but for a hold. */
int smime__revocation_note(const smime__path_context *context, smime__freshness freshness,
                           int64_t revoked_at, int32_t reason, smime__revocation *ret);

#endif
