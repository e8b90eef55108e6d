/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Base64 against RFC 4648 and against every way of cutting it; canonical line ends. */
#include "unit.h"

#include "codec/base64.h"
#include "codec/crlf.h"

static const char *const vectors[][2] = { /* RFC 4648 10 */
    {"", ""},           {"f", "Zg=="},         {"fo", "Zm8="},         {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
};

START_TEST(rfc_4648_vectors)
{
    const char *plain = vectors[_i][0], *coded = vectors[_i][1];
    char text[64];
    uint8_t back[64];
    smime__base64_decoder decoder = {0};
    size_t len = smime__base64_encode(text, (const uint8_t *)plain, strlen(plain));

    ck_assert_uint_eq(len, strlen(coded));
    ck_assert_uint_eq(len, smime__base64_encoded_size(strlen(plain)));
    ck_assert_mem_eq(text, coded, len);
    ck_assert_uint_eq(smime__base64_decode(&decoder, back, (const uint8_t *)coded, len),
                      strlen(plain));
    ck_assert_mem_eq(back, plain, strlen(plain));
    ck_assert(smime__base64_complete(&decoder));
    ck_assert_int_eq(decoder.garbage | decoder.after_end, 0);
}
END_TEST

/* Each value at each of the four places, worked out without the tables. */
START_TEST(every_group_of_twelve_bits)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (uint32_t bits = 0; bits < 4096; bits++) {
        uint8_t raw[3] = {(uint8_t)(bits >> 4), (uint8_t)(bits << 4 | bits >> 8),
                          (uint8_t)bits};
        char want[4] = {alphabet[bits >> 6], alphabet[bits & 63], alphabet[bits >> 6],
                        alphabet[bits & 63]};
        char text[4];
        uint8_t back[6];
        smime__base64_decoder decoder = {0};

        must(smime__base64_encode(text, raw, 3) == 4);
        must(!memcmp(text, want, 4));
        must(smime__base64_decode(&decoder, back, (uint8_t *)text, 4) == 3);
        must(!memcmp(back, raw, 3));
    }
}
END_TEST

/* Every length over some lines, in steps of every small size: the bytes are the same. */
static void check_cuts(const uint8_t *data, size_t len)
{
    capture whole, cut;
    smime__stage *stage;

    capture_init(&whole);
    ck_ok(smime__base64_encoder_new(&whole.stage, &stage));
    ck_ok(feed(stage, data, len, 0));
    smime__stage_free(stage);
    ck_assert_int_eq(whole.finished, 1);
    for (size_t at = 0, column = 0; at < whole.bytes.len; at++) {
        if (whole.bytes.data[at] == '\n')
            column = 0;
        else
            must(++column <= 77); /* CR is the 77th */
    }
    if (len) {
        ck_assert_uint_eq(whole.bytes.len,
                          smime__base64_encoded_size(len) + 2 * ((len + 56) / 57));
        ck_assert_mem_eq(whole.bytes.data + whole.bytes.len - 2, "\r\n", 2);
    }
    for (size_t step = 1; step < 60; step += step < 5 ? 1 : 13) {
        capture_init(&cut);
        ck_ok(smime__base64_encoder_new(&cut.stage, &stage));
        ck_ok(feed(stage, data, len, step));
        smime__stage_free(stage);
        capture_is(&cut, whole.bytes.data, whole.bytes.len);
        capture_clear(&cut);
    }
    capture_clear(&whole);
}

START_TEST(encoder_does_not_depend_on_the_cuts)
{
    uint8_t data[200];

    support_fill(data, sizeof data, 5);
    for (size_t len = 0; len < 180; len++)
        check_cuts(data, len);
}
END_TEST

START_TEST(large_round_trip)
{
    static const size_t steps[] = {0, 1, 2, 3, 77, 78, 4097, 12288, 100000};
    size_t len = 300001;
    uint8_t *data = malloc(len);
    smime__stage *decoder, *encoder;
    capture sink;

    support_fill(data, len, 6);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        capture_init(&sink);
        ck_ok(smime__base64_decoder_new(&sink.stage, &decoder));
        ck_ok(smime__base64_encoder_new(decoder, &encoder));
        ck_ok(feed(encoder, data, len, steps[i]));
        ck_assert(smime__base64_complete(smime__base64_decoder_state(decoder)));
        ck_assert_int_eq(smime__base64_decoder_state(decoder)->garbage, 0);
        smime__stage_free(encoder);
        smime__stage_free(decoder);
        capture_is(&sink, data, len);
        ck_assert_int_eq(sink.finished, 1);
        capture_clear(&sink);
    }
    free(data);
}
END_TEST

/* Texts that are not as they should be: what is read, and what is told. */
static const struct {
    const char *text, *bytes;
    int garbage, after_end, complete;
} odd[] = {
    {"Zm9v\r\nYmFy\r\n", "foobar", 0, 0, 1},
    {" Z m\t9\nv ", "foo", 0, 0, 1},
    {"Zm9v!YmFy", "foobar", 1, 0, 1},
    {"Zm-9v", "foo", 1, 0, 1},
    {"Z\xffm9v", "foo", 1, 0, 1},
    {"Zm9vZ", "foo", 0, 0, 0},
    {"Zm9vZg", "foo", 0, 0, 0},       /* cut off: the padding is missing */
    {"Zg==Zm9v", "f", 0, 1, 1},       /* goes on behind the padding */
    {"Zm8=\r\nZm9v", "fo", 0, 1, 1},
    {"Zg=\r\n=", "f", 0, 0, 1},
    {"Zg=", "f", 0, 0, 1},
    {"====", "", 0, 0, 1},
    {"=Zm9v", "", 0, 1, 1},
    {"Z===", "", 0, 0, 0},
    {"", "", 0, 0, 1},
    {"\r\n\r\n", "", 0, 0, 1},
};

