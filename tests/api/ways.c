/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* However the bytes are cut and by whichever form they come and go: the same result. */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char mail[] = "From: Alice <alice@example.org>\n"
                           "To: bob@example.org\n"
                           "Subject: Many ways\n"
                           "Date: Mon, 01 Jun 2026 00:00:00 +0000\n"
                           "MIME-Version: 1.0\n"
                           "Content-Type: multipart/mixed; boundary=b1\n"
                           "\n"
                           "preamble\n"
                           "--b1\n"
                           "Content-Type: text/plain; charset=utf-8\n"
                           "Content-Transfer-Encoding: 8bit\n"
                           "\n"
                           "Gr\303\274\303\237e\n"
                           "From here on\n"
                           "--b1\n"
                           "Content-Type: application/octet-stream\n"
                           "Content-Transfer-Encoding: base64\n"
                           "Content-Disposition: attachment; filename=\"a.bin\"\n"
                           "\n"
                           "AAECAwQFBgcICQoLDA0ODw==\n"
                           "--b1--\n";

/* The sink of a test. */
static bytes sunk;

static smime_status sink(const uint8_t *data, size_t len, void *user_data)
{
    (void)user_data;
    sunk.data = realloc(sunk.data, sunk.len + len);
    ck_assert_ptr_nonnull(sunk.data);
    memcpy(sunk.data + sunk.len, data, len);
    sunk.len += len;
    return SMIME_OK;
}

static bytes take_sunk(void)
{
    bytes made = bytes_of(sunk.data, sunk.len);

    free(sunk.data);
    sunk = (bytes){ NULL, 0 };
    return made;
}

typedef enum way { WHOLE, SINGLE, RANDOM, PULL, SINK, BUFFER, FILES, PIPE, WAYS } way;

static size_t chunk_of(way how, size_t left, uint32_t *seed)
{
    size_t len = how == SINGLE ? 1 : left;

    if (how == RANDOM || how == PULL) {
        *seed = *seed * 1664525u + 1013904223u;
        len = *seed >> 24;
    }
    return len < left ? len : left;
}

/* The jobs have the same shape: one table each stands for protect, open and the parser. */
typedef struct job_form {
    smime_status (*write)(void *, const void *, size_t, size_t *);
    smime_status (*read)(void *, void *, size_t, size_t *);
    smime_status (*finish)(void *);
    smime_status (*set_sink)(void *);
    smime_status (*buffer)(void *, const void *, size_t, uint8_t **, size_t *);
    smime_status (*fd)(void *, int, int);
} job_form;

#define FORM(name)                                                            \
    static smime_status name##_w(void *j, const void *d, size_t l, size_t *t) \
    {                                                                         \
        return smime_##name##_write(j, d, l, t);                              \
    }                                                                         \
    static smime_status name##_r(void *j, void *d, size_t l, size_t *g)       \
    {                                                                         \
        return smime_##name##_read(j, d, l, g);                               \
    }                                                                         \
    static smime_status name##_f(void *j)                                     \
    {                                                                         \
        return smime_##name##_finish(j);                                      \
    }

FORM(protect)
FORM(open)
FORM(parser)

static smime_status protect_s(void *j)
{
    return smime_protect_set_sink(j, sink, NULL, NULL, NULL);
}

static smime_status open_s(void *j)
{
    return smime_open_set_sink(j, sink, NULL, NULL, NULL);
}

static smime_status parser_s(void *j)
{
    return smime_parser_set_sink(j, sink, NULL, NULL);
}

static smime_status protect_b(void *j, const void *d, size_t l, uint8_t **r, size_t *n)
{
    return smime_protect_buffer(j, d, l, r, n);
}

static smime_status open_b(void *j, const void *d, size_t l, uint8_t **r, size_t *n)
{
    return smime_open_buffer(j, d, l, r, n);
}

static smime_status protect_d(void *j, int in, int out)
{
    return smime_protect_fd(j, in, out);
}

static smime_status open_d(void *j, int in, int out)
{
    return smime_open_fd(j, in, out);
}

static const job_form protecting = { protect_w, protect_r, protect_f, protect_s, protect_b,
                                     protect_d };
static const job_form opening = { open_w, open_r, open_f, open_s, open_b, open_d };
static const job_form parsing = { parser_w, parser_r, parser_f, parser_s, NULL, NULL };

static bytes through_files(const job_form *form, void *job, bytes in, int piped)
{
    FILE *from = tmpfile(), *to = tmpfile();
    int pipe_ends[2];
    bytes made = { NULL, 0 };
    long len;

    ck_assert(from && to);
    ck_assert_uint_eq(fwrite(in.data, 1, in.len, from), in.len);
    rewind(from);
    if (piped) {
        ck_assert_int_eq(pipe(pipe_ends), 0);
        ck_assert_uint_lt(in.len, 60000); /* it fits */
        ck_assert_int_eq(write(pipe_ends[1], in.data, in.len), (int)in.len);
        close(pipe_ends[1]);
    }
    ck_assert_int_eq(form->fd(job, piped ? pipe_ends[0] : fileno(from), fileno(to)), SMIME_OK);
    if (piped)
        close(pipe_ends[0]);
    len = (long)lseek(fileno(to), 0, SEEK_END);
    made = (bytes){ take((size_t)len + 1), (size_t)len };
    rewind(to);
    ck_assert_uint_eq(fread(made.data, 1, made.len, to), made.len);
    fclose(from);
    fclose(to);
    return made;
}

