/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mail/open.h"

#include "codec/armor.h"
#include "pki/path.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void run_clear(smime__open_run *run)
{
    for (size_t i = 0; i < run->level_count; i++)
        smime__level_free(run->levels[i]);
    smime__stage_free(run->armor);
    smime__hold_clear(&run->hold);
    smime__pool_clear(&run->bag);
    smime__evidence_clear(&run->brought);
    if (run->paths)
        smime__path_context_clear(run->paths);
    free(run->paths);
    smime_report_unref(run->report);
    smime__mailboxes_free(&run->from);
    smime__mailboxes_free(&run->sender);
    smime__buf_free(&run->claims);
    free(run->outer_from);
    free(run->outer_display);
    free(run->outer_fields);
    smime__mailboxes_free(&run->outer_boxes);
    memset(run, 0, sizeof *run);
}

static smime_open *open_of(smime__stage *head)
{
    return (smime_open *)((char *)head - offsetof(smime_open, head));
}

static smime_status head_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__stage_write(stage->next, data, len);
}

static smime_status head_finish(smime__stage *stage)
{
    smime_open *open = open_of(stage);

    if (!open->job.consumed) {
        smime_status none = open->cms ? SMIME_E_CMS_SYNTAX : SMIME_E_MIME_SYNTAX;
        open->run.report->status = none;
        smime__fail(&open->job.error, none, "the message is empty");
        return smime__report_reason(open->run.report, "message-empty", NULL, -1, -1, -1, 0);
    }
    return smime__stage_finish(stage->next);
}

static int is_held(const smime_open *open)
{
    return !open->buffered && open->release != SMIME_RELEASE_AT_ONCE &&
           open->release != SMIME_RELEASE_NOTHING;
}

static smime_status start(void *owner)
{
    smime_open *open = owner;
    smime__open_run *run = &open->run;
    smime_status status;

    run->job = open;
    run->budget.limits = open->job.settings.limits;
    run->sink = open->release == SMIME_RELEASE_NOTHING ? smime__stage_null() : &open->job.tail;
    run->paths = calloc(1, sizeof *run->paths);
    status = run->paths ? smime__report_new(&run->report) : SMIME_E_NOMEM;
    if (status == SMIME_OK)
        status = smime__path_context_init(run->paths, open->store, &open->job.settings,
                                          &run->budget, &open->job.error);
    if (status < 0)
        return status;
    run->paths->bag = &run->bag;
    run->paths->brought = &run->brought;
    if (is_held(open)) {
        status = smime__hold_init(&run->hold, &open->job, &open->job.tail);
        run->sink = run->hold.in;
    }
    open->job.head = &open->head;
    if (status < 0)
        return status;
    status = smime__level_new(run, open->cms ? SMIME__LEVEL_CMS : SMIME__LEVEL_MIME,
                              SMIME__OID_UNKNOWN, &open->head.next);
    if (status == SMIME_OK && open->detached)
        status = smime__stage_finish(open->detached);
    if (status == SMIME_OK && open->cms) {
        status = smime__armor_reader_new(open->head.next, &run->armor);
        open->head.next = run->armor;
    }
    return status;
}

static smime_status complete(void *owner)
{
    smime_open *open = owner;
    smime__open_run *run = &open->run;
    smime_status status = smime__verdict(run);
    int good;

    if (status == SMIME_OK && open->isolate_path && !run->isolated)
        status = smime__fail(&open->job.error, SMIME_E_NOT_FOUND,
                             "there is no errant part at %.200s", open->isolate_path);
    if (status < 0)
        return status;
    smime__verdict_sentence(run->report, &open->job.error);
    good = open->release == SMIME_RELEASE_AT_ONCE
               ? smime__verdict_releases(run->report, SMIME_RELEASE_GOOD)
               : smime__verdict_releases(run->report, open->release);
    if (run->hold.gate) {
        if (!good) {
            smime__gate_discard(run->hold.gate);
            return SMIME_OK;
        }
        smime__gate_open(run->hold.gate);
        return smime__stage_finish(run->hold.in);
    }
    if (!good)
        smime__job_discard(&open->job);
    return SMIME_OK;
}

static const smime__job_kind kind = { start, complete };

smime_status smime_open_new(const smime_policy *policy, smime_open **ret_open)
{
    smime_open *open;
    smime_status status;

    if (!ret_open)
        return SMIME_E_INVALID_ARG;
    open = calloc(1, sizeof *open);
    if (!open)
        return SMIME_E_NOMEM;
    open->head.write = head_write;
    open->head.finish = head_finish;
    open->use = SMIME_USE_SIGN;
    status = smime__job_init(&open->job, &kind, open, policy);
    if (status < 0) {
        smime_open_free(open);
        return status;
    }
    *ret_open = open;
    return SMIME_OK;
}

