/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Peak memory: each large job of each library in a fresh process, as the kernel counted it. The
 * programs that do the work, and the benchmark that makes their inputs, stand in the same folder.
 * This one has no library: what starts a process weighs on the peak that is counted for it. */
#define _GNU_SOURCE /* wait4 */
#include "peak.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define WANTED_MIB 8.0

static const char *const libraries[] = { "libsmime", "openssl", "gmime" };

#define LIBRARIES (sizeof libraries / sizeof libraries[0])

static char programs[4096]; /* the folder of this program and the others */

static int path_of(char *to, size_t room, const char *folder, const char *name)
{
    int len = snprintf(to, room, "%s/%s", folder, name);

    return len > 0 && (size_t)len < room;
}

static int find_programs(void)
{
    ssize_t len = readlink("/proc/self/exe", programs, sizeof programs - 1);
    char *slash;

    if (len <= 0)
        return -1;
    programs[len] = 0;
    slash = strrchr(programs, '/');
    if (slash)
        *slash = 0;
    return slash ? 0 : -1;
}

/* Runs a program and waits; its exit status, or -1. */
static int run(char *const *args, struct rusage *usage)
{
    int how = 0;
    pid_t child = fork();

    if (child == 0) {
        execv(args[0], args);
        _exit(127);
    }
    if (child < 0 || wait4(child, &how, 0, usage) < 0)
        return -1;
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

static void print_cell(int status, const struct rusage *usage, int is_first)
{
    double mib = (double)usage->ru_maxrss / 1024;

    if (status == 0)
        printf(" %8.1f%c %7.2f", mib, is_first && mib > WANTED_MIB ? '>' : ' ',
               (double)usage->ru_utime.tv_sec + (double)usage->ru_utime.tv_usec / 1e6);
    else if (status == PEAK_NOT_DONE)
        printf(" %8s  %7s", "-", "");
    else
        printf(" %8s  %7s", "failed", "");
    fflush(stdout);
}

/* One library, one job. 0 also when there is nothing to do. */
static int measure(const char *library, size_t index, char *folder, int is_first)
{
    struct rusage usage;
    char number[24], name[32], program[4096];
    char *args[] = { program, number, folder, NULL };
    int status;

    snprintf(number, sizeof number, "%zu", index);
    snprintf(name, sizeof name, "peak-%s", library);
    if (!path_of(program, sizeof program, programs, name) || access(program, X_OK) != 0) {
        printf(" %9s %7s", "not built", "");
        return 0;
    }
    memset(&usage, 0, sizeof usage);
    status = run(args, &usage);
    print_cell(status, &usage, is_first);
    return status != 0 && status != PEAK_NOT_DONE;
}

static int measure_all(char *folder)
{
    int failed = 0;

    printf("peak MiB and user seconds, a process for each job and library; wanted: %.0f MiB\n\n",
           WANTED_MIB);
    printf("%-21s", "job");
    for (size_t i = 0; i < LIBRARIES; i++)
        printf(" %9s %7s", libraries[i], "");
    putchar('\n');
    for (size_t i = 0; peak_job_at(i); i++) {
        printf("%-21s", peak_job_at(i)->name);
        for (size_t library = 0; library < LIBRARIES; library++)
            failed |= measure(libraries[library], i, folder, library == 0);
        putchar('\n');
    }
    return failed;
}

static int prepare(char *folder, char *size)
{
    char program[4096], size_option[] = "--size", prepare_option[] = "--prepare";
    char *args[] = { program, size_option, size, prepare_option, folder, NULL };
    struct rusage usage;

    return path_of(program, sizeof program, programs, "bench") ? run(args, &usage) : -1;
}

static void clean(const char *folder)
{
    char path[4096];

    for (size_t i = 0; peak_job_at(i); i++)
        if (path_of(path, sizeof path, folder, peak_job_at(i)->file))
            unlink(path);
    if (path_of(path, sizeof path, folder, "alice.pem"))
        unlink(path);
    rmdir(folder);
}

int main(int argc, char **argv)
{
    char folder[] = "/var/tmp/smime-peak-XXXXXX";
    char size[] = "268435456";
    int failed;

    if (argc != 1 && (argc != 3 || strcmp(argv[1], "--size") != 0)) {
        fprintf(stderr, "usage: peak [--size BYTES]\n");
        return 2;
    }
    if (find_programs() != 0 || !mkdtemp(folder)) {
        perror(folder);
        return 1;
    }
    failed = prepare(folder, argc == 3 ? argv[2] : size) != 0;
    if (failed)
        fprintf(stderr, "the inputs could not be made\n");
    else
        failed = measure_all(folder);
    clean(folder);
    return failed;
}
