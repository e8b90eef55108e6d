/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A node of the tree that the parser builds. */
#ifndef SMIME_MIME_ENTITY_H
#define SMIME_MIME_ENTITY_H

#include "mime/scan.h"

struct smime_entity {
    smime__place place;
    struct smime_entity *parent; /* in a tree */
    struct smime_entity **children;
    size_t count;
    size_t room;
    char *_Atomic path; /* NULL until it is asked for, by any thread */
    char *disposition;
    char *filename;
    char encoding[24];
    int coding; /* SMIME__ENC_* */
    smime__params type;
    smime__field *fields; /* views of the header as it stands */
    size_t field_count;
    void *kept; /* memory of the header and of its fields */
    uint64_t offset;
    uint64_t body_offset;
    uint64_t length;
    uint64_t decoded_length;
    uint32_t hazards; /* SMIME_HAZARD_* */
};

/* @p whole: the message, when it stays where it is as long as the entity; else the header is
 * copied. *ret_kept: bytes of memory for the header. */
smime_status smime__entity_new(const smime__part *part, const smime__header *header,
                               smime__view whole, smime_entity **ret_entity, size_t *ret_kept);
void smime__entity_free(smime_entity *entity); /* with its children */
smime_status smime__entity_add_child(smime_entity *parent, smime_entity *child);
const smime_entity *smime__entity_find(const smime_entity *root, const char *path); /* or NULL */

#endif
