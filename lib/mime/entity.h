/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A node of the tree that the parser builds. */
#ifndef SMIME_MIME_ENTITY_H
#define SMIME_MIME_ENTITY_H

#include "mime/scan.h"

struct smime_entity {
    struct smime_entity **children;
    size_t count;
    size_t room;
    char *path;
    char *disposition;
    char *filename;
    char encoding[24];
    smime__params type;
    uint64_t offset;
    uint64_t body_offset;
    uint64_t length;
    uint64_t decoded_length;
};

/* Takes over the part's type parameters (a copy of them is not made). */
smime_status smime__entity_new(smime__part *part, const smime__header *header,
                               smime_entity **ret_entity);
void smime__entity_free(smime_entity *entity); /* with its children */
smime_status smime__entity_add_child(smime_entity *parent, smime_entity *child);
const smime_entity *smime__entity_find(const smime_entity *root, const char *path);

#endif
