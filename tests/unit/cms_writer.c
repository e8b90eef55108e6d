/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attributes, identifiers, and the frame around content: DER up to one segment, BER beyond. */
#include "cms_support.h"

#include "cms/attributes.h"
#include "pki/capabilities.h"
#include "cms/content_writer.h"

static uint8_t *content;

static void setup(void)
{
    content = malloc(400000);
    support_fill(content, 400000, 30);
}

static void teardown(void)
{
    free(content);
}

/* id-data in a made-up structure: version 1 before, NULL behind. */
static void write_frame(smime__buf *to, int is_explicit, int absent, size_t len, size_t step)
{
    smime__content_writer writer;
    smime__buf trailer = {0};
    capture sink;
    size_t at = 0;

    capture_init(&sink);
    smime__content_writer_init(&writer, SMIME__OID_SIGNED_DATA, is_explicit, &sink.stage);
    writer.absent = absent;
    ck_ok(smime__der_add_small(&writer.before, 1));
    ck_ok(smime__der_add_oid(&writer.inside, SMIME__OID_DATA));
    ck_ok(smime__der_add(&trailer, SMIME__NULL, NULL, 0));
    while (at < len) {
        size_t part = step && step < len - at ? step : len - at;

        ck_ok(smime__stage_write(&writer.stage, content + at, part));
        at += part;
    }
    ck_ok(smime__content_writer_end(&writer, smime__buf_view(&trailer)));
    ck_assert_int_eq(writer.streaming, len > SMIME__SEGMENT && !absent);
    smime__content_writer_clear(&writer);
    smime__buf_free(&trailer);
    *to = sink.bytes;
}

/* Takes the frame apart with the strict reader, after ber_to_der where it streams. */
static void check_frame(smime__view frame, int is_explicit, int absent, size_t len)
{
    smime__der info, wrapper, structure, encap, inside, der = smime__der_cursor(frame);
    smime__view oid, bytes, value;
    int version;

    ck_assert(smime__der_enter(&der, SMIME__SEQUENCE, &info));
    ck_assert(smime__der_done(&der));
    ck_assert(smime__der_take_oid(&info, &oid));
    ck_assert_int_eq(smime__oid_find(oid), SMIME__OID_SIGNED_DATA);
    ck_assert(smime__der_enter(&info, SMIME__CONTEXT_C(0), &wrapper));
    ck_assert(smime__der_done(&info));
    ck_assert(smime__der_enter(&wrapper, SMIME__SEQUENCE, &structure));
    ck_assert(smime__der_done(&wrapper));
    ck_assert(smime__der_take_small(&structure, &version));
    ck_assert(smime__der_enter(&structure, SMIME__SEQUENCE, &encap));
    ck_assert(smime__der_take(&structure, SMIME__NULL, &value));
    ck_assert(smime__der_done(&structure));
    ck_assert(smime__der_take_oid(&encap, &oid));
    ck_assert_int_eq(smime__oid_find(oid), SMIME__OID_DATA);
    if (absent) {
        ck_assert(smime__der_done(&encap));
        return;
    }
    if (is_explicit) {
        ck_assert(smime__der_enter(&encap, SMIME__CONTEXT_C(0), &inside));
        ck_assert(smime__der_take(&inside, SMIME__OCTET_STRING, &bytes));
        ck_assert(smime__der_done(&inside));
        ck_assert(smime__view_equal(bytes, smime__view_of(content, len)));
    } else if (len <= SMIME__SEGMENT) {
        ck_assert(smime__der_take(&encap, SMIME__CONTEXT(0), &bytes));
        ck_assert(smime__view_equal(bytes, smime__view_of(content, len)));
    } else { /* a constructed [0] keeps its segments: what it is made of cannot be known */
        ck_assert(smime__der_enter(&encap, SMIME__CONTEXT_C(0), &inside));
        for (size_t at = 0; at < len; at += bytes.len) {
            ck_assert(smime__der_take(&inside, SMIME__OCTET_STRING, &bytes));
            ck_assert_uint_eq(bytes.len, len - at < SMIME__SEGMENT ? len - at : SMIME__SEGMENT);
            ck_assert_mem_eq(bytes.data, content + at, bytes.len);
        }
        ck_assert(smime__der_done(&inside));
    }
    ck_assert(smime__der_done(&encap));
}

static const size_t lens[] = {0, 1, 127, 128, 65535, 65536, 65537, 131071, 131072, 131073, 300000};

