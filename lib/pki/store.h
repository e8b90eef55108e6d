/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SMIME_PKI_STORE_H
#define SMIME_PKI_STORE_H

#include "pki/cert.h"

#include <smime/store.h>

typedef struct smime__pool {
    smime_cert **certs;
    size_t count;
    size_t room;
} smime__pool;

/* Adds a reference unless the same bytes are there. */
smime_status smime__pool_add(smime__pool *pool, smime_cert *cert);
void smime__pool_clear(smime__pool *pool);

/* Copies of what the store holds now, as references: path building is not disturbed by others
 * that add to the store meanwhile. */
smime_status smime__store_snapshot(smime_store *store, smime__pool *anchors, smime__pool *others);

#endif
