/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Takes turns between libsmime and a peer in one process, and prints a table of ratios. A ratio
 * above 1 means that libsmime is faster: the median time of the peer over that of libsmime. */
#include "bench.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS_MAX 1000
#define SMALL_BYTES 10240

bench_settings bench_settings_now = { .size = (size_t)256 << 20, .small = 500, .rounds = 5 };
bench_people bench_people_now;

/* Times of one side, in seconds for a large message and per message for small ones. */
typedef struct side {
    double times[ROUNDS_MAX];
    long allocations; /* of one message */
} side;

static double now(void)
{
    struct timespec time;

    clock_gettime(bench_settings_now.processor ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int compare(const void *a, const void *b)
{
    double first = *(const double *)a, second = *(const double *)b;

    return (first > second) - (first < second);
}

static double median(const double *sorted, int count)
{
    return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static int measure(const bench_job *job, bench_function function, const bench_input *input,
                   side *to, int round)
{
    size_t count = job->size == BENCH_SMALL ? bench_settings_now.small : 1;
    double begun = now();

    bench_allocations();
    for (size_t i = 0; i < count; i++)
        if (function(job, input) != 0)
            return -1;
    to->times[round] = (now() - begun) / (double)count;
    to->allocations = bench_allocations();
    if (to->allocations > 0)
        to->allocations /= (long)count;
    return 0;
}

/* The job of that name; where there is none, all whose names begin so. */
static int is_wanted(const bench_job *job)
{
    const char *name = bench_settings_now.name;

    for (size_t i = 0; name && bench_job_at(i); i++)
        if (!strcmp(bench_job_at(i)->name, name))
            return bench_job_at(i) == job;
    return !name || !strncmp(job->name, name, strlen(name));
}

/* One untimed call of each first: lazy tables, page faults, the processor's clock. */
static int take_turns(const bench_job *job, const bench_input *input, side *ours, side *theirs)
{
    bench_function peer = bench_settings_now.alone ? NULL : job->theirs;
    int result = job->ours(job, input);

    if (result == 0 && peer)
        result = peer(job, input);
    for (int round = 0; round < bench_settings_now.rounds && result == 0; round++) {
        result = measure(job, job->ours, input, ours, round);
        if (result == 0 && peer)
            result = measure(job, peer, input, theirs, round);
    }
    qsort(ours->times, (size_t)bench_settings_now.rounds, sizeof *ours->times, compare);
    qsort(theirs->times, (size_t)bench_settings_now.rounds, sizeof *theirs->times, compare);
    return result;
}

static void format_side(char *to, size_t room, const bench_job *job, size_t len, const side *of)
{
    double least = of->times[0];
    double middle = median(of->times, bench_settings_now.rounds);

    if (job->size == BENCH_SMALL)
        snprintf(to, room, "%8.1f /%8.1f us", least * 1e6, middle * 1e6);
    else
        snprintf(to, room, "%5.0f /%5.0f ms %5.0f MB/s", least * 1e3, middle * 1e3,
                 (double)len / middle / 1e6);
}

static void format_allocations(char *to, size_t room, const bench_job *job, const side *of)
{
    if (job->size == BENCH_SMALL && of->allocations >= 0)
        snprintf(to, room, "%ld", of->allocations);
    else
        snprintf(to, room, "-");
}

static void print_head(void)
{
    printf("%zu MiB and %d-byte messages (%zu in a row), %d rounds in turns; least / median\n"
           "ratio: median of the peer over median of libsmime, above 1 libsmime is faster\n\n",
           bench_settings_now.size >> 20, SMALL_BYTES, bench_settings_now.small,
           bench_settings_now.rounds);
    printf("%-23s %-28s %-8s %-28s %6s %6s %9s\n", "job", "libsmime", "peer", "", "ratio", "target",
           "mallocs");
}

static void print_row(const bench_job *job, size_t len, const side *ours, const side *theirs)
{
    char first[64], second[64] = "", own[24], other[24] = "-", ratio[24] = "-";

    format_side(first, sizeof first, job, len, ours);
    format_allocations(own, sizeof own, job, ours);
    if (job->theirs && !bench_settings_now.alone) {
        format_side(second, sizeof second, job, len, theirs);
        format_allocations(other, sizeof other, job, theirs);
        snprintf(ratio, sizeof ratio, "%.2f",
                 median(theirs->times, bench_settings_now.rounds) /
                     median(ours->times, bench_settings_now.rounds));
    }
    printf("%-23s %-28s %-8s %-28s %6s %6s %4s/%s\n", job->name, first, job->peer ? job->peer : "-",
           second, ratio, job->target, own, other);
    fflush(stdout);
}

static int run_job(const bench_job *job)
{
    static side ours, theirs;
    bench_input input;
    int result = bench_job_input(
        job, job->size == BENCH_SMALL ? SMALL_BYTES : bench_settings_now.size, &input);

    if (result == 0)
        result = take_turns(job, &input, &ours, &theirs);
    if (result == 0)
        print_row(job, input.len, &ours, &theirs);
    else
        fprintf(stderr, "%s failed\n", job->name);
    bench_input_free(&input);
    return result;
}

static int usage(void)
{
    fprintf(stderr, "usage: bench [--size BYTES] [--small N] [--rounds N] [--job NAME]\n"
                    "             [--input file|memory] [--made-by smime|openssl] [--cpu] "
                    "[--alone] [--prepare FOLDER] [--list]\n"
                    "NAME is a job, or the beginning of the names of several.\n");
    return 2;
}

static int list_jobs(void)
{
    for (size_t i = 0; bench_job_at(i); i++)
        puts(bench_job_at(i)->name);
    return 0;
}

/* Returns 0 to go on, else the exit status plus one. */
static int read_options(int argc, char **argv, const char **ret_folder)
{
    static const struct option options[] = {
        { "size", 1, NULL, 's' },    { "small", 1, NULL, 'n' }, { "rounds", 1, NULL, 'r' },
        { "job", 1, NULL, 'j' },     { "input", 1, NULL, 'i' }, { "made-by", 1, NULL, 'm' },
        { "prepare", 1, NULL, 'p' }, { "list", 0, NULL, 'l' },  { "alone", 0, NULL, 'a' },
        { "cpu", 0, NULL, 'c' },     { NULL, 0, NULL, 0 }
    };
    bench_settings *to = &bench_settings_now;
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
        switch (option) {
        case 's':
            to->size = strtoull(optarg, NULL, 10);
            break;
        case 'n':
            to->small = strtoull(optarg, NULL, 10);
            break;
        case 'r':
            to->rounds = atoi(optarg);
            break;
        case 'j':
            to->name = optarg;
            break;
        case 'i':
            to->memory = !strcmp(optarg, "memory");
            break;
        case 'm':
            to->made_by_peer = !strcmp(optarg, "openssl");
            break;
        case 'c':
            to->processor = 1;
            break;
        case 'a':
            to->alone = 1;
            break;
        case 'p':
            *ret_folder = optarg;
            break;
        case 'l':
            return list_jobs() + 1;
        default:
            return usage() + 1;
        }
    }
    if (optind < argc || to->rounds < 1 || to->rounds > ROUNDS_MAX || !to->small ||
        to->size < 1024 || to->size > (size_t)1 << 40)
        return usage() + 1;
    return 0;
}

int main(int argc, char **argv)
{
    const char *folder = NULL;
    int failed = 0, ran = 0;
    int stop = read_options(argc, argv, &folder);

    if (stop)
        return stop - 1;
    if (bench_people_make(&bench_people_now) != 0) {
        fprintf(stderr, "keys and certificates could not be made\n");
        return 1;
    }
    if (folder) {
        failed = bench_prepare(folder) != 0;
        bench_people_free(&bench_people_now);
        return failed;
    }
    print_head();
    for (size_t i = 0; bench_job_at(i); i++) {
        const bench_job *job = bench_job_at(i);
        if (!is_wanted(job))
            continue;
        ran = 1;
        failed |= run_job(job) != 0;
    }
    bench_people_free(&bench_people_now);
    return failed || !ran;
}
