/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Entities and bodies told as they pass. */
#include "mail.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* What was told; an answer other than SMIME_OK at call number `at`. */
typedef struct listener {
    char told[4000];
    const smime_parser *parser;
    char run_of[64]; /* whose body was told last */
    unsigned calls, at, destroyed, alive;
    smime_status answer;
    int keep;
} listener;

static void add(listener *user, const char *what, const smime_entity *entity)
{
    size_t len = strlen(user->told);

    snprintf(user->told + len, sizeof user->told - len, "%s%s", what, smime_entity_path(entity));
}

static smime_status answer(listener *user)
{
    return ++user->calls == user->at ? user->answer : SMIME_OK;
}

static smime_status on_begin(const smime_entity *entity, void *user_data)
{
    listener *user = user_data;

    must(!user->destroyed);
    user->alive++;
    add(user, " <", entity);
    *user->run_of = 0;
    must(smime_entity_body_offset(entity) >= smime_entity_offset(entity));
    must(*smime_entity_type(entity));
    must(smime_entity_child_count(entity) == 0);
    return answer(user);
}

static smime_status on_body(const smime_entity *entity, const uint8_t *data, size_t len,
                            void *user_data)
{
    listener *user = user_data;
    size_t at = strlen(user->told);

    must(len > 0);
    if (strcmp(user->run_of, smime_entity_path(entity)) != 0)
        snprintf(user->told + at, sizeof user->told - at, " ");
    snprintf(user->run_of, sizeof user->run_of, "%s", smime_entity_path(entity));
    at = strlen(user->told);
    snprintf(user->told + at, sizeof user->told - at, "%.*s", (int)len, (const char *)data);
    return answer(user);
}

static smime_status on_end(const smime_entity *entity, void *user_data)
{
    listener *user = user_data;

    user->alive--;
    add(user, " >", entity);
    must(smime_entity_offset(entity) + smime_entity_length(entity) >=
         smime_entity_body_offset(entity));
    if (user->keep == SMIME_KEEP_NOTHING) {
        must(smime_entity_child_count(entity) == 0);
        must(!smime_parser_root(user->parser));
        must(!smime_parser_entity(user->parser, "1"));
    } else {
        must(smime_parser_entity(user->parser, smime_entity_path(entity)) == entity);
    }
    return answer(user);
}

static void on_destroy(void *user_data)
{
    ((listener *)user_data)->destroyed++;
}

static smime_parser *listen_to(listener *user, int form)
{
    smime_parser *parser;

    ck_ok(smime_parser_new(NULL, &parser));
    user->parser = parser;
    ck_ok(smime_parser_set_events(parser, on_begin, on_body, on_end, form, user->keep, user,
                                  on_destroy));
    return parser;
}

static const char mail[] = "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n"
                           "before\n--b\n\none\n--b\nContent-Type: message/rfc822\n\n"
                           "Subject: in\nContent-Type: text/plain; charset=iso-8859-1\n"
                           "Content-Transfer-Encoding: quoted-printable\n\n=FC\n--b\n"
                           "Content-Type: multipart/mixed; boundary=c\n\n--c\n\ntwo\n--c--\n--b\n"
                           "\n--b--\nafter\n";

static const char *const told[] = {
    " <1 <1.1 one >1.1 <1.2 <1.2.1 =FC >1.2.1 >1.2 <1.3 <1.3.1 two >1.3.1 >1.3 <1.4 >1.4 >1",
    " <1 <1.1 one >1.1 <1.2 <1.2.1 \xfc >1.2.1 >1.2 <1.3 <1.3.1 two >1.3.1 >1.3 <1.4 >1.4 >1",
    " <1 <1.1 one >1.1 <1.2 <1.2.1 \xc3\xbc >1.2.1 >1.2 <1.3 <1.3.1 two >1.3.1 >1.3 <1.4 >1.4 >1",
};

START_TEST(in_order)
{
    bytes message = text(mail);

    for (int form = SMIME_PART_RAW; form <= SMIME_PART_TEXT; form++)
        for (size_t chunk = 0; chunk < 5; chunk++) {
            listener user = { .keep = _i };
            smime_parser *parser = listen_to(&user, form);

            if (chunk)
                ck_ok(parse_in_chunks(parser, message, chunk));
            else
                ck_ok(smime_parser_buffer(parser, message.data, message.len));
            ck_assert_str_eq(user.told, told[form]);
            ck_assert_uint_eq(user.alive, 0);
            ck_assert_int_eq(smime_parser_root(parser) != NULL, _i == SMIME_KEEP_TREE);
            ck_assert_uint_eq(user.destroyed, 0);
            smime_parser_free(parser);
            ck_assert_uint_eq(user.destroyed, 1);
        }
}
END_TEST

/* Whatever is told, in each place: its error is the answer of the job from then on, nothing more is
 * told, and what was open is freed. */
