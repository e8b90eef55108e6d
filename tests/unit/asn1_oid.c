/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Identifiers from their dotted form, and values with a tag that is not their own. */
#include "unit.h"

#include "asn1/der.h"

/* X.660: the first arc is 0, 1 or 2, and below 0 and 1 there are forty. */
static const struct { const char *dotted, *hex; } parsed[] = {
    {"1.2.840.113549.1.7.2", "2a864886f70d010702"},
    {"2.5.29.32.0", "551d2000"},
    {"0.0", "00"},
    {"0.39", "27"},
    {"1.0", "28"},
    {"1.39", "4f"},
    {"2.0", "50"},
    {"2.39", "77"},
    {"2.40", "78"},
    {"2.47", "7f"},
    {"2.48", "8100"},
    {"2.999", "8837"},
    {"1.2.127", "2a7f"},
    {"1.2.128", "2a8100"},
    {"1.2.16383", "2aff7f"},
    {"1.2.16384", "2a818000"},
    {"1.2.4294967296", "2a9080808000"},
    {"1.2.72057594037927935", "2affffffffffffff7f"},
    {"1.2.72057594037927936", NULL}, /* 2^56 */
    {"1.2.99999999999999999999999999", NULL},
    {"0.40", NULL},
    {"1.40", NULL},
    {"3.0", NULL},
    {"1", NULL},
    {"1.", NULL},
    {"", NULL},
    {".", NULL},
    {".1.2", NULL},
    {"1.2.", NULL},
    {"1..2", NULL},
    {"1.02", NULL},
    {"01.2", NULL},
    {"1.2.00", NULL},
    {" 1.2", NULL},
    {"1.2 ", NULL},
    {"1.2.-3", NULL},
    {"1.2.+3", NULL},
    {"1.2.0x3", NULL},
    {"1.2,3", NULL},
    {"1.2.3a", NULL},
    {"oid.1.2", NULL},
    {"\xd9\xa1.2", NULL},
};

START_TEST(dotted_form_is_parsed_or_refused)
{
    smime__buf to = {0}, back = {0};
    smime_status status;
    size_t len;
    uint8_t *wanted;

    ck_ok(smime__buf_add_text(&to, "x"));
    status = smime__oid_parse(&to, parsed[_i].dotted);
    ck_assert_int_eq(status, parsed[_i].hex ? SMIME_OK : SMIME_E_INVALID_ARG);
    wanted = support_unhex(parsed[_i].hex ? parsed[_i].hex : "", &len);
    ck_assert_uint_eq(to.len, len + 1); /* after a failure it is as it was */
    ck_assert_mem_eq(to.data + 1, wanted, len);
    if (status == SMIME_OK) {
        smime__view content = smime__view_of(to.data + 1, len);
        ck_assert(smime__oid_check(content));
        ck_ok(smime__oid_format(&back, content));
        ck_assert_str_eq(smime__buf_text(&back), parsed[_i].dotted);
    }
    free(wanted);
    smime__buf_free(&to);
    smime__buf_free(&back);
}
END_TEST

/* A BIT STRING of named bits: the first 32 of them count. */
static const struct { const char *hex; uint8_t tag; int good; uint32_t bits; } named[] = {
    {"03020780", 0x03, 1, 1u << 0},
    {"030206c0", 0x03, 1, 3},
    {"03020520", 0x03, 1, 1u << 2},
    {"0303070080", 0x03, 1, 1u << 8},
    {"030100", 0x03, 1, 0},
    {"81020560", 0x81, 1, 6},
    {"0305000000 0001", 0x03, 1, UINT32_C(1) << 31},
    {"030600000000 00ff", 0x03, 1, 0}, /* beyond the 32nd */
    {"0300", 0x03, 0, 0},
    {"030107", 0x03, 0, 0},
    {"03020880", 0x03, 0, 0},
    {"0302ff80", 0x03, 0, 0},
    {"03020780", 0x81, 0, 0},
    {"81020780", 0x03, 0, 0},
    {"030307", 0x03, 0, 0},
    {"", 0x03, 0, 0},
};

START_TEST(named_bits_are_taken_or_refused)
{
    size_t len;
    uint8_t *bytes = support_unhex(named[_i].hex, &len);
    smime__der der = smime__der_cursor(smime__view_of(bytes, len));
    const uint8_t *before = der.at;
    uint32_t bits = 99;

    ck_assert_int_eq(smime__der_take_named_bits(&der, named[_i].tag, &bits), named[_i].good);
    ck_assert_uint_eq(bits, named[_i].good ? named[_i].bits : 99);
    ck_assert(named[_i].good ? smime__der_done(&der) : der.at == before);
    free(bytes);
}
END_TEST

/* Numbers and flags with an implicit tag. */
static const struct { const char *hex; uint8_t tag; char kind; int good, value; } tagged[] = {
    {"800105", 0x80, 'n', 1, 5},
    {"81047fffffff", 0x81, 'n', 1, 0x7fffffff},
    {"80020080", 0x80, 'n', 1, 128},
    {"80020005", 0x80, 'n', 0, 0},
    {"8001ff", 0x80, 'n', 0, 0},
    {"8000", 0x80, 'n', 0, 0},
    {"80050080000000", 0x80, 'n', 0, 0},
    {"020105", 0x80, 'n', 0, 0},
    {"800105", 0x02, 'n', 0, 0},
    {"8101ff", 0x81, 'f', 1, 1},
    {"810100", 0x81, 'f', 1, 0},
    {"810101", 0x81, 'f', 0, 0},
    {"8102ffff", 0x81, 'f', 0, 0},
    {"8100", 0x81, 'f', 0, 0},
    {"0101ff", 0x81, 'f', 0, 0},
    {"8101ff", 0x01, 'f', 0, 0},
};

START_TEST(implicit_tag_stands_for_the_type)
{
    size_t len;
    uint8_t *bytes = support_unhex(tagged[_i].hex, &len);
    smime__der der = smime__der_cursor(smime__view_of(bytes, len));
    int value = 99;
    int good = tagged[_i].kind == 'n' ? smime__der_take_small_as(&der, tagged[_i].tag, &value)
                                      : smime__der_take_boolean_as(&der, tagged[_i].tag, &value);

    ck_assert_int_eq(good, tagged[_i].good);
    ck_assert_int_eq(value, good ? tagged[_i].value : 99);
    ck_assert_int_eq(smime__der_done(&der), good);
    free(bytes);
}
END_TEST

void add_asn1_oid(Suite *suite)
{
    TCase *tc = tcase_create("oid");

    add_rows(tc, dotted_form_is_parsed_or_refused, parsed);
    add_rows(tc, named_bits_are_taken_or_refused, named);
    add_rows(tc, implicit_tag_stands_for_the_type, tagged);
    suite_add_tcase(suite, tc);
}
