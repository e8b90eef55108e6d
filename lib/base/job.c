/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/job.h"

#include <string.h>

static smime_status tail_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    smime__job *job = (smime__job *)((char *)stage - offsetof(smime__job, tail));
    smime_status status;

    if (job->sink) {
        job->sink_touched = 1;
        status = job->sink(data, len, job->sink_user);
        return status < 0 ? smime__fail(&job->error, status, "the output was refused") : SMIME_OK;
    }
    status = smime__buf_add(&job->out, data, len);
    return status < 0 ? smime__fail(&job->error, status, "no memory for output") : SMIME_OK;
}

static smime_status tail_finish(smime__stage *stage)
{
    (void)stage;
    return SMIME_OK;
}

static void tail_free(smime__stage *stage)
{
    (void)stage;
}

smime_status smime__job_init(smime__job *job, const smime__job_kind *kind, void *owner,
                             const smime_policy *policy)
{
    memset(job, 0, sizeof *job);
    smime__error_clear(&job->error);
    job->kind = kind;
    job->owner = owner;
    job->out.secret = 1;
    job->tail.write = tail_write;
    job->tail.finish = tail_finish;
    job->tail.free = tail_free;
    return smime__settings_snapshot(&job->settings, policy);
}

static void drop_sink(smime__job *job)
{
    if (job->sink_destroy)
        job->sink_destroy(job->sink_user);
    job->sink = NULL;
    job->sink_discard = NULL;
    job->sink_destroy = NULL;
}

void smime__job_free(smime__job *job)
{
    smime__buf_free(&job->out);
    drop_sink(job);
    smime__settings_clear(&job->settings);
}

void smime__job_discard(smime__job *job)
{
    if (job->sink_discard && job->sink_touched)
        job->sink_discard(job->sink_user);
    job->sink_discard = NULL;
    smime__buf_clear(&job->out);
    job->out_taken = 0;
}

smime_status smime__job_failed(smime__job *job, smime_status status)
{
    smime__fail(&job->error, status, "%s", smime_status_text(status));
    job->state = SMIME__JOB_FAILED;
    smime__job_discard(job);
    return job->error.status;
}

smime_status smime__job_may_configure(smime__job *job)
{
    return job->state == SMIME__JOB_NEW ? SMIME_OK : SMIME_E_STATE;
}

static int has_room(const smime__job *job)
{
    return job->sink || job->out.len - job->out_taken < SMIME__JOB_WAITING_MAX;
}

/* One block of one gate. *ret_moved is 0 when no gate had anything to do. */
static smime_status drain_step(smime__job *job, int *ret_moved)
{
    *ret_moved = 0;
    for (smime__gate *gate = job->gates; gate; gate = gate->other) {
        const uint8_t *data = NULL;
        size_t len = 0;
        smime_status status;

        if (gate->done)
            continue;
        status = smime__spool_next(&gate->spool, gate->allowed - gate->passed, &data, &len);
        if (status < 0)
            return status;
        if (len) {
            *ret_moved = 1;
            gate->passed += len;
            return smime__stage_write(gate->stage.next, data, len);
        }
        if (smime__spool_waiting(&gate->spool))
            continue; /* closed for what waits */
        smime__spool_reset(&gate->spool);
        if (gate->ended && gate->allowed == UINT64_MAX) {
            gate->done = 1;
            *ret_moved = 1;
            return smime__stage_finish(gate->stage.next);
        }
    }
    return SMIME_OK;
}

/* *ret_idle is 1 when nothing waits in any open gate. */
static smime_status drain(smime__job *job, int *ret_idle)
{
    smime_status status = SMIME_OK;
    int moved = 1;

    while (moved && status == SMIME_OK && has_room(job))
        status = drain_step(job, &moved);
    *ret_idle = !moved;
    return status;
}