void smime_open_free(smime_open *open)
{
    if (!open)
        return;
    run_clear(&open->run);
    for (size_t i = 0; i < open->identity_count; i++)
        smime_identity_unref(open->identities[i]);
    free(open->identities);
    smime__shared_keys_clear(&open->shared);
    for (size_t i = 0; i < open->expected_count; i++)
        free(open->expected[i]);
    free(open->expected);
    smime_known_unref(open->known);
    free(open->isolate_path);
    smime__stage_free(open->detached);
    smime_store_unref(open->store);
    smime__job_free(&open->job);
    free(open);
}

smime_status smime_open_add_identity(smime_open *open, smime_identity *identity)
{
    smime_status status;

    if (!open || !identity)
        return SMIME_E_INVALID_ARG;
    status = smime__job_may_configure(&open->job);
    if (status == SMIME_OK)
        status = smime__grow((void **)&open->identities, open->identity_count,
                             &open->identity_room, sizeof *open->identities);
    if (status == SMIME_OK)
        open->identities[open->identity_count++] = smime_identity_ref(identity);
    return status;
}

static smime_status add_shared(smime_open *open, int what, smime__view id, smime__view secret)
{
    smime_status status;

    if (!open || !secret.data || (id.len && !id.data))
        return SMIME_E_INVALID_ARG;
    status = smime__job_may_configure(&open->job);
    return status == SMIME_OK ? smime__shared_keys_add(&open->shared, what, id, secret) : status;
}

smime_status smime_open_add_password(smime_open *open, const void *password, size_t len)
{
    return add_shared(open, SMIME__SHARED_PASSWORD, smime__view_of(NULL, 0),
                      smime__view_of(password, len));
}

smime_status smime_open_add_shared_key(smime_open *open, const void *id, size_t id_len,
                                       const void *key, size_t len)
{
    if (len != 16 && len != 24 && len != 32)
        return SMIME_E_INVALID_ARG;
    return add_shared(open, SMIME__SHARED_KEK, smime__view_of(id, id_len),
                      smime__view_of(key, len));
}

smime_status smime_open_add_content_key(smime_open *open, const void *key, size_t len)
{
    if (!len || len > SMIME__KEY_MAX)
        return SMIME_E_INVALID_ARG;
    return add_shared(open, SMIME__SHARED_CONTENT, smime__view_of(NULL, 0),
                      smime__view_of(key, len));
}

smime_status smime_open_use_store(smime_open *open, smime_store *store)
{
    smime_status status = open ? smime__job_may_configure(&open->job) : SMIME_E_INVALID_ARG;

    if (status < 0)
        return status;
    smime_store_unref(open->store);
    open->store = smime_store_ref(store);
    return SMIME_OK;
}

smime_status smime_open_set_release(smime_open *open, int32_t release)
{
    smime_status status;

    if (!open || release < SMIME_RELEASE_GOOD || release > SMIME_RELEASE_NOTHING)
        return SMIME_E_INVALID_ARG;
    status = smime__job_may_configure(&open->job);
    if (status == SMIME_OK)
        open->release = release;
    return status;
}

smime_status smime_open_set_diagnose(smime_open *open, int32_t diagnose)
{
    smime_status status = open ? smime__job_may_configure(&open->job) : SMIME_E_INVALID_ARG;

    if (status == SMIME_OK)
        open->diagnose = diagnose != 0;
    return status;
}

smime_status smime_open_set_sink(smime_open *open, smime_write_function write,
                                 void (*discard)(void *user_data), void *user_data,
                                 void (*destroy)(void *user_data))
{
    if (!open) {
        if (destroy)
            destroy(user_data);
        return SMIME_E_INVALID_ARG;
    }
    return smime__job_set_sink(&open->job, write, discard, user_data, destroy);
}

static const char *code_of(smime_status status)
{
    switch (smime_status_category(status)) {
    case SMIME_CATEGORY_LIMIT:
        return "limit";
    case SMIME_CATEGORY_SYNTAX:
        return "mime-malformed";
    default:
        return status == SMIME_E_IO ? "io" : "internal";
    }
}