START_TEST(content_of_every_length)
{
    static const size_t steps[] = {1000, 7001, 65535, 65536, 65537, 131071};
    size_t len = lens[_i];

    for (int is_explicit = 0; is_explicit < 2; is_explicit++) {
        smime__buf whole, pieces, der = {0};

        write_frame(&whole, is_explicit, 0, len, 0);
        ck_ok(smime__ber_to_der(smime__buf_view(&whole), &der));
        if (len <= SMIME__SEGMENT) /* it is DER already */
            ck_assert(smime__view_equal(smime__buf_view(&whole), smime__buf_view(&der)));
        else
            ck_assert_uint_eq(whole.data[1], 0x80);
        check_frame(smime__buf_view(&der), is_explicit, 0, len);
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
            write_frame(&pieces, is_explicit, 0, len, steps[i]);
            ck_assert(smime__view_equal(smime__buf_view(&whole), smime__buf_view(&pieces)));
            smime__buf_free(&pieces);
        }
        smime__buf_free(&whole);
        smime__buf_free(&der);
    }
}
END_TEST

START_TEST(absent_content_is_not_written)
{
    smime__buf frame;

    write_frame(&frame, 1, 1, 100000, 0);
    ck_assert_uint_lt(frame.len, 100);
    check_frame(smime__buf_view(&frame), 1, 1, 100000);
    smime__buf_free(&frame);
}
END_TEST

START_TEST(writer_passes_errors_on)
{
    smime__content_writer writer;
    capture sink;

    for (size_t len = 10; len < 200000; len += 150000) {
        capture_init(&sink);
        sink.answer = SMIME_E_IO;
        smime__content_writer_init(&writer, SMIME__OID_SIGNED_DATA, 1, &sink.stage);
        if (len < SMIME__SEGMENT)
            ck_ok(smime__stage_write(&writer.stage, content, len));
        else
            ck_assert_int_eq(smime__stage_write(&writer.stage, content, len), SMIME_E_IO);
        if (len < SMIME__SEGMENT)
            ck_assert_int_eq(smime__content_writer_end(&writer, smime__view_of(NULL, 0)),
                             SMIME_E_IO);
        smime__content_writer_clear(&writer);
    }
}
END_TEST

/* Sets of attributes; 1.2.840.113549.1.9.4 is messageDigest. */
#define DIGEST "06092a864886f70d010904"
static const struct {
    const char *hex;
    int found;
    size_t count;
} sets[] = {
    {"", SMIME__ATTR_ABSENT, 0},
    {"3013" DIGEST "3106 0404 01020304", SMIME__ATTR_FOUND, 1},
    {"300f 0603 550403 3108 0406 010203040506 3013" DIGEST "3106 0404 01020304",
     SMIME__ATTR_FOUND, 2},
    {"3013" DIGEST "3106 0404 01020304 3013" DIGEST "3106 0404 01020304", SMIME__ATTR_BROKEN, 2},
    {"300d" DIGEST "3100", SMIME__ATTR_BROKEN, 1},                       /* no value */
    {"3013" DIGEST "3106 0401 01 0401 02", SMIME__ATTR_BROKEN, 1},       /* two values */
    {"3013" DIGEST "3006 0404 01020304", SMIME__ATTR_BROKEN, SIZE_MAX},  /* no SET */
    {"3015" DIGEST "3106 0404 01020304 0500", SMIME__ATTR_BROKEN, SIZE_MAX},
    {"3013" DIGEST "3106 0404 010203", SMIME__ATTR_BROKEN, SIZE_MAX},
    {"0500", SMIME__ATTR_BROKEN, SIZE_MAX},
    {"3000", SMIME__ATTR_BROKEN, SIZE_MAX},
    {"300f 0603 550403 3108 0406 010203040506", SMIME__ATTR_ABSENT, 1},
};

START_TEST(attributes_are_looked_up)
{
    size_t len;
    uint8_t *bytes = support_unhex(sets[_i].hex, &len);
    smime__view set = smime__view_of(bytes, len), value = {NULL, 0};

    ck_assert_int_eq(smime__attribute_find(set, SMIME__OID_MESSAGE_DIGEST, &value),
                     sets[_i].found);
    if (sets[_i].found == SMIME__ATTR_FOUND)
        ck_assert(smime__view_equal(value, smime__view_of("\x04\x04\1\2\3\4", 6)));
    ck_assert_uint_eq(smime__attribute_count(set), sets[_i].count);
    free(bytes);
}
END_TEST

