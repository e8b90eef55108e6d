/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine behind every job: bytes in, bytes out, and the gates that hold bytes back.
 *
 * Stages always take what they are given. Where bytes must wait, a gate is put into the chain:
 * it spools what comes until its owner opens it. The job drains open gates a block at a time
 * and stops while enough output waits to be read, so that no caller is given more than it can
 * hold, however much a gate lets go at once. */
#ifndef SMIME_BASE_JOB_H
#define SMIME_BASE_JOB_H

#include "base/buf.h"
#include "base/settings.h"
#include "base/spool.h"
#include "base/stage.h"

typedef smime_status (*smime__sink_write)(const uint8_t *data, size_t len, void *user_data);

typedef struct smime__gate smime__gate;
typedef struct smime__job smime__job;

struct smime__gate {
    smime__stage stage;
    smime__spool spool;
    smime__job *job;
    smime__gate *other; /* next in the job's list */
    uint64_t passed;    /* bytes handed on */
    uint64_t allowed;   /* bytes that may be handed on; UINT64_MAX: open */
    int ended;          /* no more input will come */
    int done;           /* finish was passed on, or all was discarded */
};

typedef struct smime__job_kind {
    /* Builds the chain and sets job->head; called at the first write or finish. */
    smime_status (*start)(void *owner);
    /* All input went through the chain and every open gate is drained. May open gates. */
    smime_status (*complete)(void *owner);
} smime__job_kind;

struct smime__job {
    const smime__job_kind *kind;
    void *owner;
    smime__error error;
    smime__settings settings;
    smime__stage *head; /* borrowed from the owner */
    smime__stage tail;  /* what is written here is the job's output */
    smime__gate *gates;
    smime__buf out;
    size_t out_taken;
    smime__sink_write sink;
    void (*sink_discard)(void *user_data);
    void *sink_user;
    void (*sink_destroy)(void *user_data);
    int sink_touched;
    int state;
    int completed;
    uint64_t consumed;
};

enum {
    SMIME__JOB_NEW,       /* settings may change */
    SMIME__JOB_RUNNING,   /* bytes are coming */
    SMIME__JOB_FINISHING, /* no more input; output may still come */
    SMIME__JOB_DONE,
    SMIME__JOB_FAILED
};

/* How much output may wait before write stops taking input. */
#define SMIME__JOB_WAITING_MAX 262144
/* Input is passed on in blocks of this size, so that every stage finds it in the cache. */
#define SMIME__JOB_BLOCK 65536

smime_status smime__job_init(smime__job *job, const smime__job_kind *kind, void *owner,
                             const smime_policy *policy);
void smime__job_free(smime__job *job);

smime_status smime__job_write(smime__job *job, const void *data, size_t len, size_t *ret_taken);
smime_status smime__job_finish(smime__job *job);
smime_status smime__job_read(smime__job *job, void *buffer, size_t size, size_t *ret_got);
smime_status smime__job_set_sink(smime__job *job, smime__sink_write write,
                                 void (*discard)(void *), void *user_data,
                                 void (*destroy)(void *));
/* The one-call loops. On failure nothing is handed over. */
smime_status smime__job_buffer(smime__job *job, const void *data, size_t len, uint8_t **ret_data,
                               size_t *ret_len);
smime_status smime__job_fd(smime__job *job, int in, int out);

/* Ends the job: every later call returns the status that this returns. */
smime_status smime__job_failed(smime__job *job, smime_status status);
/* Tells the sink, once, that what it was given is not to be trusted. */
void smime__job_discard(smime__job *job);
/* Settings of the owner may change only before the first byte. */
smime_status smime__job_may_configure(smime__job *job);

/* A closed gate in front of @p next. Freed through its stage. */
smime_status smime__gate_new(smime__job *job, smime__stage *next, smime__gate **ret_gate);
void smime__gate_allow(smime__gate *gate, uint64_t total);
void smime__gate_open(smime__gate *gate);
void smime__gate_discard(smime__gate *gate); /* drops all, now and later */

#endif
