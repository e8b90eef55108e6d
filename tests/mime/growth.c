/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mails of one kind, as large as wanted, and what reading one costs with all limits lifted.
 *
 *     growth KIND COUNT           parses; prints the status, the bytes, and nanoseconds of the CPU
 *     growth --print KIND COUNT   writes the mail to standard output
 *     growth --kinds
 */
#include <smime/smime.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOCK 65536
#define LONG_BOUNDARY 10000

/* Where the bytes go: to a parser, in blocks, or to standard output. */
typedef struct sink {
    smime_parser *parser;
    smime_status status;
    uint64_t bytes;
    size_t held;
    char block[BLOCK];
} sink;

static void flush(sink *to)
{
    size_t taken;

    if (!to->parser)
        fwrite(to->block, 1, to->held, stdout);
    else if (to->status == SMIME_OK)
        to->status = smime_parser_write(to->parser, to->block, to->held, &taken);
    to->bytes += to->held;
    to->held = 0;
}

static void put(sink *to, const char *text)
{
    size_t len = strlen(text);

    if (to->held + len > BLOCK)
        flush(to);
    memcpy(to->block + to->held, text, len);
    to->held += len;
}

static void repeat(sink *to, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put(to, text);
}

static void number(sink *to, const char *before, size_t value, const char *behind)
{
    char line[32];

    snprintf(line, sizeof line, "%zu", value);
    put(to, before);
    put(to, line);
    put(to, behind);
}

static void fields(sink *to, size_t count)
{
    for (size_t i = 0; i < count; i++)
        number(to, "X-", i, ": value\r\n");
    put(to, "\r\nbody\r\n");
}

static void same_fields(sink *to, size_t count)
{
    repeat(to, "Content-Type: text/plain; charset=utf-8\r\n", count);
    put(to, "\r\nbody\r\n");
}

static void no_fields(sink *to, size_t count)
{
    repeat(to, "x y : z\r\n", count);
    put(to, "\r\nbody\r\n");
}

static void long_header(sink *to, size_t count)
{
    put(to, "Subject: ");
    repeat(to, "aaaa bbbb ", count);
    put(to, "\r\n\r\nbody\r\n");
}

static void folded_header(sink *to, size_t count)
{
    put(to, "Content-Disposition: attachment;\r\n filename=\"");
    repeat(to, "aaaa\r\n ", count);
    put(to, "\"\r\n\r\nbody\r\n");
}

static void encoded_words(sink *to, size_t count)
{
    put(to, "Content-Disposition: attachment; filename=\"");
    repeat(to, "=?utf-8?q?a?= =?iso-8859-1?b?6Q==?= =?x?q?", count);
    put(to, "\"\r\n\r\nbody\r\n");
}

static void comments(sink *to, size_t count)
{
    put(to, "Content-Type: ");
    repeat(to, "((a\\(", count);
    put(to, "text/plain\r\n\r\nbody\r\n");
}

static void parameters(sink *to, size_t count)
{
    put(to, "Content-Type: text/plain");
    for (size_t i = 0; i < count; i++)
        number(to, "; a", i, "=b");
    put(to, "\r\n\r\nbody\r\n");
}

static void segments(sink *to, size_t count)
{
    put(to, "Content-Type: text/plain");
    for (size_t i = 0; i < count; i++)
        number(to, "; name*", i, "*=%41");
    put(to, "\r\n\r\nbody\r\n");
}

/* Many fields of many segments, backwards. */
static void segments_in_parts(sink *to, size_t count)
{
    put(to, "Content-Type: multipart/mixed; boundary=b\r\n\r\n");
    for (size_t part = 0; part < count; part++) {
        put(to, "--b\r\nContent-Type: a/b");
        for (size_t i = 500; i--;)
            number(to, "; n*", i, "=%41");
        for (size_t i = 0; i < 500; i++)
            put(to, "; m*0=1");
        put(to, "\r\n\r\n");
    }
}

static void parts(sink *to, size_t count)
{
    put(to, "Content-Type: multipart/mixed; boundary=b\r\n\r\n");
    repeat(to, "--b\r\nContent-Type: text/plain\r\n\r\nbody\r\n", count);
    put(to, "--b--\r\n");
}

static void empty_parts(sink *to, size_t count)
{
    put(to, "Content-Type: multipart/mixed; boundary=b\r\n\r\n");
    repeat(to, "--b\r\n", count);
}

static void levels(sink *to, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        number(to, "Content-Type: multipart/mixed; boundary=\"b", i, "\"\r\n\r\n");
        number(to, "--b", i, "\r\n");
    }
    put(to, "\r\nbody\r\n");
}

static void messages(sink *to, size_t count)
{
    repeat(to, "Content-Type: message/rfc822\r\n\r\n", count);
    put(to, "\r\nbody\r\n");
}

