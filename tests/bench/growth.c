/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How cost grows: each series makes one thing twice or ten times as much, and prints how many times
 * longer that took. Cost that grows in proportion grows by the same factor; a constant part makes
 * the first steps look cheaper. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEPS_MAX 5
#define PERSONS_MAX 1000

/* One point of a series: what is to be run, and on what. */
typedef struct point {
    const struct series *series;
    size_t count;
    bench_input input;
} point;

struct series {
    const char *name;
    const char *unit;
    size_t steps, factor; /* from one to the next */
    size_t last; /* the largest count; 0: the size of a large message */
    int (*make)(point *point);
    int (*run)(const point *point);
    const char *job; /* of the table of jobs, where it is one of those */
};

static bench_person *persons; /* PERSONS_MAX of them */
static size_t person_count;
static smime_policy *wide; /* limits far above what is tried */

static const bench_job *job_of(const point *of)
{
    for (size_t i = 0; bench_job_at(i); i++)
        if (!strcmp(bench_job_at(i)->name, of->series->job))
            return bench_job_at(i);
    return NULL;
}

static int make_job(point *of)
{
    return job_of(of) ? bench_job_input(job_of(of), of->count, &of->input) : -1;
}

static int run_job(const point *of)
{
    return job_of(of)->ours(job_of(of), &of->input);
}

static int make_parts(point *of)
{
    return bench_content_make(BENCH_PARTS, of->count, &of->input);
}

static int need_persons(size_t count)
{
    char name[32];

    for (; person_count < count; person_count++) {
        snprintf(name, sizeof name, "Person %zu", person_count);
        if (bench_person_make(&persons[person_count], &bench_people_now, name,
                              1000 + (long)person_count, EVP_EC_gen("P-256")) < 0)
            return -1;
    }
    return 0;
}

static int make_small(point *of)
{
    return need_persons(of->count) < 0
               ? -1
               : bench_content_make(BENCH_TEXT, BENCH_SMALL_BYTES, &of->input);
}

static smime_status protect(const point *of, int is_signed, uint8_t **ret_data, size_t *ret_len)
{
    smime_protect *job = NULL;
    smime_status status = smime_protect_new(wide, &job);

    for (size_t i = 0; i < of->count && status == SMIME_OK; i++)
        status = is_signed
                     ? smime_protect_sign(job, persons[i].identity)
                     : smime_protect_encrypt_to(job, smime_identity_cert(persons[i].identity));
    if (status == SMIME_OK)
        status = smime_protect_buffer(job, of->input.data, of->input.len, ret_data, ret_len);
    if (status < 0)
        fprintf(stderr, "%s: %s\n", of->series->name, smime_protect_error_text(job));
    smime_protect_free(job);
    return status;
}

static int run_protect(const point *of, int is_signed)
{
    uint8_t *data = NULL;
    size_t len;
    smime_status status = protect(of, is_signed, &data, &len);

    smime_free(data);
    return status < 0 ? -1 : 0;
}

static int run_sign(const point *of)
{
    return run_protect(of, 1);
}

static int run_encrypt(const point *of)
{
    return run_protect(of, 0);
}

static int write_all(int fd, const uint8_t *data, size_t len)
{
    FILE *to = fdopen(fd, "wb");
    int good = to && fwrite(data, 1, len, to) == len;

    return to && fclose(to) == 0 && good ? 0 : -1;
}

/* Instead of a plain message, what is to be opened. */
static int make_protected(point *of, int is_signed)
{
    uint8_t *data = NULL;
    size_t len = 0;
    int result = make_small(of);

    if (result == 0 && protect(of, is_signed, &data, &len) < 0)
        result = -1;
    bench_input_free(&of->input);
    if (result == 0)
        result = bench_input_new(&of->input);
    if (result == 0)
        result = write_all(dup(of->input.fd), data, len);
    smime_free(data);
    return result == 0 ? bench_input_map(&of->input) : result;
}

static int make_signed(point *of)
{
    return make_protected(of, 1);
}

static int make_encrypted(point *of)
{
    return make_protected(of, 0);
}

