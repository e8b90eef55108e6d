/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RecipientInfos made, listed and opened. */
#include "cms_support.h"

static const struct {
    const char *name;
    int transport;
    smime__hash oaep_hash;
    int plain_ktri;
    const char *kind, *algorithm;
} rows[] = {
    {"alice-rsa", SMIME__TRANSPORT_V15, SMIME__HASH_SHA256, 1, "ktri", "rsa-v1.5"},
    {"alice-rsa", SMIME__TRANSPORT_AUTO, SMIME__HASH_SHA256, 1, "ktri", NULL},
    {"alice-rsa", SMIME__TRANSPORT_OAEP, SMIME__HASH_SHA256, 1, "ktri", "rsa-oaep"},
    {"alice-rsa", SMIME__TRANSPORT_OAEP, SMIME__HASH_SHA1, 1, "ktri", "rsa-oaep"},
    {"alice-p256", SMIME__TRANSPORT_AUTO, SMIME__HASH_SHA256, 0, "kari", NULL},
    {"carol-p384", SMIME__TRANSPORT_AUTO, SMIME__HASH_SHA256, 0, "kari", NULL},
    {"carol-p521", SMIME__TRANSPORT_AUTO, SMIME__HASH_SHA256, 0, "kari", NULL},
};

static smime_identity *mine, *other;
static smime__buf info;
static smime__recipients listed;
static smime__key_hunt hunt;
static uint8_t key[32];

static void teardown(void)
{
    smime__key_hunt_clear(&hunt);
    smime__recipients_clear(&listed);
    smime__buf_free(&info);
    smime_identity_unref(mine);
    smime_identity_unref(other);
}

static void make(const char *name, int transport, smime__hash oaep_hash, size_t key_len)
{
    smime__recipient recipient = {0};
    int version = 9;

    support_fill(key, sizeof key, 40);
    mine = identity_named(name);
    recipient.cert = mine->cert;
    recipient.transport = transport;
    recipient.oaep_hash = oaep_hash;
    ck_ok(smime__recipient_info_add(&info, &recipient, key, key_len, &version));
    ck_assert_int_eq(version, smime__privkey_kind(mine->key) == SMIME__KEY_RSA ? 0 : 2);
    memset(&hunt, 0, sizeof hunt);
    hunt.recipients = &listed;
}

START_TEST(made_listed_and_opened)
{
    for (size_t key_len = 16; key_len <= 32; key_len += 8) {
        uint8_t got[32], random[32];

        make(rows[_i].name, rows[_i].transport, rows[_i].oaep_hash, key_len);
        other = identity_named("bob-rsa");
        smime_identity *both[2] = {other, mine};

        hunt.identities = both;
        hunt.identity_count = 2;
        ck_ok(smime__recipient_info_read(&hunt, smime__buf_view(&info)));
        ck_assert_uint_eq(listed.count, 1);
        ck_assert_str_eq(listed.list[0].kind, rows[_i].kind);
        ck_assert_ptr_nonnull(strstr(listed.list[0].identifier, "CN=Test Intermediate"));
        if (rows[_i].algorithm)
            ck_assert_str_eq(listed.list[0].algorithm, rows[_i].algorithm);
        ck_assert_int_eq(hunt.matched, 1);
        ck_assert_ptr_eq(hunt.identity, mine);
        ck_assert_uint_eq(hunt.match, 0);
        support_fill(random, sizeof random, 41);
        memcpy(got, random, sizeof got);
        ck_ok(smime__recipient_info_open(&hunt, got, key_len));
        ck_assert_mem_eq(got, key, key_len);
        ck_assert_mem_eq(got + key_len, random + key_len, sizeof got - key_len);
        /* another length than was wrapped: the random key stays */
        memcpy(got, random, sizeof got);
        ck_ok(smime__recipient_info_open(&hunt, got, key_len == 16 ? 32 : 16));
        ck_assert_mem_eq(got, random, sizeof got);
        teardown();
        memset(&listed, 0, sizeof listed);
        mine = other = NULL;
    }
}
END_TEST