START_TEST(attributes_round_trip)
{
    smime__buf set = {0}, value = {0};
    smime__view found;
    smime__der der, list;

    ck_ok(smime__capabilities_encode(&value));
    ck_ok(smime__attribute_add(&set, SMIME__OID_SMIME_CAPABILITIES, smime__buf_view(&value)));
    ck_assert_int_eq(smime__attribute_find(smime__buf_view(&set), SMIME__OID_SMIME_CAPABILITIES,
                                           &found),
                     SMIME__ATTR_FOUND);
    ck_assert(smime__view_equal(found, smime__buf_view(&value)));
    der = smime__der_cursor(found);
    ck_assert(smime__der_enter(&der, SMIME__SEQUENCE, &list));
    while (!smime__der_done(&list)) { /* each one: an identifier alone */
        smime__algorithm each;

        ck_assert(smime__algorithm_take(&list, &each));
        ck_assert_int_ne(each.oid, SMIME__OID_UNKNOWN);
    }
    smime__buf_free(&set);
    smime__buf_free(&value);
}
END_TEST

START_TEST(identifiers_name_a_certificate)
{
    smime_cert *alice = cert_named("alice-rsa"), *other = cert_named("alice-p256");
    smime__buf to = {0}, text = {0}, by_key = {0};
    smime__identifier id;
    smime__der der;
    char want[200];

    ck_ok(smime__identifier_add(&to, alice));
    der = smime__der_cursor(smime__buf_view(&to));
    ck_assert(smime__identifier_take(&der, &id));
    ck_assert(smime__der_done(&der));
    ck_assert(smime__identifier_matches(&id, alice));
    ck_assert(!smime__identifier_matches(&id, other)); /* same issuer, other number */
    ck_ok(smime__identifier_text(&text, &id));
    snprintf(want, sizeof want, "serial %s, issuer CN=Test Intermediate,O=libsmime",
             smime_cert_serial(alice));
    ck_assert_str_eq(smime__buf_text(&text), want);

    ck_ok(smime__der_add_view(&by_key, SMIME__CONTEXT(0), alice->subject_key_id));
    der = smime__der_cursor(smime__buf_view(&by_key));
    ck_assert(smime__identifier_take(&der, &id));
    ck_assert(smime__identifier_matches(&id, alice));
    ck_assert(!smime__identifier_matches(&id, other));
    smime__buf_clear(&text);
    ck_ok(smime__identifier_text(&text, &id));
    ck_assert_int_eq(strncmp(smime__buf_text(&text), "key identifier ", 15), 0);
    for (size_t len = 0; len < to.len; len++) { /* cut off */
        der = smime__der_cursor(smime__view_of(to.data, len));
        ck_assert(!smime__identifier_take(&der, &id));
    }
    der = smime__der_cursor(smime__view_of("\x80\0", 2)); /* an empty key identifier */
    ck_assert(!smime__identifier_take(&der, &id));
    smime__buf_free(&to);
    smime__buf_free(&text);
    smime__buf_free(&by_key);
    smime_cert_unref(alice);
    smime_cert_unref(other);
}
END_TEST

START_TEST(certificate_without_key_identifier_matches_no_empty_one)
{
    certs_spec spec = {.subject = "CN=x", .no_key_ids = 1};
    certs_made made = certs_make(&spec, key_p256(), NULL);
    smime_cert *cert = cert_of(&made);
    smime__identifier id = {{NULL, 0}, {NULL, 0}, {(const uint8_t *)"x", 1}};

    ck_assert(!smime__identifier_matches(&id, cert));
    smime_cert_unref(cert);
    certs_free(&made);
}
END_TEST

void add_cms_writer(Suite *suite)
{
    TCase *tc = tcase_create("writer");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    add_rows(tc, content_of_every_length, lens);
    tcase_add_test(tc, absent_content_is_not_written);
    tcase_add_test(tc, writer_passes_errors_on);
    add_rows(tc, attributes_are_looked_up, sets);
    tcase_add_test(tc, attributes_round_trip);
    tcase_add_test(tc, identifiers_name_a_certificate);
    tcase_add_test(tc, certificate_without_key_identifier_matches_no_empty_one);
    suite_add_tcase(suite, tc);
}
