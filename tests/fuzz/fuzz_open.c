/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening a message with the fixed identities beside this file, in one piece and in chunks: the
 * same report and content, nothing handed out that must not be, and a report without holes. */
#include "fuzz_report.h"

static smime_open *new_job(int32_t release)
{
    smime_open *job = NULL;

    CLAIM(smime_open_new(policy, &job) == SMIME_OK);
    for (size_t i = 0; i < smime_bag_identity_count(bag); i++)
        CLAIM(smime_open_add_identity(job, smime_bag_identity(bag, i)) == SMIME_OK);
    CLAIM(smime_open_use_store(job, store) == SMIME_OK);
    CLAIM(smime_open_set_release(job, release) == SMIME_OK);
    return job;
}

/* What must be true of every report, whatever was opened. */
static void check_report(const smime_report *report, smime_status status, int32_t release,
                         int has_content)
{
    int32_t summary = smime_report_summary(report);
    int good = 0;

    CLAIM(summary >= SMIME_SUMMARY_UNDECIDED && summary <= SMIME_SUMMARY_LOCKED);
    CLAIM(*smime_report_text(report));
    CLAIM(smime_report_status(report) == status);
    if (status < 0)
        CLAIM(summary == SMIME_SUMMARY_INVALID || summary == SMIME_SUMMARY_UNDECIDED);
    if (smime_status_category(status) == SMIME_CATEGORY_SYNTAX)
        CLAIM(summary == SMIME_SUMMARY_INVALID);
    for (size_t i = 0; i < smime_report_layer_count(report); i++)
        for (size_t k = 0; k < smime_report_signer_count(report, i); k++)
            good += smime_report_signer_status(report, i, k) == SMIME_SIGNER_GOOD;
    if (summary == SMIME_SUMMARY_VERIFIED || summary == SMIME_SUMMARY_CONFIDENTIAL_VERIFIED) {
        CLAIM(good && smime_report_from_binding(report) == SMIME_BINDING_MATCH);
        CLAIM(!strcmp(smime_report_from_address(report), "fuzz@example.org"));
    } else {
        CLAIM(release != SMIME_RELEASE_VERIFIED || !has_content);
    }
    if (summary == SMIME_SUMMARY_INVALID || summary == SMIME_SUMMARY_LOCKED)
        CLAIM(release != SMIME_RELEASE_GOOD || !has_content);
    if (summary == SMIME_SUMMARY_LOCKED || status < 0)
        CLAIM(!has_content);
}

static int has_reason(const smime_report *report, const char *code)
{
    for (size_t i = 0; i < smime_report_reason_count(report); i++)
        if (!strcmp(smime_report_reason_code(report, i), code))
            return 1;
    return 0;
}

/* Pushes chunks and pulls output in between, into @p content. */
static smime_status open_in_chunks(smime_open *job, const uint8_t *data, size_t size,
                                   uint64_t *state, smime__buf *content)
{
    smime_status status = SMIME_OK;
    uint8_t block[5000];
    size_t taken, got;

    for (size_t at = 0; at < size && status == SMIME_OK;) {
        status = smime_open_write(job, data + at, fuzz_chunk(state, size - at), &taken);
        at += status == SMIME_OK ? taken : 0;
        if (status == SMIME_OK && fuzz_random(state) % 4 == 0) {
            status = smime_open_read(job, block, sizeof block, &got);
            if (status == SMIME_OK)
                CLAIM(smime__buf_add(content, block, got) == SMIME_OK);
        }
    }
    if (status == SMIME_OK)
        status = smime_open_finish(job);
    for (got = 1; status == SMIME_OK && got;) {
        status = smime_open_read(job, block, 1 + fuzz_random(state) % sizeof block, &got);
        if (status == SMIME_OK)
            CLAIM(smime__buf_add(content, block, got) == SMIME_OK);
    }
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t state = fuzz_hash(FUZZ_HASH_START, data, size);
    int32_t release = (int32_t)(fuzz_random(&state) % 4);
    smime_open *whole, *chunks;
    smime_report *report = NULL;
    fuzz_record one = { { 0 }, 0, 0, NULL }, other = { { 0 }, 0, 0, NULL };
    smime__buf content = { 0 };
    uint8_t *expected = NULL;
    size_t expected_len = 0;
    smime_status status;
    int varies;

    if (!policy)
        set_up();
    whole = new_job(release);
    chunks = new_job(release);
    status = smime_open_buffer(whole, data, size, &expected, &expected_len);
    if (status < 0)
        CLAIM(!expected && *smime_open_error_text(whole));
    else /* what a second reading finds out a stream has to look for in the first one */
        CLAIM(smime_open_set_diagnose(chunks, 1) == SMIME_OK);
    CLAIM(smime_open_report(whole, &report) == SMIME_OK);
    check_report(report, status, release, expected_len > 0);
    record_report(&one.text, report);
    smime_report_unref(report);

    /* A message in memory is read again when micalg was wrong; a stream cannot be. */
    CLAIM(open_in_chunks(chunks, data, size, &state, &content) == status);
    CLAIM(smime_open_report(chunks, &report) == SMIME_OK);
    record_report(&other.text, report);
    varies = has_reason(report, "digest-not-computed");
    smime_report_unref(report);
    if (!varies)
        fuzz_compare(&one, &other);
    if (status == SMIME_OK && !varies)
        CLAIM(content.len == expected_len &&
              (!content.len || !memcmp(content.data, expected, content.len)));
    CLAIM(status == SMIME_OK || !content.len);

    smime_free(expected);
    smime__buf_free(&content);
    smime__buf_free(&one.text);
    smime__buf_free(&other.text);
    smime_open_free(whole);
    smime_open_free(chunks);
    return 0;
}
