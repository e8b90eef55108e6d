/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Path building and validation. */
#ifndef SMIME_PKI_PATH_H
#define SMIME_PKI_PATH_H

#include "base/settings.h"
#include "pki/store.h"

#include <smime/path.h>

#define SMIME__PATH_MAX 64 /* no limit may be set beyond it */

struct smime_path {
    smime__refcount refs;
    int32_t status;
    const char *reason;
    char text[360];
    int fault;
    smime_cert *certs[SMIME__PATH_MAX];
    size_t count;
    uint64_t steps;
    uint64_t signatures;
    char **policies;
    size_t policy_count;
};

/* What all paths of one message share. */
typedef struct smime__path_context {
    const smime__settings *settings;
    smime__budget *budget;
    smime__error *error;
    smime__pool anchors;
    smime__pool others;   /* of the store */
    const smime__pool *bag; /* from the message; used, never trusted */
    /* signature checks remembered: (certificate, issuer key) -> result */
    struct smime__remembered *remembered;
    size_t remembered_count, remembered_room;
} smime__path_context;

smime_status smime__path_context_init(smime__path_context *context, smime_store *store,
                                      const smime__settings *settings, smime__budget *budget,
                                      smime__error *error);
void smime__path_context_clear(smime__path_context *context);

/* A limit is the only status below zero besides memory. */
smime_status smime__path_find(smime__path_context *context, smime_cert *cert, int32_t use,
                              const char *email, smime_path **ret_path);

/* A fault of one candidate path. */
typedef struct smime__path_fault {
    const char *reason; /* NULL: none */
    int index;
    char text[320];
} smime__path_fault;

/* Checks that cost no signature on certificate @p index of the path, 0 the leaf;
 * @p cas_below: certificates between it and the leaf that are not self-issued. */
int smime__path_check_cheap(const smime__path_context *context, const smime_cert *cert, int index,
                            int cas_below, int32_t use, smime__path_fault *fault);
/* The signature on @p cert with the key of @p issuer, remembered. */
smime_status smime__path_check_signature(smime__path_context *context, const smime_cert *cert,
                                         const smime_cert *issuer, int index,
                                         smime__path_fault *fault);
/* The policies under which all certificates of a path were issued, as dotted identifiers: with any
 * policy as the initial set, nothing inhibited and nothing mapped (RFC 5280 6.1). */
smime_status smime__path_policies(smime_cert *const *certs, size_t count, char ***ret_list,
                                  size_t *ret_count);

void smime__path_blame(smime__path_fault *fault, const char *reason, int index,
                       const smime_cert *cert, const char *text);

#endif