/* The recipient with the key is the last one named. */
static int run_open(const point *of)
{
    smime_open *job = NULL;
    smime_report *report = NULL;
    uint8_t *data = NULL;
    size_t len;
    int32_t summary = SMIME_SUMMARY_UNDECIDED;
    smime_status status = smime_open_new(wide, &job);

    if (status == SMIME_OK)
        status = smime_open_use_store(job, bench_people_now.store);
    if (status == SMIME_OK)
        status = smime_open_add_identity(job, persons[of->count - 1].identity);
    if (status == SMIME_OK)
        status = smime_open_buffer(job, of->input.data, of->input.len, &data, &len);
    if (status == SMIME_OK)
        status = smime_open_report(job, &report);
    if (status == SMIME_OK)
        summary = smime_report_summary(report);
    if (summary != SMIME_SUMMARY_VERIFIED && summary != SMIME_SUMMARY_CONFIDENTIAL)
        fprintf(stderr, "%s: %s\n", of->series->name, smime_open_error_text(job));
    smime_report_unref(report);
    smime_free(data);
    smime_open_free(job);
    return summary == SMIME_SUMMARY_VERIFIED || summary == SMIME_SUMMARY_CONFIDENTIAL ? 0 : -1;
}

static const struct series all[] = {
    { "sign", "byte", 5, 2, 0, make_job, run_job, "sign-binary" },
    { "verify", "byte", 5, 2, 0, make_job, run_job, "verify-text" },
    { "encrypt", "byte", 5, 2, 0, make_job, run_job, "encrypt-gcm" },
    { "decrypt", "byte", 5, 2, 0, make_job, run_job, "decrypt-gcm" },
    { "parse", "part", 5, 2, 8192, make_parts, run_job, "mime-parse" },
    { "sign", "part", 5, 2, 8192, make_parts, run_job, "sign-text" },
    { "encrypt", "recipient", 4, 10, PERSONS_MAX, make_small, run_encrypt, NULL },
    { "decrypt", "recipient", 4, 10, PERSONS_MAX, make_encrypted, run_open, NULL },
    { "sign", "signer", 4, 10, PERSONS_MAX, make_small, run_sign, NULL },
    { "verify", "signer", 4, 10, PERSONS_MAX, make_signed, run_open, NULL },
};

/* In turns over the points, so that a disturbance does not fall on one of them alone. */
static int measure(point *points, double *least)
{
    for (int round = 0; round < bench_settings_now.rounds; round++)
        for (size_t i = 0; i < points[0].series->steps; i++) {
            double begun = bench_now(), took;
            if (points[i].series->run(&points[i]) != 0)
                return -1;
            took = bench_now() - begun;
            if (round == 0 || took < least[i])
                least[i] = took;
        }
    return 0;
}

static int run_series(const struct series *series)
{
    size_t count = series->last ? series->last : bench_settings_now.size;
    point points[STEPS_MAX];
    double least[STEPS_MAX];
    int result = 0;

    memset(points, 0, sizeof points);
    for (size_t i = series->steps; i-- > 0; count /= series->factor) {
        points[i].series = series;
        points[i].count = count;
        points[i].input.fd = -1;
        if (result == 0)
            result = series->make(&points[i]);
    }
    if (result == 0)
        result = measure(points, least);
    for (size_t i = 0; i < series->steps && result == 0; i++) {
        printf("%-8s %10zu %-10s %10.3f ms %12.3f ns each", series->name, points[i].count,
               series->unit, least[i] * 1e3, least[i] * 1e9 / (double)points[i].count);
        if (i)
            printf("   x %.2f of %zu", least[i] / least[i - 1], series->factor);
        putchar('\n');
    }
    for (size_t i = 0; i < series->steps; i++)
        bench_input_free(&points[i].input);
    if (result != 0)
        fprintf(stderr, "%s by %s failed\n", series->name, series->unit);
    fflush(stdout);
    return result;
}

static int make_wide(void)
{
    static const int32_t limits[] = { SMIME_LIMIT_SIGNERS, SMIME_LIMIT_SIGNATURES,
                                      SMIME_LIMIT_STEPS, SMIME_LIMIT_CERTS };

    if (smime_policy_new(SMIME_POLICY_DEFAULT, &wide) < 0)
        return -1;
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        if (smime_policy_set_limit(wide, limits[i], 100000) < 0)
            return -1;
    return 0;
}

int bench_growth(void)
{
    int failed = 0;

    persons = calloc(PERSONS_MAX, sizeof *persons);
    if (!persons || make_wide() < 0)
        return -1;
    printf("least of %d rounds; x: how many times the line above, of as much as linear cost is\n\n",
           bench_settings_now.rounds);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        failed |= run_series(&all[i]) != 0;
    for (size_t i = 0; i < person_count; i++)
        bench_person_free(&persons[i]);
    free(persons);
    smime_policy_unref(wide);
    return failed ? -1 : 0;
}
