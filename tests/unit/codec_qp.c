/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Quoted-printable both ways. */
#include "unit.h"

#include "codec/qp.h"

/* Text with CRLF, and how it is written. */
static const char *const written[][2] = {
    {"", ""},
    {"plain\r\n", "plain\r\n"},
    {"a=b", "a=3Db"},
    {"gr\xc3\xbc\xc3\x9f", "gr=C3=BC=C3=9F"},
    {"end \r\n", "end=20\r\n"},
    {"tab\t\r\nx", "tab=09\r\nx"},
    {"in the middle", "in the middle"},
    {"last ", "last=20"},
    {"From here\r\n", "=46rom here\r\n"},
    {"from here\r\nFromage", "from here\r\nFromage"},
    {"x\r\nFrom y", "x\r\n=46rom y"},
    {" From y", " From y"},
    {".\r\n", "=2E\r\n"},
    {"a\r\n.b", "a\r\n=2Eb"},
    {"a.b", "a.b"},
    {"bare\rcr", "bare=0Dcr"},
    {"bare\nlf", "bare=0Alf"},
    {"\x7f\x01", "=7F=01"},
    {"\r\n\r\n", "\r\n\r\n"},
    {"\r\r\n", "=0D\r\n"},
    {"~!}", "~!}"},
};

START_TEST(encoder_writes)
{
    const char *text = written[_i][0];
    size_t len = strlen(text);

    for (size_t step = 0; step <= len; step++) {
        capture sink;
        smime__stage *stage;

        capture_init(&sink);
        ck_ok(smime__qp_encoder_new(&sink.stage, &stage));
        ck_ok(feed(stage, text, len, step));
        capture_is(&sink, written[_i][1], strlen(written[_i][1]));
        ck_assert_int_eq(sink.finished, 1);
        smime__stage_free(stage);
        capture_clear(&sink);
    }
}
END_TEST

/* Lines that are safe to relay: RFC 2045 6.7 and what qp.h says besides. */
static void check_lines(const uint8_t *text, size_t len)
{
    size_t start = 0;

    for (size_t i = 0; i < len; i++) {
        must(text[i] < 127);
        must(text[i] >= 32 || text[i] == '\r' || text[i] == '\n' || text[i] == '\t');
        if (text[i] == '\n') {
            must(i >= 1);
            must(text[i - 1] == '\r');
            must(i - 1 - start <= 76);
            if (i - 1 > start)
                must(text[i - 2] != ' ' && text[i - 2] != '\t');
            start = i + 1;
        } else if (text[i] == '\r') {
            must(i + 1 < len);
            must(text[i + 1] == '\n');
        }
        if (i == start) {
            must(text[i] != '.');
            if (len - i >= 5)
                must(memcmp(text + i, "From ", 5) != 0);
        }
    }
    must(len - start <= 76);
}

/* Text drawn from the bytes that matter, encoded whole and in pieces, and decoded again. */
START_TEST(random_text_round_trip)
{
    static const char pieces[][6] = {"From ", ".", " ", "\t", "\r\n", "=", "\xc3\xa4", "word",
                                     "\r", "\n", "F", "abcde", ".\r\n", "\r\nFr", "om ", "\x00"};
    uint8_t choice[400];
    smime__buf text = {0};
    capture whole, cut, back;
    smime__stage *stage, *decoder;

    support_fill(choice, sizeof choice, (uint32_t)_i + 100);
    for (size_t i = 0; i < sizeof choice; i++) {
        const char *piece = pieces[choice[i] % 16];
        ck_ok(smime__buf_add(&text, piece, *piece ? strlen(piece) : 1));
    }
    capture_init(&whole);
    ck_ok(smime__qp_encoder_new(&whole.stage, &stage));
    ck_ok(feed(stage, text.data, text.len, 0));
    smime__stage_free(stage);
    check_lines(whole.bytes.data, whole.bytes.len);
    for (size_t step = 1; step < 9; step++) {
        capture_init(&cut);
        ck_ok(smime__qp_encoder_new(&cut.stage, &stage));
        ck_ok(feed(stage, text.data, text.len, step));
        smime__stage_free(stage);
        capture_is(&cut, whole.bytes.data, whole.bytes.len);
        capture_clear(&cut);
        capture_init(&back);
        ck_ok(smime__qp_decoder_new(&back.stage, &decoder));
        ck_ok(feed(decoder, whole.bytes.data, whole.bytes.len, step));
        capture_is(&back, text.data, text.len);
        ck_assert_int_eq(smime__qp_decoder_defects(decoder)->bad_escape, 0);
        ck_assert_int_eq(smime__qp_decoder_defects(decoder)->raw_8bit, 0);
        smime__stage_free(decoder);
        capture_clear(&back);
    }
    capture_clear(&whole);
    smime__buf_free(&text);
}
END_TEST

static const struct {
    const char *text, *bytes;
    int bad_escape, raw_8bit;
} read_rows[] = {
    {"a=3Db=3db", "a=b=b", 0, 0},
    {"soft=\r\nbreak", "softbreak", 0, 0},
    {"soft=\nbreak", "softbreak", 0, 0},
    {"soft= \t \r\nbreak", "softbreak", 0, 0},
    {"padding  \r\nx\t\n", "padding\r\nx\n", 0, 0},
    {"in  side", "in  side", 0, 0},
    {"at the end  ", "at the end", 0, 0},
    {"=20\r\n", " \r\n", 0, 0},
    {"bad=4x", "bad=4x", 1, 0},
    {"bad=xy", "bad=xy", 1, 0},
    {"bad==41", "bad=A", 1, 0},
    {"bad=4", "bad=4", 1, 0},
    {"bad=  x", "bad=  x", 1, 0},
    {"bad=\t\tx", "bad=\t\tx", 1, 0},
    {"=4=41", "=4A", 1, 0},
    {"end=", "end", 0, 0},
    {"end=\r\n", "end", 0, 0},
    {"gr\xc3\xbc", "gr\xc3\xbc", 0, 1},
    {"a \xe9", "a \xe9", 0, 1},
    {"=00\x7f", "\0\x7f", 0, 1},
};

