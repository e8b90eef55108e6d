/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* memmem */
/* One path of root, CA and leaf, with one thing wrong at a time. */
#include "pki_support.h"

#include "pki/path.h"

#define CA_USE (GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN)
#define LEAF_USE (GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_AGREEMENT)

/* What is different from the usual chain; a zero in a field leaves the usual. */
static const struct {
    certs_spec root, ca, leaf;
    int32_t use;
    const char *email, *reason;
    int fault;
    int64_t when;
} rows[] = {
    {.reason = "valid", .fault = -1},
    {.use = SMIME_USE_SIGN, .reason = "valid", .fault = -1},
    {.use = SMIME_USE_SIGN | SMIME_USE_ENCRYPT, .email = "leaf@example.org", .reason = "valid",
     .fault = -1},
    {.email = "LEAF@Example.Org", .reason = "valid", .fault = -1},
    {.email = "other@example.org", .reason = "address-mismatch", .fault = 0},
    {.leaf = {.email = "-"}, .email = "leaf@example.org", .reason = "no-address", .fault = 0},
    {.when = CERTS_FROM, .reason = "valid", .fault = -1},
    {.when = CERTS_FROM - 1, .reason = "not-yet-valid", .fault = 0},
    {.when = CERTS_UNTIL, .reason = "valid", .fault = -1},
    {.when = CERTS_UNTIL + 1, .reason = "expired", .fault = 0},
    {.leaf = {.until = SUPPORT_NOW - 1}, .reason = "expired", .fault = 0},
    {.ca = {.until = SUPPORT_NOW - 1}, .reason = "expired", .fault = 1},
    {.root = {.until = SUPPORT_NOW - 1}, .reason = "expired", .fault = 2},
    {.leaf = {.from = SUPPORT_NOW + 1}, .reason = "not-yet-valid", .fault = 0},
    {.leaf = {.usage = GNUTLS_KEY_KEY_AGREEMENT}, .use = SMIME_USE_SIGN, .reason = "key-usage"},
    {.leaf = {.usage = GNUTLS_KEY_KEY_AGREEMENT}, .use = SMIME_USE_ENCRYPT, .reason = "valid",
     .fault = -1},
    {.leaf = {.usage = GNUTLS_KEY_DIGITAL_SIGNATURE}, .use = SMIME_USE_ENCRYPT,
     .reason = "key-usage"},
    {.leaf = {.usage = GNUTLS_KEY_NON_REPUDIATION}, .use = SMIME_USE_SIGN, .reason = "valid",
     .fault = -1},
    {.leaf = {.purpose = GNUTLS_KP_TLS_WWW_SERVER}, .use = SMIME_USE_SIGN,
     .reason = "extended-key-usage"},
    {.leaf = {.purpose = GNUTLS_KP_TLS_WWW_SERVER}, .reason = "valid", .fault = -1},
    {.leaf = {.purpose = GNUTLS_KP_ANY}, .use = SMIME_USE_SIGN, .reason = "valid", .fault = -1},
    {.leaf = {.purpose = GNUTLS_KP_EMAIL_PROTECTION}, .use = SMIME_USE_SIGN, .reason = "valid",
     .fault = -1},
    {.ca = {.purpose = GNUTLS_KP_TLS_WWW_SERVER}, .use = SMIME_USE_SIGN,
     .reason = "extended-key-usage", .fault = 1},
    {.ca = {.usage = GNUTLS_KEY_DIGITAL_SIGNATURE}, .reason = "key-usage", .fault = 1},
    {.ca = {.ca = -1}, .reason = "not-ca", .fault = 1},
    {.ca = {.ca = -2}, .reason = "not-ca", .fault = 1}, /* without basicConstraints */
    {.ca = {.path_length = 1}, .reason = "valid", .fault = -1},
    {.root = {.path_length = 2}, .reason = "valid", .fault = -1},
    {.root = {.path_length = 1}, .reason = "path-length", .fault = 2},
    {.leaf = {.extra = "1.2.3.4", .extra_critical = 1}, .reason = "unknown-critical-extension"},
    {.leaf = {.extra = "1.2.3.4"}, .reason = "valid", .fault = -1},
    {.ca = {.extra = "1.2.3.4", .extra_critical = 1}, .reason = "unknown-critical-extension",
     .fault = 1},
    {.leaf = {.hash = GNUTLS_DIG_SHA1}, .reason = "weak-algorithm", .fault = 0},
    {.ca = {.hash = GNUTLS_DIG_SHA1}, .reason = "weak-algorithm", .fault = 1},
    {.root = {.hash = GNUTLS_DIG_SHA1}, .reason = "valid", .fault = -1}, /* it is trusted */
    {.leaf = {.hash = GNUTLS_DIG_SHA512}, .reason = "valid", .fault = -1},
    {.leaf = {.no_key_ids = 1}, .reason = "valid", .fault = -1},
    {.root = {.version = 1, .ca = -2}, .reason = "valid", .fault = -1},
    {.ca = {.version = 1, .ca = -2}, .reason = "not-ca", .fault = 1},
    {.leaf = {.version = 1, .ca = -2, .email = "-"}, .reason = "valid", .fault = -1},
};

