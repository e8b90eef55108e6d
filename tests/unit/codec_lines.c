/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines passed over many at a time, against the same byte by byte; and line ends that are passed on
 * without another look. */
#include "unit.h"

#include "codec/crlf.h"
#include "codec/lines.h"

#define ROOM 6000

/* Mostly lines of base64 or text; @p damage is how rare anything else is. */
static size_t make_lines(uint8_t *to, int lone_lf, int damage)
{
    static const uint8_t odd[] = { 0, '\r', '\n', 'F', '-', 0x80, 0xff, ' ' };
    size_t size = (size_t)(rand() % ROOM), column = 0, width = 60;

    for (size_t i = 0; i < size; i++) {
        to[i] = (uint8_t)(column ? 'a' + rand() % 26 : "aF-bcF"[rand() % 6]);
        if (rand() % damage == 0)
            to[i] = odd[(size_t)rand() % sizeof odd];
        column++;
        if (column >= width && i + 2 < size) {
            if (!lone_lf || rand() % 2)
                to[++i] = '\r';
            to[++i] = '\n';
            column = 0;
            width = rand() % 200 ? (size_t)(rand() % 80) : 700;
            if (rand() % 30 == 0 && i + 6 < size) {
                memcpy(to + i + 1, rand() % 2 ? "From " : "Fromm", 5);
                i += column = 5;
            }
        }
    }
    return size;
}

/* Whether byte @p at, seen with the one before it, is what lines_canonical() passes over. */
static int canonical_at(const uint8_t *data, size_t at, uint8_t stop)
{
    if (data[at] == '\n' && data[at - 1] != '\r')
        return 0;
    return data[at - 1] != '\n' || data[at] != stop;
}

static int plain_at(const uint8_t *data, size_t at, uint8_t stop, int lone_lf)
{
    if (data[at] == 0 || data[at] >= 0x80)
        return 0;
    if (data[at - 1] == '\r' && data[at] != '\n')
        return 0;
    if (!lone_lf && data[at] == '\n' && data[at - 1] != '\r')
        return 0;
    return data[at - 1] != '\n' || data[at] != stop;
}

START_TEST(only_canonical_lines_are_passed)
{
    static uint8_t data[ROOM];

    srand((unsigned)_i);
    for (int n = 0; n < 200; n++) {
        size_t len = make_lines(data, 0, 20000);
        size_t passed = smime__lines_canonical(data, len, '-');
        must(!passed || passed < len);
        for (size_t at = 1; at <= passed; at++)
            must(canonical_at(data, at, '-'));
    }
}
END_TEST

START_TEST(only_plain_lines_are_passed)
{
    static uint8_t data[ROOM];
    int lone_lf = _i % 2;

    srand((unsigned)_i);
    for (int n = 0; n < 200; n++) {
        size_t len = make_lines(data, lone_lf, 5000);
        size_t passed = smime__lines_plain(data, len, '-', lone_lf);
        size_t line = 0;
        must(!passed || passed < len);
        for (size_t at = 1; at <= passed; at++) {
            must(plain_at(data, at, '-', lone_lf));
            if (data[at - 1] != '\n')
                continue;
            must(!line || at - line <= 900);
            line = at;
            must(len - at >= 5 && memcmp(data + at, "From ", 5) != 0);
        }
    }
}
END_TEST

/* What is good is passed over, up to the last block; one bad byte anywhere ends it before. */
START_TEST(good_lines_are_passed)
{
    static uint8_t data[ROOM];

    for (size_t i = 0; i < ROOM; i++)
        data[i] = i % 62 == 60 ? '\r' : i % 62 == 61 ? '\n' : i % 62 ? 'x' : 'F';
    ck_assert_uint_gt(smime__lines_canonical(data, ROOM, '-'), ROOM - 1100);
    ck_assert_uint_gt(smime__lines_plain(data, ROOM, '-', 0), ROOM - 500);
    ck_assert_uint_gt(smime__lines_plain(data, ROOM, 0, 1), ROOM - 500);
    ck_assert_uint_eq(smime__lines_canonical(data, 1, '-'), 0);
    ck_assert_uint_eq(smime__lines_plain(data, 0, '-', 0), 0);
    for (size_t at = 1; at < ROOM - 500; at += 7) {
        uint8_t good = data[at];
        data[at] = 0xe9;
        must(smime__lines_plain(data, ROOM, '-', 0) < at);
        data[at] = good;
    }
}
END_TEST

/* The stage behind sees the same, and a LF that comes alone later still gets its CR or keeps it. */
START_TEST(passing_is_writing)
{
    static const char *const pieces[] = { "a\r\nb", "c\r", "\nd", "e", "\n", "f\r", "g", "\nh" };
    capture sink;
    smime__stage *stage;

    capture_init(&sink);
    ck_ok(smime__crlf_new(&sink.stage, &stage));
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        const uint8_t *piece = (const uint8_t *)pieces[i];
        size_t len = strlen(pieces[i]);
        ck_ok(piece[0] == '\n' ? smime__stage_write(stage, piece, len)
                               : smime__crlf_pass(stage, piece, len));
    }
    ck_ok(smime__stage_finish(stage));
    capture_is(&sink, "a\r\nbc\r\nde\r\nf\rg\r\nh", 17);
    smime__stage_free(stage);
    capture_clear(&sink);
}
END_TEST

void add_codec_lines(Suite *suite)
{
    TCase *tc = tcase_create("lines");

    tcase_add_loop_test(tc, only_canonical_lines_are_passed, 0, 20);
    tcase_add_loop_test(tc, only_plain_lines_are_passed, 0, 20);
    tcase_add_test(tc, good_lines_are_passed);
    tcase_add_test(tc, passing_is_writing);
    suite_add_tcase(suite, tc);
}
