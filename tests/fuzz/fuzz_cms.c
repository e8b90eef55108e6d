/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a structure of any kind with fixed keys and passwords, in one piece and in chunks: the same
 * report and content, and nothing handed out that must not be. */
#include "fuzz_report.h"

static const uint8_t key[32] = { 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 };

static smime_cms_decoder *new_job(int32_t release)
{
    smime_cms_decoder *job = NULL;

    CLAIM(smime_cms_decoder_new(policy, &job) == SMIME_OK);
    for (size_t i = 0; i < smime_bag_identity_count(bag); i++)
        CLAIM(smime_cms_decoder_add_identity(job, smime_bag_identity(bag, i)) == SMIME_OK);
    for (size_t len = 16; len <= 32; len += 8) {
        CLAIM(smime_cms_decoder_add_shared_key(job, "kid", 3, key, len) == SMIME_OK);
        CLAIM(smime_cms_decoder_add_content_key(job, key, len) == SMIME_OK);
    }
    CLAIM(smime_cms_decoder_add_password(job, "secret", 6) == SMIME_OK);
    CLAIM(smime_cms_decoder_use_store(job, store) == SMIME_OK);
    CLAIM(smime_cms_decoder_set_use(job, SMIME_USE_ANY) == SMIME_OK);
    CLAIM(smime_cms_decoder_set_release(job, release) == SMIME_OK);
    return job;
}

static void check_report(const smime_report *report, smime_status status, int32_t release,
                         int has_content)
{
    int32_t summary = smime_report_summary(report);

    CLAIM(smime_report_status(report) == status);
    CLAIM(smime_report_from_binding(report) == SMIME_BINDING_NOT_APPLICABLE);
    if (summary == SMIME_SUMMARY_INVALID || summary == SMIME_SUMMARY_LOCKED)
        CLAIM(release != SMIME_RELEASE_GOOD || !has_content);
    if (summary != SMIME_SUMMARY_VERIFIED && summary != SMIME_SUMMARY_CONFIDENTIAL_VERIFIED)
        CLAIM(release != SMIME_RELEASE_VERIFIED || !has_content);
    CLAIM(status >= 0 || !has_content);
}

static smime_status decode_in_chunks(smime_cms_decoder *job, const uint8_t *data, size_t size,
                                     uint64_t *state, smime__buf *content)
{
    smime_status status = SMIME_OK;
    uint8_t block[5000];
    size_t taken, got;

    for (size_t at = 0; at < size && status == SMIME_OK;) {
        status = smime_cms_decoder_write(job, data + at, fuzz_chunk(state, size - at), &taken);
        at += status == SMIME_OK ? taken : 0;
    }
    if (status == SMIME_OK)
        status = smime_cms_decoder_finish(job);
    for (got = 1; status == SMIME_OK && got;) {
        status = smime_cms_decoder_read(job, block, sizeof block, &got);
        if (status == SMIME_OK)
            CLAIM(smime__buf_add(content, block, got) == SMIME_OK);
    }
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t state = fuzz_hash(FUZZ_HASH_START, data, size);
    int32_t release = (int32_t)(fuzz_random(&state) % 4);
    int detached = fuzz_random(&state) % 4 == 0;
    smime_cms_decoder *whole, *chunks;
    smime_report *report = NULL;
    fuzz_record one = { { 0 }, 0, 0, NULL }, other = { { 0 }, 0, 0, NULL };
    smime__buf content = { 0 };
    uint8_t *expected = NULL;
    size_t expected_len = 0;
    smime_status status;

    if (!policy)
        set_up();
    whole = new_job(release);
    chunks = new_job(release);
    if (detached) {
        CLAIM(smime_cms_decoder_content(whole, "Hello, world.\r\n", 15) == SMIME_OK);
        CLAIM(smime_cms_decoder_content(chunks, "Hello, world.\r\n", 15) == SMIME_OK);
    }
    status = smime_cms_decoder_buffer(whole, data, size, &expected, &expected_len);
    if (status < 0)
        CLAIM(!expected && *smime_cms_decoder_error_text(whole));
    CLAIM(smime_cms_decoder_report(whole, &report) == SMIME_OK);
    check_report(report, status, release, expected_len > 0);
    record_report(&one.text, report);
    smime_report_unref(report);

    CLAIM(decode_in_chunks(chunks, data, size, &state, &content) == status);
    CLAIM(smime_cms_decoder_report(chunks, &report) == SMIME_OK);
    record_report(&other.text, report);
    smime_report_unref(report);
    fuzz_compare(&one, &other);
    if (status == SMIME_OK)
        CLAIM(content.len == expected_len &&
              (!content.len || !memcmp(content.data, expected, content.len)));
    CLAIM(status == SMIME_OK || !content.len);

    smime_free(expected);
    smime__buf_free(&content);
    smime__buf_free(&one.text);
    smime__buf_free(&other.text);
    smime_cms_decoder_free(whole);
    smime_cms_decoder_free(chunks);
    return 0;
}
