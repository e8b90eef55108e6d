/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of the path engine. */
#ifndef SMIME_PKI_PATH_BUILD_H
#define SMIME_PKI_PATH_BUILD_H

#include "pki/path.h"
#include "pki/policies.h"

/* A fault of one candidate path. */
typedef struct smime__path_fault {
    const char *reason; /* NULL: none */
    int index;
    char text[320];
} smime__path_fault;

/* One search from a certificate to an anchor. */
typedef struct smime__builder {
    smime__path_context *context;
    int32_t use;
    int32_t revocation;            /* SMIME_REVOCATION_* */
    const smime_cert *only_anchor; /* NULL: any */
    int plain;                     /* no certificate policies asked for: a path of a CRL issuer */
    int responder;                 /* the path of an OCSP responder */
    smime_cert *stack[SMIME__PATH_MAX]; /* borrowed */
    size_t depth;
    size_t longest; /* allowed */
    int found;
    int is_signed; /* every signature of the stack, which ends at an anchor, is good */
    smime__revocation states[SMIME__PATH_MAX]; /* of the stack, when found */
    smime__policy_result policies;             /* when found */
    /* the failure that came furthest */
    smime__path_fault best;
    int best_rank;
    smime_cert *best_certs[SMIME__PATH_MAX];
    smime__revocation best_states[SMIME__PATH_MAX];
    size_t best_count;
    struct {
        smime__path_fault fault;
        size_t length;
        smime_cert *last;
    } tried[SMIME__TRIED_MAX];
    size_t tried_count;
} smime__builder;

/* Searches for a path of @p cert; b->found tells. */
smime_status smime__builder_run(smime__builder *b, smime_cert *cert);
/* Makes a failure known that the search itself does not see. */
enum {
    SMIME__REACHED_NOTHING,
    SMIME__REACHED_ANCHOR, /* the names lead to one */
    SMIME__REACHED_SIGNED  /* and the signatures are good */
};
void smime__builder_keep_failure(smime__builder *b, const smime__path_fault *fault, int reached);
void smime__builder_clear(smime__builder *b);

/* The cheap checks of everything on the stack: those that cost no signature. The last certificate
 * is the anchor when @p complete. 1 when they pass. */
int smime__path_check_stack(const smime__builder *b, int complete, smime__path_fault *fault);
/* Everything else of a stack that ends at an anchor: signatures, names, policies, revocation. */
smime_status smime__path_validate(smime__builder *b, smime__path_fault *fault);

/* The signature on @p cert with the key of certificate @p issuer on the stack. */
smime_status smime__path_check_signature(smime__builder *b, size_t index,
                                         smime__path_fault *fault);
/* The signature on something else: @p what is its hash, for remembering. */
smime_status smime__path_verify(smime__builder *b, const uint8_t *what, smime__view algorithm,
                                smime__view tbs, smime__view signature, const smime_cert *issuer,
                                int *ret_good);

void smime__path_blame(smime__path_fault *fault, const char *reason, int index,
                       const smime_cert *cert, const char *text);

#endif
