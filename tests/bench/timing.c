/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opens messages that are good, or bad in one way each, in random order and many times. What is
 * timed is smime_open_buffer() alone; a job is made for each. The messages of a kind are several,
 * so that no peculiarity of one, such as what garbage looks like, passes for one of the kind. */
#include "timing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VARIANTS 64
#define TRIES 20 /* one message in 256 has padding that is right by chance */

typedef struct subject {
    const char *title;
    int key;
    timing_message messages[TIMING_KINDS][VARIANTS];
    timing_series series;
} subject;

static const struct {
    const char *rsa, *p256;
    int32_t summary;
    const char *reason; /* NULL: not that of a failed decryption */
} kinds[TIMING_KINDS] = {
    [TIMING_GOOD] = { "good", "good", SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL },
    [TIMING_UNWRAP] = { "v1.5 padding bad", "key unwrap bad", SMIME_SUMMARY_INVALID,
                        "decryption-failed" },
    [TIMING_LENGTH] = { "content key of another length", "content key of another length",
                        SMIME_SUMMARY_INVALID, "decryption-failed" },
    [TIMING_OTHER_KEY] = { "another content key", "another content key", SMIME_SUMMARY_INVALID,
                           "decryption-failed" },
    [TIMING_CBC] = { "CBC padding bad", "CBC padding bad", SMIME_SUMMARY_INVALID,
                     "decryption-failed" },
    [TIMING_MIME] = { "MIME inside malformed", "MIME inside malformed", SMIME_SUMMARY_INVALID,
                      "decryption-failed" },
    [TIMING_SIGNATURE] = { "signature inside bad", "signature inside bad", SMIME_SUMMARY_INVALID,
                           "decryption-failed" },
    [TIMING_OAEP] = { "OAEP bad", NULL, SMIME_SUMMARY_INVALID, "decryption-failed" },
    [TIMING_OAEP_OTHER_KEY] = { "OAEP, another content key", NULL, SMIME_SUMMARY_INVALID,
                                "decryption-failed" },
};

/* The time in microseconds, negative when there is no report. */
static double open_one(const subject *of, const timing_message *message, smime_report **ret_report)
{
    smime_open *job = NULL;
    uint8_t *data = NULL;
    size_t len;
    double begun, took = -1;
    smime_status status = smime_open_new(NULL, &job);

    if (status == SMIME_OK)
        status = smime_open_use_store(job, bench_people_now.store);
    if (status == SMIME_OK)
        status = smime_open_add_identity(job, bench_people_now.persons[of->key].identity);
    if (status == SMIME_OK) {
        begun = bench_now();
        status = smime_open_buffer(job, message->data, message->len, &data, &len);
        took = (bench_now() - begun) * 1e6;
        smime_free(data);
    }
    if (ret_report && smime_open_report(job, ret_report) < 0)
        took = -1;
    smime_open_free(job);
    return took;
}

/* Whether the message is bad in the way that it is meant to be. */
static int is_as_meant(subject *of, int kind, const timing_message *message)
{
    smime_report *report = NULL;
    const char *reason = NULL;
    int good = open_one(of, message, &report) >= 0;

    if (good && smime_report_reason_count(report))
        reason = smime_report_reason_code(report, 0);
    good = good && smime_report_summary(report) == kinds[kind].summary &&
           (kinds[kind].reason != NULL) == (reason && !strcmp(reason, "decryption-failed"));
    snprintf(of->series.told[kind], sizeof of->series.told[kind], "%s", reason ? reason : "-");
    smime_report_unref(report);
    return good;
}

static int make_message(subject *of, int kind, const timing_message *inner, timing_message *message)
{
    for (int i = 0; i < TRIES; i++) {
        if (timing_message_make(kind, of->key, inner, message) < 0)
            return -1;
        if (is_as_meant(of, kind, message))
            return 0;
        free(message->data);
        message->data = NULL;
    }
    fprintf(stderr, "%s: %s: the message says %s\n", of->title, of->series.names[kind],
            of->series.told[kind]);
    return -1;
}

static int make_all(subject *of, const timing_message *inner)
{
    timing_series *series = &of->series;
    int result = 0;

    series->count = bench_settings_now.small;
    for (int kind = 0; kind < TIMING_KINDS && result == 0; kind++) {
        series->names[kind] = of->key == BENCH_RSA ? kinds[kind].rsa : kinds[kind].p256;
        if (!series->names[kind])
            continue;
        series->times[kind] = calloc(series->count, sizeof(double));
        if (!series->times[kind])
            return -1;
        for (int i = 0; i < VARIANTS && result == 0; i++)
            result = make_message(of, kind, inner, &of->messages[kind][i]);
    }
    return result;
}

/* Every kind once in each round, each round in another order. */
static int measure(subject *of)
{
    uint32_t state = 2463534242u;
    int order[TIMING_KINDS];
    int count = 0;

    for (int kind = 0; kind < TIMING_KINDS; kind++)
        if (of->series.names[kind])
            order[count++] = kind;
    for (size_t round = 0; round < of->series.count; round++) {
        for (int i = count - 1; i > 0; i--) {
            int other = (int)(bench_random(&state) % (uint32_t)(i + 1)), kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        for (int i = 0; i < count; i++) {
            double took = open_one(of, &of->messages[order[i]][round % VARIANTS], NULL);
            if (took < 0)
                return -1;
            of->series.times[order[i]][round] = took;
        }
    }
    return 0;
}

static int run_subject(subject *of, const timing_message *inner)
{
    int result = make_all(of, inner);

    if (result == 0)
        result = measure(of);
    if (result == 0) {
        printf("\n%s, AES-256-CBC, %zu bytes of mail\n\n", of->title,
               of->messages[TIMING_GOOD][0].len);
        timing_print(&of->series);
    }
    for (int kind = 0; kind < TIMING_KINDS; kind++) {
        free(of->series.times[kind]);
        for (int i = 0; i < VARIANTS; i++)
            free(of->messages[kind][i].data);
    }
    return result;
}

int bench_timing(void)
{
    static subject subjects[] = { { .title = "RSA-2048", .key = BENCH_RSA },
                                  { .title = "ECDH P-256", .key = BENCH_P256 } };
    timing_message inner = { NULL, 0 };
    int result = timing_inner_make(&inner);

    if (result == 0)
        printf("time of smime_open_buffer(), %zu times each kind, %d messages of a kind, in random "
               "order; %s\n",
               bench_settings_now.small, VARIANTS,
               bench_settings_now.processor ? "time of the processor" : "time of the clock");
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0] && result == 0; i++)
        result = run_subject(&subjects[i], &inner);
    free(inner.data);
    return result;
}
