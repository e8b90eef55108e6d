/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SMIME_PKI_STORE_H
#define SMIME_PKI_STORE_H

#include "pki/memory.h"
#include "pki/pool.h"

#include <smime/store.h>

/* What restricts one anchor besides its own extensions. */
typedef struct smime__anchor_rule {
    uint8_t hash[32]; /* of the anchor */
    int32_t use;      /* 0: not restricted */
    smime__buf addresses; /* content of permitted subtrees */
    smime__buf *names;    /* each a NameConstraints */
    size_t name_count, name_room;
} smime__anchor_rule;

/* All that a store holds at one moment. Once a path context has taken a reference it does not
 * change any more: what is added then goes to a copy. */
typedef struct smime__shelf {
    smime__refcount refs;
    smime__pool anchors, others, distrusted;
    smime__evidence evidence;
    smime__anchor_rule *rules;
    size_t rule_count, rule_room;
    uint64_t generation; /* of the store */
} smime__shelf;

/* A reference to what the store holds now; for no store, to an empty shelf. */
smime_status smime__store_shelf(smime_store *store, smime__shelf **ret_shelf);
void smime__shelf_unref(smime__shelf *shelf);
/* NULL when nothing restricts the anchor. */
const smime__anchor_rule *smime__shelf_rule(const smime__shelf *shelf, const smime_cert *anchor);
int smime__shelf_distrusts(const smime__shelf *shelf, const smime_cert *cert);

/* NULL for no store. */
smime__memory *smime__store_memory(smime_store *store);

#endif
