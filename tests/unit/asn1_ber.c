/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The streaming BER reader, and BER made DER. */
#include "unit.h"

#include "asn1/ber.h"
#include "asn1/der.h"

/* What the reader told, as text in which runs of data are joined. */
typedef struct told {
    smime__buf text;
    int in_data;
    smime_status status, answer;
    int done;
    uint64_t trailing, position;
    smime__error error;
} told;

static void end_data(told *l)
{
    if (l->in_data)
        ck_ok(smime__buf_add_text(&l->text, "' "));
    l->in_data = 0;
}

/* SEQUENCE, SET and [n] are entered, strings stream, INTEGER and [31..] are collected, NULL is
 * skipped, and so is what a private tag covers. */
static smime_status on_begin(void *user, unsigned depth, uint8_t tag, uint64_t offset,
                             smime__ber_action *ret_action)
{
    told *l = user;

    end_data(l);
    *ret_action = (tag & ~0x20) == 0x04              ? SMIME__BER_STREAM
                  : tag == 0x02 || tag == 0x31       ? SMIME__BER_COLLECT
                  : tag == 0x05 || (tag & 0xc0) == 0xc0 ? SMIME__BER_SKIP
                                                     : SMIME__BER_ENTER;
    ck_ok(smime__buf_format(&l->text, "%u:%02x@%u ", depth, tag, (unsigned)offset));
    return l->answer;
}

static smime_status on_collected(void *user, unsigned depth, const uint8_t *tlv, size_t len,
                                 uint64_t offset)
{
    told *l = user;

    end_data(l);
    ck_ok(smime__buf_format(&l->text, "%u@%u=", depth, (unsigned)offset));
    for (size_t i = 0; i < len; i++)
        ck_ok(smime__buf_format(&l->text, "%02x", tlv[i]));
    return smime__buf_add_byte(&l->text, ' ');
}

static smime_status on_data(void *user, const uint8_t *data, size_t len)
{
    told *l = user;

    if (len && !l->in_data) {
        ck_ok(smime__buf_add_byte(&l->text, '\''));
        l->in_data = 1;
    }
    return smime__buf_add(&l->text, data, len);
}

static smime_status on_end(void *user, unsigned depth)
{
    told *l = user;

    end_data(l);
    return smime__buf_format(&l->text, "/%u ", depth);
}

static void run(told *l, smime_status answer, const uint8_t *data, size_t len, size_t cut,
                size_t step)
{
    static const smime__ber_handler handler = {on_begin, on_collected, on_data, on_end};
    smime__limits limits;
    smime__ber *ber;
    size_t at = 0;

    memset(l, 0, sizeof *l);
    l->answer = answer;
    smime__error_clear(&l->error);
    smime__limits_default(&limits);
    limits.value[SMIME_LIMIT_OBJECT_BYTES] = 300;
    ck_ok(smime__ber_new(&handler, l, &limits, &l->error, &ber));
    while (at < len && l->status == SMIME_OK) {
        size_t part = step ? step : !at && cut ? cut : len;
        uint8_t *copy;

        if (part > len - at)
            part = len - at;
        copy = malloc(part);
        memcpy(copy, data + at, part);
        l->status = smime__ber_write(ber, copy, part);
        free(copy);
        at += part;
    }
    end_data(l);
    l->done = smime__ber_done(ber);
    l->trailing = smime__ber_trailing(ber);
    l->position = smime__ber_position(ber);
    smime__ber_free(ber);
}

static void same(told *a, told *b)
{
    if (strcmp(smime__buf_text(&a->text), smime__buf_text(&b->text)) != 0)
        ck_assert_str_eq(smime__buf_text(&a->text), smime__buf_text(&b->text));
    must(a->status == b->status && a->done == b->done && a->trailing == b->trailing);
    must(!strcmp(a->error.text, b->error.text) && a->error.offset == b->error.offset);
}

