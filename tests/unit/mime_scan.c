/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scanner: what it makes of messages, its limits, the scout, and the tree of the parser. */
#include "trace.h"

#include "mime/decode.h"
#include "mime/entity.h"
#include "mime/transport.h"

START_TEST(events_of_the_samples)
{
    const sample *s = &samples[_i];
    trace t;

    trace_run(&t, NULL, 0, s->text, strlen(s->text), 0, 0);
    ck_ok(t.status);
    ck_assert_int_eq(t.open, 0);
    ck_assert(smime__view_equal(smime__buf_view(&t.bytes), smime__view_text(s->text)));
    if (s->events)
        ck_assert_str_eq(trace_text(&t), s->events);
    if (s->defects)
        ck_assert_str_eq(smime__buf_text(&t.defects), s->defects);
    trace_clear(&t);
}
END_TEST

START_TEST(opaque_children_are_not_looked_into)
{
    static const char text[] = "Content-Type: multipart/signed; boundary=o\n\n"
                               "--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\na\n"
                               "--i--\n--o\nx\n--o--\n";
    trace t;

    trace_run(&t, NULL, 1, text, strlen(text), 0, 0);
    ck_ok(t.status);
    ck_assert_str_eq(trace_text(&t),
                     "begin 1 multipart/signed Mi fields 1\nf1 --o\\n\nbegin 1.1 opaque\n"
                     "b1.1 Content-Type: multipart/mixed; boundary=i\\n\\n--i\\n\\na\\n--i--\n"
                     "end 1.1 48+55\nf1 \\n--o\\n\nbegin 1.2 opaque\nb1.2 x\nend 1.2 108+1\n"
                     "f1 \\n--o--\\n\nend 1 0+116\n");
    ck_assert_str_eq(smime__buf_text(&t.defects), "");
    trace_clear(&t);
}
END_TEST

static smime_status run_limited(int32_t limit, uint64_t value, const char *text)
{
    smime__limits limits;
    smime_status status;
    trace t;

    smime__limits_default(&limits);
    limits.value[limit] = value;
    trace_run(&t, &limits, 0, text, strlen(text), 0, 0);
    status = t.status;
    if (status < 0)
        ck_assert_str_ne(t.error.text, "");
    trace_clear(&t);
    return status;
}

START_TEST(limits_are_exact)
{
    static const char nested[] = "Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\n"
                                 "A: b\n\nbody";
    static const char three[] = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--b\n\n2\n"
                                "--b--\n";
    static const char header[] = "A: 345678\n\nbody that does not count"; /* 11 bytes */

    ck_ok(run_limited(SMIME_LIMIT_DEPTH, 3, nested));
    ck_assert_int_eq(run_limited(SMIME_LIMIT_DEPTH, 2, nested), SMIME_E_LIMIT_DEPTH);
    ck_assert_int_eq(run_limited(SMIME_LIMIT_DEPTH, 0, nested), SMIME_E_LIMIT_DEPTH);
    ck_ok(run_limited(SMIME_LIMIT_PARTS, 3, three));
    ck_assert_int_eq(run_limited(SMIME_LIMIT_PARTS, 2, three), SMIME_E_LIMIT_PARTS);
    ck_ok(run_limited(SMIME_LIMIT_HEADER_BYTES, 11, header));
    ck_assert_int_eq(run_limited(SMIME_LIMIT_HEADER_BYTES, 10, header), SMIME_E_LIMIT_HEADER);
}
END_TEST

static smime_status refuse_begin(void *user, smime__part *part, const smime__header *header)
{
    (void)part;
    (void)header;
    return *(smime_status *)user;
}

static smime_status no_bytes(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    (void)user;
    (void)part;
    (void)data;
    (void)len;
    return SMIME_OK;
}

static smime_status no_end(void *user, smime__part *part)
{
    (void)user;
    (void)part;
    return SMIME_OK;
}

