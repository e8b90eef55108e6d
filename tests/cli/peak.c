/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a program and writes its peak memory in KiB to a file: peak FILE PROGRAM ARGUMENT...
 *
 * The kernel counts what a process was before exec too, so a child of a large interpreter begins
 * with the interpreter's peak. This one is small. */
#define _GNU_SOURCE /* wait4 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int note(const char *path, long kib)
{
    FILE *file = fopen(path, "w");
    int bad;

    if (!file)
        return 1;
    bad = fprintf(file, "%ld\n", kib) < 0;
    return fclose(file) != 0 || bad;
}

int main(int argc, char **argv)
{
    struct rusage usage;
    int status;
    pid_t pid;

    if (argc < 3) {
        fputs("usage: peak FILE PROGRAM ARGUMENT...\n", stderr);
        return 125;
    }
    pid = fork();
    if (pid == 0) {
        execv(argv[2], argv + 2);
        perror(argv[2]);
        _exit(125);
    }
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || note(argv[1], usage.ru_maxrss)) {
        perror("peak");
        return 125;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
