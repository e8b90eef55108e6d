/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strict DER both ways, identifiers, and the libtasn1 module. */
#include "unit.h"

#include "asn1/der.h"
#include "asn1/module.h"

static smime__view unhex(const char *text)
{
    static uint8_t *last;
    size_t len;

    free(last); /* exact memory, so that reading beyond it is seen */
    last = support_unhex(text, &len);
    return smime__view_of(last, len);
}

/* One element each: tag and content, or refused. */
static const struct {
    const char *hex;
    int good;
    uint8_t tag;
    size_t content;
} elements[] = {
    {"0500", 1, 0x05, 0},
    {"020101", 1, 0x02, 1},
    {"04 7f", 0, 0, 0},              /* the content is missing */
    {"", 0, 0, 0},
    {"30", 0, 0, 0},
    {"3080 0000", 0, 0, 0},          /* indefinite */
    {"04 8101 00", 0, 0, 0},         /* long form without need */
    {"04 8100", 0, 0, 0},
    {"04 820001 00", 0, 0, 0},       /* leading zero */
    {"04 82007f 00", 0, 0, 0},
    {"04 81", 0, 0, 0},
    {"04 8201", 0, 0, 0},
    {"04 84 7fffffff", 0, 0, 0},
    {"04 85 0100000000", 0, 0, 0},
    {"04 ff", 0, 0, 0},
    {"04 88 ffffffffffffffff", 0, 0, 0},
    {"1f8101 00", 0, 0, 0},          /* a tag with a high number */
    {"bf1f 00", 0, 0, 0},
    {"a0 02 0500", 1, 0xa0, 2},
};

START_TEST(element_is_read_or_refused)
{
    smime__der der = smime__der_cursor(unhex(elements[_i].hex));
    const uint8_t *before = der.at;
    smime__view content = {NULL, 99}, whole;
    uint8_t tag = 0;

    ck_assert_int_eq(smime__der_next(&der, &tag, &content, &whole), elements[_i].good);
    if (elements[_i].good) {
        ck_assert_uint_eq(tag, elements[_i].tag);
        ck_assert_uint_eq(content.len, elements[_i].content);
        ck_assert_uint_eq(whole.len, content.len + 2);
        ck_assert(smime__der_done(&der));
    } else {
        ck_assert_ptr_eq(der.at, before); /* the cursor stays */
        ck_assert_uint_eq(content.len, 99);
    }
}
END_TEST

START_TEST(lengths_round_trip)
{
    static const size_t lens[] = {0, 1, 127, 128, 129, 255, 256, 65535, 65536, 70000};

    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        smime__buf added = {0}, nested = {0};
        uint8_t *data = calloc(1, lens[i] + 1);
        smime__view content;
        smime__der der;
        size_t mark;

        ck_ok(smime__der_add(&added, SMIME__OCTET_STRING, data, lens[i]));
        ck_ok(smime__buf_add_text(&nested, "x"));
        ck_ok(smime__der_begin(&nested, SMIME__OCTET_STRING, &mark));
        ck_ok(smime__buf_add(&nested, data, lens[i]));
        ck_ok(smime__der_end(&nested, mark));
        ck_assert(smime__view_equal(smime__buf_view(&added),
                                    smime__view_of(nested.data + 1, nested.len - 1)));
        der = smime__der_cursor(smime__buf_view(&added));
        ck_assert_int_eq(smime__der_peek(&der), SMIME__OCTET_STRING);
        ck_assert(smime__der_take(&der, SMIME__OCTET_STRING, &content));
        ck_assert_uint_eq(content.len, lens[i]);
        ck_assert_int_eq(smime__der_peek(&der), -1);
        ck_assert(smime__der_is_whole(smime__buf_view(&added), SMIME__OCTET_STRING));
        ck_assert(!smime__der_is_whole(smime__buf_view(&added), SMIME__SEQUENCE));
        ck_ok(smime__buf_add_byte(&added, 0));
        ck_assert(!smime__der_is_whole(smime__buf_view(&added), SMIME__OCTET_STRING));
        smime__buf_free(&added);
        smime__buf_free(&nested);
        free(data);
    }
}
END_TEST