START_TEST(errors_of_callbacks)
{
    static const smime_status errors[] = { SMIME_E_CALLBACK, SMIME_E_IO, SMIME_E_NOMEM, -77777 };
    bytes message = text(mail);

    for (size_t chunk = 1; chunk < 2000; chunk += 1500) {
        listener count = { .keep = _i };
        smime_parser *parser = listen_to(&count, SMIME_PART_TEXT);

        ck_ok(parse_in_chunks(parser, message, chunk));
        smime_parser_free(parser);
        for (unsigned at = 1; at <= count.calls; at++) {
            listener user = { .keep = _i, .at = at, .answer = errors[at % 4] };
            size_t taken;

            parser = listen_to(&user, SMIME_PART_TEXT);
            ck_assert_int_eq(parse_in_chunks(parser, message, chunk), user.answer);
            ck_assert_uint_eq(user.calls, at);
            ck_assert_str_ne(smime_parser_error_text(parser), "");
            ck_assert_int_eq(smime_parser_write(parser, "x", 1, &taken), user.answer);
            ck_assert_int_eq(smime_parser_finish(parser), user.answer);
            ck_assert_uint_eq(user.calls, at);
            ck_assert_uint_eq(user.destroyed, 0);
            smime_parser_free(parser);
            ck_assert_uint_eq(user.destroyed, 1);
        }
    }
}
END_TEST

/* A status above 0 is no error. */
START_TEST(positive_answers)
{
    for (unsigned at = 1; at < 20; at++) {
        listener user = { .keep = _i, .at = at, .answer = 5 };
        smime_parser *parser = listen_to(&user, SMIME_PART_TEXT);

        ck_ok(parse_in_chunks(parser, text(mail), 1000));
        ck_assert_str_eq(user.told, told[SMIME_PART_TEXT]);
        smime_parser_free(parser);
    }
}
END_TEST

/* Every way in which the call is refused, and none leaves user_data behind. */
START_TEST(destroyed_once)
{
    listener user = { .keep = 0 };
    smime_parser *parser = parser_new();
    size_t taken;

#define REFUSED(status, object, form, keep)                                                  \
    do {                                                                                     \
        user.destroyed = 0;                                                                  \
        ck_assert_int_eq(smime_parser_set_events(object, NULL, NULL, NULL, form, keep, &user, \
                                                 on_destroy), status);                       \
        ck_assert_uint_eq(user.destroyed, 1);                                                \
    } while (0)
    REFUSED(SMIME_E_INVALID_ARG, NULL, 0, 0);
    REFUSED(SMIME_E_INVALID_ARG, parser, -1, 0);
    REFUSED(SMIME_E_INVALID_ARG, parser, 4, 0);
    REFUSED(SMIME_E_INVALID_ARG, parser, 0, -1);
    REFUSED(SMIME_E_INVALID_ARG, parser, 0, 2);
    ck_ok(smime_parser_select(parser, "1", 0));
    REFUSED(SMIME_E_STATE, parser, 0, 0);
    parser = parser_new();
    ck_ok(smime_parser_write(parser, "x", 1, &taken));
    REFUSED(SMIME_E_STATE, parser, 0, 0);
    ck_ok(smime_parser_new(NULL, &parser));
    user.destroyed = 0;
    ck_ok(smime_parser_set_events(parser, NULL, NULL, NULL, 0, 0, &user, on_destroy));
    ck_assert_int_eq(smime_parser_select(parser, "1", 0), SMIME_E_STATE);
    REFUSED(SMIME_E_STATE, parser, 0, 0); /* a second time */
    user.destroyed = 0;
    smime_parser_free(parser); /* never used */
    ck_assert_uint_eq(user.destroyed, 1);
#undef REFUSED
}
END_TEST

/* Nobody need listen, and user_data need not be destroyed. */
START_TEST(no_callbacks)
{
    for (int keep = SMIME_KEEP_TREE; keep <= SMIME_KEEP_NOTHING; keep++) {
        smime_parser *parser = parser_new();

        ck_ok(smime_parser_set_events(parser, NULL, NULL, NULL, 0, keep, NULL, NULL));
        ck_ok(smime_parser_buffer(parser, mail, strlen(mail)));
        ck_assert_int_eq(smime_parser_root(parser) != NULL, keep == SMIME_KEEP_TREE);
    }
}
END_TEST

