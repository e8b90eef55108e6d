/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one-call forms of a job: loops over write, read and finish. */
#include "base/job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RESERVED_MAX ((size_t)1 << 20)

typedef struct collector {
    smime__buf bytes;
} collector;

static smime_status collect(const uint8_t *data, size_t len, void *user_data)
{
    return smime__buf_add(&((collector *)user_data)->bytes, data, len);
}

static void collect_discard(void *user_data)
{
    smime__buf_clear(&((collector *)user_data)->bytes);
}

/* With a sink, write always takes everything. */
static smime_status push_all(smime__job *job, const uint8_t *data, size_t len)
{
    size_t taken = 0;
    smime_status status = smime__job_write(job, data, len, &taken);

    if (status == SMIME_OK && taken != len)
        status = SMIME_E_STATE;
    return status;
}

smime_status smime__job_buffer(smime__job *job, const void *data, size_t len, uint8_t **ret_data,
                               size_t *ret_len)
{
    collector collected;
    smime_status status;

    if ((len && !data) || (ret_data && !ret_len) || job->sink)
        return SMIME_E_INVALID_ARG;
    if (job->state == SMIME__JOB_FAILED)
        return job->error.status;
    memset(&collected, 0, sizeof collected);
    collected.bytes.secret = 1;
    status = smime__job_set_sink(job, collect, collect_discard, &collected, NULL);
    if (status < 0)
        return status;
    /* about as long as the input; where memory is short it is not asked for before it is needed */
    (void)smime__buf_reserve(&collected.bytes, len < RESERVED_MAX ? len + 2048 : RESERVED_MAX);
    status = push_all(job, data, len);
    if (status == SMIME_OK)
        status = smime__job_finish(job);
    if (status == SMIME_OK && ret_data) {
        if (!smime__buf_text(&collected.bytes)) {
            status = SMIME_E_NOMEM;
        } else {
            *ret_data = collected.bytes.data;
            *ret_len = collected.bytes.len;
            memset(&collected.bytes, 0, sizeof collected.bytes);
        }
    }
    smime__buf_free(&collected.bytes);
    job->sink = NULL; /* it pointed to this function's memory */
    job->sink_discard = NULL;
    job->sink_user = NULL;
    return status;
}

typedef struct descriptor {
    int fd;
    smime__error *error;
} descriptor;

static smime_status write_fd(const uint8_t *data, size_t len, void *user_data)
{
    descriptor *out = user_data;

    while (len && out->fd >= 0) {
        ssize_t done = write(out->fd, data, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return smime__fail(out->error, SMIME_E_IO, "the output cannot be written: %s",
                               strerror(errno));
        data += done;
        len -= (size_t)done;
    }
    return SMIME_OK;
}

static smime_status pump(smime__job *job, int in)
{
    uint8_t *block = malloc(SMIME__JOB_BLOCK);
    smime_status status = block ? SMIME_OK : SMIME_E_NOMEM;

    while (status == SMIME_OK) {
        ssize_t got = read(in, block, SMIME__JOB_BLOCK);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            status = smime__fail(&job->error, SMIME_E_IO, "the input cannot be read: %s",
                                 strerror(errno));
        if (got <= 0)
            break;
        status = push_all(job, block, (size_t)got);
    }
    free(block);
    return status;
}

smime_status smime__job_fd(smime__job *job, int in, int out)
{
    descriptor target = { out, &job->error };
    smime_status status;

    if (in < 0 || job->sink)
        return SMIME_E_INVALID_ARG;
    if (job->state == SMIME__JOB_FAILED)
        return job->error.status;
    status = smime__job_set_sink(job, write_fd, NULL, &target, NULL);
    if (status < 0)
        return status;
    status = pump(job, in);
    if (status == SMIME_OK)
        status = smime__job_finish(job);
    else if (job->state != SMIME__JOB_FAILED)
        status = smime__job_failed(job, status);
    job->sink = NULL;
    job->sink_user = NULL;
    return status;
}