static certs_spec merge(certs_spec usual, const certs_spec *row)
{
    int bare = row->version == 1;

    usual.version = row->version;
    usual.ca = row->ca == -2 ? 0 : row->ca ? row->ca : usual.ca;
    usual.path_length = row->path_length;
    usual.usage = bare || row->ca == -2 ? 0 : row->usage ? row->usage : usual.usage;
    usual.purpose = row->purpose;
    usual.email = row->email ? (row->email[0] == '-' ? NULL : row->email) : usual.email;
    usual.from = row->from;
    usual.until = row->until;
    usual.hash = row->hash;
    usual.extra = row->extra;
    usual.extra_value = "\x30\0";
    usual.extra_len = row->extra ? 2 : 0;
    usual.extra_critical = row->extra_critical;
    usual.no_key_ids = row->no_key_ids;
    return usual;
}

static struct {
    certs_made made[3];
    smime_cert *cert[3]; /* root, CA, leaf */
    smime_store *store;
    smime_policy *policy;
    smime_path *path;
} self;

static void make_chain(const certs_spec *root, const certs_spec *ca, const certs_spec *leaf)
{
    certs_spec specs[3] = {
        merge((certs_spec){.subject = "CN=Root", .ca = 1, .usage = CA_USE}, root),
        merge((certs_spec){.subject = "CN=CA", .ca = 1, .usage = CA_USE}, ca),
        merge((certs_spec){.subject = "CN=Leaf", .email = "leaf@example.org",
                           .usage = LEAF_USE}, leaf),
    };

    for (int i = 0; i < 3; i++) {
        self.made[i] = certs_make(&specs[i], key_p256(), i ? &self.made[i - 1] : NULL);
        self.cert[i] = cert_of(&self.made[i]);
    }
}

static void setup(void)
{
    memset(&self, 0, sizeof self);
    ck_ok(smime_store_new(&self.store));
    ck_ok(smime_policy_new(SMIME_POLICY_DEFAULT, &self.policy));
    ck_ok(smime_policy_set_time(self.policy, SUPPORT_NOW));
}

static void teardown(void)
{
    for (int i = 0; i < 3; i++) {
        smime_cert_unref(self.cert[i]);
        if (self.made[i].crt)
            certs_free(&self.made[i]);
    }
    smime_path_unref(self.path);
    smime_store_unref(self.store);
    smime_policy_unref(self.policy);
}

static void check(int32_t use, const char *email)
{
    smime_path_unref(self.path);
    self.path = NULL;
    ck_ok(smime_path_check(self.store, self.policy, self.cert[2], use, email, &self.path));
    ck_assert_ptr_nonnull(self.path);
}

static void expect(const char *reason, int fault)
{
    int valid = !strcmp(reason, "valid");

    ck_assert_str_eq(smime_path_reason(self.path), reason);
    ck_assert_int_eq(smime_path_valid(self.path), valid);
    ck_assert_int_eq(smime_path_status(self.path),
                     valid                          ? SMIME_PATH_VALID
                     : !strcmp(reason, "no-anchor") ? SMIME_PATH_INDETERMINATE
                                                    : SMIME_PATH_INVALID);
    ck_assert_int_eq(smime_path_fault(self.path), fault);
    ck_assert_str_ne(smime_path_text(self.path), "");
}

START_TEST(one_thing_wrong_at_a_time)
{
    make_chain(&rows[_i].root, &rows[_i].ca, &rows[_i].leaf);
    ck_ok(smime_store_add_anchor(self.store, self.cert[0]));
    ck_ok(smime_store_add_cert(self.store, self.cert[1]));
    if (rows[_i].when)
        ck_ok(smime_policy_set_time(self.policy, rows[_i].when));
    check(rows[_i].use, rows[_i].email);
    expect(rows[_i].reason, rows[_i].fault);
    if (smime_path_valid(self.path)) {
        ck_assert_uint_eq(smime_path_count(self.path), 3);
        for (size_t i = 0; i < 3; i++)
            ck_assert(smime__cert_equal(smime_path_cert(self.path, i), self.cert[2 - i]));
        ck_assert_ptr_null(smime_path_cert(self.path, 3));
        ck_assert_uint_eq(smime_path_signatures(self.path), 2);
        ck_assert_uint_ge(smime_path_steps(self.path), 3);
    }
}
END_TEST