START_TEST(decoder_reads_odd_text_in_one_way)
{
    size_t len = strlen(odd[_i].text);

    for (size_t step = 0; step <= len; step++) {
        capture sink;
        smime__stage *stage;
        const smime__base64_decoder *state;

        capture_init(&sink);
        ck_ok(smime__base64_decoder_new(&sink.stage, &stage));
        ck_ok(feed(stage, odd[_i].text, len, step));
        state = smime__base64_decoder_state(stage);
        ck_assert_int_eq(state->garbage, odd[_i].garbage);
        ck_assert_int_eq(state->after_end, odd[_i].after_end);
        ck_assert_int_eq(!!smime__base64_complete(state), odd[_i].complete);
        capture_is(&sink, odd[_i].bytes, strlen(odd[_i].bytes));
        smime__stage_free(stage);
        capture_clear(&sink);
    }
}
END_TEST

/* The promise about room, kept for every state and length. */
START_TEST(decoder_keeps_to_the_room_it_asks_for)
{
    for (size_t before = 0; before < 4; before++)
        for (size_t len = 1; len < 40; len++) {
            smime__base64_decoder decoder = {0};
            uint8_t first[8], *to = malloc(len / 4 * 3 + 3);

            ck_assert_uint_eq(smime__base64_decode(&decoder, first, (uint8_t *)"AAAA", before),
                              0);
            smime__base64_decode(&decoder, to,
                                 (uint8_t *)"BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB", len);
            free(to); /* an overflow shows under the sanitizer and valgrind */
        }
}
END_TEST

START_TEST(stages_pass_errors_on)
{
    capture sink;
    smime__stage *stage;
    char line[80];
    char *many = calloc(1, 60000);

    memset(line, 'A', sizeof line);
    capture_init(&sink);
    sink.answer = SMIME_E_IO;
    ck_ok(smime__base64_encoder_new(&sink.stage, &stage));
    ck_assert_int_eq(feed(stage, line, 80, 0), SMIME_E_IO);
    smime__stage_free(stage);
    ck_ok(smime__base64_encoder_new(&sink.stage, &stage));
    ck_assert_int_eq(feed(stage, many, 60000, 0), SMIME_E_IO); /* before all is encoded */
    smime__stage_free(stage);
    free(many);
    ck_ok(smime__base64_encoder_new(&sink.stage, &stage));
    ck_assert_int_eq(feed(stage, line, 1, 0), SMIME_E_IO); /* in finish */
    smime__stage_free(stage);
    ck_ok(smime__base64_decoder_new(&sink.stage, &stage));
    ck_assert_int_eq(feed(stage, line, 80, 0), SMIME_E_IO);
    smime__stage_free(stage);
    ck_ok(smime__crlf_new(&sink.stage, &stage));
    ck_assert_int_eq(feed(stage, "a\nb", 3, 0), SMIME_E_IO);
    smime__stage_free(stage);
    ck_assert_int_eq(sink.finished, 0);
}
END_TEST

static const char *const line_ends[][2] = {
    {"", ""},
    {"a", "a"},
    {"\n", "\r\n"},
    {"\r\n", "\r\n"},
    {"\n\n", "\r\n\r\n"},
    {"\r\n\n\r\n", "\r\n\r\n\r\n"},
    {"a\nb\r\nc", "a\r\nb\r\nc"},
    {"\r", "\r"},
    {"a\rb\n", "a\rb\r\n"},
    {"\r\r\n\n", "\r\r\n\r\n"},
    {"\n\r", "\r\n\r"},
};

START_TEST(crlf_adds_what_is_missing)
{
    const char *text = line_ends[_i][0];
    size_t len = strlen(text);

    for (size_t step = 0; step <= len; step++) {
        capture sink;
        smime__stage *stage;

        capture_init(&sink);
        ck_ok(smime__crlf_new(&sink.stage, &stage));
        ck_ok(feed(stage, text, len, step));
        capture_is(&sink, line_ends[_i][1], strlen(line_ends[_i][1]));
        ck_assert_int_eq(sink.finished, 1);
        smime__stage_free(stage);
        capture_clear(&sink);
    }
}
END_TEST

void add_codec_base64(Suite *suite)
{
    TCase *tc = tcase_create("base64");

    add_rows(tc, rfc_4648_vectors, vectors);
    tcase_add_test(tc, every_group_of_twelve_bits);
    tcase_add_test(tc, encoder_does_not_depend_on_the_cuts);
    tcase_add_test(tc, large_round_trip);
    add_rows(tc, decoder_reads_odd_text_in_one_way, odd);
    tcase_add_test(tc, decoder_keeps_to_the_room_it_asks_for);
    tcase_add_test(tc, stages_pass_errors_on);
    add_rows(tc, crlf_adds_what_is_missing, line_ends);
    suite_add_tcase(suite, tc);
}