START_TEST(nobody_home)
{
    smime_identity *others[1];

    make(rows[_i].name, rows[_i].transport, rows[_i].oaep_hash, 16);
    other = identity_named("bob-rsa");
    others[0] = other;
    hunt.identities = others;
    hunt.identity_count = 1;
    ck_ok(smime__recipient_info_read(&hunt, smime__buf_view(&info)));
    ck_assert_int_eq(hunt.matched, 0);
    ck_assert_uint_eq(listed.count, 1);
}
END_TEST

START_TEST(every_prefix_is_refused_and_every_byte_gives_one_answer)
{
    smime_identity *own[1];
    uint8_t random[16];

    make(rows[_i].name, rows[_i].transport, rows[_i].oaep_hash, 16);
    own[0] = mine;
    for (size_t len = 0; len < info.len; len++) {
        uint8_t *exact = malloc(len ? len : 1);

        memcpy(exact, info.data, len);
        ck_assert_int_eq(smime__recipient_info_read(&hunt, smime__view_of(exact, len)),
                         SMIME_E_CMS_SYNTAX);
        free(exact);
    }
    support_fill(random, sizeof random, 42);
    for (size_t i = 0; i < info.len; i++) {
        smime_status status;
        uint8_t got[16];

        info.data[i] ^= 1;
        memset(&hunt, 0, sizeof hunt);
        hunt.recipients = &listed;
        hunt.identities = own;
        hunt.identity_count = 1;
        status = smime__recipient_info_read(&hunt, smime__buf_view(&info));
        ck_assert(status == SMIME_OK || status == SMIME_E_CMS_SYNTAX);
        if (status == SMIME_OK && hunt.matched) {
            memcpy(got, random, sizeof got);
            ck_ok(smime__recipient_info_open(&hunt, got, 16));
            /* the random key, or what a change without meaning leaves right */
            ck_assert(!memcmp(got, random, 16) || !memcmp(got, key, 16));
        }
        smime__key_hunt_clear(&hunt);
        info.data[i] ^= 1;
    }
}
END_TEST

START_TEST(other_kinds_are_listed)
{
    static const struct { const char *hex, *kind; } kinds[] = {
        {"a217 020104 3003 0401aa 300b 0609 608648016503040105 0400", "kekri"},
        {"a30c 020100 3005 0603 2a0304 0400", "pwri"}, {"a405 0603 2a0304", "ori"}};

    memset(&hunt, 0, sizeof hunt);
    hunt.recipients = &listed;
    for (size_t i = 0; i < 3; i++) {
        size_t len;
        uint8_t *bytes = support_unhex(kinds[i].hex, &len);

        ck_ok(smime__recipient_info_read(&hunt, smime__view_of(bytes, len)));
        ck_assert_str_eq(listed.list[i].kind, kinds[i].kind);
        free(bytes);
    }
    ck_assert_int_eq(smime__recipient_info_read(&hunt, smime__view_of("\xa5\0", 2)),
                     SMIME_E_CMS_SYNTAX);
    ck_assert_uint_eq(listed.count, 3);
    ck_assert_int_eq(hunt.matched, 0);
}
END_TEST

START_TEST(keys_that_cannot_encrypt)
{
    smime__recipient recipient = {.oaep_hash = SMIME__HASH_SHA256};
    int plain = 0;

    mine = identity_named("dave-ed25519");
    recipient.cert = mine->cert;
    ck_assert_int_eq(smime__recipient_info_add(&info, &recipient, key, 16, &plain),
                     SMIME_E_UNSUPPORTED);
    ck_assert_uint_eq(info.len, 0);
}
END_TEST

static void setup(void)
{
    mine = other = NULL;
    memset(&info, 0, sizeof info);
    memset(&listed, 0, sizeof listed);
    memset(&hunt, 0, sizeof hunt);
}

void add_cms_recipient(Suite *suite)
{
    TCase *tc = tcase_create("recipient");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    add_rows(tc, made_listed_and_opened, rows);
    add_rows(tc, nobody_home, rows);
    add_rows(tc, every_prefix_is_refused_and_every_byte_gives_one_answer, rows);
    tcase_add_test(tc, other_kinds_are_listed);
    tcase_add_test(tc, keys_that_cannot_encrypt);
    suite_add_tcase(suite, tc);
}
