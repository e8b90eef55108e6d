/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the white-box tests share: the end of a pipeline that keeps what arrives, and ways to
 * feed one. Each file adds its test cases to the suite of its layer through an add_ function. */
#ifndef SMIME_TESTS_UNIT_H
#define SMIME_TESTS_UNIT_H

#include "support.h"

#include "base/buf.h"
#include "base/settings.h"
#include "base/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct capture {
    smime__stage stage;
    smime__buf bytes;
    size_t writes;
    int finished;
    smime_status answer; /* what write returns */
} capture;

/* The stage is part of @p sink: freeing a chain does not free it, capture_clear() does. */
void capture_init(capture *sink);
void capture_clear(capture *sink);
/* Fails the test unless exactly @p text arrived. */
void capture_is(const capture *sink, const void *text, size_t len);

/* Writes @p data in pieces of @p step bytes and finishes; each piece is copied to memory of
 * exactly its size, so that reading beyond it is seen. */
smime_status feed(smime__stage *stage, const void *data, size_t len, size_t step);
/* The same in two pieces, cut at @p cut. */
smime_status feed_cut(smime__stage *stage, const void *data, size_t len, size_t cut);

/* The default settings with a fixed time. */
void settings_now(smime__settings *settings);

/* Check notes each assertion in a file. Where thousands are made, these note the failures alone. */
#define must(condition)                            \
    do {                                           \
        if (!(condition))                          \
            ck_abort_msg("%s", #condition);        \
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

void add_base_text(Suite *suite);
void add_base_bytes(Suite *suite);
void add_base_spool(Suite *suite);
void add_base_policy(Suite *suite);
void add_base_job(Suite *suite);
void add_codec_base64(Suite *suite);
void add_codec_qp(Suite *suite);
void add_codec_lines(Suite *suite);
void add_mime_header(Suite *suite);
void add_mime_address(Suite *suite);
void add_mime_scan(Suite *suite);
void add_mime_cuts(Suite *suite);
void add_mime_legacy(Suite *suite);
void add_mime_memory(Suite *suite);
void add_asn1_der(Suite *suite);
void add_asn1_oid(Suite *suite);
void add_asn1_ber(Suite *suite);
void add_crypto_digest(Suite *suite);
void add_crypto_cipher(Suite *suite);
void add_crypto_derive(Suite *suite);
void add_crypto_keys(Suite *suite);
void add_pki_algorithm(Suite *suite);
void add_pki_name(Suite *suite);
void add_pki_cert(Suite *suite);
void add_pki_keys(Suite *suite);
void add_pki_path(Suite *suite);
void add_pki_build(Suite *suite);
void add_pki_lint(Suite *suite);
void add_pki_crl(Suite *suite);
void add_pki_ocsp(Suite *suite);
void add_pki_memory(Suite *suite);
void add_pki_name_match(Suite *suite);
void add_pki_constraints(Suite *suite);
void add_pki_policies(Suite *suite);
void add_pki_policy_scale(Suite *suite);
void add_pki_graph(Suite *suite);
void add_pki_crl_bytes(Suite *suite);
void add_pki_ocsp_bytes(Suite *suite);
void add_pki_flood(Suite *suite);
void add_pki_evidence(Suite *suite);
void add_cms_writer(Suite *suite);
void add_cms_signer(Suite *suite);
void add_cms_recipient(Suite *suite);
void add_cms_layer(Suite *suite);
void add_cms_auth(Suite *suite);

#endif
