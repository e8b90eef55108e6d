/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "peak.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

static const peak_job jobs[] = {
    { "library and keys", "root.pem", PEAK_NOTHING, 0, 0 },
    { "sign text", "text.eml", PEAK_SIGN, 0, 0 },
    { "sign attachment", "binary.eml", PEAK_SIGN, 0, 0 },
    { "verify, at once", "signed.eml", PEAK_VERIFY, 0, 0 },
    { "verify, held", "signed.eml", PEAK_VERIFY, 0, 1 },
    { "encrypt CBC", "binary.eml", PEAK_ENCRYPT, 0, 0 },
    { "decrypt CBC, at once", "cbc.eml", PEAK_DECRYPT, 0, 0 },
    { "decrypt CBC, held", "cbc.eml", PEAK_DECRYPT, 0, 1 },
    { "encrypt GCM", "binary.eml", PEAK_ENCRYPT, 1, 0 },
    { "decrypt GCM, at once", "gcm.eml", PEAK_DECRYPT, 1, 0 },
    { "decrypt GCM, held", "gcm.eml", PEAK_DECRYPT, 1, 1 },
    { "parse MIME", "binary.eml", PEAK_PARSE, 0, 0 },
};

const peak_job *peak_job_at(size_t index)
{
    return index < sizeof jobs / sizeof jobs[0] ? &jobs[index] : NULL;
}

int peak_open(const char *folder, const char *name)
{
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/%s", folder, name);

    return len > 0 && (size_t)len < sizeof path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

const peak_job *peak_begin(int argc, char **argv, int *ret_in)
{
    const peak_job *job = argc == 3 ? peak_job_at(strtoul(argv[1], NULL, 10)) : NULL;

    *ret_in = job ? peak_open(argv[2], job->file) : -1;
    if (*ret_in >= 0)
        return job;
    fprintf(stderr, "no such job, or no input for it: `peak` starts this program\n");
    return NULL;
}
