/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages to work on, generated. */
#define _GNU_SOURCE /* memfd_create */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK (1u << 20)

#define FIELDS                               \
    "From: Alice <" BENCH_SENDER ">\r\n"     \
    "To: Bob <bob@example.org>\r\n"          \
    "Subject: A message to measure with\r\n" \
    "Message-ID: <1@example.org>\r\n"        \
    "MIME-Version: 1.0\r\n"

uint32_t bench_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

int bench_input_new(bench_input *input)
{
    memset(input, 0, sizeof *input);
    input->fd = memfd_create("bench", MFD_CLOEXEC);
    return input->fd < 0 ? -1 : 0;
}

int bench_input_map(bench_input *input)
{
    struct stat info;
    void *data;

    if (fstat(input->fd, &info) < 0 || info.st_size == 0)
        return -1;
    input->len = (size_t)info.st_size;
    data = mmap(NULL, input->len, PROT_READ, MAP_SHARED | MAP_POPULATE, input->fd, 0);
    if (data == MAP_FAILED)
        return -1;
    input->data = data;
    return 0;
}

void bench_input_free(bench_input *input)
{
    if (input->data)
        munmap((void *)(uintptr_t)input->data, input->len);
    if (input->fd >= 0)
        close(input->fd);
    free(input->starts);
    memset(input, 0, sizeof *input);
    input->fd = -1;
}

static int put(int fd, const char *data, size_t len)
{
    while (len) {
        ssize_t done = write(fd, data, len);
        if (done <= 0)
            return -1;
        data += done;
        len -= (size_t)done;
    }
    return 0;
}

static int put_text(int fd, const char *text)
{
    return put(fd, text, strlen(text));
}

/* Whole lines only; words of different lengths, lines of 40 to 78 characters. */
size_t bench_fill_text(char *to, size_t room, uint32_t *state)
{
    size_t at = 0;

    while (room - at >= 80) {
        size_t width = 40 + bench_random(state) % 37;
        for (size_t i = 0; i < width; i++) {
            uint32_t value = bench_random(state);
            to[at++] = value % 6 == 0 ? ' ' : (char)('a' + value / 6 % 26);
        }
        to[at++] = '\r';
        to[at++] = '\n';
    }
    return at;
}

/* Random bytes in base64, lines of 76 characters. */
size_t bench_fill_base64(char *to, size_t room, uint32_t *state)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t at = 0;

    while (room - at >= 78) {
        for (size_t i = 0; i < 76; i++)
            to[at++] = alphabet[bench_random(state) % 64];
        to[at++] = '\r';
        to[at++] = '\n';
    }
    return at;
}

/* One block made once and written again and again. */
static int put_body(int fd, size_t size, size_t (*fill)(char *, size_t, uint32_t *))
{
    size_t block = size < BLOCK ? size + 80 : BLOCK;
    char *data = malloc(block);
    uint32_t state = 2463534242u;
    size_t len = data ? fill(data, block, &state) : 0;
    int result = len ? 0 : -1;

    while (size && result == 0) {
        size_t part = len;
        if (part > size) { /* whole lines, also at the end */
            part = size;
            while (part && data[part - 1] != '\n')
                part--;
            size = part;
        }
        result = put(fd, data, part);
        size -= part;
    }
    free(data);
    return result;
}

static int put_attachment(int fd, size_t size, const char *boundary)
{
    char line[200];
    int result;

    snprintf(line, sizeof line, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n",
             boundary, boundary);
    result = put_text(fd, line);
    if (result == 0)
        result = put_text(fd, "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
                              "The file is attached.\r\n");
    snprintf(line, sizeof line, "\r\n--%s\r\n", boundary);
    if (result == 0)
        result = put_text(fd, line);
    if (result == 0)
        result = put_text(fd, "Content-Type: application/octet-stream\r\n"
                              "Content-Transfer-Encoding: base64\r\n"
                              "Content-Disposition: attachment; filename=\"data.bin\"\r\n\r\n");
    if (result == 0)
        result = put_body(fd, size, bench_fill_base64);
    snprintf(line, sizeof line, "\r\n--%s--\r\n", boundary);
    return result == 0 ? put_text(fd, line) : result;
}

/* A text with as many small leaves as wanted. */
static int put_parts(int fd, size_t count)
{
    int result = put_text(fd, "Content-Type: multipart/mixed; boundary=\"parts\"\r\n\r\n");

    for (size_t i = 0; i < count && result == 0; i++)
        result = put_text(fd, "\r\n--parts\r\n"
                              "Content-Type: text/plain; charset=us-ascii\r\n"
                              "Content-Disposition: inline\r\n\r\n"
                              "One of many small parts.\r\n");
    return result == 0 ? put_text(fd, "\r\n--parts--\r\n") : result;
}

static int put_content(int fd, int content, size_t size)
{
    int result = put_text(fd, FIELDS);

    if (result < 0)
        return result;
    if (content == BENCH_ATTACHMENT)
        return put_attachment(fd, size, "outer_boundary");
    if (content == BENCH_PARTS)
        return put_parts(fd, size);
    result = put_text(fd, "Content-Type: text/plain; charset=us-ascii\r\n\r\n");
    return result == 0 ? put_body(fd, size, bench_fill_text) : result;
}

int bench_content_make(int content, size_t size, bench_input *input)
{
    int result = bench_input_new(input);

    if (result == 0)
        result = content == BENCH_MAILBOX ? bench_mailbox_write(input, size)
                                          : put_content(input->fd, content, size);
    return result == 0 ? bench_input_map(input) : -1;
}
