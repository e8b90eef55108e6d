/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Takes turns between libsmime and a peer in one process, and prints a table of ratios. A ratio
 * above 1 means that libsmime is faster: the median time of the peer over that of libsmime. */
#include "bench.h"

#include <stdio.h>
#include <string.h>

bench_settings bench_settings_now = { .size = (size_t)256 << 20, .small = 500, .rounds = 5 };
bench_people bench_people_now;

static int measure(const bench_job *job, bench_function function, const bench_input *input,
                   bench_side *to, int round)
{
    size_t count = job->size == BENCH_SMALL ? bench_settings_now.small : 1;
    size_t messages = input->mails ? input->mails : count;
    double begun = bench_now();

    bench_allocations();
    for (size_t i = 0; i < count; i++)
        if (function(job, input) != 0)
            return -1;
    to->times[round] = (bench_now() - begun) / (double)count;
    to->allocations = bench_allocations();
    if (to->allocations > 0)
        to->allocations /= (long)messages;
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
static int take_turns(const bench_job *job, const bench_input *input, bench_side *ours,
                      bench_side *theirs)
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
    bench_sort(ours->times, bench_settings_now.rounds);
    bench_sort(theirs->times, bench_settings_now.rounds);
    return result;
}

static int run_job(const bench_job *job)
{
    static bench_side ours, theirs;
    bench_input input;
    int result = bench_job_input(
        job, job->size == BENCH_SMALL ? BENCH_SMALL_BYTES : bench_settings_now.size, &input);

    if (result == 0)
        result = take_turns(job, &input, &ours, &theirs);
    if (result == 0)
        bench_print_row(job, input.len, &ours, &theirs);
    else
        fprintf(stderr, "%s failed\n", job->name);
    bench_input_free(&input);
    return result;
}

static int run_jobs(void)
{
    int failed = 0, ran = 0;

    bench_print_head();
    for (size_t i = 0; bench_job_at(i); i++) {
        const bench_job *job = bench_job_at(i);
        if (!is_wanted(job))
            continue;
        ran = 1;
        failed |= run_job(job) != 0;
    }
    return failed || !ran;
}

int main(int argc, char **argv)
{
    int failed;
    int stop = bench_options_read(argc, argv);

    if (stop)
        return stop - 1;
    if (bench_people_make(&bench_people_now) != 0) {
        fprintf(stderr, "keys and certificates could not be made\n");
        return 1;
    }
    if (bench_settings_now.folder)
        failed = bench_prepare(bench_settings_now.folder) != 0;
    else if (bench_settings_now.growth)
        failed = bench_growth() != 0;
    else if (bench_settings_now.timing)
        failed = bench_timing() != 0;
    else
        failed = run_jobs();
    bench_people_free(&bench_people_now);
    return failed;
}
