/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every row of the table of attack classes, opened as one buffer and byte by byte.
 *
 *     attacks TABLE              runs the rows
 *     attacks TABLE --write DIR  writes NAME.eml for each, for others to open
 */
#include "attacks.h"

#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *folder;

static smime_open *reader_of(const table_row *row)
{
    static const reading bob = { .keys = { "bob-p256", "bob-rsa" } };
    smime_open *job = open_new(&bob);

    if (!strcmp(row->reader, "password"))
        ck_ok(smime_open_add_password(job, PASSWORD, strlen(PASSWORD)));
    else
        ck_assert_str_eq(row->reader, "bob");
    return job;
}

static void take_report(smime_open *job, outcome *got)
{
    ck_ok(smime_open_report(job, &got->report));
    keep(got->report, (void (*)(void *))smime_report_unref);
    got->summary = smime_report_summary(got->report);
}

static outcome open_at_once(const table_row *row, bytes message)
{
    smime_open *job = reader_of(row);
    outcome got = { 0 };

    got.status = smime_open_buffer(job, message.data, message.len, &got.content.data,
                                   &got.content.len);
    if (got.content.data)
        keep(got.content.data, smime_free);
    take_report(job, &got);
    return got;
}

/* By one byte at a time; by more under valgrind, where a large message would take minutes. */
static outcome open_by_bytes(const table_row *row, bytes message)
{
    smime_open *job = reader_of(row);
    size_t step = fast() ? message.len / 50 + 1 : 1, taken;
    outcome got = { 0 };

    ck_ok(smime_open_set_sink(job, gather, NULL, &got.content, NULL));
    for (size_t at = 0; at < message.len && got.status == SMIME_OK; at += step) {
        size_t len = message.len - at < step ? message.len - at : step;
        got.status = smime_open_write(job, message.data + at, len, &taken);
        must(got.status != SMIME_OK || taken == len);
    }
    if (got.status == SMIME_OK)
        got.status = smime_open_finish(job);
    if (got.content.data)
        keep(got.content.data, free);
    take_report(job, &got);
    return got;
}

/* What is not as the row has it, in words; "" when all is. */
static const char *complaint(const table_row *row, const outcome *got, const char *summary,
                             const char *reason)
{
    static char words[1500];
    size_t have = 0;
    int released = !strcmp(row->content, "released");
    int empty = !strcmp(row->content, "empty"); /* released, and there is nothing */
    int32_t binding = smime_report_from_binding(got->report);

    if (strcmp(summary, row->summary)) /* a second reading came to another end */
        released = strcmp(summary, "INVALID") != 0;
    words[0] = 0;
    if (got->summary != table_summary(summary) ||
        (strcmp(reason, "-") && !has_reason(got->report, reason)) ||
        (strcmp(row->binding, "-") && binding != table_binding(row->binding)) ||
        (!empty && (got->content.len > 0) != released) || (empty && got->content.len)) {
        have += (size_t)snprintf(words, sizeof words,
                                 "summary %d, binding %d, %zu bytes of content, status %s, reasons",
                                 got->summary, binding, got->content.len,
                                 smime_status_name(got->status));
        for (size_t i = 0; i < smime_report_reason_count(got->report) && have < 1000; i++)
            have += (size_t)snprintf(words + have, sizeof words - have, " %s",
                                     smime_report_reason_code(got->report, i));
    }
    return words;
}

/* Whatever the row says: nothing that was not opened leaves, and a refusal tells why. */
static void check_always(const table_row *row, const outcome *got)
{
    int refused = got->summary == SMIME_SUMMARY_INVALID || got->summary == SMIME_SUMMARY_LOCKED ||
                  got->summary == SMIME_SUMMARY_UNDECIDED;

    if (refused && (got->content.len || !smime_report_reason_count(got->report)))
        ck_abort_msg("%s: refused, and %zu bytes handed out or no reason given", row->name,
                     got->content.len);
    if (got->summary == SMIME_SUMMARY_UNPROTECTED && got->content.data &&
        holds(got->content, SECRET))
        ck_abort_msg("%s: what was encrypted came out, and nothing counts as decrypted",
                     row->name);
    ck_assert_str_ne(smime_report_text(got->report), "");
}

