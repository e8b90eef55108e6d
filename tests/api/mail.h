/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the suites about reading and writing mail share. Everything lives until the end of the test,
 * as in common.h. */
#ifndef SMIME_TESTS_API_MAIL_H
#define SMIME_TESTS_API_MAIL_H

#include "common.h"

/* Check notes each assertion in a file. Where thousands are made, this notes the failures alone. */
#define must(condition)                   \
    do {                                  \
        if (!(condition))                 \
            ck_abort_msg("%s", #condition); \
    } while (0)
#define ck_ok(call)                                \
    do {                                           \
        smime_status ok_status = (call);           \
        if (ok_status != SMIME_OK)                 \
            ck_assert_int_eq(ok_status, SMIME_OK); \
    } while (0)
/* One run of @p test for each row of @p table; the row's number is _i. */
#define add_rows(tcase, test, table) \
    tcase_add_loop_test(tcase, test, 0, (int)(sizeof table / sizeof table[0]))

smime_parser *parser_new(void);
/* Read by smime_parser_buffer(), hazards too. */
smime_parser *parsed(bytes message);
/* Writes @p message in chunks of @p chunk bytes and finishes. */
smime_status parse_in_chunks(smime_parser *parser, bytes message, size_t chunk);
/* The body of the part at @p path of a parser that parsed() gave. */
bytes body_of(const smime_parser *parser, const char *path, int32_t form);
/* The text of the first field of a name, or "(none)". */
const char *field_text(const smime_entity *entity, const char *name);
const char *safe_name(const smime_entity *entity);
smime_addresses *addresses(const void *value, size_t len);
/* Fails when the parser found anything that readers differ in. */
void ck_no_structural_defect(const smime_parser *parser);
int has_defect(const smime_parser *parser, const char *code);

/* A smime_write_function for a bytes that keep() knows nothing of yet: begins with { NULL, 0 }. */
smime_status gather(const uint8_t *data, size_t len, void *user_data);

/* What servers with that carry do no harm to. */
uint32_t carried_hazards(int32_t carry);

smime_composer *composer_new(int32_t carry); /* freed with the test */
smime_composer *from_alice(int32_t carry);
bytes written(smime_composer *composer);
/* Every line ends with CRLF and none is longer than @p most. */
void check_lines(bytes message, size_t most);
size_t header_length(bytes message);
/* The message, checked in what holds for all: written twice the same, no defect, and fit for what
 * its servers carry. */
bytes composed(smime_composer *composer, int32_t carry);
/* A letter, a page that shows cid:logo@x.org, a message to forward. */
extern const char letter[], page[], forwarded[];

/* Content by function: bytes that count up; its `answer` comes each time. */
typedef struct source {
    size_t left, step;
    uint8_t next;
    smime_status answer;
    unsigned destroyed;
} source;
smime_status give(uint8_t *buffer, size_t size, size_t *ret_len, void *user_data);
void destroyed(void *user_data);
source *source_of(size_t len, size_t step);
bytes all_bytes(size_t len); /* what it gives */
/* A message with a bit of everything. */
smime_composer *busy_composer(void);
/* LF becomes CRLF; a CR alone is no line end. */
bytes canonical(const char *from, size_t len);

smime_editor *editor_new(void);
smime_editor *editor_with(smime_policy *limits);
/* In chunks of @p chunk bytes, or with 0 at once. */
smime_status edit(smime_editor *editor, bytes message, size_t chunk, bytes *ret_made);
bytes edited(smime_editor *editor, bytes message, size_t chunk);

/* Messages that between them have every shape. */
extern const char *const mails[];
extern const size_t mail_count;

/* A text, many times. */
bytes repeated(const char *text, size_t times);

#endif