/* What the job could not go on with is told by the report too. */
static smime_status settle(smime_open *open, smime_status status)
{
    smime_report *report = open->run.report;

    if (status < 0 && open->job.state == SMIME__JOB_FAILED && report &&
        report->status != status) {
        report->status = status;
        report->summary = smime_status_category(status) == SMIME_CATEGORY_SYNTAX
                              ? SMIME_SUMMARY_INVALID
                              : SMIME_SUMMARY_UNDECIDED;
        if (smime__report_reason(report, code_of(status),
                                 smime__error_sentence(&open->job.error), -1, -1, -1,
                                 open->job.error.offset) == SMIME_OK &&
            status != SMIME_E_IO && smime__open_compare_known(&open->run) == SMIME_OK)
            smime__report_sort_reasons(report);
        smime__verdict_sentence(report, &open->job.error);
    }
    /* the structure could not be parsed: an error, and a report all the same */
    if (status == SMIME_OK && open->job.completed && open->job.state == SMIME__JOB_DONE && report)
        status = report->status < 0 ? report->status : SMIME_OK;
    return status;
}

smime_status smime_open_write(smime_open *open, const void *data, size_t len, size_t *ret_taken)
{
    return open ? settle(open, smime__job_write(&open->job, data, len, ret_taken))
                : SMIME_E_INVALID_ARG;
}

smime_status smime_open_read(smime_open *open, void *buffer, size_t size, size_t *ret_got)
{
    return open ? settle(open, smime__job_read(&open->job, buffer, size, ret_got))
                : SMIME_E_INVALID_ARG;
}

smime_status smime_open_finish(smime_open *open)
{
    return open ? settle(open, smime__job_finish(&open->job)) : SMIME_E_INVALID_ARG;
}

/* micalg was wrong: everything is hashed when the input can be read again. Content was changed: what may
 * have happened to it is looked for. A structure by itself has neither. */
static int worth_another_reading(const smime_open *open)
{
    return !open->cms && ((open->run.missed_digest && !open->all_hashes) ||
                          (open->run.may_be_damaged && !open->diagnose));
}

static void read_again(smime_open *open)
{
    open->all_hashes |= open->run.missed_digest;
    open->diagnose |= open->run.may_be_damaged;
    run_clear(&open->run);
    open->job.gates = NULL;
    open->job.state = SMIME__JOB_NEW;
    open->job.completed = 0;
    open->job.consumed = 0;
    open->job.sink_touched = 0;
    smime__error_clear(&open->job.error);
}

smime_status smime_open_buffer(smime_open *open, const void *data, size_t len,
                               uint8_t **ret_data, size_t *ret_len)
{
    uint8_t *content = NULL;
    size_t content_len = 0;
    smime_status status;

    if (!open || (ret_data && !ret_len))
        return SMIME_E_INVALID_ARG;
    if (open->release != SMIME_RELEASE_NOTHING)
        open->buffered = 1;
    status = settle(open, smime__job_buffer(&open->job, data, len, &content, &content_len));
    while (status == SMIME_OK && worth_another_reading(open)) {
        smime_free(content);
        content = NULL;
        read_again(open);
        status = settle(open, smime__job_buffer(&open->job, data, len, &content, &content_len));
    }
    open->buffered = 0;
    if (status == SMIME_OK && ret_data) {
        int released = smime__verdict_releases(
            open->run.report,
            open->release == SMIME_RELEASE_AT_ONCE ? SMIME_RELEASE_GOOD : open->release);
        *ret_data = released ? content : NULL;
        *ret_len = released ? content_len : 0;
        if (released)
            content = NULL;
    }
    smime_free(content);
    return status;
}

smime_status smime_open_fd(smime_open *open, int in, int out)
{
    off_t place;
    smime_status status;

    if (!open)
        return SMIME_E_INVALID_ARG;
    place = lseek(in, 0, SEEK_CUR);
    if (out < 0 && open->job.state == SMIME__JOB_NEW)
        open->release = SMIME_RELEASE_NOTHING;
    status = settle(open, smime__job_fd(&open->job, in, out));
    while (status == SMIME_OK && worth_another_reading(open) && !open->job.sink_touched &&
           place >= 0 && lseek(in, place, SEEK_SET) == place) {
        read_again(open);
        status = settle(open, smime__job_fd(&open->job, in, out));
    }
    return status;
}

smime_status smime_open_report(smime_open *open, smime_report **ret_report)
{
    if (!open || !ret_report)
        return SMIME_E_INVALID_ARG;
    if (open->job.state != SMIME__JOB_DONE && open->job.state != SMIME__JOB_FAILED)
        return SMIME_E_STATE;
    if (!open->run.report)
        return SMIME_E_NOMEM;
    *ret_report = smime_report_ref(open->run.report);
    return SMIME_OK;
}

const char *smime_open_error_text(const smime_open *open)
{
    return open ? smime__error_sentence(&open->job.error) : "";
}

uint64_t smime_open_error_offset(const smime_open *open)
{
    return open ? open->job.error.offset : UINT64_MAX;
}
