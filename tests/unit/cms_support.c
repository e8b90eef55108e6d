/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cms_support.h"

smime_identity *identity_named(const char *name)
{
    smime_cert *cert = cert_named(name);
    smime_identity *identity = NULL;
    char file[100];
    size_t len;
    uint8_t *key;

    snprintf(file, sizeof file, "%s.key", name);
    key = support_pki(file, &len);
    ck_ok(smime_identity_new(cert, key, len, NULL, &identity));
    free(key);
    smime_cert_unref(cert);
    return identity;
}

static smime_status on_content(void *user, smime__view type, smime__stage **ret_next)
{
    reading *r = user;

    r->content_calls++;
    ck_ok(smime__buf_add_view(&r->type, type));
    *ret_next = &r->job.tail;
    return SMIME_OK;
}

static smime_status on_start(void *owner)
{
    reading *r = owner;

    r->job.head = r->stage;
    return SMIME_OK;
}

static smime_status on_complete(void *owner)
{
    (void)owner;
    return SMIME_OK;
}

static const smime__job_kind kind = {on_start, on_complete};

static void drain(reading *r)
{
    uint8_t block[4096];
    size_t got = 1;

    while (r->status == SMIME_OK && got) {
        r->status = smime__job_read(&r->job, block, sizeof block, &got);
        if (r->status == SMIME_OK)
            ck_ok(smime__buf_add(&r->out, block, got));
    }
}

void reading_run(reading *r, const uint8_t *data, size_t len, size_t step,
                 smime_identity *const *identities, size_t count)
{
    size_t at = 0;

    memset(r, 0, sizeof *r);
    ck_ok(smime__job_init(&r->job, &kind, r, NULL));
    r->job.settings.has_time = 1;
    r->job.settings.time = SUPPORT_NOW;
    r->budget.limits = r->job.settings.limits;
    r->spec.job = &r->job;
    r->spec.budget = &r->budget;
    r->spec.identities = identities;
    r->spec.identity_count = count;
    r->spec.bag = &r->bag;
    r->spec.content = on_content;
    r->spec.user = r;
    ck_ok(smime__cms_new(&r->spec, &r->stage));
    while (at < len && r->status == SMIME_OK) {
        size_t part = step && step < len - at ? step : len - at, taken = 0;
        uint8_t *copy = malloc(part);

        memcpy(copy, data + at, part);
        r->status = smime__job_write(&r->job, copy, part, &taken);
        free(copy);
        at += taken;
        drain(r);
    }
    if (r->status == SMIME_OK)
        r->status = smime__job_finish(&r->job);
    drain(r);
    r->result = smime__cms_result_of(r->stage);
}

void reading_clear(reading *r)
{
    smime__stage_free(r->stage);
    smime__job_free(&r->job);
    smime__pool_clear(&r->bag);
    smime__buf_free(&r->out);
    smime__buf_free(&r->type);
}