static void check_answer(const table_row *row, const outcome *got, const char *summary,
                         const char *reason, const char *how)
{
    const char *wrong = complaint(row, got, summary, reason);

    check_always(row, got);
    if (*wrong && !strcmp(row->pending, "-"))
        ck_abort_msg("%s, %s: should be %s, %s, %s, %s, and is %s", row->name, how, summary, reason,
                     row->binding, row->content, wrong);
    if (!*wrong && strcmp(row->pending, "-"))
        ck_abort_msg("%s, %s: is as it should be and pending no more", row->name, how);
}

START_TEST(row_has_its_outcome)
{
    const table_row *row = table_at((size_t)_i);
    bytes message = attack_make(row->name);
    outcome got;

    if (!message.data) /* nothing of this kind in this build */
        return;
    got = open_at_once(row, message);
    check_answer(row, &got, row->summary, row->reason, "at once");
    got = open_by_bytes(row, message);
    if (!strcmp(row->once, "-"))
        check_answer(row, &got, row->summary, row->reason, "byte by byte");
    else
        check_answer(row, &got, "INVALID", row->once, "byte by byte");
}
END_TEST

static const table_row *row_named(const char *name)
{
    for (size_t i = 0; i < table_count(); i++)
        if (!strcmp(table_at(i)->name, name))
            return table_at(i);
    return NULL;
}

START_TEST(table_and_messages_agree)
{
    const attack *message;

    for (size_t i = 0; i < table_count(); i++) {
        const table_row *row = table_at(i);
        ck_assert_msg(attack_find(row->name) != NULL, "%s: no message", row->name);
        ck_assert_msg(row_named(row->name) == row, "%s: two rows", row->name);
        ck_assert_msg(table_summary(row->summary) >= 0, "%s: no summary", row->name);
        ck_assert_msg(!strcmp(row->binding, "-") || table_binding(row->binding) >= 0,
                      "%s: no binding", row->name);
        ck_assert_msg(!strcmp(row->content, "released") || !strcmp(row->content, "withheld") ||
                          !strcmp(row->content, "empty"),
                      "%s: content neither released nor withheld", row->name);
    }
    for (size_t i = 0; (message = attack_at(i)); i++) {
        ck_assert_msg(row_named(message->name) != NULL, "%s: no row", message->name);
        ck_assert_msg(attack_find(message->name) == message, "%s: two messages", message->name);
    }
}
END_TEST

/* 15, keys that are imported, is about no message; 0 are what is not attacked. */
START_TEST(every_class_has_rows)
{
    int have[15] = { 0 };

    for (size_t i = 0; i < table_count(); i++) {
        const char *class = table_at(i)->class;
        long number = strtol(class, NULL, 10);
        if (strcmp(class, "input"))
            ck_assert_msg(number >= 0 && number < 15, "%s: class %s", table_at(i)->name, class);
        have[number]++;
    }
    for (int i = 0; i < 15; i++)
        ck_assert_msg(have[i] > 0, "class %d has no row", i);
}
END_TEST

START_TEST(written_for_others)
{
    const attack *row;
    char path[1000];

    for (size_t i = 0; (row = attack_at(i)); i++) {
        size_t since = mark();
        bytes message = row->make(row);
        FILE *out = NULL;
        snprintf(path, sizeof path, "%s/%s.eml", folder, row->name);
        if (message.data)
            out = fopen(path, "wb");
        if (out) {
            must(fwrite(message.data, 1, message.len, out) == message.len);
            must(fclose(out) == 0);
        }
        must(out != NULL || !message.data);
        give_back(since);
    }
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("attacks");
    TCase *tests = tcase_create("attacks");
    int failed;

    if (argc != 2 && !(argc == 4 && !strcmp(argv[2], "--write"))) {
        fprintf(stderr, "usage: attacks TABLE [--write DIR]\n");
        return 2;
    }
    table_read(argv[1]);
    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    if (argc == 4) {
        folder = argv[3];
        tcase_add_test(tests, written_for_others);
    } else {
        tcase_add_test(tests, table_and_messages_agree);
        tcase_add_test(tests, every_class_has_rows);
        tcase_add_loop_test(tests, row_has_its_outcome, 0, (int)table_count());
    }
    suite_add_tcase(suite, tests);
    failed = support_main(suite);
    table_free();
    return failed;
}
