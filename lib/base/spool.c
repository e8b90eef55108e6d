/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* O_TMPFILE */
#include "base/spool.h"

#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_DIRECTORY "/var/tmp"

void smime__spool_init(smime__spool *spool, const smime__settings *settings, smime__error *error)
{
    memset(spool, 0, sizeof *spool);
    spool->settings = settings;
    spool->error = error;
    spool->fd = -1;
}

void smime__spool_free(smime__spool *spool)
{
    /* what waits in front of encryption is plaintext */
    smime__wipe(spool->memory, spool->in_memory);
    smime__wipe(spool->block, spool->block ? SMIME__SPOOL_BLOCK : 0);
    free(spool->memory);
    free(spool->block);
    if (spool->fd >= 0)
        close(spool->fd);
    if (spool->own_open)
        spool->settings->spool_functions->close(spool->own,
                                                spool->settings->spool_functions->user_data);
    spool->memory = spool->block = NULL;
    spool->fd = -1;
    spool->own_open = 0;
}

/* A file without a name: made so by the kernel, else unlinked at once. */
static int unnamed_file(const char *directory)
{
    char path[4096];
    int fd = -1;
    int len;

#ifdef O_TMPFILE
    fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#endif
    if (fd >= 0)
        return fd;
    len = snprintf(path, sizeof path, "%s/smime-XXXXXX", directory);
    if (len < 0 || (size_t)len >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static smime_status open_outside(smime__spool *spool)
{
    const smime__spool_functions *functions = spool->settings->spool_functions;
    const char *directory = spool->settings->spool_directory;
    smime_status status;

    if (spool->fd >= 0 || spool->own_open)
        return SMIME_OK;
    if (functions) {
        status = functions->open(&spool->own, functions->user_data);
        if (status < 0)
            return smime__fail(spool->error, status, "the program's spool cannot be opened");
        spool->own_open = 1;
        return SMIME_OK;
    }
    if (!directory)
        directory = DEFAULT_DIRECTORY;
    spool->fd = unnamed_file(directory);
    if (spool->fd < 0)
        return smime__fail(spool->error, SMIME_E_IO, "no spool file can be made in %.80s: %s",
                           directory, strerror(errno));
    return SMIME_OK;
}

static smime_status write_outside(smime__spool *spool, uint64_t offset, const uint8_t *data,
                                  size_t len)
{
    const smime__spool_functions *functions = spool->settings->spool_functions;

    if (spool->own_open) {
        smime_status status = functions->write(spool->own, offset, data, len, functions->user_data);
        return status < 0 ? smime__fail(spool->error, status, "the program's spool refused data")
                          : SMIME_OK;
    }
    while (len) {
        ssize_t done = pwrite(spool->fd, data, len, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return smime__fail(spool->error, SMIME_E_IO, "the spool file cannot be written: %s",
                               strerror(errno));
        data += done;
        len -= (size_t)done;
        offset += (uint64_t)done;
    }
    return SMIME_OK;
}

static smime_status read_outside(smime__spool *spool, uint64_t offset, uint8_t *data, size_t len)
{
    const smime__spool_functions *functions = spool->settings->spool_functions;

    if (spool->own_open) {
        smime_status status =
            functions->read(spool->own, offset, data, len, functions->user_data);
        return status < 0 ? smime__fail(spool->error, status, "the program's spool lost data")
                          : SMIME_OK;
    }
    while (len) {
        ssize_t done = pread(spool->fd, data, len, (off_t)offset);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return smime__fail(spool->error, SMIME_E_IO, "the spool file cannot be read back");
        data += done;
        len -= (size_t)done;
        offset += (uint64_t)done;
    }
    return SMIME_OK;
}

static smime_status need_block(smime__spool *spool)
{
    if (!spool->block && !(spool->block = malloc(SMIME__SPOOL_BLOCK)))
        return smime__fail(spool->error, SMIME_E_NOMEM, "no memory for a block of held back data");
    return SMIME_OK;
}

/* What is in the block goes out, so that it can be read back or the block be used again. */
static smime_status flush(smime__spool *spool)
{
    size_t len = spool->pending;

    spool->pending = 0;
    return len ? write_outside(spool, spool->written - spool->in_memory - len, spool->block, len)
               : SMIME_OK;
}

/* To a file whole blocks go out, which is cheaper than as many small writes as there are chunks.
 * The program's own functions get what comes. */
static smime_status add_outside(smime__spool *spool, const uint8_t *data, size_t len)
{
    smime_status status = open_outside(spool);

    if (status == SMIME_OK && spool->own_open) {
        status = write_outside(spool, spool->written - spool->in_memory, data, len);
        if (status == SMIME_OK)
            spool->written += len;
        return status;
    }
    if (status == SMIME_OK)
        status = need_block(spool);
    while (len && status == SMIME_OK) {
        size_t room = SMIME__SPOOL_BLOCK - spool->pending;
        size_t part = len < room ? len : room;
        memcpy(spool->block + spool->pending, data, part);
        spool->pending += part;
        spool->written += part;
        data += part;
        len -= part;
        if (spool->pending == SMIME__SPOOL_BLOCK)
            status = flush(spool);
    }
    return status;
}

static smime_status grow_memory(smime__spool *spool, size_t wanted, size_t most)
{
    size_t room = spool->room ? spool->room : 4096;
    uint8_t *moved;

    if (wanted <= spool->room)
        return SMIME_OK;
    while (room < wanted)
        room *= 2;
    if (room > most)
        room = most;
    moved = realloc(spool->memory, room);
    if (!moved)
        return smime__fail(spool->error, SMIME_E_NOMEM, "no memory to hold data back");
    spool->memory = moved;
    spool->room = room;
    return SMIME_OK;
}

smime_status smime__spool_add(smime__spool *spool, const uint8_t *data, size_t len)
{
    uint64_t allowed = spool->settings->limits.value[SMIME_LIMIT_SPOOL_MEMORY];
    size_t most = allowed > SIZE_MAX / 4 ? SIZE_MAX / 4 : (size_t)allowed;
    smime_status status;

    status = smime__limit_check(&spool->settings->limits, SMIME_LIMIT_SPOOL_BYTES,
                                spool->written + len, spool->error);
    if (status < 0)
        return status;
    if (spool->written == spool->in_memory && spool->in_memory < most) {
        size_t part = len < most - spool->in_memory ? len : most - spool->in_memory;
        status = grow_memory(spool, spool->in_memory + part, most);
        if (status < 0)
            return status;
        memcpy(spool->memory + spool->in_memory, data, part);
        spool->in_memory += part;
        spool->written += part;
        data += part;
        len -= part;
    }
    return len ? add_outside(spool, data, len) : SMIME_OK;
}

uint64_t smime__spool_waiting(const smime__spool *spool)
{
    return spool->written - spool->taken;
}

void smime__spool_rewind(smime__spool *spool)
{
    spool->taken = 0;
}

void smime__spool_reset(smime__spool *spool)
{
    spool->written = spool->taken = 0;
    spool->in_memory = spool->pending = 0;
}

smime_status smime__spool_next(smime__spool *spool, uint64_t most, const uint8_t **ret_data,
                               size_t *ret_len)
{
    uint64_t waiting = smime__spool_waiting(spool);
    size_t len = waiting > SMIME__SPOOL_BLOCK ? SMIME__SPOOL_BLOCK : (size_t)waiting;
    smime_status status;

    if (len > most)
        len = (size_t)most;
    if (!len) {
        *ret_len = 0;
        return SMIME_OK;
    }
    if (spool->taken < spool->in_memory) {
        if (len > spool->in_memory - spool->taken)
            len = (size_t)(spool->in_memory - spool->taken);
        *ret_data = spool->memory + spool->taken;
    } else {
        status = flush(spool);
        if (status == SMIME_OK)
            status = need_block(spool);
        if (status == SMIME_OK)
            status = read_outside(spool, spool->taken - spool->in_memory, spool->block, len);
        if (status < 0)
            return status;
        *ret_data = spool->block;
    }
    *ret_len = len;
    spool->taken += len;
    return SMIME_OK;
}