static bytes pull(const job_form *form, void *job, bytes all)
{
    uint8_t block[4096];
    size_t got = 1;

    while (got) {
        ck_assert_int_eq(form->read(job, block, 1 + all.len % sizeof block, &got), SMIME_OK);
        if (got)
            all = joined(all, bytes_of(block, got));
    }
    return all;
}

static bytes run(const job_form *form, void *job, bytes in, way how)
{
    bytes out = bytes_of("", 0);
    uint32_t seed = 7;
    size_t at = 0;

    if (how == BUFFER) {
        uint8_t *data = NULL;
        size_t len = 0;
        ck_assert_int_eq(form->buffer(job, in.data, in.len, &data, &len), SMIME_OK);
        out = bytes_of(data, len);
        smime_free(data);
        return out;
    }
    if (how == FILES || how == PIPE)
        return through_files(form, job, in, how == PIPE);
    if (how == SINK || how == SINGLE)
        ck_assert_int_eq(form->set_sink(job), SMIME_OK);
    while (at < in.len) {
        size_t taken = 0, len = chunk_of(how, in.len - at, &seed);
        ck_assert_int_eq(form->write(job, in.data + at, len, &taken), SMIME_OK);
        ck_assert_uint_le(taken, len);
        if (how == SINK || how == SINGLE)
            ck_assert_uint_eq(taken, len);
        at += taken;
        if (how == PULL || (taken < len && how != SINK))
            out = pull(form, job, out);
    }
    ck_assert_int_eq(form->finish(job), SMIME_OK);
    if (how == SINK || how == SINGLE)
        return take_sunk();
    return pull(form, job, out);
}

/* Boundaries and ECDSA signatures differ by chance: what was sealed is opened and compared. */
static bytes without_chance(const reading *how, bytes sealed, int32_t summary)
{
    outcome got = opened(how, sealed);

    ck_verdict(got, summary, NULL);
    ck_assert_ptr_nonnull(got.content.data);
    return got.content;
}

typedef struct form_case {
    const char *name;
    sending how;
    reading by;
    int32_t summary;
} form_case;

static const form_case cases[] = {
    { "clear, RSA", { .from = { "alice-rsa" } }, { .anchor = NULL }, SMIME_SUMMARY_VERIFIED },
    { "clear, PSS",
      { .from = { "alice-rsa" }, .pss = 1 },
      { .anchor = NULL },
      SMIME_SUMMARY_VERIFIED },
    { "clear, ECDSA with SHA-384",
      { .from = { "alice-p256" }, .digest = SMIME_DIGEST_SHA384 },
      { .anchor = NULL },
      SMIME_SUMMARY_VERIFIED },
    { "opaque",
      { .from = { "alice-p256" }, .opaque = 1 },
      { .anchor = NULL },
      SMIME_SUMMARY_VERIFIED },
    { "opaque, SHA-512",
      { .from = { "alice-rsa" }, .opaque = 1, .digest = SMIME_DIGEST_SHA512 },
      { .anchor = NULL },
      SMIME_SUMMARY_VERIFIED },
    { "two signers",
      { .from = { "alice-rsa", "bob-p256" } },
      { .anchor = NULL },
      SMIME_SUMMARY_VERIFIED },
    { "two signers, opaque",
      { .from = { "bob-p256", "alice-rsa" }, .opaque = 1 },
      { .anchor = NULL },
      SMIME_SUMMARY_VERIFIED },
    { "CBC, RSA v1.5",
      { .to = { "bob-rsa" },
        .cipher = SMIME_CIPHER_AES_256_CBC,
        .transport = SMIME_TRANSPORT_RSA_V15 },
      { .keys = { "bob-rsa" } },
      SMIME_SUMMARY_CONFIDENTIAL },
    { "GCM, OAEP",
      { .to = { "bob-rsa" },
        .cipher = SMIME_CIPHER_AES_256_GCM,
        .transport = SMIME_TRANSPORT_RSA_OAEP },
      { .keys = { "bob-rsa" } },
      SMIME_SUMMARY_CONFIDENTIAL },
    { "CBC, ECDH",
      { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_128_CBC },
      { .keys = { "bob-p256" } },
      SMIME_SUMMARY_CONFIDENTIAL },
    { "GCM, several recipients",
      { .to = { "alice-rsa", "bob-p256", "bob-rsa" }, .cipher = SMIME_CIPHER_AES_128_GCM },
      { .keys = { "bob-p256" } },
      SMIME_SUMMARY_CONFIDENTIAL },
    { "signed and encrypted, GCM",
      { .from = { "alice-p256" }, .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_256_GCM },
      { .keys = { "bob-p256" } },
      SMIME_SUMMARY_CONFIDENTIAL_VERIFIED },
    { "signed and encrypted, CBC, opaque",
      { .from = { "alice-rsa" },
        .to = { "bob-rsa", "bob-p256" },
        .opaque = 1,
        .cipher = SMIME_CIPHER_AES_256_CBC },
      { .keys = { "bob-rsa" } },
      SMIME_SUMMARY_CONFIDENTIAL_VERIFIED },
};