/* hex, what is told (NULL: refused), bytes behind. */
static const struct {
    const char *hex, *told;
    uint64_t trailing;
} good[] = {
    {"3000", "0:30@0 /0 ", 0},
    {"30800000", "0:30@0 /0 ", 0},
    {"3003 020105", "0:30@0 1:02@2 1@2=020105 /0 ", 0},
    {"3080 020105 0500 0000", "0:30@0 1:02@2 1@2=020105 1:05@5 /0 ", 0},
    {"3083000003 020105", "0:30@0 1:02@5 1@5=020105 /0 ", 0},
    {"3088 0000000000000003 020105", "0:30@0 1:02@10 1@10=020105 /0 ", 0},
    {"3003 020105 ffff", "0:30@0 1:02@2 1@2=020105 /0 ", 2},
    {"0403 616263", "0:04@0 'abc' /0 ", 0},
    {"0400", "0:04@0 /0 ", 0},
    {"2405 0403 616263", "0:24@0 'abc' /0 ", 0},
    {"2480 0401 61 0400 0402 6263 0000", "0:24@0 'abc' /0 ", 0},
    {"2480 2480 0401 61 0000 2403 0401 62 0000", "0:24@0 'ab' /0 ", 0},
    {"3080 a080 2480 0402 6162 0000 0000 0500 0000",
     "0:30@0 1:a0@2 2:24@4 'ab' /2 /1 1:05@14 /0 ", 0},
    {"30 06 a0 04 a1 02 a2 00", "0:30@0 1:a0@2 2:a1@4 3:a2@6 /3 /2 /1 /0 ", 0},
    /* collected with indefinite lengths inside, as they stand */
    {"3180 3080 0500 0000 0000", "0:31@0 0@0=31803080050000000000 ", 0},
    {"3080 3105 0500 020101 0000", "0:30@0 1:31@2 1@2=31050500020101 /0 ", 0},
    /* skipped as a whole */
    {"3080 e080 2480 0401 61 0000 0000 0000", "0:30@0 1:e0@2 /0 ", 0},
    {"3006 e004 ffffffff", "0:30@0 1:e0@2 /0 ", 0},
};

START_TEST(told_as_it_is_for_every_cut)
{
    size_t len;
    uint8_t *data = support_unhex(good[_i].hex, &len);
    told whole, part;

    run(&whole, SMIME_OK, data, len, 0, 0);
    ck_ok(whole.status);
    ck_assert_str_eq(smime__buf_text(&whole.text), good[_i].told);
    ck_assert_int_eq(whole.done, 1);
    ck_assert_uint_eq(whole.trailing, good[_i].trailing);
    ck_assert_uint_eq(whole.position, len - good[_i].trailing);
    for (size_t cut = 1; cut <= len; cut++) {
        run(&part, SMIME_OK, data, len, cut, 0);
        same(&part, &whole);
        smime__buf_free(&part.text);
        run(&part, SMIME_OK, data, len, 0, cut);
        same(&part, &whole);
        smime__buf_free(&part.text);
    }
    smime__buf_free(&whole.text);
    free(data);
}
END_TEST

START_TEST(every_prefix_is_unfinished_and_no_error)
{
    size_t len;
    uint8_t *data = support_unhex(good[_i].hex, &len);

    for (size_t prefix = 0; prefix < len - (size_t)good[_i].trailing; prefix++) {
        told l;

        run(&l, SMIME_OK, data, prefix, 0, 0);
        ck_ok(l.status);
        ck_assert_int_eq(l.done, 0);
        ck_assert_uint_eq(l.position, prefix);
        smime__buf_free(&l.text);
    }
    free(data);
}
END_TEST

static const struct {
    const char *hex;
    smime_status status;
} bad[] = {
    {"1f8100 00", SMIME_E_BER},                      /* high tag number */
    {"0480", SMIME_E_BER},                           /* primitive and indefinite */
    {"1000", SMIME_E_BER},                           /* a SEQUENCE encoded as primitive */
    {"8001ff", SMIME_E_BER},
    {"0000", SMIME_E_BER},                           /* end-of-contents where none can be */
    {"3002 0000", SMIME_E_BER},
    {"3080 0001", SMIME_E_BER},
    {"3080 0080", SMIME_E_BER},
    {"3003 020205 00", SMIME_E_BER},                 /* longer than the one around it */
    {"3001 0201", SMIME_E_BER},                      /* ends inside a head: longer too */
    {"3002 0201 05", SMIME_E_BER},
    {"3003 a080 00 00", SMIME_E_BER},
    {"3004 3080 3005 0000000000", SMIME_E_BER},
    {"3080 3004 3080 0000 0000", SMIME_OK},
    {"3004 3080 02 05", SMIME_E_BER},
    {"2403 020101", SMIME_E_BER},                    /* a segment that is no OCTET STRING */
    {"2480 0c01 61", SMIME_E_BER},
    {"3089 000000000000000003 020105", SMIME_E_BER}, /* nine bytes of length */
    {"30ff", SMIME_E_BER},
    {"3088 ffffffffffffffff", SMIME_E_BER},
    {"3088 fffffffffffffff5", SMIME_E_BER},
    {"3080 0488 ffffffffffffffff", SMIME_E_BER},
    {"0284 0000012d", SMIME_E_LIMIT_OBJECT},         /* 301 bytes to collect, of 300 */
    {"0288 0000000100000000", SMIME_E_LIMIT_OBJECT}, /* 4 GiB, refused before they come */
};

