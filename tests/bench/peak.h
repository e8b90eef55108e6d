/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs whose memory is measured, one fresh process for each job and library. A worker is a program
 * with one library: "peak-LIBRARY INDEX FOLDER". */
#ifndef SMIME_BENCH_PEAK_H
#define SMIME_BENCH_PEAK_H

#include <stddef.h>

enum {
    PEAK_NOTHING, /* the library, a key and a certificate are loaded */
    PEAK_SIGN,
    PEAK_ENCRYPT,
    PEAK_VERIFY,
    PEAK_DECRYPT,
    PEAK_PARSE
};

#define PEAK_NOT_DONE 77 /* exit status: the library has no such job */

typedef struct peak_job {
    const char *name;
    const char *file;
    int work;
    int gcm;  /* AES-256-GCM, else CBC */
    int held; /* nothing leaves before it is proved */
} peak_job;

/* peak_jobs.c */
const peak_job *peak_job_at(size_t index);
/* The job that the arguments name, and a descriptor of its input; NULL after a message. */
const peak_job *peak_begin(int argc, char **argv, int *ret_in);
int peak_open(const char *folder, const char *name);

#endif