/* A job that is given up, or ends at a limit, in the midst of open parts. */
START_TEST(given_up)
{
    bytes message = text(mail);

    for (size_t len = 1; len < message.len; len++) {
        listener user = { .keep = _i };
        smime_parser *parser = listen_to(&user, SMIME_PART_DECODED);
        size_t taken;

        ck_ok(smime_parser_write(parser, message.data, len, &taken));
        smime_parser_free(parser);
        ck_assert_uint_eq(user.destroyed, 1);
    }
    for (uint64_t parts = 1; parts < 7; parts++) {
        smime_parser *parser;
        listener user = { .keep = _i };

        ck_ok(smime_parser_new(policy_with(SMIME_LIMIT_PARTS, parts), &parser));
        user.parser = parser;
        ck_ok(smime_parser_set_events(parser, on_begin, on_body, on_end, 0, _i, &user, on_destroy));
        ck_assert_int_eq(parse_in_chunks(parser, message, 3), SMIME_E_LIMIT_PARTS);
        smime_parser_free(parser);
        ck_assert_uint_eq(user.destroyed, 1);
    }
}
END_TEST

static long peak_kilobytes(void)
{
    struct rusage usage;

    ck_assert_int_eq(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

static int memory_is_ours(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return 0;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    return 0;
#endif
#endif
    return !fast();
}

static smime_status count_parts(const smime_entity *entity, void *user_data)
{
    (void)entity;
    ++*(size_t *)user_data;
    return SMIME_OK;
}

/* With the limits raised, 95,000 parts more take no memory more. */
START_TEST(memory_is_constant)
{
    static const char begin[] = "Content-Type: multipart/mixed; boundary=b\n\n";
    size_t parts = fast() ? 2000 : 100000, seen = 0, taken;
    bytes part = joined(joined(text("--b\nX-Long: "), repeated("long ", 100)), text("\n\nbody\n"));
    smime_policy *limits = policy_with(SMIME_LIMIT_PARTS, 200000);
    smime_parser *parser;
    long before = 0;

    ck_ok(smime_policy_set_limit(limits, SMIME_LIMIT_TREE_BYTES, 1000));
    ck_ok(smime_parser_new(limits, &parser));
    ck_ok(smime_parser_set_events(parser, NULL, NULL, count_parts, SMIME_PART_TEXT,
                                  SMIME_KEEP_NOTHING, &seen, NULL));
    ck_ok(smime_parser_write(parser, begin, strlen(begin), &taken));
    for (size_t i = 0; i < parts; i++) {
        ck_ok(smime_parser_write(parser, part.data, part.len, &taken));
        if (i == 5000)
            before = peak_kilobytes();
    }
    ck_ok(smime_parser_write(parser, "--b--\n", 6, &taken));
    ck_ok(smime_parser_finish(parser));
    ck_assert_uint_eq(seen, parts + 1);
    if (memory_is_ours())
        ck_assert_int_lt(peak_kilobytes() - before, 1024);
    smime_parser_free(parser);
}
END_TEST

/* The tree has a limit of its own; exactly at it everything is kept. */
START_TEST(tree_bytes)
{
    bytes message = text(mail);
    int refused = 0;

    for (uint64_t limit = 1; limit < 10000; limit += 97) {
        smime_policy *limits = policy_with(SMIME_LIMIT_TREE_BYTES, limit);
        smime_status plain, buffer, events;
        smime_parser *parser;

        ck_ok(smime_parser_new(limits, &parser));
        plain = parse_in_chunks(parser, message, 10);
        if (plain < 0)
            ck_assert_str_ne(smime_parser_error_text(parser), "");
        smime_parser_free(parser);
        ck_ok(smime_parser_new(limits, &parser));
        buffer = smime_parser_buffer(parser, message.data, message.len);
        smime_parser_free(parser);
        ck_ok(smime_parser_new(limits, &parser));
        ck_ok(smime_parser_set_events(parser, NULL, NULL, NULL, 0, SMIME_KEEP_TREE, NULL, NULL));
        events = parse_in_chunks(parser, message, 10);
        smime_parser_free(parser);
        ck_assert(plain == SMIME_OK || plain == SMIME_E_LIMIT_HEADER);
        ck_assert_int_eq(events, plain);
        ck_assert(buffer == SMIME_OK || buffer == SMIME_E_LIMIT_HEADER);
        ck_assert(buffer == SMIME_OK || plain < 0); /* a buffer keeps less */
        ck_assert(!refused || limit < 5000);
        refused = plain < 0;
        ck_ok(smime_parser_new(limits, &parser));
        ck_ok(smime_parser_set_events(parser, NULL, NULL, NULL, 0, SMIME_KEEP_NOTHING, NULL,
                                      NULL));
        ck_ok(parse_in_chunks(parser, message, 10));
        smime_parser_free(parser);
    }
    ck_assert_int_eq(refused, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("events");
    TCase *tests = tcase_create("events");

    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, in_order, 0, 2);
    tcase_add_loop_test(tests, errors_of_callbacks, 0, 2);
    tcase_add_loop_test(tests, positive_answers, 0, 2);
    tcase_add_test(tests, destroyed_once);
    tcase_add_test(tests, no_callbacks);
    tcase_add_loop_test(tests, given_up, 0, 2);
    tcase_add_test(tests, memory_is_constant);
    tcase_add_test(tests, tree_bytes);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