/* As deep as the default allows: every line that begins like a delimiter is held against each. */
static void lines_in_levels(sink *to, size_t count)
{
    for (size_t i = 0; i < 90; i++) {
        number(to, "Content-Type: multipart/mixed; boundary=\"b", i, "\"\r\n\r\n");
        number(to, "--b", i, "\r\n");
    }
    put(to, "\r\n");
    repeat(to, "--b\r\n--\r\n-\r\n--c\r\n", count);
}

static void boundary(sink *to, size_t count)
{
    char name[LONG_BOUNDARY + 1];

    memset(name, 'b', sizeof name);
    name[LONG_BOUNDARY] = 0;
    put(to, "Content-Type: multipart/mixed; boundary=\"");
    put(to, name);
    put(to, "\"\r\n\r\n");
    name[LONG_BOUNDARY - 1] = 0;
    for (size_t i = 0; i < count; i++) {
        put(to, "--");
        put(to, name);
        put(to, "\r\n");
    }
}

static void base64(sink *to, size_t count)
{
    put(to, "Content-Transfer-Encoding: base64\r\n\r\n");
    repeat(to, "Q!U=J-D\r\n==\tQ\n\rQ\x01\xff(", count);
}

static void quoted_printable(sink *to, size_t count)
{
    put(to, "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    repeat(to, "==4= \t \r=\n=X=4\xff  ", count);
}

static void blanks(sink *to, size_t count)
{
    put(to, "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
    repeat(to, " \t \t \t \t", count);
    put(to, "\r\n--b");
    repeat(to, " \t \t \t \t", count);
}

static void hyphens(sink *to, size_t count)
{
    put(to, "Content-Type: multipart/mixed; boundary=\"----\"\r\n\r\n");
    repeat(to, "----\r-\n--\n\r\n", count);
}

/* COUNT of the largest: as the name of the kind says, or some 30 MB. */
static const struct {
    const char *name;
    void (*write)(sink *to, size_t count);
    size_t largest;
} kinds[] = {
    { "fields", fields, 1000000 },
    { "same-fields", same_fields, 500000 },
    { "no-fields", no_fields, 1000000 },
    { "long-header", long_header, 10000000 }, /* 100 MB */
    { "folded-header", folded_header, 2000000 },
    { "encoded-words", encoded_words, 100000 },
    { "comments", comments, 4000000 },
    { "parameters", parameters, 1000000 },
    { "segments", segments, 1000000 },
    { "segments-in-parts", segments_in_parts, 2000 },
    { "parts", parts, 100000 },
    { "empty-parts", empty_parts, 200000 },
    { "levels", levels, 10000 },
    { "messages", messages, 10000 },
    { "lines-in-levels", lines_in_levels, 200000 },
    { "boundary", boundary, 3000 },
    { "base64", base64, 2000000 },
    { "quoted-printable", quoted_printable, 2000000 },
    { "blanks", blanks, 2000000 },
    { "hyphens", hyphens, 2000000 },
};

static uint64_t cpu_time(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static smime_parser *parser_without_limits(void)
{
    static const int32_t limits[] = { SMIME_LIMIT_DEPTH, SMIME_LIMIT_PARTS,
                                      SMIME_LIMIT_HEADER_BYTES, SMIME_LIMIT_TREE_BYTES };
    smime_policy *policy = NULL;
    smime_parser *parser = NULL;
    smime_status status = smime_policy_new(SMIME_POLICY_DEFAULT, &policy);

    for (size_t i = 0; i < sizeof limits / sizeof limits[0] && status == SMIME_OK; i++)
        status = smime_policy_set_limit(policy, limits[i], UINT64_C(1) << 40);
    if (status == SMIME_OK)
        status = smime_parser_new(policy, &parser);
    smime_policy_unref(policy);
    if (status != SMIME_OK)
        abort();
    return parser;
}

static int parse(sink *to, size_t kind, size_t count)
{
    uint64_t before = cpu_time();

    to->parser = parser_without_limits();
    kinds[kind].write(to, count);
    flush(to);
    if (to->status == SMIME_OK)
        to->status = smime_parser_finish(to->parser);
    smime_parser_free(to->parser);
    printf("%s %" PRIu64 " %" PRIu64 "\n", smime_status_name(to->status), to->bytes,
           cpu_time() - before);
    return to->status != SMIME_OK;
}

int main(int argc, char **argv)
{
    static sink to;
    int print = argc > 1 && !strcmp(argv[1], "--print");

    if (argc == 2 && !strcmp(argv[1], "--kinds")) {
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            printf("%s %zu\n", kinds[i].name, kinds[i].largest);
        return 0;
    }
    if (argc != 3 + print)
        return 2;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t count = (size_t)strtoull(argv[2 + print], NULL, 10);
        if (strcmp(kinds[i].name, argv[1 + print]) != 0)
            continue;
        if (!print)
            return parse(&to, i, count);
        kinds[i].write(&to, count);
        flush(&to);
        return fflush(stdout) != 0;
    }
    return 2;
}