START_TEST(refused_for_every_cut)
{
    size_t len;
    uint8_t *data = support_unhex(bad[_i].hex, &len);
    told whole, part;

    run(&whole, SMIME_OK, data, len, 0, 0);
    ck_assert_int_eq(whole.status, bad[_i].status);
    ck_assert_int_eq(whole.error.text[0] != 0, bad[_i].status < 0);
    for (size_t cut = 1; cut <= len; cut++) {
        run(&part, SMIME_OK, data, len, cut, 0);
        same(&part, &whole);
        smime__buf_free(&part.text);
    }
    smime__buf_free(&whole.text);
    free(data);
}
END_TEST

START_TEST(four_gigabytes_may_stream)
{
    /* 10 bytes that announce 4 GiB: nothing is allocated, and the string just goes on */
    static const uint8_t head[] = {0x04, 0x88, 0, 0, 0, 1, 0, 0, 0, 0, 'a', 'b'};
    told l;

    run(&l, SMIME_OK, head, sizeof head, 0, 0);
    ck_ok(l.status);
    ck_assert_int_eq(l.done, 0);
    ck_assert_str_eq(smime__buf_text(&l.text), "0:04@0 'ab' ");
    smime__buf_free(&l.text);
}
END_TEST

START_TEST(depth_is_bounded)
{
    uint8_t data[80];

    for (size_t depth = 30; depth < 36; depth++) {
        told l;

        for (size_t i = 0; i < depth; i++) {
            data[2 * i] = 0x30;
            data[2 * i + 1] = 0x80;
        }
        run(&l, SMIME_OK, data, 2 * depth, 0, 0);
        ck_assert_int_eq(l.status, depth <= 32 ? SMIME_OK : SMIME_E_LIMIT_DEPTH);
        smime__buf_free(&l.text);
    }
}
END_TEST

START_TEST(collected_limit_counts_indefinite_content_too)
{
    uint8_t data[400] = {0x31, 0x80};
    told l;

    for (size_t i = 2; i < sizeof data; i += 2)
        data[i] = 0x05;
    run(&l, SMIME_OK, data, 300, 0, 0);
    ck_ok(l.status);
    smime__buf_free(&l.text);
    run(&l, SMIME_OK, data, sizeof data, 0, 0);
    ck_assert_int_eq(l.status, SMIME_E_LIMIT_OBJECT);
    smime__buf_free(&l.text);
}
END_TEST

START_TEST(handler_stops_the_reader)
{
    told l;

    run(&l, SMIME_E_CALLBACK, (const uint8_t *)"\x30\0", 2, 0, 0);
    ck_assert_int_eq(l.status, SMIME_E_CALLBACK);
    smime__buf_free(&l.text);
    smime__ber_free(NULL);
}
END_TEST

START_TEST(random_bytes_mean_the_same_for_every_cut)
{
    static const uint8_t alphabet[] = {0x30, 0x80, 0x00, 0x00, 0x04, 0x24, 0x02, 0x01, 0x31,
                                       0xa0, 0x81, 0x82, 0x05, 0x03, 0xe0, 0x10};
    uint8_t data[24];

    for (uint32_t seed = 0; seed < 300; seed++) {
        told whole, part;

        support_fill(data, sizeof data, seed);
        for (size_t i = 0; i < sizeof data; i++)
            data[i] = alphabet[data[i] % 16];
        run(&whole, SMIME_OK, data, sizeof data, 0, 0);
        for (size_t cut = 1; cut < sizeof data; cut += 1) {
            run(&part, SMIME_OK, data, sizeof data, cut, 0);
            same(&part, &whole);
            smime__buf_free(&part.text);
        }
        smime__buf_free(&whole.text);
    }
}
END_TEST