START_TEST(handler_can_stop_the_scanner)
{
    static const smime__scan_handler handler = {refuse_begin, no_bytes, no_bytes, no_end, NULL};
    smime_status answer = SMIME_E_CALLBACK;
    smime__limits limits;
    smime__error error;
    smime__scan *scan;

    smime__limits_default(&limits);
    smime__error_clear(&error);
    ck_ok(smime__scan_new(&handler, &answer, 0, &limits, &error, &scan));
    ck_assert_int_eq(smime__scan_write(scan, (const uint8_t *)"A: b\n\nx", 7), SMIME_E_CALLBACK);
    smime__scan_free(scan);
    smime__scan_free(NULL);
}
END_TEST

START_TEST(boundaries_are_found_by_their_text)
{
    static char texts[100][4];
    smime__boundary open[100];
    smime__boundaries boundaries = {0};

    ck_assert_int_eq(smime__boundaries_has(&boundaries, "0"), 0);
    memset(open, 0, sizeof open);
    for (size_t i = 0; i < 100; i++) {
        snprintf(texts[i], sizeof texts[i], "%zu", i);
        ck_ok(smime__boundaries_add(&boundaries, &open[i], texts[i]));
    }
    for (size_t i = 0; i < 100; i += 2) {
        smime__boundaries_remove(&boundaries, &open[i]);
        smime__boundaries_remove(&boundaries, &open[i]);
    }
    for (size_t i = 0; i < 100; i++)
        ck_assert_int_eq(smime__boundaries_has(&boundaries, texts[i]), (int)(i % 2));
    smime__boundaries_free(&boundaries);
}
END_TEST

START_TEST(places_and_their_paths)
{
    const smime__place root = {NULL, 1}, inner = {&root, 20}, leaf = {&inner, 4294967295u};
    char *path = smime__place_path(&leaf);

    ck_assert_str_eq(path, "1.20.4294967295");
    ck_assert(smime__place_is(&leaf, path));
    ck_assert(smime__place_is(&root, "1"));
    for (const char *const *other = (const char *const[]){"", "1", "1.20", "20.4294967295",
         "1.20.429496729", ".20.4294967295", "11.20.4294967295", "1-20.4294967295",
         "1.1.20.4294967295", NULL}; *other; other++)
        ck_assert(!smime__place_is(&leaf, *other));
    free(path);
}
END_TEST

START_TEST(decoders_and_their_defects)
{
    static const struct {
        int encoding;
        const char *text, *bytes, *defect;
    } rows[] = {
        {SMIME__ENC_BASE64, "Zm9v\n", "foo", NULL},
        {SMIME__ENC_BASE64, "Zm!9v\n", "foo", "bad-base64"},
        {SMIME__ENC_BASE64, "Zm9", "", "base64-cut"},
        {SMIME__ENC_BASE64, "Zg==Zg==", "f", "base64-after-end"},
        {SMIME__ENC_QP, "a=3D", "a=", NULL},
        {SMIME__ENC_QP, "a=x", "a=x", "bad-quoted-printable"},
        {SMIME__ENC_QP, "\xe4", "\xe4", "qp-8bit"},
        {SMIME__ENC_QP, "a \t\nb", "a\nb", "qp-blanks"},
        {SMIME__ENC_QP, "a= \r\nb", "ab", "qp-blanks"},
        {SMIME__ENC_QP, "a ", "a", "qp-blanks"},
        {SMIME__ENC_QP, "a \tb=\n", "a \tb", NULL},
    };
    smime__stage *stage;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        smime__defects defects = {0};
        capture sink;

        capture_init(&sink);
        ck_ok(smime__decode_new(rows[i].encoding, &sink.stage, &stage));
        ck_ok(feed(stage, rows[i].text, strlen(rows[i].text), 0));
        ck_ok(smime__decode_defects(rows[i].encoding, stage, 7, &defects));
        capture_is(&sink, rows[i].bytes, strlen(rows[i].bytes));
        ck_assert_uint_eq(defects.count, rows[i].defect != NULL);
        if (rows[i].defect) {
            ck_assert_str_eq(defects.list[0].code, rows[i].defect);
            ck_assert_uint_eq(defects.list[0].offset, 7);
        }
        smime__stage_free(stage);
        smime__defects_free(&defects);
        capture_clear(&sink);
    }
    ck_ok(smime__decode_new(SMIME__ENC_IDENTITY, smime__stage_null(), &stage));
    ck_assert_ptr_null(stage);
    ck_ok(smime__decode_new(SMIME__ENC_UNKNOWN, smime__stage_null(), &stage));
    ck_assert_ptr_null(stage);
    ck_ok(smime__decode_defects(SMIME__ENC_BASE64, NULL, 0, NULL));
}
END_TEST

