/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A gate: the place in a chain where bytes wait. See job.h. */
#include "base/job.h"

#include <stdlib.h>

static smime__gate *gate_of(smime__stage *stage)
{
    return (smime__gate *)stage;
}

static smime_status gate_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    smime__gate *gate = gate_of(stage);

    if (gate->done)
        return SMIME_OK; /* discarded */
    /* nothing waits, and the gate is open for this: no copy */
    if (gate->allowed > gate->passed && !smime__spool_waiting(&gate->spool)) {
        uint64_t open = gate->allowed - gate->passed;
        size_t part = open < len ? (size_t)open : len;
        smime_status status;
        gate->passed += part;
        status = smime__stage_write(stage->next, data, part);
        if (status < 0)
            return status;
        data += part;
        len -= part;
    }
    return len ? smime__spool_add(&gate->spool, data, len) : SMIME_OK;
}

static smime_status gate_finish(smime__stage *stage)
{
    gate_of(stage)->ended = 1;
    return SMIME_OK; /* passed on when drained */
}

static void gate_free(smime__stage *stage)
{
    smime__gate *gate = gate_of(stage);

    for (smime__gate **link = &gate->job->gates; *link; link = &(*link)->other)
        if (*link == gate) {
            *link = gate->other;
            break;
        }
    smime__spool_free(&gate->spool);
    free(gate);
}

smime_status smime__gate_new(smime__job *job, smime__stage *next, smime__gate **ret_gate)
{
    smime__gate *gate = calloc(1, sizeof *gate);

    if (!gate)
        return smime__fail(&job->error, SMIME_E_NOMEM, "no memory for a gate");
    gate->stage.write = gate_write;
    gate->stage.finish = gate_finish;
    gate->stage.free = gate_free;
    gate->stage.next = next;
    gate->job = job;
    smime__spool_init(&gate->spool, &job->settings, &job->error);
    /* in front: a gate made later stands further down the chain and is drained first */
    gate->other = job->gates;
    job->gates = gate;
    *ret_gate = gate;
    return SMIME_OK;
}

void smime__gate_allow(smime__gate *gate, uint64_t total)
{
    if (total > gate->allowed)
        gate->allowed = total;
}

void smime__gate_open(smime__gate *gate)
{
    gate->allowed = UINT64_MAX;
}

void smime__gate_discard(smime__gate *gate)
{
    gate->done = 1;
}