START_TEST(head_of_any_length)
{
    smime__buf to = {0};

    ck_ok(smime__der_add_head(&to, 0x24, UINT64_C(0x0102030405060708)));
    ck_assert_mem_eq(to.data, "\x24\x88\1\2\3\4\5\6\7\x8", 10);
    smime__buf_free(&to);
}
END_TEST

START_TEST(take_and_enter_want_the_tag)
{
    smime__der der = smime__der_cursor(unhex("30 06 020101 0101ff")), in;
    smime__view content;
    int value;

    ck_assert(!smime__der_take(&der, SMIME__SET, &content));
    ck_assert(!smime__der_enter(&der, SMIME__SET, &in));
    ck_assert(smime__der_enter(&der, SMIME__SEQUENCE, &in));
    ck_assert(smime__der_done(&der));
    ck_assert(smime__der_take_small(&in, &value));
    ck_assert_int_eq(value, 1);
    ck_assert(smime__der_take_boolean(&in, &value));
    ck_assert_int_eq(value, 1);
    ck_assert(smime__der_done(&in));
    der = smime__der_cursor(smime__view_of(NULL, 0));
    ck_assert(smime__der_done(&der));
    ck_assert(!smime__der_next(&der, NULL, NULL, NULL));
}
END_TEST

/* INTEGERs: as a small number, and as a number of any size. */
static const struct {
    const char *hex;
    int small, any, value;
} integers[] = {
    {"020100", 1, 1, 0},
    {"02017f", 1, 1, 127},
    {"02020080", 1, 1, 128},
    {"02020100", 1, 1, 256},
    {"02047fffffff", 1, 1, 2147483647},
    {"02050080000000", 0, 1, 0},
    {"0200", 0, 0, 0},
    {"0202007f", 0, 0, 0},   /* not minimal */
    {"0202ff80", 0, 0, 0},
    {"0209008000000000000000", 0, 1, 0},
    {"030100", 0, 0, 0},
};

START_TEST(integers_are_minimal)
{
    smime__der small = smime__der_cursor(unhex(integers[_i].hex)), any = small;
    smime__view content;
    int value = 0;

    ck_assert_int_eq(smime__der_take_small(&small, &value), integers[_i].small);
    ck_assert_int_eq(value, integers[_i].value);
    ck_assert_int_eq(smime__der_take_integer(&any, &content), integers[_i].any);
    ck_assert_int_eq(smime__der_done(&any), integers[_i].any);
}
END_TEST

START_TEST(negative_is_not_small)
{
    smime__der der = smime__der_cursor(unhex("0201ff"));
    int value = 3;

    ck_assert(!smime__der_take_small(&der, &value));
    ck_assert_int_eq(value, 3);
}
END_TEST

START_TEST(small_numbers_round_trip)
{
    static const int values[] = {0, 1, 127, 128, 255, 256, 32767, 32768, 8388607, 8388608,
                                 2147483647};

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        smime__buf to = {0};
        smime__der der;
        int back = -1;

        ck_ok(smime__der_add_small(&to, values[i]));
        der = smime__der_cursor(smime__buf_view(&to));
        ck_assert(smime__der_take_small(&der, &back));
        ck_assert(smime__der_done(&der));
        ck_assert_int_eq(back, values[i]);
        smime__buf_free(&to);
    }
}
END_TEST

START_TEST(booleans_bits_and_identifiers)
{
    static const struct { const char *hex; int kind, good; } rows[] = {
        {"010100", 'b', 1}, {"0101ff", 'b', 1}, {"010101", 'b', 0}, {"0100", 'b', 0},
        {"01020000", 'b', 0}, {"020100", 'b', 0},
        {"030100", 's', 1}, {"030200aa", 's', 1}, {"030201aa", 's', 0}, {"0300", 's', 0},
        {"0403002a86", 'o', 0}, {"06022a86", 'o', 0}, {"0600", 'o', 0}, {"06022a03", 'o', 1},
        {"06032a8003", 'o', 0}, /* a leading 80 in an arc is not DER */
        {"0602802a", 'o', 0},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        smime__der der = smime__der_cursor(unhex(rows[i].hex));
        smime__view content;
        int value;
        int good = rows[i].kind == 'b'   ? smime__der_take_boolean(&der, &value)
                   : rows[i].kind == 's' ? smime__der_take_bytes(&der, &content)
                                         : smime__der_take_oid(&der, &content);

        ck_assert_msg(good == rows[i].good, "%s", rows[i].hex);
        ck_assert_int_eq(smime__der_done(&der), good);
    }
}
END_TEST