/* Leaves and what the scout says of each: c clean, d dirty, k kept. */
static const struct {
    const char *text, *verdicts;
    int kept_dirty;
    smime_status status;
} scouted[] = {
    {"A: b\n\nplain\r\ntext", "c", 0, SMIME_OK},
    {"A: b\n\ngr\xc3\xbcn", "d", 0, SMIME_OK},
    {"A: b\n\nx\nFrom y\n", "d", 0, SMIME_OK},
    {"A: b\n\nFrom y\n", "d", 0, SMIME_OK},
    {"A: b\n\nx From y\n", "c", 0, SMIME_OK},
    {"A: b\n\nbare\rcr\n", "d", 0, SMIME_OK},
    {"A: b\n\nlast cr\r", "c", 0, SMIME_OK},
    {"Content-Transfer-Encoding: binary\n\nplain\n", "d", 0, SMIME_OK},
    {"Content-Transfer-Encoding: base64\n\nZm9v\nZm9v\n", "c", 0, SMIME_OK},
    {"Content-Transfer-Encoding: base64\n\n\xc3\xbc\n", "d", 0, SMIME_OK},
    {"Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\n\n\xc3\xbc\n--b\n\nc\n--b--\n",
     "cdc", 0, SMIME_OK},
    {"Content-Type: multipart/signed; boundary=b\n\n--b\n\na\n--b\n\nb\n--b--\n", "kk", 0,
     SMIME_OK},
    {"Content-Type: multipart/signed; boundary=b\n\n--b\n\n\xc3\xbc\n--b\n\nb\n--b--\n", "kk", 1,
     SMIME_OK},
    {"Content-Type: multipart/encrypted; boundary=b\n\n--b\n\na\n--b--\n", "k", 0, SMIME_OK},
};

START_TEST(scout_judges_leaves)
{
    const char *text = scouted[_i].text, *letters = " cdk";
    size_t len = strlen(text);
    smime__limits limits;
    smime__error error;

    smime__limits_default(&limits);
    for (size_t step = 1; step <= len; step++) {
        smime__scout *scout;

        smime__error_clear(&error);
        ck_ok(smime__scout_new(&limits, &error, &scout));
        for (size_t at = 0; at < len; at += step) {
            ck_ok(smime__scout_write(scout, (const uint8_t *)text + at,
                                     step < len - at ? step : len - at));
            ck_assert_uint_le(smime__scout_decided(scout), len);
        }
        ck_ok(smime__scout_finish(scout));
        ck_assert_uint_eq(smime__scout_decided(scout), len);
        for (size_t i = 0; scouted[_i].verdicts[i]; i++)
            ck_assert_int_eq(letters[smime__scout_verdict(scout, i)], scouted[_i].verdicts[i]);
        ck_assert_int_eq(smime__scout_verdict(scout, strlen(scouted[_i].verdicts)), 0);
        ck_assert_int_eq(smime__scout_kept_dirty(scout), scouted[_i].kept_dirty);
        smime__scout_free(scout);
    }
}
END_TEST

