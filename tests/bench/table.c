/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times, and the table that is made of them. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double bench_now(void)
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

void bench_sort(double *times, int count)
{
    qsort(times, (size_t)count, sizeof *times, compare);
}

double bench_median(const double *sorted, int count)
{
    return count % 2 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static void format_side(char *to, size_t room, const bench_job *job, size_t len,
                        const bench_side *of)
{
    double least = of->times[0];
    double middle = bench_median(of->times, bench_settings_now.rounds);

    if (job->size == BENCH_SMALL)
        snprintf(to, room, "%8.1f /%8.1f us", least * 1e6, middle * 1e6);
    else
        snprintf(to, room, "%5.0f /%5.0f ms %5.0f MB/s", least * 1e3, middle * 1e3,
                 (double)len / middle / 1e6);
}

/* Of a small message, or of one mail in a mailbox. */
static int format_allocations(char *to, size_t room, const bench_job *job, const bench_side *of)
{
    int known = (job->size == BENCH_SMALL || job->content == BENCH_MAILBOX) && of->allocations >= 0;

    return known ? snprintf(to, room, "%ld", of->allocations) : snprintf(to, room, "-");
}

/* "0.80 < 1.3" catches the eye where a target is missed. */
static void format_ratio(char *to, size_t room, const bench_job *job, double ratio)
{
    double target = strtod(job->target, NULL);

    snprintf(to, room, "%.2f %s", ratio, target > 0 && ratio < target ? "<" : " ");
}

static void format_wanted(char *to, size_t room, const bench_job *job, const bench_side *ours)
{
    if (job->mallocs)
        snprintf(to, room, "%s %ld", ours->allocations > job->mallocs ? ">" : " ", job->mallocs);
    else
        to[0] = 0;
}

void bench_print_head(void)
{
    printf("%zu MiB and %d-byte messages (%zu in a row), %d rounds in turns; least / median\n"
           "ratio: median of the peer over median of libsmime, above 1 libsmime is faster\n"
           "mallocs: requests for memory for one message, and how many are wanted at most\n\n",
           bench_settings_now.size >> 20, BENCH_SMALL_BYTES, bench_settings_now.small,
           bench_settings_now.rounds);
    printf("%-23s %-28s %-8s %-28s %7s %-7s %s\n", "job", "libsmime", "peer", "", "ratio  ",
           "target", "mallocs");
}

void bench_print_row(const bench_job *job, size_t len, const bench_side *ours,
                     const bench_side *theirs)
{
    char first[64], second[64] = "", own[24], other[24] = "-", ratio[24] = "-  ", wanted[24];

    format_side(first, sizeof first, job, len, ours);
    format_allocations(own, sizeof own, job, ours);
    format_wanted(wanted, sizeof wanted, job, ours);
    if (job->theirs && !bench_settings_now.alone) {
        format_side(second, sizeof second, job, len, theirs);
        format_allocations(other, sizeof other, job, theirs);
        format_ratio(ratio, sizeof ratio, job,
                     bench_median(theirs->times, bench_settings_now.rounds) /
                         bench_median(ours->times, bench_settings_now.rounds));
    } else if (!job->theirs) {
        snprintf(second, sizeof second, "not built");
    }
    printf("%-23s %-28s %-8s %-28s %7s %-7s %3s/%-4s %s\n", job->name, first, job->peer, second,
           ratio, job->target, own, other, wanted);
    fflush(stdout);
}
