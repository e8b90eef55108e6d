/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What many times say: a table, a histogram with one axis for all kinds, and how far apart
 * failures are. */
#include "timing.h"

#include <math.h>
#include <stdio.h>

#define BUCKETS 16
#define BAR 50
#define QUIET 0.8     /* so many of the times are of the program, the rest of the machine */
#define DIFFERENT 4.5 /* of Welch's t, as is usual for leaks */

/* Failures that an attacker would want to tell apart. Of the first ones three are queries of
 * Bleichenbacher's, who never has the right key; the fourth one has. The length of a key that is
 * wrapped for P-256 is no secret: the message tells it. */
static const int groups[][5] = {
    { TIMING_UNWRAP, TIMING_LENGTH, TIMING_OTHER_KEY, TIMING_CBC, -1 }, /* Bleichenbacher */
    { TIMING_OAEP, TIMING_OAEP_OTHER_KEY, -1 },                         /* Manger */
    { TIMING_CBC, TIMING_SIGNATURE, -1 },                               /* Vaudenay */
};

static double percentile(const timing_series *series, int kind, double part)
{
    return series->times[kind][(size_t)(part * (double)(series->count - 1) + 0.5)];
}

static double median(const timing_series *series, int kind)
{
    return bench_median(series->times[kind], (int)series->count);
}

static void print_table(const timing_series *series)
{
    printf("%-36s %7s %9s %9s %9s  %s\n", "microseconds", "count", "median", "5 %", "95 %",
           "first reason");
    for (int i = 0; i < TIMING_KINDS; i++)
        if (series->names[i])
            printf("%-36s %7zu %9.1f %9.1f %9.1f  %s\n", series->names[i], series->count,
                   median(series, i), percentile(series, i, 0.05), percentile(series, i, 0.95),
                   series->told[i]);
}

static void print_bars(const timing_series *series, int kind, double least, double factor)
{
    size_t at = 0;

    printf("\n%s\n", series->names[kind]);
    for (int i = 0; i < BUCKETS; i++) {
        double end = least * pow(factor, i + 1);
        size_t from = at;
        while (at < series->count && (series->times[kind][at] < end || i == BUCKETS - 1))
            at++;
        if (at == from)
            continue;
        printf("%9.1f %5zu ", least * pow(factor, i), at - from);
        for (size_t bar = 0; bar < (at - from) * BAR / series->count; bar++)
            putchar('#');
        putchar('\n');
    }
}

/* Buckets that grow by one factor, from the fastest of all to the end of the quiet part; the last
 * one has no end. */
static void print_histogram(const timing_series *series)
{
    double least = 0, most = 0, factor;

    for (int i = 0; i < TIMING_KINDS; i++) {
        if (!series->names[i])
            continue;
        if (least == 0 || series->times[i][0] < least)
            least = series->times[i][0];
        if (percentile(series, i, QUIET) > most)
            most = percentile(series, i, QUIET);
    }
    factor = pow(most / least, 1.0 / BUCKETS);
    for (int i = 0; i < TIMING_KINDS && factor > 1; i++)
        if (series->names[i])
            print_bars(series, i, least, factor);
}

/* Mean and variance of what is below @p limit; how many that are. */
static double moments(const timing_series *series, int kind, double limit, double *mean,
                      double *variance)
{
    const double *times = series->times[kind];
    double sum = 0, squares = 0;
    size_t count = 0;

    while (count < series->count && times[count] <= limit)
        sum += times[count++];
    *mean = count ? sum / (double)count : 0;
    for (size_t i = 0; i < count; i++)
        squares += (times[i] - *mean) * (times[i] - *mean);
    *variance = count > 1 ? squares / (double)(count - 1) : 0;
    return (double)count;
}

/* Without what is slower than the quiet part of both. */
static double welch(const timing_series *series, int a, int b)
{
    double limit = fmax(percentile(series, a, QUIET), percentile(series, b, QUIET));
    double mean_a, mean_b, variance_a, variance_b, error;
    double count_a = moments(series, a, limit, &mean_a, &variance_a);
    double count_b = moments(series, b, limit, &mean_b, &variance_b);

    error = sqrt(variance_a / count_a + variance_b / count_b);
    return error > 0 ? (mean_a - mean_b) / error : 0;
}

static void print_pairs(const timing_series *series, const int *kinds)
{
    double low = 0, high = 0;

    putchar('\n');
    for (size_t i = 0; kinds[i] >= 0; i++) {
        double middle = median(series, kinds[i]);
        low = i == 0 || middle < low ? middle : low;
        high = middle > high ? middle : high;
        for (size_t j = 0; j < i; j++) {
            double t = welch(series, kinds[j], kinds[i]);
            printf("%-36s / %-36s %+7.2f %%  t = %+8.2f%s\n", series->names[kinds[j]],
                   series->names[kinds[i]], 100 * (median(series, kinds[j]) / middle - 1), t,
                   fabs(t) > DIFFERENT ? "  can be told apart" : "");
        }
    }
    printf("greatest distance of their medians: %.2f %%\n", 100 * (high / low - 1));
}

void timing_print(timing_series *series)
{
    for (int i = 0; i < TIMING_KINDS; i++)
        if (series->names[i])
            bench_sort(series->times[i], (int)series->count);
    print_table(series);
    print_histogram(series);
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
        if (series->names[groups[i][0]])
            print_pairs(series, groups[i]);
    fflush(stdout);
}
