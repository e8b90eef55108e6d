/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the command line asks for. */
#include "bench.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = { { "size", 1, NULL, 's' },    { "small", 1, NULL, 'n' },
                                         { "rounds", 1, NULL, 'r' },  { "job", 1, NULL, 'j' },
                                         { "input", 1, NULL, 'i' },   { "made-by", 1, NULL, 'm' },
                                         { "prepare", 1, NULL, 'p' }, { "list", 0, NULL, 'l' },
                                         { "alone", 0, NULL, 'a' },   { "cpu", 0, NULL, 'c' },
                                         { "growth", 0, NULL, 'g' },  { "timing", 0, NULL, 't' },
                                         { NULL, 0, NULL, 0 } };

static int usage(void)
{
    fprintf(stderr, "usage: bench [--size BYTES] [--small N] [--rounds N] [--job NAME]\n"
                    "             [--input file|memory] [--made-by smime|openssl] [--cpu] "
                    "[--alone]\n"
                    "             [--growth | --timing | --prepare FOLDER | --list]\n"
                    "NAME is a job, or the beginning of the names of several.\n");
    return 2;
}

static int list_jobs(void)
{
    for (size_t i = 0; bench_job_at(i); i++)
        puts(bench_job_at(i)->name);
    return 0;
}

static void take(bench_settings *to, int option, const char *value)
{
    switch (option) {
    case 's':
        to->size = strtoull(value, NULL, 10);
        break;
    case 'n':
        to->small = strtoull(value, NULL, 10);
        break;
    case 'r':
        to->rounds = atoi(value);
        break;
    case 'j':
        to->name = value;
        break;
    case 'i':
        to->memory = !strcmp(value, "memory");
        break;
    case 'm':
        to->made_by_peer = !strcmp(value, "openssl");
        break;
    case 'c':
        to->processor = 1;
        break;
    case 'a':
        to->alone = 1;
        break;
    case 'g':
        to->growth = 1;
        break;
    case 't':
        to->timing = 1;
        break;
    default:
        to->folder = value;
    }
}

int bench_options_read(int argc, char **argv)
{
    bench_settings *to = &bench_settings_now;
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
        if (option == '?')
            return usage() + 1;
        if (option == 'l')
            return list_jobs() + 1;
        take(to, option, optarg);
    }
    if (optind < argc || to->rounds < 1 || to->rounds > BENCH_ROUNDS_MAX || !to->small ||
        to->size < 1024 || to->size > (size_t)1 << 40)
        return usage() + 1;
    return 0;
}