static const certs_spec usual;

/* Which certificates are anchors, and which are only there: bits of root, CA, leaf. */
static const struct {
    unsigned anchors, others;
    const char *reason;
    int fault;
    size_t count;
} trusts[] = {
    {1, 2, "valid", -1, 3},
    {2, 0, "valid", -1, 2}, /* an intermediate is enough */
    {2, 1, "valid", -1, 2},
    {4, 0, "valid", -1, 1}, /* the leaf itself */
    {7, 0, "valid", -1, 1},
    {1, 0, "no-anchor", 0, 1},
    {0, 3, "no-anchor", 2, 3},
    {0, 0, "no-anchor", 0, 1},
};

START_TEST(anchors_of_every_kind)
{
    make_chain(&usual, &usual, &usual);
    for (unsigned i = 0; i < 3; i++) {
        if (trusts[_i].anchors & 1u << i)
            ck_ok(smime_store_add_anchor(self.store, self.cert[i]));
        if (trusts[_i].others & 1u << i)
            ck_ok(smime_store_add_cert(self.store, self.cert[i]));
    }
    check(SMIME_USE_SIGN, NULL);
    expect(trusts[_i].reason, trusts[_i].fault);
    ck_assert_uint_eq(smime_path_count(self.path), trusts[_i].count);
}
END_TEST

START_TEST(no_store_and_bad_arguments)
{
    make_chain(&usual, &usual, &usual);
    ck_ok(smime_path_check(NULL, self.policy, self.cert[2], 0, NULL, &self.path));
    expect("no-anchor", 0);
    ck_assert_int_eq(smime_path_check(NULL, NULL, NULL, 0, NULL, &self.path),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_path_check(NULL, NULL, self.cert[2], 0, NULL, NULL),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_path_check(NULL, NULL, self.cert[2], 4, NULL, &self.path),
                     SMIME_E_INVALID_ARG);
    smime_path_unref(smime_path_ref(self.path));
    ck_assert_ptr_null(smime_path_ref(NULL));
    smime_path_unref(NULL);
}
END_TEST

START_TEST(anchor_with_a_fault_is_judged_too)
{
    static const certs_spec old = {.until = SUPPORT_NOW - 1};

    make_chain(&usual, &usual, &old);
    ck_ok(smime_store_add_anchor(self.store, self.cert[2]));
    check(0, NULL);
    expect("expired", 0);
}
END_TEST

START_TEST(changed_signature)
{
    gnutls_datum_t der;

    make_chain(&usual, &usual, &usual);
    ck_ok(smime_store_add_anchor(self.store, self.cert[0]));
    ck_ok(smime_store_add_cert(self.store, self.cert[1]));
    der = certs_der(&self.made[2]);
    der.data[der.size - 1] ^= 1;
    smime_cert_unref(self.cert[2]);
    ck_ok(smime__cert_parse(smime__view_of(der.data, der.size), &self.cert[2]));
    gnutls_free(der.data);
    check(0, NULL);
    expect("bad-certificate-signature", 0);
}
END_TEST

START_TEST(changed_contents)
{
    gnutls_datum_t der;
    uint8_t *name;

    make_chain(&usual, &usual, &usual);
    ck_ok(smime_store_add_anchor(self.store, self.cert[0]));
    ck_ok(smime_store_add_cert(self.store, self.cert[1]));
    der = certs_der(&self.made[2]);
    name = memmem(der.data, der.size, "leaf@", 5);
    ck_assert_ptr_nonnull(name);
    memcpy(name, "boss@", 5);
    smime_cert_unref(self.cert[2]);
    ck_ok(smime__cert_parse(smime__view_of(der.data, der.size), &self.cert[2]));
    gnutls_free(der.data);
    check(0, "boss@example.org");
    expect("bad-certificate-signature", 0);
}
END_TEST

