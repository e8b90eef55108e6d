/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A mailbox as people have it: mails of a few kilobytes up to some hundred, each with a text, the
 * same as HTML, and most with a file. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STOCK ((size_t)256 << 10)

/* What bodies are cut from. */
typedef struct stock {
    char text[STOCK], base64[STOCK];
    size_t text_len, base64_len;
} stock;

static void put_header(FILE *to, size_t number)
{
    for (int hop = 0; hop < 3; hop++)
        fprintf(to,
                "Received: from mx%d.example.net (mx%d.example.net [192.0.2.%d])\r\n"
                "\tby mail.example.org (Postfix) with ESMTPS id %08zX\r\n"
                "\tfor <bob@example.org>; Mon, 02 Mar 2026 10:00:0%d +0000 (UTC)\r\n",
                hop, hop, hop + 1, number, hop);
    fprintf(to,
            "From: \"Alice Example\" <" BENCH_SENDER ">\r\n"
            "To: Bob Example <bob@example.org>, Carol Example <carol@example.org>\r\n"
            "Subject: =?utf-8?Q?Entwurf_f=C3=BCr_das_Treffen?= number %zu\r\n"
            "Date: Mon, 02 Mar 2026 09:59:58 +0000\r\n"
            "Message-ID: <%zu.1@mail.example.org>\r\n"
            "In-Reply-To: <%zu.0@mail.example.org>\r\n"
            "User-Agent: Example/1.0\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: multipart/mixed; boundary=\"=_mixed_%zu\"\r\n\r\n",
            number, number, number, number);
}

/* Whole lines from anywhere in @p from. */
static void put_lines(FILE *to, const char *from, size_t from_len, size_t size, uint32_t *state)
{
    size_t room = from_len > size ? from_len - size : 0;
    size_t start = room ? bench_random(state) % room : 0;
    size_t end = start + (from_len < size ? from_len : size);

    while (start && from[start - 1] != '\n')
        start--;
    while (end > start && from[end - 1] != '\n')
        end--;
    fwrite(from + start, 1, end - start, to);
}

static void put_alternative(FILE *to, const stock *from, size_t number, uint32_t *state)
{
    size_t size = 400 + bench_random(state) % 6000;

    fprintf(to,
            "--=_mixed_%zu\r\n"
            "Content-Type: multipart/alternative; boundary=\"=_alternative_%zu\"\r\n\r\n"
            "--=_alternative_%zu\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 7bit\r\n\r\n",
            number, number, number);
    put_lines(to, from->text, from->text_len, size, state);
    fprintf(to,
            "\r\n--=_alternative_%zu\r\n"
            "Content-Type: text/html; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
            "<html><body><p style=3D\"color: black\">\r\n",
            number);
    put_lines(to, from->text, from->text_len, size * 2, state);
    fprintf(to, "</p></body></html>\r\n\r\n--=_alternative_%zu--\r\n", number);
}

static void put_mail(FILE *to, const stock *from, size_t number, uint32_t *state)
{
    uint32_t kind = bench_random(state) % 4;

    put_header(to, number);
    put_alternative(to, from, number, state);
    if (kind) { /* a quarter has no file */
        fprintf(to,
                "\r\n--=_mixed_%zu\r\n"
                "Content-Type: application/pdf; name=\"minutes.pdf\"\r\n"
                "Content-Disposition: attachment; filename=\"minutes.pdf\"\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\n",
                number);
        put_lines(to, from->base64, from->base64_len,
                  2000 + bench_random(state) % (kind == 3 ? 230000 : 60000), state);
    }
    fprintf(to, "\r\n--=_mixed_%zu--\r\n", number);
}

static int note_start(bench_input *input, size_t start, size_t *room)
{
    size_t *moved;

    if (input->mails + 1 >= *room) {
        *room = *room ? *room * 2 : 1024;
        moved = realloc(input->starts, *room * sizeof *moved);
        if (!moved)
            return -1;
        input->starts = moved;
    }
    input->starts[input->mails] = start;
    return 0;
}

static int write_mails(bench_input *input, size_t size, const stock *from, FILE *to)
{
    uint32_t state = 2463534242u;
    size_t room = 0;
    long end = 0;

    while (end >= 0 && (size_t)end < size) {
        if (note_start(input, (size_t)end, &room) != 0)
            return -1;
        put_mail(to, from, ++input->mails, &state);
        end = ftell(to);
    }
    return end < 0 || fflush(to) != 0 ? -1 : note_start(input, (size_t)end, &room);
}

int bench_mailbox_write(bench_input *input, size_t size)
{
    stock *from = malloc(sizeof *from);
    int fd = dup(input->fd);
    FILE *to = fd < 0 ? NULL : fdopen(fd, "wb");
    uint32_t state = 362436069u;
    int result = -1;

    if (from && to) {
        from->text_len = bench_fill_text(from->text, sizeof from->text, &state);
        from->base64_len = bench_fill_base64(from->base64, sizeof from->base64, &state);
        result =
            write_mails(input, size < BENCH_MAILBOX_BYTES ? size : BENCH_MAILBOX_BYTES, from, to);
    }
    if (to)
        fclose(to);
    else if (fd >= 0)
        close(fd);
    free(from);
    return result;
}
