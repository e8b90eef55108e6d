/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One step of a pipeline: bytes come in, what becomes of them goes to the next stage. */
#ifndef SMIME_BASE_STAGE_H
#define SMIME_BASE_STAGE_H

#include "base/buf.h"

typedef struct smime__stage smime__stage;

struct smime__stage {
    /* Takes all of @p data; it is borrowed for the call. */
    smime_status (*write)(smime__stage *stage, const uint8_t *data, size_t len);
    /* No more input; called once. It passes the call on when its own output is complete. */
    smime_status (*finish)(smime__stage *stage);
    void (*free)(smime__stage *stage); /* frees this stage alone */
    smime__stage *next;                /* borrowed */
};

static inline smime_status smime__stage_write(smime__stage *stage, const uint8_t *data,
                                              size_t len)
{
    return len ? stage->write(stage, data, len) : SMIME_OK;
}

static inline smime_status smime__stage_finish(smime__stage *stage)
{
    return stage->finish(stage);
}

static inline void smime__stage_free(smime__stage *stage)
{
    if (stage)
        stage->free(stage);
}

/* A stage that drops everything. One for all: it has no state. */
smime__stage *smime__stage_null(void);

/* The end of a pipeline that keeps what comes: a stage on the stack, not to be freed. */
typedef struct smime__gather {
    smime__stage stage;
    smime__buf *to; /* borrowed */
} smime__gather;

smime__gather smime__gather_in(smime__buf *to);

#endif
