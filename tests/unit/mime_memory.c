/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading when memory runs out, at every allocation in turn: a status, a sentence and no leak.
 * The linker sends the library's calls here (--wrap); without such a linker nothing fails. */
#include "unit.h"

#include "codec/base64.h"
#include "codec/crlf.h"
#include "codec/qp.h"
#include "mime/address.h"
#include "mime/charset.h"
#include "mime/transport.h"
#include "mime/words.h"

#include <smime/mime.h>

static long left = -1; /* allocations until one fails; -1: none does */
static int lasting;    /* and all after it */
static int failed;     /* one did */

#ifdef UNIT_WRAP_MALLOC

static int fails(void)
{
    if (left < 0)
        return 0;
    if (left > 0)
        return left--, 0;
    left = lasting ? 0 : -1;
    return failed = 1;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}

#endif

/* Much of what a header can hold, more fields than a header has room for, and each encoding. */
static const char mail[] =
    "From: =?utf-8?q?Al=C3=AFce?= <\"a b\"@example.org>, Bob (B) <@x:b@example.org>\n"
    "A: 1\nB: 2\nC: 3\nD: 4\nE: 5\nF: 6\nG: 7\nH: 8\nI: 9\nJ: 10\nK: 11\nL: 12\nM: 13\nN: 14\n"
    "O: 15\nP: 16\nQ: 17\nbad name: x\nR : y\nS: \xff\nT: u\rv\n"
    "Content-Type: multipart/mixed; a=\"b\\\"c\"; n*0*=iso-8859-1''%E9; n*1=b; (c)\n"
    " boundary=\"b\"\nContent-Type: text/plain\n\npreamble\n"
    "--b\nContent-Type: text/x-a; name=\"=?iso-8859-1?q?=E9?= =?utf-8?b?w6k=?=\"\n"
    "Content-Disposition: attachment;\n filename*=utf-8''%C3%A9\n"
    "Content-Transfer-Encoding: (c) quoted-printable x\n\na=E9 \nb=XY  =\n=4\xe9\n"
    "--b\nContent-Type: nonsense\nContent-Transfer-Encoding: base64\n\nZm9v!\nYg==Zg\n--bx\r\n"
    "--b\nContent-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: x\n\ny\n--d\n"
    "Content-Type: multipart/mixed\n\nz\n--d\nContent-Type: multipart/mixed; boundary=b\n\n--d--\n"
    "--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nZm9v\n"
    "--b\nno header line\n--b\nContent-Type: message/rfc822";

static smime_status read_mail(void)
{
    smime_parser *parser = NULL;
    smime_status status = smime_parser_new(NULL, &parser);
    uint8_t block[100];
    size_t count = 1;

    if (status == SMIME_OK)
        status = smime_parser_select(parser, "1.2", SMIME_PART_DECODED);
    for (size_t i = 0; i < sizeof mail - 1 && status == SMIME_OK; i += 11)
        status = smime_parser_write(parser, mail + i,
                                    sizeof mail - 1 - i < 11 ? sizeof mail - 1 - i : 11, &count);
    if (status == SMIME_OK)
        status = smime_parser_finish(parser);
    while (status == SMIME_OK && count)
        status = smime_parser_read(parser, block, sizeof block, &count);
    if (parser && status < 0)
        must(*smime_parser_error_text(parser) != 0);
    must(status == SMIME_OK || status == SMIME_E_NOMEM);
    smime_parser_free(parser);
    return status;
}

static smime_status read_addresses(void)
{
    smime__mailboxes boxes = {0};
    smime__buf words = {0};
    smime_status status = smime__mailboxes_parse(
        &boxes, smime__view_text("=?utf-8?q?a?= \"q\\\"\" <\"x y\"@b>, c@d (=?x?q?c?=), T: e@f;"));

    if (status == SMIME_OK)
        must(boxes.count == 3);
    smime__mailboxes_free(&boxes);
    if (status == SMIME_OK)
        status = smime__words_decode(&words, smime__view_text("a =?iso-8859-1?b?6Q==?= =?u?q?=41?="));
    smime__buf_free(&words);
    return status;
}

static smime_status scout_mail(void)
{
    smime__limits limits;
    smime__error error;
    smime__scout *scout = NULL;
    smime_status status;

    smime__limits_default(&limits);
    smime__error_clear(&error);
    status = smime__scout_new(&limits, &error, &scout);
    if (status == SMIME_OK)
        status = smime__scout_write(scout, (const uint8_t *)mail, 700);
    if (status == SMIME_OK)
        status = smime__scout_finish(scout);
    smime__scout_free(scout);
    return status;
}

static smime_status (*const stages[])(smime__stage *next, smime__stage **ret_stage) = {
    smime__base64_encoder_new, smime__base64_decoder_new, smime__qp_encoder_new,
    smime__qp_decoder_new, smime__crlf_new};

static smime_status make_stages(void)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < sizeof stages / sizeof stages[0] && status == SMIME_OK; i++) {
        capture sink;
        smime__stage *stage = NULL;

        capture_init(&sink);
        status = stages[i](&sink.stage, &stage);
        smime__stage_free(stage);
    }
    return status;
}

static smime_status (*const work[])(void) = {read_mail, read_addresses, scout_mail, make_stages};

/* Each fails once, alone and with all behind it; whenever one does, it is told. */
START_TEST(no_allocation_is_taken_for_granted)
{
    for (lasting = 0; lasting < 2; lasting++) {
        long count = 0;

        do {
            smime_status status;

            failed = 0;
            left = count++;
            status = work[_i]();
            left = -1;
            if (status != (failed ? SMIME_E_NOMEM : SMIME_OK))
                ck_abort_msg("allocation %ld: %s", count, smime_status_name(status));
        } while (failed);
#ifdef UNIT_WRAP_MALLOC
        ck_assert_int_gt(count, 4);
#endif
    }
}
END_TEST

void add_mime_memory(Suite *suite)
{
    TCase *tc = tcase_create("memory");

    add_rows(tc, no_allocation_is_taken_for_granted, work);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(suite, tc);
}