static void protect_all_ways(const form_case *c, bytes message, bytes *expected)
{
    for (way how = WHOLE; how < WAYS; how++) {
        bytes content = without_chance(&c->by, run(&protecting, protect_new(&c->how), message,
                                                   how), c->summary);
        if (!expected->data)
            *expected = content;
        ck_same(content, *expected);
    }
}

START_TEST(protect_ways)
{
    const form_case *c = &cases[_i];
    bytes expected = { NULL, 0 };

    protect_all_ways(c, text(mail), &expected);
    /* with CRLF the same canonical content */
    protect_all_ways(c, crlf(mail), &expected);
    ck_assert_msg(!holds(expected, "alice@"), "%s: header fields stay outside", c->name);
}
END_TEST

/* Leaves longer than a block, of which the last line decides: their beginning is read again. */
START_TEST(long_leaves)
{
    static const way ways[] = { WHOLE, BUFFER, FILES };
    bytes body = crlf("A line of a long text, one of very many.\n"), expected = { NULL, 0 };
    bytes message = crlf("From: alice@example.org\nContent-Type: multipart/mixed; boundary=b1\n"
                         "\n--b1\nContent-Transfer-Encoding: 8bit\n\n");

    for (int i = 0; i < 12; i++)
        body = joined(body, body);
    message = joined(joined(message, body), crlf(_i ? "Gr\303\274\303\237e\n" : "Regards\n"));
    message = joined(joined(message, crlf("--b1\n\n")), joined(body, crlf("--b1--\n")));
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        bytes sealed = run(&protecting, protect_new(&cases[0].how), message, ways[i]);
        bytes content = without_chance(&cases[0].by, sealed, cases[0].summary);
        expected = expected.data ? expected : content;
        ck_same(content, expected);
    }
    ck_assert_int_eq(holds(expected, "quoted-printable"), _i);
}
END_TEST

START_TEST(open_ways)
{
    const form_case *c = &cases[_i];
    bytes sealed = protected(&c->how, text(mail));
    bytes expected = without_chance(&c->by, sealed, c->summary);

    for (way how = WHOLE; how < WAYS; how++) {
        smime_open *job = open_new(&c->by);
        smime_report *report;
        ck_same(run(&opening, job, sealed, how), expected);
        ck_assert_int_eq(smime_open_report(job, &report), SMIME_OK);
        ck_assert_int_eq(smime_report_summary(report), c->summary);
        smime_report_unref(report);
    }
}
END_TEST

/* A message whose line ends a relay made LF. */
START_TEST(open_lf)
{
    const form_case *c = &cases[_i];
    bytes sealed = protected(&c->how, text(mail));
    bytes expected = without_chance(&c->by, sealed, c->summary);
    size_t len = 0;

    for (size_t i = 0; i < sealed.len; i++)
        if (sealed.data[i] != '\r')
            sealed.data[len++] = sealed.data[i];
    sealed.len = len;
    ck_same(without_chance(&c->by, sealed, c->summary), expected);
    ck_same(opened_in_chunks(&c->by, sealed, 1).content, expected);
}
END_TEST

START_TEST(parser_ways)
{
    bytes message = crlf(mail);

    for (way how = WHOLE; how <= SINK; how++) {
        smime_parser *parser;
        bytes got;
        ck_assert_int_eq(smime_parser_new(NULL, &parser), SMIME_OK);
        ck_assert_int_eq(smime_parser_select(parser, "1.2", SMIME_PART_DECODED), SMIME_OK);
        got = run(&parsing, parser, message, how);
        ck_same(got, bytes_of("\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 16));
        ck_assert_uint_eq(smime_parser_defect_count(parser), 0);
        ck_assert_uint_eq(smime_entity_decoded_length(smime_parser_entity(parser, "1.2")), 16);
        smime_parser_free(parser);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ways");
    TCase *tests = tcase_create("ways");
    int last = (int)(sizeof cases / sizeof cases[0]);

    if (fast())
        last = last > 9 ? 9 : last;
    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_loop_test(tests, protect_ways, 0, last);
    tcase_add_loop_test(tests, long_leaves, 0, 2);
    tcase_add_loop_test(tests, open_ways, 0, last);
    tcase_add_loop_test(tests, open_lf, 0, last);
    tcase_add_test(tests, parser_ways);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