/* BER, and the DER that it becomes; NULL: refused. */
static const char *const converted[][2] = {
    {"3000", "3000"},
    {"30800000", "3000"},
    {"3081 03 020105", "3003 020105"},
    {"308400000003 020105", "3003 020105"},
    {"3088 0000000000000003 020105", "3003 020105"},
    {"3080 020105 a080 0500 0000 0000", "3007 020105 a002 0500"},
    {"2480 0401 61 0402 6263 0000", "0403 616263"},
    {"2400", "0400"},
    {"2480 2480 0401 61 0000 0401 62 0000", "0402 6162"},
    {"3080 2403 0401 61 0000", "3003 040161"},
    {"3380 1301 61 1301 62 0000", "1302 6162"},   /* a PrintableString in segments */
    {"2c80 0c01 61 0000", "0c01 61"},
    {"3106 020102 020101", "3106 020102 020101"}, /* a SET keeps its order */
    {"a080 0401 61 0000", "a003 040161"},         /* implicit or not cannot be known */
    {"", NULL},
    {"30", NULL},
    {"3001", NULL},
    {"3080", NULL},
    {"3080 00", NULL},
    {"3000 00", NULL},
    {"0480 0000", NULL},
    {"1f1f00", NULL},
    {"2403 020101", NULL},
    {"3002 0201 05", NULL},
    {"3003 3080 00 00", NULL},
    {"0489 000000000000000001 61", "0401 61"},
    {"0489 010000000000000001 61", NULL},
    {"0488 ffffffffffffffff 61", NULL},
    {"3084 7fffffff 61", NULL},
};

START_TEST(ber_becomes_der)
{
    size_t len, want_len;
    uint8_t *data = support_unhex(converted[_i][0], &len), *want;
    smime__buf to = {0};
    smime_status status = smime__ber_to_der(smime__view_of(data, len), &to);

    if (converted[_i][1]) {
        want = support_unhex(converted[_i][1], &want_len);
        ck_ok(status);
        ck_assert(smime__view_equal(smime__buf_view(&to), smime__view_of(want, want_len)));
        free(want);
        for (size_t prefix = 0; prefix < len; prefix++) {
            uint8_t *exact = malloc(prefix ? prefix : 1);

            memcpy(exact, data, prefix);
            smime__buf_clear(&to);
            ck_assert_int_eq(smime__ber_to_der(smime__view_of(exact, prefix), &to), SMIME_E_BER);
            free(exact);
        }
    } else {
        ck_assert_int_eq(status, SMIME_E_BER);
    }
    smime__buf_free(&to);
    free(data);
}
END_TEST

START_TEST(conversion_depth_is_bounded)
{
    uint8_t data[400] = {0};
    smime__buf to = {0};

    for (size_t depth = 10; depth < 100; depth += 80) {
        for (size_t i = 0; i < depth; i++) {
            data[2 * i] = 0x30;
            data[2 * i + 1] = 0x80;
        }
        memset(data + 2 * depth, 0, 2 * depth);
        smime__buf_clear(&to);
        ck_assert_int_eq(smime__ber_to_der(smime__view_of(data, 4 * depth), &to),
                         depth == 10 ? SMIME_OK : SMIME_E_BER);
    }
    smime__buf_free(&to);
}
END_TEST

void add_asn1_ber(Suite *suite)
{
    TCase *tc = tcase_create("ber");

    tcase_set_timeout(tc, 60);
    add_rows(tc, told_as_it_is_for_every_cut, good);
    add_rows(tc, every_prefix_is_unfinished_and_no_error, good);
    add_rows(tc, refused_for_every_cut, bad);
    tcase_add_test(tc, four_gigabytes_may_stream);
    tcase_add_test(tc, depth_is_bounded);
    tcase_add_test(tc, collected_limit_counts_indefinite_content_too);
    tcase_add_test(tc, handler_stops_the_reader);
    tcase_add_test(tc, random_bytes_mean_the_same_for_every_cut);
    add_rows(tc, ber_becomes_der, converted);
    tcase_add_test(tc, conversion_depth_is_bounded);
    suite_add_tcase(suite, tc);
}
