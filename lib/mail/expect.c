/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mail from those who are known to sign it: what is missing from it, and what is new. */
#include "mail/open.h"

#include "base/ascii.h"
#include "mail/claims.h"

#include <stdlib.h>
#include <string.h>

#define MISSING "expected-signature-missing"

static smime_status is_expected(const smime__open_run *run, const char *address, int *ret_expected)
{
    const smime_open *open = run->job;
    const smime__known_person *person;
    smime_status status = smime__known_look_up(open->known, address, &person);

    *ret_expected = person && person->signs;
    for (size_t i = 0; i < open->expected_count && status == SMIME_OK && !*ret_expected; i++)
        status = smime__mailbox_match(open->expected[i], address, ret_expected);
    return status;
}

typedef struct search {
    const smime__open_run *run;
    const char *but; /* who need not be found; or NULL */
    char *found;
} search;

/* The first one that is expected to sign is kept. */
static smime_status look(void *user, const char *address)
{
    search *s = user;
    int expected, is_but = 0;
    smime_status status;

    if (!address || s->found)
        return SMIME_OK;
    status = is_expected(s->run, address, &expected);
    if (status == SMIME_OK && expected && s->but)
        status = smime__mailbox_match(s->but, address, &is_but);
    if (status < 0 || !expected || is_but)
        return status;
    s->found = strdup(address);
    return s->found ? SMIME_OK : SMIME_E_NOMEM;
}

static smime_status look_at_boxes(search *s, const smime__mailboxes *boxes)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < boxes->count && status == SMIME_OK; i++)
        status = look(s, boxes->list[i].address);
    return status;
}

/* Whoever the message claims to be from without having signed it: by an address, a name, a comment or
 * anything else in a From field, readable or not, outside or inside. In a verified one only what is shown
 * beside the sender counts. */
static smime_status find_claimed(search *s, int verified)
{
    const smime__open_run *run = s->run;
    size_t from = verified && run->has_inner_from ? run->claims_outside : 0;
    smime_status status = SMIME_OK;

    if (!run->job->expected_count && !smime_known_count(run->job->known))
        return SMIME_OK;
    if (!verified)
        status = look_at_boxes(s, &run->from);
    if (!verified && status == SMIME_OK)
        status = look_at_boxes(s, &run->outer_boxes);
    if (status == SMIME_OK && !s->found && from < run->claims.len)
        status = smime__addresses_in(
            smime__view_of(run->claims.data + from, run->claims.len - from), look, s);
    return status;
}

static smime_status say_missing(smime__open_run *run, const char *address)
{
    smime__buf text = { 0 };
    smime_status status = smime__buf_format(&text, "a signature is missing: %.*s signs mail, and "
                                                   "not this one",
                                            smime__utf8_fit(address, 200), address);

    if (status == SMIME_OK && !smime__buf_text(&text))
        status = SMIME_E_NOMEM;
    if (status == SMIME_OK)
        status = smime__open_reason(run, MISSING, (const char *)text.data, -1,
                                    -1);
    smime__buf_free(&text);
    return status;
}

/* Who signed for the sender, by a key that is new; or nobody did, where the policy does with others. */
static smime_status compare_keys(smime__open_run *run)
{
    const smime_report *report = run->report;
    const smime__known_person *person;
    int layer = -1, signer = -1, expected;
    smime_status status = smime__known_look_up(run->job->known, report->from_address, &person);

    for (size_t i = 0; i < report->layer_count && status == SMIME_OK; i++)
        for (size_t k = 0; !report->layers[i].errant && k < report->layers[i].signer_count; k++) {
            const smime__report_signer *each = &report->layers[i].signers[k];
            if (!smime__signer_is_good(each) || each->binding != SMIME_BINDING_MATCH)
                continue;
            if (!person || !person->signs || smime__known_has_signer(person, each->cert))
                return SMIME_OK;
            layer = (int)i;
            signer = (int)k;
        }
    if (layer >= 0)
        return smime__open_reason(run, "signer-changed", NULL, layer, signer);
    if (status == SMIME_OK && report->from_address)
        status = is_expected(run, report->from_address, &expected);
    return status == SMIME_OK && report->from_address && expected
               ? say_missing(run, report->from_address)
               : status;
}

smime_status smime__open_compare_known(smime__open_run *run)
{
    int32_t summary = run->report->summary;
    int verified = summary == SMIME_SUMMARY_VERIFIED ||
                   summary == SMIME_SUMMARY_CONFIDENTIAL_VERIFIED;
    search s = { run, verified ? run->report->from_address : NULL, NULL };
    smime_status status;

    for (size_t i = 0; i < run->report->reason_count; i++)
        if (!strcmp(run->report->reasons[i].code, MISSING))
            return SMIME_OK;
    /* inside of what is locked there may be a signature */
    if (summary == SMIME_SUMMARY_LOCKED || run->job->cms)
        return SMIME_OK;
    status = find_claimed(&s, verified);
    if (status == SMIME_OK && s.found)
        status = say_missing(run, s.found);
    else if (status == SMIME_OK && verified)
        status = compare_keys(run);
    free(s.found);
    return status;
}

smime_status smime_open_expect_signed(smime_open *job, const char *address)
{
    smime_status status;
    char *copy;
    int is_address;

    if (!job || !address)
        return SMIME_E_INVALID_ARG;
    status = smime__mailbox_match(address, address, &is_address);
    if (status == SMIME_OK && !is_address)
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        status = smime__job_may_configure(&job->job);
    if (status == SMIME_OK)
        status = smime__grow((void **)&job->expected, job->expected_count, &job->expected_room,
                             sizeof *job->expected);
    if (status < 0)
        return status;
    copy = strdup(address);
    if (!copy)
        return SMIME_E_NOMEM;
    job->expected[job->expected_count++] = copy;
    return SMIME_OK;
}

smime_status smime_open_use_known(smime_open *job, smime_known *known)
{
    smime_status status = job ? smime__job_may_configure(&job->job) : SMIME_E_INVALID_ARG;

    if (status < 0)
        return status;
    smime_known_unref(job->known);
    job->known = smime_known_ref(known);
    return SMIME_OK;
}

smime_status smime_open_isolate(smime_open *job, int32_t within, const char *path)
{
    smime_status status;
    char *copy;

    if (!job || !path || !*path || within < 0)
        return SMIME_E_INVALID_ARG;
    status = smime__job_may_configure(&job->job);
    if (status < 0)
        return status;
    copy = strdup(path);
    if (!copy)
        return SMIME_E_NOMEM;
    free(job->isolate_path);
    job->isolate_path = copy;
    job->isolate_within = within;
    return SMIME_OK;
}