START_TEST(weak_and_strict_policies)
{
    static const certs_spec sha1 = {.hash = GNUTLS_DIG_SHA1};

    make_chain(&usual, &usual, &sha1);
    ck_ok(smime_store_add_anchor(self.store, self.cert[0]));
    ck_ok(smime_store_add_cert(self.store, self.cert[1]));
    check(0, NULL);
    expect("weak-algorithm", 0);
    smime_policy_unref(self.policy);
    ck_ok(smime_policy_new(SMIME_POLICY_LEGACY, &self.policy));
    ck_ok(smime_policy_set_time(self.policy, SUPPORT_NOW));
    check(0, "LEAF@example.org");
    expect("valid", -1);
    smime_policy_unref(self.policy);
    ck_ok(smime_policy_new(SMIME_POLICY_STRICT, &self.policy));
    ck_ok(smime_policy_set_time(self.policy, SUPPORT_NOW));
    smime_cert_unref(self.cert[2]);
    certs_free(&self.made[2]);
    self.made[2] = certs_make(&(certs_spec){.subject = "CN=Leaf", .email = "leaf@example.org"},
                              key_p256(), &self.made[1]);
    self.cert[2] = cert_of(&self.made[2]);
    check(0, "leaf@EXAMPLE.org");
    expect("valid", -1);
    check(0, "Leaf@example.org");
    expect("address-mismatch", 0);
}
END_TEST

START_TEST(short_rsa_keys)
{
    make_chain(&usual, &usual, &usual);
    ck_ok(smime_store_add_anchor(self.store, self.cert[0]));
    ck_ok(smime_store_add_cert(self.store, self.cert[1]));
    smime_cert_unref(self.cert[2]);
    certs_free(&self.made[2]);
    self.made[2] = certs_make(&(certs_spec){.subject = "CN=Leaf"},
                              certs_key(GNUTLS_PK_RSA, 1024), &self.made[1]);
    self.cert[2] = cert_of(&self.made[2]);
    check(0, NULL);
    expect("weak-key", 0);
    smime_policy_unref(self.policy);
    ck_ok(smime_policy_new(SMIME_POLICY_LEGACY, &self.policy));
    ck_ok(smime_policy_set_time(self.policy, SUPPORT_NOW));
    check(0, NULL);
    expect("valid", -1);
}
END_TEST

/* What a store remembers costs nothing; adding something makes it forget. */
static void forget(void)
{
    ck_ok(smime_store_add_anchor(self.store, self.cert[0]));
}

START_TEST(budget_is_exact)
{
    static const struct { int32_t limit; uint64_t enough; smime_status status; } limits[] = {
        {SMIME_LIMIT_SIGNATURES, 2, SMIME_E_LIMIT_SIGNATURES},
        {SMIME_LIMIT_STEPS, 3, SMIME_E_LIMIT_STEPS},
    };
    smime_path *none = NULL;

    make_chain(&usual, &usual, &usual);
    ck_ok(smime_store_add_anchor(self.store, self.cert[0]));
    ck_ok(smime_store_add_cert(self.store, self.cert[1]));
    for (size_t i = 0; i < 2; i++) {
        ck_ok(smime_policy_set_limit(self.policy, limits[i].limit, limits[i].enough));
        forget();
        check(0, NULL);
        expect("valid", -1);
        ck_ok(smime_policy_set_limit(self.policy, limits[i].limit, limits[i].enough - 1));
        forget();
        ck_assert_int_eq(smime_path_check(self.store, self.policy, self.cert[2], 0, NULL, &none),
                         limits[i].status);
        ck_assert_ptr_null(none);
        ck_ok(smime_policy_set_limit(self.policy, limits[i].limit, 100));
    }
    ck_ok(smime_policy_set_limit(self.policy, SMIME_LIMIT_PATH_LENGTH, 3));
    check(0, NULL);
    expect("valid", -1);
    ck_ok(smime_policy_set_limit(self.policy, SMIME_LIMIT_PATH_LENGTH, 2));
    check(0, NULL);
    expect("path-too-long", 1);
}
END_TEST

void add_pki_path(Suite *suite)
{
    TCase *tc = tcase_create("path");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    add_rows(tc, one_thing_wrong_at_a_time, rows);
    add_rows(tc, anchors_of_every_kind, trusts);
    tcase_add_test(tc, no_store_and_bad_arguments);
    tcase_add_test(tc, anchor_with_a_fault_is_judged_too);
    tcase_add_test(tc, changed_signature);
    tcase_add_test(tc, changed_contents);
    tcase_add_test(tc, weak_and_strict_policies);
    tcase_add_test(tc, short_rsa_keys);
    tcase_add_test(tc, budget_is_exact);
    suite_add_tcase(suite, tc);
}
