/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Timestamps from any bytes: a token reads again as the same, and is nobody's. */
#include "fuzz.h"

#include <smime/smime.h>

static smime_policy *policy;
static smime_store *nobody;

static void same(const smime_timestamp *a, const smime_timestamp *b)
{
    CLAIM(smime_timestamp_time(a) == smime_timestamp_time(b));
    CLAIM(smime_timestamp_accuracy(a) == smime_timestamp_accuracy(b));
    CLAIM(!strcmp(smime_timestamp_serial(a), smime_timestamp_serial(b)));
    CLAIM(!strcmp(smime_timestamp_policy(a), smime_timestamp_policy(b)));
}

static void check(const smime_timestamp *timestamp, const uint8_t *data, size_t size)
{
    smime_timestamp *again = NULL;
    smime_report *report = NULL;
    const uint8_t *token;
    size_t len;

    CLAIM(smime_timestamp_accuracy(timestamp) >= -1);
    CLAIM(smime_timestamp_token(timestamp, &token, &len) == SMIME_OK);
    CLAIM(smime_timestamp_new(policy, token, len, &again) == SMIME_OK);
    same(timestamp, again);
    smime_timestamp_unref(again);
    CLAIM(!smime_timestamp_covers(timestamp, data, size)); /* none is about itself */
    (void)smime_timestamp_answers(timestamp, data, size);
    if (smime_timestamp_check(timestamp, policy, nobody, &report) == SMIME_OK)
        CLAIM(smime_report_summary(report) != SMIME_SUMMARY_VERIFIED);
    smime_report_unref(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    smime_timestamp *timestamp = NULL;
    smime_status status;

    if (!policy) {
        CLAIM(smime_policy_new(SMIME_POLICY_DEFAULT, &policy) == SMIME_OK);
        CLAIM(smime_store_new(&nobody) == SMIME_OK);
    }
    status = smime_timestamp_new(policy, data, size, &timestamp);
    CLAIM((status == SMIME_OK) == (timestamp != NULL));
    if (timestamp)
        check(timestamp, data, size);
    smime_timestamp_unref(timestamp);
    return 0;
}