START_TEST(decoder_reads)
{
    size_t len = strlen(read_rows[_i].text);
    size_t want = read_rows[_i].bytes[0] ? strlen(read_rows[_i].bytes) : 2;

    for (size_t step = 0; step <= len; step++) {
        capture sink;
        smime__stage *stage;

        capture_init(&sink);
        ck_ok(smime__qp_decoder_new(&sink.stage, &stage));
        ck_ok(feed(stage, read_rows[_i].text, len, step));
        capture_is(&sink, read_rows[_i].bytes, want);
        ck_assert_int_eq(smime__qp_decoder_defects(stage)->bad_escape, read_rows[_i].bad_escape);
        ck_assert_int_eq(smime__qp_decoder_defects(stage)->raw_8bit, read_rows[_i].raw_8bit);
        ck_assert_int_eq(sink.finished, 1);
        smime__stage_free(stage);
        capture_clear(&sink);
    }
}
END_TEST

START_TEST(long_runs)
{
    size_t len = 70000;
    uint8_t *data = malloc(len);
    capture sink;
    smime__stage *decoder, *encoder;

    for (int kind = 0; kind < 3; kind++) {
        memset(data, kind == 0 ? 'x' : kind == 1 ? ' ' : 0xe4, len);
        capture_init(&sink);
        ck_ok(smime__qp_decoder_new(&sink.stage, &decoder));
        ck_ok(smime__qp_encoder_new(decoder, &encoder));
        ck_ok(feed(encoder, data, len, 0));
        capture_is(&sink, data, len);
        smime__stage_free(encoder);
        smime__stage_free(decoder);
        capture_clear(&sink);
    }
    free(data);
}
END_TEST

/* One write whose escapes alone fill the decoder's room more than once. */
START_TEST(long_escapes)
{
    size_t count = 40000;
    char *text = malloc(3 * count);
    smime__buf want = {0};
    capture sink;
    smime__stage *stage;

    for (size_t i = 0; i < count; i++) {
        memcpy(text + 3 * i, "=41", 3);
        ck_ok(smime__buf_add_byte(&want, 'A'));
    }
    capture_init(&sink);
    ck_ok(smime__qp_decoder_new(&sink.stage, &stage));
    ck_ok(feed(stage, text, 3 * count, 0));
    capture_is(&sink, want.data, want.len);
    smime__stage_free(stage);
    capture_clear(&sink);
    capture_init(&sink);
    sink.answer = SMIME_E_IO;
    ck_ok(smime__qp_decoder_new(&sink.stage, &stage));
    ck_assert_int_eq(feed(stage, text, 3 * count, 0), SMIME_E_IO);
    smime__stage_free(stage);
    capture_clear(&sink);
    smime__buf_free(&want);
    free(text);
}
END_TEST

START_TEST(qp_stages_pass_errors_on)
{
    char run[20000];
    capture sink;
    smime__stage *stage;

    memset(run, 'x', sizeof run);

    capture_init(&sink);
    sink.answer = SMIME_E_IO;
    ck_ok(smime__qp_encoder_new(&sink.stage, &stage));
    ck_assert_int_eq(feed(stage, "long enough", 11, 0), SMIME_E_IO);
    smime__stage_free(stage);
    ck_ok(smime__qp_encoder_new(&sink.stage, &stage));
    ck_assert_int_eq(feed(stage, "x", 1, 0), SMIME_E_IO);
    smime__stage_free(stage);
    ck_ok(smime__qp_decoder_new(&sink.stage, &stage));
    ck_assert_int_eq(feed(stage, "text", 4, 0), SMIME_E_IO);
    smime__stage_free(stage);
    ck_ok(smime__qp_decoder_new(&sink.stage, &stage));
    ck_assert_int_eq(feed(stage, run, sizeof run, 0), SMIME_E_IO);
    smime__stage_free(stage);
    ck_ok(smime__qp_decoder_new(&sink.stage, &stage));
    ck_assert_int_eq(feed(stage, "a  b", 4, 0), SMIME_E_IO); /* blanks that had to wait */
    smime__stage_free(stage);
    ck_ok(smime__qp_decoder_new(&sink.stage, &stage));
    ck_assert_int_eq(feed(stage, "=4", 2, 0), SMIME_E_IO); /* in finish */
    smime__stage_free(stage);
    ck_assert_int_eq(sink.finished, 0);
}
END_TEST

void add_codec_qp(Suite *suite)
{
    TCase *tc = tcase_create("quoted-printable");

    add_rows(tc, encoder_writes, written);
    tcase_add_loop_test(tc, random_text_round_trip, 0, 20);
    add_rows(tc, decoder_reads, read_rows);
    tcase_add_test(tc, long_runs);
    tcase_add_test(tc, long_escapes);
    tcase_add_test(tc, qp_stages_pass_errors_on);
    suite_add_tcase(suite, tc);
}
