/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths as other layers use them: a context for one message, and answers. */
#ifndef SMIME_PKI_PATH_H
#define SMIME_PKI_PATH_H

#include "base/settings.h"
#include "pki/revocation.h"
#include "pki/store.h"

#include <smime/path.h>

#define SMIME__PATH_MAX 64  /* no limit may be set beyond it */
#define SMIME__TRIED_MAX 16 /* failed attempts that are kept */

typedef struct smime__path_tried {
    const char *reason;
    char text[320];
    size_t length;
    smime_cert *last;
} smime__path_tried;

/* What was found out; immutable, shared by all answers that were remembered. */
struct smime__path_facts {
    smime__refcount refs;
    int32_t status;
    const char *reason;
    char text[360];
    int fault;
    smime_cert **certs;
    smime__revocation *revocation; /* of each */
    size_t count;
    char **policies;
    size_t policy_count;
    smime__path_tried *tried;
    size_t tried_count;
};

struct smime_path {
    smime__refcount refs;
    smime__path_facts *facts;
    uint64_t steps, signatures; /* that it cost this time */
};

smime__path_facts *smime__path_facts_ref(smime__path_facts *facts);
void smime__path_facts_unref(smime__path_facts *facts);

/* What all paths of one message share. */
typedef struct smime__path_context {
    const smime__settings *settings;
    smime__budget *budget;
    smime__error *error;
    smime__shelf *shelf;     /* of the store */
    smime__memory *memory;   /* of the store, or NULL */
    const smime__pool *bag;  /* from the message, or NULL: used, never trusted */
    const smime__evidence *brought; /* from the message, or NULL: likewise */
    /* signature checks remembered: (what, issuer) -> result */
    struct smime__remembered *remembered;
    size_t remembered_count, remembered_room;
    struct smime__revocation_work *work; /* what revocation has found out so far */
} smime__path_context;

/* @p store has to live as long as the context. */
smime_status smime__path_context_init(smime__path_context *context, smime_store *store,
                                      const smime__settings *settings, smime__budget *budget,
                                      smime__error *error);
void smime__path_context_clear(smime__path_context *context);

/* A limit is the only status below zero besides memory. */
smime_status smime__path_find(smime__path_context *context, smime_cert *cert, int32_t use,
                              const char *email, smime_path **ret_path);

#endif