static smime_status start(smime__job *job)
{
    smime_status status;

    if (job->state != SMIME__JOB_NEW)
        return SMIME_OK;
    job->state = SMIME__JOB_RUNNING;
    smime__error_clear(&job->error); /* of a setting that was refused */
    status = job->kind->start(job->owner);
    return status < 0 ? smime__job_failed(job, status) : SMIME_OK;
}

smime_status smime__job_write(smime__job *job, const void *data, size_t len, size_t *ret_taken)
{
    const uint8_t *bytes = data;
    size_t taken = 0;
    int idle;
    smime_status status;

    if (!ret_taken || (len && !data))
        return SMIME_E_INVALID_ARG;
    if (job->state == SMIME__JOB_FAILED)
        return job->error.status;
    if (job->state > SMIME__JOB_RUNNING)
        return SMIME_E_STATE;
    status = start(job);
    while (status == SMIME_OK && taken < len) {
        size_t block = len - taken < SMIME__JOB_BLOCK ? len - taken : SMIME__JOB_BLOCK;

        status = drain(job, &idle);
        if (status < 0 || !idle || !has_room(job))
            break;
        status = smime__stage_write(job->head, bytes + taken, block);
        taken += block;
        job->consumed += block;
    }
    if (status < 0)
        return smime__job_failed(job, status);
    *ret_taken = taken;
    return SMIME_OK;
}

/* After the last input: drains, lets the owner decide, drains what that opened. */
static smime_status advance(smime__job *job)
{
    smime_status status;
    int idle;

    status = drain(job, &idle);
    if (status == SMIME_OK && idle && !job->completed) {
        job->completed = 1;
        status = job->kind->complete(job->owner);
        if (status == SMIME_OK)
            status = drain(job, &idle);
    }
    if (status < 0)
        return smime__job_failed(job, status);
    if (idle && job->completed)
        job->state = SMIME__JOB_DONE;
    return SMIME_OK;
}

smime_status smime__job_finish(smime__job *job)
{
    smime_status status;

    if (job->state == SMIME__JOB_FAILED)
        return job->error.status;
    if (job->state > SMIME__JOB_RUNNING)
        return SMIME_E_STATE;
    status = start(job);
    if (status < 0)
        return status;
    /* the end must reach the chain behind everything that still waits in a gate in front of it:
     * such a gate holds it back itself, so it can be told at once */
    job->state = SMIME__JOB_FINISHING;
    status = smime__stage_finish(job->head);
    if (status < 0)
        return smime__job_failed(job, status);
    return advance(job);
}

smime_status smime__job_read(smime__job *job, void *buffer, size_t size, size_t *ret_got)
{
    size_t waiting;

    if (!ret_got || (size && !buffer))
        return SMIME_E_INVALID_ARG;
    if (job->state == SMIME__JOB_FAILED)
        return job->error.status;
    if (job->out.len == job->out_taken && job->state == SMIME__JOB_FINISHING) {
        smime_status status = advance(job);
        if (status < 0)
            return status;
    }
    waiting = job->out.len - job->out_taken;
    if (size > waiting)
        size = waiting;
    if (size)
        memcpy(buffer, job->out.data + job->out_taken, size);
    job->out_taken += size;
    if (job->out_taken == job->out.len || job->out_taken >= SMIME__JOB_WAITING_MAX) {
        smime__buf_drop_front(&job->out, job->out_taken);
        job->out_taken = 0;
    }
    *ret_got = size;
    return SMIME_OK;
}

smime_status smime__job_set_sink(smime__job *job, smime__sink_write write,
                                 void (*discard)(void *), void *user_data,
                                 void (*destroy)(void *))
{
    smime_status status = write ? smime__job_may_configure(job) : SMIME_E_INVALID_ARG;

    if (status < 0) {
        if (destroy)
            destroy(user_data);
        return status;
    }
    drop_sink(job);
    job->sink = write;
    job->sink_discard = discard;
    job->sink_user = user_data;
    job->sink_destroy = destroy;
    return SMIME_OK;
}
