/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes keys and messages for the program `peak`, which has no OpenSSL to weigh on its memory. */
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int create(const char *folder, const char *name)
{
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/%s", folder, name);

    if (len < 0 || (size_t)len >= sizeof path)
        return -1;
    return open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

static int save(const char *folder, const char *name, const void *data, size_t len)
{
    const uint8_t *at = data;
    int fd = create(folder, name);

    while (fd >= 0 && len) {
        ssize_t done = write(fd, at, len);
        if (done <= 0)
            break;
        at += done;
        len -= (size_t)done;
    }
    if (fd >= 0)
        close(fd);
    return fd >= 0 && !len ? 0 : -1;
}

/* The message of the job with this name, in a file of its own. */
static int save_message(const char *folder, const char *job_name, const char *name)
{
    bench_input input;
    int result = -1;

    for (size_t i = 0; bench_job_at(i); i++) {
        if (strcmp(bench_job_at(i)->name, job_name) != 0)
            continue;
        result = bench_job_input(bench_job_at(i), bench_settings_now.size, &input);
        if (result == 0)
            result = save(folder, name, input.data, input.len);
        bench_input_free(&input);
    }
    return result;
}

int bench_prepare(const char *folder)
{
    const bench_people *people = &bench_people_now;
    int result = save(folder, "root.pem", people->root_pem, people->root_pem_len);

    if (result == 0)
        result = save(folder, "alice.pem", people->persons[BENCH_RSA].pem,
                      people->persons[BENCH_RSA].pem_len);
    if (result == 0)
        result = save_message(folder, "sign-text", "text.eml");
    if (result == 0)
        result = save_message(folder, "sign-binary", "binary.eml");
    if (result == 0)
        result = save_message(folder, "verify-text", "signed.eml");
    if (result == 0)
        result = save_message(folder, "decrypt-cbc", "cbc.eml");
    if (result == 0)
        result = save_message(folder, "decrypt-gcm", "gcm.eml");
    return result;
}