static const struct {
    uint8_t tag;
    const char *text;
    int good;
    int64_t seconds;
} times[] = {
    {SMIME__UTC_TIME, "261122170000Z", 1, 1795366800},
    {SMIME__UTC_TIME, "491231235959Z", 1, INT64_C(2524607999)},
    {SMIME__UTC_TIME, "500101000000Z", 1, -INT64_C(631152000)},
    {SMIME__GENERALIZED_TIME, "20500101000000Z", 1, INT64_C(2524608000)},
    {SMIME__GENERALIZED_TIME, "99991231235959Z", 1, INT64_C(253402300799)},
    {SMIME__UTC_TIME, "2611221700Z", 0, 0},
    {SMIME__UTC_TIME, "261122170000+0000", 0, 0},
    {SMIME__UTC_TIME, "261122170000", 0, 0},
    {SMIME__UTC_TIME, "2611221700 0Z", 0, 0},
    {SMIME__UTC_TIME, "261322170000Z", 0, 0},
    {SMIME__UTC_TIME, "260230000000Z", 0, 0},
    {SMIME__UTC_TIME, "26112217000-Z", 0, 0},
    {SMIME__GENERALIZED_TIME, "20261122170000.5Z", 0, 0},
    {SMIME__GENERALIZED_TIME, "261122170000Z", 0, 0},
    {SMIME__GENERALIZED_TIME, "xx261122170000Z", 0, 0},
    {SMIME__UTC_TIME, "20261122170000Z", 0, 0},
    {SMIME__IA5_STRING, "261122170000Z", 0, 0},
};

START_TEST(times_in_the_forms_of_rfc_5280)
{
    smime__buf to = {0};
    smime__der der;
    int64_t seconds = 42;

    ck_ok(smime__der_add(&to, times[_i].tag, times[_i].text, strlen(times[_i].text)));
    der = smime__der_cursor(smime__buf_view(&to));
    ck_assert_int_eq(smime__der_take_time(&der, &seconds), times[_i].good);
    ck_assert_int_eq(seconds, times[_i].good ? times[_i].seconds : 42);
    ck_assert_int_eq(smime__der_done(&der), times[_i].good);
    if (times[_i].good) {
        smime__buf back = {0};
        ck_ok(smime__der_add_time(&back, seconds));
        /* what was read is written again, but for UTCTime before 1950 */
        ck_assert(smime__view_equal(smime__buf_view(&to), smime__buf_view(&back)));
        smime__buf_free(&back);
    }
    smime__buf_free(&to);
}
END_TEST

START_TEST(set_is_sorted_by_its_encodings)
{
    smime__buf to = {0};

    ck_ok(smime__der_sort_set(&to, unhex("0403aabbcc 020105 0402aabb 0402aaba 020104")));
    ck_assert(smime__view_equal(smime__buf_view(&to),
                                unhex("020104 020105 0402aaba 0402aabb 0403aabbcc")));
    smime__buf_clear(&to);
    ck_ok(smime__der_sort_set(&to, smime__view_of(NULL, 0)));
    ck_assert_uint_eq(to.len, 0);
    ck_assert_int_eq(smime__der_sort_set(&to, unhex("020104 0401")), SMIME_E_BER);
    smime__buf_free(&to);
}
END_TEST

START_TEST(known_identifiers_are_found_again)
{
    for (int i = 1; i < SMIME__OID_COUNT; i++) {
        smime__view bytes = smime__oid_bytes((smime__oid)i);
        smime__buf to = {0};
        smime__der der;
        smime__view content;

        ck_assert_uint_gt(bytes.len, 0);
        ck_assert_int_eq(smime__oid_find(bytes), i); /* also: none stands twice */
        ck_ok(smime__der_add_oid(&to, (smime__oid)i));
        der = smime__der_cursor(smime__buf_view(&to));
        ck_assert(smime__der_take_oid(&der, &content));
        ck_assert(smime__view_equal(content, bytes));
        smime__buf_free(&to);
    }
    ck_assert_int_eq(smime__oid_find(smime__view_of(NULL, 0)), SMIME__OID_UNKNOWN);
    ck_assert_int_eq(smime__oid_find(smime__view_text("x")), SMIME__OID_UNKNOWN);
}
END_TEST

