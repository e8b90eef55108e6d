/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Output that is there whole or not at all. */
#define _GNU_SOURCE /* O_TMPFILE, mkostemp, asprintf */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file without a name, which a killed program leaves nothing of; where the file system has no
 * such thing, one beside the target. */
static int make_file(output *out)
{
    char *copy = strdup(out->target);

    out->nameless = 0;
    out->fd = copy ? open(dirname(copy), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600) : -1;
    free(copy);
    if (out->fd >= 0) {
        out->nameless = 1;
        return 1;
    }
    out->fd = mkostemp(out->beside, O_CLOEXEC);
    return out->fd >= 0;
}

static int open_beside(output *out, const char *target, failure *f)
{
    out->target = realpath(target, NULL); /* a link stays, and what it points to is replaced */
    if (!out->target)
        out->target = strdup(target);
    if (!out->target || asprintf(&out->beside, "%s.XXXXXX", out->target) < 0) {
        out->beside = NULL;
        return fail(f, EXIT_IO, "io", "out of memory");
    }
    if (!make_file(out)) {
        free(out->beside);
        out->beside = NULL;
        return fail(f, EXIT_IO, "io", "%.200s: %s", target, strerror(errno));
    }
    return EXIT_GOOD;
}

int output_open(output *out, const char *target, failure *f)
{
    struct stat info;

    memset(out, 0, sizeof *out);
    out->fd = STDOUT_FILENO;
    if (!target)
        return EXIT_GOOD;
    if (stat(target, &info) != 0 || S_ISREG(info.st_mode))
        return open_beside(out, target, f);
    out->fd = open(target, O_WRONLY | O_CLOEXEC);
    return out->fd < 0 ? fail(f, EXIT_IO, "io", "%.200s: %s", target, strerror(errno))
                       : EXIT_GOOD;
}

/* A file that is replaced keeps who may read it; a new one is as the user's mask has it. */
static mode_t mode_of(const output *out)
{
    struct stat info;
    mode_t mask;

    if (stat(out->target, &info) == 0)
        return info.st_mode & 07777;
    mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* Gives the nameless file a name beside the target. */
static int name_file(output *out)
{
    char self[64];
    int spare = mkostemp(out->beside, O_CLOEXEC); /* only for a name that is free */

    if (spare < 0)
        return 0;
    close(spare);
    snprintf(self, sizeof self, "/proc/self/fd/%d", out->fd);
    return unlink(out->beside) == 0 &&
           linkat(AT_FDCWD, self, AT_FDCWD, out->beside, AT_SYMLINK_FOLLOW) == 0;
}

int output_keep(output *out, failure *f)
{
    int good;

    if (!out->beside)
        return EXIT_GOOD;
    good = fchmod(out->fd, mode_of(out)) == 0 && fsync(out->fd) == 0;
    if (good && out->nameless)
        good = name_file(out);
    good = close(out->fd) == 0 && good;
    if (good)
        good = rename(out->beside, out->target) == 0;
    if (!good) {
        fail(f, EXIT_IO, "io", "%.200s: %s", out->target, strerror(errno));
        unlink(out->beside);
    }
    free(out->beside);
    out->beside = NULL;
    out->fd = -1;
    return f->code;
}

void output_drop(output *out)
{
    if (out->beside) {
        close(out->fd);
        if (!out->nameless)
            unlink(out->beside);
    }
    free(out->beside);
    free(out->target);
    out->beside = out->target = NULL;
}