START_TEST(scout_knows_the_longest_line)
{
    smime__limits limits;
    smime__error error;
    smime__buf text = {0};

    smime__limits_default(&limits);
    for (size_t width = 997; width <= 1000; width++) {
        smime__scout *scout;

        smime__error_clear(&error);
        smime__buf_clear(&text);
        ck_ok(smime__buf_add_text(&text, "A: b\n\n"));
        for (size_t i = 0; i < width; i++)
            ck_ok(smime__buf_add_byte(&text, 'x'));
        ck_ok(smime__buf_add_text(&text, "\r\nend\r\n"));
        ck_ok(smime__scout_new(&limits, &error, &scout));
        ck_ok(smime__scout_write(scout, text.data, text.len));
        ck_ok(smime__scout_finish(scout));
        ck_assert_int_eq(smime__scout_verdict(scout, 0),
                         width <= 998 ? SMIME__LEAF_CLEAN : SMIME__LEAF_DIRTY);
        smime__scout_free(scout);
    }
    smime__buf_free(&text);
}
END_TEST

/* A leaf of base64 is judged by its first line: what is dirty later comes too late to be put
 * right, and is an error. */
START_TEST(scout_refuses_false_base64)
{
    static const char text[] = "Content-Transfer-Encoding: base64\n\nZm9v\n\xc3\xbc\n";
    smime__limits limits;
    smime__error error;
    smime__scout *scout;

    smime__limits_default(&limits);
    smime__error_clear(&error);
    ck_ok(smime__scout_new(&limits, &error, &scout));
    ck_assert_int_eq(smime__scout_write(scout, (const uint8_t *)text, strlen(text)),
                     SMIME_E_MIME_ENCODING);
    smime__scout_free(scout);
    smime__scout_free(NULL);
}
END_TEST

static const char tree[] =
    "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst\n--b\n"
    "Content-Type: application/x; name=\"=?utf-8?q?=C3=BC?=\"; a*=utf-8''%C3%A4\n"
    "Content-Disposition: Attachment\nContent-Transfer-Encoding: base64\n\nZm9v\nYmFy\n--b\n"
    "Content-Type: message/rfc822\n\nSubject: in\n\ninner\n--b--\n";

static smime_parser *parse(const char *path, int32_t form, size_t step, smime__buf *out)
{
    smime_parser *parser;
    uint8_t block[64];
    size_t count;

    ck_ok(smime_parser_new(NULL, &parser));
    if (path)
        ck_ok(smime_parser_select(parser, path, form));
    for (size_t at = 0; at < sizeof tree - 1; at += step) {
        size_t part = step < sizeof tree - 1 - at ? step : sizeof tree - 1 - at;
        ck_ok(smime_parser_write(parser, tree + at, part, &count));
        ck_assert_uint_eq(count, part);
    }
    ck_ok(smime_parser_finish(parser));
    do {
        ck_ok(smime_parser_read(parser, block, sizeof block, &count));
        ck_ok(smime__buf_add(out, block, count));
    } while (count);
    return parser;
}

START_TEST(parser_builds_the_tree)
{
    smime__buf out = {0};
    smime_parser *parser = parse(NULL, 0, sizeof tree, &out);
    const smime_entity *root = smime_parser_root(parser), *leaf;
    const char *name, *value;

    ck_assert_uint_eq(out.len, 0);
    ck_assert_uint_eq(smime_parser_defect_count(parser), 0);
    ck_assert_uint_eq(smime_entity_child_count(root), 3);
    leaf = smime_parser_entity(parser, "1.2");
    ck_assert_ptr_eq(leaf, smime_entity_child(root, 1));
    ck_assert_ptr_null(smime_entity_child(root, 3));
    ck_assert_str_eq(smime_entity_path(leaf), "1.2");
    ck_assert_str_eq(smime_entity_type(leaf), "application/x");
    ck_assert_str_eq(smime_entity_disposition(leaf), "attachment");
    ck_assert_str_eq(smime_entity_filename(leaf), "\xc3\xbc");
    ck_assert_str_eq(smime_entity_encoding(leaf), "base64");
    ck_assert_uint_eq(smime_entity_decoded_length(leaf), 6);
    ck_assert_uint_eq(smime_entity_parameter_count(leaf), 2);
    ck_ok(smime_entity_parameter(leaf, 1, &name, &value));
    ck_assert_str_eq(name, "a");
    ck_assert_str_eq(value, "\xc3\xa4");
    ck_assert_int_eq(smime_entity_parameter(leaf, 2, &name, &value), SMIME_E_NOT_FOUND);
    ck_assert_str_eq(smime_entity_type(smime_parser_entity(parser, "1.3.1")), "text/plain");
    ck_assert_uint_eq(smime_entity_length(root), sizeof tree - 1);
    ck_assert_ptr_null(smime_parser_entity(parser, "1.4"));
    ck_assert_ptr_null(smime_parser_entity(parser, "1.1.1"));
    ck_assert_ptr_null(smime_parser_entity(parser, "2"));
    ck_assert_ptr_null(smime_parser_entity(parser, ""));
    smime_parser_free(parser);
}
END_TEST

