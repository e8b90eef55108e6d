/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bytes that must wait: in memory first, then in an unnamed file or the program's own spool. */
#ifndef SMIME_BASE_SPOOL_H
#define SMIME_BASE_SPOOL_H

#include "base/settings.h"

typedef struct smime__spool {
    const smime__settings *settings; /* borrowed; outlives the spool */
    smime__error *error;
    uint8_t *memory; /* the first `in_memory` bytes */
    size_t in_memory;
    size_t room;
    uint64_t written; /* in all */
    uint64_t taken;   /* read so far */
    int fd;           /* -1 until needed */
    void *own;        /* the program's spool, when `own_open` */
    int own_open;
    uint8_t *block; /* what was read back last, or is to be written next */
    size_t pending; /* bytes in the block that are to be written, the last ones of all */
} smime__spool;

#define SMIME__SPOOL_BLOCK 65536

void smime__spool_init(smime__spool *spool, const smime__settings *settings, smime__error *error);
void smime__spool_free(smime__spool *spool);
smime_status smime__spool_add(smime__spool *spool, const uint8_t *data, size_t len);
/* The next bytes in order, at most SMIME__SPOOL_BLOCK and at most @p most; valid until the next
 * call. *ret_len is 0 when all that was added has been read. */
smime_status smime__spool_next(smime__spool *spool, uint64_t most, const uint8_t **ret_data,
                               size_t *ret_len);
void smime__spool_rewind(smime__spool *spool); /* reads all of it again */
void smime__spool_reset(smime__spool *spool);  /* forgets all of it, keeps memory and file */
uint64_t smime__spool_waiting(const smime__spool *spool);

#endif