static const char *const dotted[][2] = {
    {"2a864886f70d010702", "1.2.840.113549.1.7.2"},
    {"550423", "2.5.4.35"},
    {"8837", "2.999"},
    {"00", "0.0"},
    {"27", "0.39"},
    {"28", "1.0"},
    {"4f", "1.39"},
    {"50", "2.0"},
    {"2a8fffffffffffffffff7f", "?"},
    {"", "?"},
    {"2a86", "?"},
    {"2a8001", "?"},
};

START_TEST(identifiers_in_dots)
{
    smime__buf to = {0};

    ck_ok(smime__oid_format(&to, unhex(dotted[_i][0])));
    ck_assert_str_eq(smime__buf_text(&to), dotted[_i][1]);
    smime__buf_free(&to);
}
END_TEST

/* Dotted forms worked out by hand for one of each family, against the table. */
START_TEST(table_against_dotted_forms)
{
    static const struct { smime__oid oid; const char *text; } rows[] = {
        {SMIME__OID_DATA, "1.2.840.113549.1.7.1"},
        {SMIME__OID_ENVELOPED_DATA, "1.2.840.113549.1.7.3"},
        {SMIME__OID_AUTH_ENVELOPED_DATA, "1.2.840.113549.1.9.16.1.23"},
        {SMIME__OID_COMPRESSED_DATA, "1.2.840.113549.1.9.16.1.9"},
        {SMIME__OID_AUTHENTICATED_DATA, "1.2.840.113549.1.9.16.1.2"},
        {SMIME__OID_MESSAGE_DIGEST, "1.2.840.113549.1.9.4"},
        {SMIME__OID_SMIME_CAPABILITIES, "1.2.840.113549.1.9.15"},
        {SMIME__OID_TST_INFO, "1.2.840.113549.1.9.16.1.4"},
        {SMIME__OID_EKU_TIME_STAMPING, "1.3.6.1.5.5.7.3.8"},
        {SMIME__OID_SIGNING_CERTIFICATE, "1.2.840.113549.1.9.16.2.12"},
        {SMIME__OID_SIGNING_CERTIFICATE_V2, "1.2.840.113549.1.9.16.2.47"},
        {SMIME__OID_ALGORITHM_PROTECTION, "1.2.840.113549.1.9.52"},
        {SMIME__OID_SHA1, "1.3.14.3.2.26"},
        {SMIME__OID_SHA224, "2.16.840.1.101.3.4.2.4"},
        {SMIME__OID_SHA256, "2.16.840.1.101.3.4.2.1"},
        {SMIME__OID_RSA_SHA256, "1.2.840.113549.1.1.11"},
        {SMIME__OID_RSA_PSS, "1.2.840.113549.1.1.10"},
        {SMIME__OID_RSA_OAEP, "1.2.840.113549.1.1.7"},
        {SMIME__OID_ECDSA_SHA1, "1.2.840.10045.4.1"},
        {SMIME__OID_ECDSA_SHA256, "1.2.840.10045.4.3.2"},
        {SMIME__OID_ED25519, "1.3.101.112"},
        {SMIME__OID_X25519, "1.3.101.110"},
        {SMIME__OID_P256, "1.2.840.10045.3.1.7"},
        {SMIME__OID_P384, "1.3.132.0.34"},
        {SMIME__OID_P521, "1.3.132.0.35"},
        {SMIME__OID_ECDH_SHA1, "1.3.133.16.840.63.0.2"},
        {SMIME__OID_ECDH_SHA256, "1.3.132.1.11.1"},
        {SMIME__OID_AES128_CBC, "2.16.840.1.101.3.4.1.2"},
        {SMIME__OID_AES256_GCM, "2.16.840.1.101.3.4.1.46"},
        {SMIME__OID_AES128_WRAP, "2.16.840.1.101.3.4.1.5"},
        {SMIME__OID_AES256_WRAP, "2.16.840.1.101.3.4.1.45"},
        {SMIME__OID_DES_EDE3_CBC, "1.2.840.113549.3.7"},
        {SMIME__OID_KEY_USAGE, "2.5.29.15"},
        {SMIME__OID_NAME_CONSTRAINTS, "2.5.29.30"},
        {SMIME__OID_EXT_KEY_USAGE, "2.5.29.37"},
        {SMIME__OID_EKU_ANY, "2.5.29.37.0"},
        {SMIME__OID_INHIBIT_ANY_POLICY, "2.5.29.54"},
        {SMIME__OID_EKU_EMAIL, "1.3.6.1.5.5.7.3.4"},
        {SMIME__OID_SMTP_UTF8_MAILBOX, "1.3.6.1.5.5.7.8.9"},
        {SMIME__OID_EMAIL_ADDRESS, "1.2.840.113549.1.9.1"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        smime__buf to = {0};

        ck_ok(smime__oid_format(&to, smime__oid_bytes(rows[i].oid)));
        ck_assert_str_eq(smime__buf_text(&to), rows[i].text);
        smime__buf_free(&to);
    }
}
END_TEST

START_TEST(module_reads_and_writes)
{
    smime__asn1 *asn1 = NULL;
    smime__buf to = {0};

    ck_assert_int_lt(smime__asn1_new("No-Such-Type", &asn1), 0);
    ck_assert_ptr_null(asn1);
    ck_ok(smime__asn1_new("RSASSA-PSS-params", &asn1));
    /* saltLength alone */
    ck_ok(smime__asn1_decode(asn1, unhex("3005 a203 020120")));
    ck_ok(smime__asn1_read(asn1, "saltLength", &to));
    ck_assert(smime__view_equal(smime__buf_view(&to), unhex("20")));
    ck_assert_int_eq(smime__asn1_read(asn1, "hashAlgorithm.algorithm", &to), SMIME_E_NOT_FOUND);
    smime__asn1_free(asn1);
    ck_ok(smime__asn1_new("RSASSA-PSS-params", &asn1));
    ck_assert_int_eq(smime__asn1_decode(asn1, unhex("3005 a203 020120 00")), SMIME_E_BER);
    ck_assert_int_eq(smime__asn1_decode(asn1, unhex("3005 a203 0201")), SMIME_E_BER);
    ck_assert_int_eq(smime__asn1_decode(asn1, unhex("3080 a203 020120 0000")), SMIME_E_BER);
    ck_assert_int_eq(smime__asn1_decode(asn1, smime__view_of(NULL, 0)), SMIME_E_BER);
    smime__asn1_free(asn1);
    smime__asn1_free(NULL);

    smime__buf_clear(&to);
    ck_ok(smime__asn1_new("AlgorithmIdentifier", &asn1));
    ck_ok(smime__asn1_set(asn1, "algorithm", "2.16.840.1.101.3.4.2.1", 1));
    ck_ok(smime__asn1_set(asn1, "parameters", NULL, 0));
    ck_ok(smime__asn1_encode(asn1, &to));
    ck_assert(smime__view_equal(smime__buf_view(&to), unhex("300b 0609 608648016503040201")));
    ck_assert_int_lt(smime__asn1_set(asn1, "nonsense", NULL, 0), 0);
    smime__asn1_free(asn1);
    smime__buf_free(&to);
}
END_TEST

void add_asn1_der(Suite *suite)
{
    TCase *tc = tcase_create("der");

    add_rows(tc, element_is_read_or_refused, elements);
    tcase_add_test(tc, lengths_round_trip);
    tcase_add_test(tc, head_of_any_length);
    tcase_add_test(tc, take_and_enter_want_the_tag);
    add_rows(tc, integers_are_minimal, integers);
    tcase_add_test(tc, negative_is_not_small);
    tcase_add_test(tc, small_numbers_round_trip);
    tcase_add_test(tc, booleans_bits_and_identifiers);
    add_rows(tc, times_in_the_forms_of_rfc_5280, times);
    tcase_add_test(tc, set_is_sorted_by_its_encodings);
    tcase_add_test(tc, known_identifiers_are_found_again);
    add_rows(tc, identifiers_in_dots, dotted);
    tcase_add_test(tc, table_against_dotted_forms);
    tcase_add_test(tc, module_reads_and_writes);
    suite_add_tcase(suite, tc);
}