START_TEST(parser_finishes_with_what_was_missing)
{
    smime_parser *parser;
    size_t taken;

    ck_ok(smime_parser_new(NULL, &parser));
    ck_assert_int_eq(smime_parser_finish(parser), SMIME_E_MIME_SYNTAX);
    ck_assert_str_ne(smime_parser_error_text(parser), "");
    smime_parser_free(parser);
    ck_ok(smime_parser_new(NULL, &parser));
    ck_ok(smime_parser_select(parser, "1.4", SMIME_PART_RAW));
    ck_ok(smime_parser_select(parser, "1.5", SMIME_PART_RAW)); /* the last call counts */
    ck_ok(smime_parser_write(parser, tree, sizeof tree - 1, &taken));
    ck_assert_int_eq(smime_parser_select(parser, "1", SMIME_PART_RAW), SMIME_E_STATE);
    ck_assert_int_eq(smime_parser_finish(parser), SMIME_E_NOT_FOUND);
    ck_assert_str_eq(smime_parser_error_text(parser), "there is no part 1.5");
    smime_parser_free(parser);
}
END_TEST

START_TEST(parser_hands_out_one_part)
{
    static const struct { const char *path; int32_t form; const char *text; } rows[] = {
        {"1.1", SMIME_PART_RAW, "first"},
        {"1.1", SMIME_PART_DECODED, "first"},
        {"1.2", SMIME_PART_RAW, "Zm9v\nYmFy"},
        {"1.2", SMIME_PART_DECODED, "foobar"},
        {"1.3", SMIME_PART_RAW, "Subject: in\n\ninner"},
        {"1.3", SMIME_PART_DECODED, "Subject: in\n\ninner"},
        {"1.3.1", SMIME_PART_RAW, "inner"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t step = 1; step < sizeof tree; step += 17) {
            smime__buf out = {0};
            smime_parser *parser = parse(rows[i].path, rows[i].form, step, &out);

            ck_assert_str_eq(smime__buf_text(&out), rows[i].text);
            smime__buf_free(&out);
            smime_parser_free(parser);
        }
}
END_TEST

void add_mime_scan(Suite *suite)
{
    TCase *tc = tcase_create("scan");

    tcase_add_loop_test(tc, events_of_the_samples, 0, (int)sample_count);
    tcase_add_test(tc, opaque_children_are_not_looked_into);
    tcase_add_test(tc, limits_are_exact);
    tcase_add_test(tc, handler_can_stop_the_scanner);
    tcase_add_test(tc, boundaries_are_found_by_their_text);
    tcase_add_test(tc, places_and_their_paths);
    tcase_add_test(tc, decoders_and_their_defects);
    add_rows(tc, scout_judges_leaves, scouted);
    tcase_add_test(tc, scout_knows_the_longest_line);
    tcase_add_test(tc, scout_refuses_false_base64);
    tcase_add_test(tc, parser_builds_the_tree);
    tcase_add_test(tc, parser_finishes_with_what_was_missing);
    tcase_add_test(tc, parser_hands_out_one_part);
    suite_add_tcase(suite, tc);
}
