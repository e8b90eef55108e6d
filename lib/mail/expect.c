/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mail from those who are known to sign it: what is missing from it, and what is new. */
#include "mail/open.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

static int is_expected(const smime__open_run *run, const char *address)
{
    const smime_open *open = run->job;
    const smime__known_person *person = smime__known_find(open->known, address);

    if (person && person->signs)
        return 1;
    for (size_t i = 0; address && i < open->expected_count; i++)
        if (smime__mailbox_compare(open->expected[i], address))
            return 1;
    return 0;
}

/* The at sign, and what looks like it: small (U+FE6B) and full-width (U+FF20). */
static size_t at_sign(const char *text)
{
    if (*text == '@')
        return 1;
    return !strncmp(text, "\xef\xb9\xab", 3) || !strncmp(text, "\xef\xbc\xa0", 3) ? 3 : 0;
}

int smime__holds_at_sign(const char *text)
{
    for (; *text; text++)
        if (at_sign(text))
            return 1;
    return 0;
}

static int is_around(char c)
{
    return strchr(" \t<>()[]\"',;:", c) != NULL; /* and the end */
}

/* The address around the at sign that stands @p at bytes into @p text, written plainly. */
static smime_status take_address(const char *text, size_t at, smime__buf *to)
{
    size_t start = at, end = at + at_sign(text + at);
    smime_status status;

    while (start && !is_around(text[start - 1]))
        start--;
    while (!is_around(text[end]))
        end++;
    smime__buf_clear(to);
    status = smime__buf_add(to, text + start, at - start);
    if (status == SMIME_OK)
        status = smime__buf_add_byte(to, '@');
    at += at_sign(text + at);
    if (status == SMIME_OK)
        status = smime__buf_add(to, text + at, end - at);
    return status == SMIME_OK && !smime__buf_text(to) ? SMIME_E_NOMEM : status;
}

/* A display name that holds the address of somebody who signs; *ret_found is a copy. */
static smime_status find_in_display(const smime__open_run *run, char **ret_found)
{
    const char *display = run->report->from_display;
    smime__buf room = { 0 };
    smime_status status = SMIME_OK;

    for (size_t i = 0; display && display[i] && status == SMIME_OK && !*ret_found; i++) {
        if (!at_sign(display + i))
            continue;
        status = take_address(display, i, &room);
        if (status == SMIME_OK && is_expected(run, (const char *)room.data) &&
            !(*ret_found = strdup((const char *)room.data)))
            status = SMIME_E_NOMEM;
    }
    smime__buf_free(&room);
    return status;
}

/* Every address that the message claims as its sender's, shown or not. */
static smime_status find_claimed(const smime__open_run *run, char **ret_found)
{
    const char *found = NULL;

    for (size_t i = 0; i < run->from.count && !found; i++)
        if (is_expected(run, run->from.list[i].address))
            found = run->from.list[i].address;
    if (!found && is_expected(run, run->report->from_address))
        found = run->report->from_address;
    if (!found && is_expected(run, run->report->from_other))
        found = run->report->from_other;
    if (!found)
        return find_in_display(run, ret_found);
    *ret_found = strdup(found);
    return *ret_found ? SMIME_OK : SMIME_E_NOMEM;
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
        status = smime__open_reason(run, "expected-signature-missing", (const char *)text.data, -1,
                                    -1);
    smime__buf_free(&text);
    return status;
}

/* Who signed for the sender, by a key that is new. */
static smime_status compare_keys(smime__open_run *run)
{
    const smime_report *report = run->report;
    const smime__known_person *person =
        smime__known_find(run->job->known, report->from_address);
    int layer = -1, signer = -1;

    if (!person || !person->signs)
        return SMIME_OK;
    for (size_t i = 0; i < report->layer_count; i++)
        for (size_t k = 0; !report->layers[i].errant && k < report->layers[i].signer_count; k++) {
            const smime__report_signer *each = &report->layers[i].signers[k];
            if (each->binding != SMIME_BINDING_MATCH || each->counter_of >= 0)
                continue;
            if (smime__known_has_signer(person, each->cert))
                return SMIME_OK;
            layer = (int)i;
            signer = (int)k;
        }
    return layer < 0 ? SMIME_OK : smime__open_reason(run, "signer-changed", NULL, layer, signer);
}

smime_status smime__open_compare_known(smime__open_run *run)
{
    int32_t summary = run->report->summary;
    char *claimed = NULL;
    smime_status status;

    /* inside of what is locked there may be a signature */
    if (summary == SMIME_SUMMARY_UNDECIDED || summary == SMIME_SUMMARY_LOCKED || run->job->cms)
        return SMIME_OK;
    if (summary == SMIME_SUMMARY_VERIFIED || summary == SMIME_SUMMARY_CONFIDENTIAL_VERIFIED) {
        status = find_in_display(run, &claimed);
        if (claimed && smime__mailbox_compare(claimed, run->report->from_address)) {
            free(claimed);
            claimed = NULL;
        }
        if (status == SMIME_OK && !claimed)
            return compare_keys(run);
    } else {
        status = find_claimed(run, &claimed);
    }
    if (status == SMIME_OK && claimed)
        status = say_missing(run, claimed);
    free(claimed);
    return status;
}

smime_status smime_open_expect_signed(smime_open *job, const char *address)
{
    smime_status status;
    char *copy;

    if (!job || !address || !smime__mailbox_compare(address, address))
        return SMIME_E_INVALID_ARG;
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
