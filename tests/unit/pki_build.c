/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Graphs of certificates: cross-certificates, loops, several keys of one name, stores. */
#include "pki_support.h"

#include "pki/path.h"

#define CA_USE GNUTLS_KEY_KEY_CERT_SIGN
#define NODES 40

static struct {
    certs_made made[NODES];
    smime_cert *cert[NODES];
    size_t count;
    smime_store *store;
    smime_policy *policy;
    smime_path *path;
} self;

static void setup(void)
{
    memset(&self, 0, sizeof self);
    ck_ok(smime_store_new(&self.store));
    ck_ok(smime_policy_new(SMIME_POLICY_DEFAULT, &self.policy));
    ck_ok(smime_policy_set_time(self.policy, SUPPORT_NOW));
}

static void teardown(void)
{
    for (size_t i = 0; i < self.count; i++) {
        smime_cert_unref(self.cert[i]);
        gnutls_x509_crt_deinit(self.made[i].crt); /* keys are shared, and leave with the test */
    }
    smime_path_unref(self.path);
    smime_store_unref(self.store);
    smime_policy_unref(self.policy);
}

/* A certificate for @p subject with @p key, signed by @p issuer (an index, or -1: itself). */
static int add(const char *subject, gnutls_x509_privkey_t key, int issuer, int ca)
{
    certs_spec spec = {.subject = subject, .ca = ca, .usage = ca ? CA_USE : 0};
    int index = (int)self.count++;

    ck_assert_int_lt(index, NODES);
    self.made[index] = certs_make(&spec, key, issuer >= 0 ? &self.made[issuer] : NULL);
    self.cert[index] = cert_of(&self.made[index]);
    return index;
}

static void trust(int index)
{
    ck_ok(smime_store_add_anchor(self.store, self.cert[index]));
}

static void offer(int index)
{
    ck_ok(smime_store_add_cert(self.store, self.cert[index]));
}

static const char *check(int leaf)
{
    smime_path_unref(self.path);
    self.path = NULL;
    ck_ok(smime_path_check(self.store, self.policy, self.cert[leaf], 0, NULL, &self.path));
    return smime_path_reason(self.path);
}

static int on_path(int index)
{
    for (size_t i = 0; i < smime_path_count(self.path); i++)
        if (smime__cert_equal(smime_path_cert(self.path, i), self.cert[index]))
            return 1;
    return 0;
}

START_TEST(cross_certificate_leads_to_the_trusted_root)
{
    gnutls_x509_privkey_t ca_key = key_p256(), leaf_key = key_p256(), root_key = key_p256();
    int root = add("CN=Trusted", root_key, -1, 1);
    int own = add("CN=CA", ca_key, -1, 1); /* its own root, which nobody trusts */
    int cross = add("CN=CA", ca_key, root, 1);
    int leaf = add("CN=Leaf", leaf_key, own, 0);

    trust(root);
    offer(own);
    ck_assert_str_eq(check(leaf), "no-anchor");
    offer(cross);
    ck_assert_str_eq(check(leaf), "valid");
    ck_assert_uint_eq(smime_path_count(self.path), 3);
    ck_assert(on_path(cross));
    gnutls_x509_privkey_deinit(ca_key);
    gnutls_x509_privkey_deinit(leaf_key);
    gnutls_x509_privkey_deinit(root_key);
}
END_TEST

START_TEST(loops_end)
{
    gnutls_x509_privkey_t a_key = key_p256(), b_key = key_p256(), leaf_key = key_p256();
    int a = add("CN=A", a_key, -1, 1);
    int b = add("CN=B", b_key, a, 1);
    int a_by_b = add("CN=A", a_key, b, 1);
    int b_by_a = add("CN=B", b_key, a_by_b, 1);
    int leaf = add("CN=Leaf", leaf_key, a, 0);

    offer(a_by_b);
    offer(b_by_a);
    ck_assert_str_eq(check(leaf), "no-anchor");
    ck_assert_uint_le(smime_path_steps(self.path), 10);
    trust(a);
    ck_assert_str_eq(check(leaf), "valid");
    ck_assert_uint_eq(smime_path_count(self.path), 2);
    gnutls_x509_privkey_deinit(a_key);
    gnutls_x509_privkey_deinit(b_key);
    gnutls_x509_privkey_deinit(leaf_key);
}
END_TEST

START_TEST(self_signed_leaf_is_not_trusted_and_does_not_loop)
{
    gnutls_x509_privkey_t key = key_p256();
    int leaf = add("CN=Self", key, -1, 0);

    ck_assert_str_eq(check(leaf), "no-anchor");
    offer(leaf);
    ck_assert_str_eq(check(leaf), "no-anchor");
    trust(leaf);
    ck_assert_str_eq(check(leaf), "valid");
    ck_assert_uint_eq(smime_path_count(self.path), 1);
    gnutls_x509_privkey_deinit(key);
}
END_TEST

START_TEST(name_and_key_of_an_anchor_are_not_the_anchor)
{
    gnutls_x509_privkey_t key = key_p256(), other = key_p256();
    int anchor = add("CN=Leaf", key, -1, 0);
    int rogue = add("CN=Rogue", other, -1, 1);
    int twin = add("CN=Leaf", key, rogue, 0); /* other contents under the same name and key */

    trust(anchor);
    ck_assert_str_ne(check(twin), "valid");
    gnutls_x509_privkey_deinit(key);
    gnutls_x509_privkey_deinit(other);
}
END_TEST

START_TEST(several_keys_of_one_name_are_all_tried)
{
    gnutls_x509_privkey_t keys[6], leaf_key = key_p256();
    int first = -1, leaf;

    for (int i = 0; i < 6; i++) {
        certs_spec spec = {.subject = "CN=CA", .ca = 1, .usage = CA_USE, .no_key_ids = 1};

        keys[i] = key_p256();
        self.made[self.count] = certs_make(&spec, keys[i], NULL);
        self.cert[self.count] = cert_of(&self.made[self.count]);
        first = first < 0 ? (int)self.count : first;
        trust((int)self.count++);
    }
    leaf = add("CN=Leaf", leaf_key, first + 3, 0);
    ck_assert_str_eq(check(leaf), "valid");
    ck_assert(on_path(first + 3));
    ck_assert_uint_le(smime_path_signatures(self.path), 6);
    for (int i = 0; i < 6; i++)
        gnutls_x509_privkey_deinit(keys[i]);
    gnutls_x509_privkey_deinit(leaf_key);
}
END_TEST

START_TEST(rogue_issuer_of_the_right_name)
{
    gnutls_x509_privkey_t good = key_p256(), rogue_key = key_p256(), leaf_key = key_p256();
    int root = add("CN=Root", good, -1, 1);
    int rogue = add("CN=Root", rogue_key, -1, 1);
    int leaf = add("CN=Leaf", leaf_key, rogue, 0);

    trust(root);
    offer(rogue);
    ck_assert_str_eq(check(leaf), "bad-certificate-signature");
    ck_assert_int_eq(smime_path_status(self.path), SMIME_PATH_INVALID);
    gnutls_x509_privkey_deinit(good);
    gnutls_x509_privkey_deinit(rogue_key);
    gnutls_x509_privkey_deinit(leaf_key);
}
END_TEST

START_TEST(mesh_without_an_anchor_spends_its_budget)
{
    gnutls_x509_privkey_t keys[6];
    char names[6][8];
    smime_path *path = NULL;
    int leaf;

    for (int i = 0; i < 6; i++) {
        keys[i] = key_p256();
        snprintf(names[i], sizeof names[i], "CN=M%d", i);
        add(names[i], keys[i], -1, 1);
    }
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < 6; k++)
            if (i != k)
                offer(add(names[i], keys[i], k, 1));
    leaf = add("CN=Leaf", keys[0], 1, 0);
    ck_ok(smime_policy_set_limit(self.policy, SMIME_LIMIT_STEPS, 200));
    ck_assert_int_eq(smime_path_check(self.store, self.policy, self.cert[leaf], 0, NULL, &path),
                     SMIME_E_LIMIT_STEPS);
    ck_assert_ptr_null(path);
    for (int i = 0; i < 6; i++)
        gnutls_x509_privkey_deinit(keys[i]);
}
END_TEST

START_TEST(result_of_a_signature_is_remembered)
{
    gnutls_x509_privkey_t key = key_p256(), leaf_key = key_p256();
    int root = add("CN=Root", key, -1, 1), leaf = add("CN=Leaf", leaf_key, root, 0);
    smime__settings settings;
    smime__budget budget = {.signatures = 0};
    smime__path_context context;
    smime__error error;

    trust(root);
    smime__error_clear(&error);
    ck_ok(smime__settings_snapshot(&settings, self.policy));
    budget.limits = settings.limits;
    ck_ok(smime__path_context_init(&context, self.store, &settings, &budget, &error));
    for (int i = 0; i < 3; i++) {
        smime_path *path;

        ck_ok(smime__path_find(&context, self.cert[leaf], 0, NULL, &path));
        ck_assert(smime_path_valid(path));
        ck_assert_uint_eq(smime_path_signatures(path), i == 0);
        smime_path_unref(path);
    }
    ck_assert_uint_eq(budget.signatures, 1);
    smime__path_context_clear(&context);
    smime__settings_clear(&settings);
    gnutls_x509_privkey_deinit(key);
    gnutls_x509_privkey_deinit(leaf_key);
}
END_TEST

START_TEST(certificates_of_the_message_are_used_and_not_trusted)
{
    gnutls_x509_privkey_t key = key_p256(), ca_key = key_p256(), leaf_key = key_p256();
    int root = add("CN=Root", key, -1, 1), ca = add("CN=CA", ca_key, root, 1);
    int leaf = add("CN=Leaf", leaf_key, ca, 0);
    smime__settings settings;
    smime__budget budget = {.signatures = 0};
    smime__path_context context;
    smime__pool message = {0};
    smime_path *path;

    ck_ok(smime__pool_add(&message, self.cert[root]));
    ck_ok(smime__pool_add(&message, self.cert[ca]));
    ck_ok(smime__pool_add(&message, self.cert[ca]));
    ck_assert_uint_eq(message.count, 2);
    ck_ok(smime__settings_snapshot(&settings, self.policy));
    budget.limits = settings.limits;
    for (int trusted = 0; trusted < 2; trusted++) {
        if (trusted)
            trust(root);
        ck_ok(smime__path_context_init(&context, self.store, &settings, &budget, NULL));
        context.bag = &message;
        ck_ok(smime__path_find(&context, self.cert[leaf], 0, NULL, &path));
        ck_assert_str_eq(smime_path_reason(path), trusted ? "valid" : "no-anchor");
        smime_path_unref(path);
        smime__path_context_clear(&context);
    }
    smime__pool_clear(&message);
    smime__settings_clear(&settings);
    gnutls_x509_privkey_deinit(key);
    gnutls_x509_privkey_deinit(ca_key);
    gnutls_x509_privkey_deinit(leaf_key);
}
END_TEST

/* certificatePolicies of the CA and the leaf, and what holds for both; anyPolicy is 2.5.29.32.0. */
static const struct {
    const char *ca, *leaf, *both;
} policies[] = {
    {"3006 3004 0602 2a03", "3006 3004 0602 2a03", "1.2.3;"},
    {"3006 3004 0602 2a03", "3006 3004 0602 2a04", ""},
    {"3006 3004 0602 2a03", "300c 3004 0602 2a03 3004 0602 2a04", "1.2.3;"},
    {"3008 3006 0604 551d2000", "3006 3004 0602 2a03", "1.2.3;"},
    {"3006 3004 0602 2a03", "3008 3006 0604 551d2000", "1.2.3;"},
    {NULL, "3006 3004 0602 2a03", ""},
    {"3006 3004 0602 2a03", NULL, ""},
};

static int add_with_policies(const char *subject, int issuer, int ca, const char *hex)
{
    size_t len = 0;
    uint8_t *value = hex ? support_unhex(hex, &len) : NULL;
    certs_spec spec = {.subject = subject, .ca = ca, .usage = ca ? CA_USE : 0,
                       .extra = hex ? "2.5.29.32" : NULL, .extra_value = (const char *)value,
                       .extra_len = len};
    int index = (int)self.count++;

    self.made[index] = certs_make(&spec, key_p256(), issuer >= 0 ? &self.made[issuer] : NULL);
    self.cert[index] = cert_of(&self.made[index]);
    free(value);
    return index;
}

START_TEST(policies_that_hold_for_the_whole_path)
{
    int root = add_with_policies("CN=Root", -1, 1, "3008 3006 0604 551d2000");
    int ca = add_with_policies("CN=CA", root, 1, policies[_i].ca);
    int leaf = add_with_policies("CN=Leaf", ca, 0, policies[_i].leaf);
    smime__buf text = {0};

    trust(root);
    offer(ca);
    ck_assert_str_eq(check(leaf), "valid");
    for (size_t i = 0; i < smime_path_policy_count(self.path); i++)
        ck_ok(smime__buf_format(&text, "%s;", smime_path_policy(self.path, i)));
    ck_assert_str_eq(smime__buf_text(&text), policies[_i].both);
    ck_assert_ptr_null(smime_path_policy(self.path, smime_path_policy_count(self.path)));
    smime__buf_free(&text);
    for (int i = 0; i < 3; i++)
        gnutls_x509_privkey_deinit(self.made[i].key);
}
END_TEST

START_TEST(store_counts_each_certificate_once)
{
    gnutls_x509_privkey_t key = key_p256();
    int root = add("CN=Root", key, -1, 1);

    ck_assert_uint_eq(smime_store_count(self.store), 0);
    offer(root);
    offer(root);
    ck_assert_uint_eq(smime_store_count(self.store), 1);
    trust(root);
    trust(root);
    ck_assert_uint_eq(smime_store_count(self.store), 1);
    ck_assert_int_eq(smime_store_add_anchor(self.store, NULL), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_store_add_cert(NULL, self.cert[root]), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_store_new(NULL), SMIME_E_INVALID_ARG);
    ck_assert_ptr_eq(smime_store_ref(self.store), self.store);
    smime_store_unref(self.store);
    smime_store_unref(NULL);
    gnutls_x509_privkey_deinit(key);
}
END_TEST

void add_pki_build(Suite *suite)
{
    TCase *tc = tcase_create("build");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, cross_certificate_leads_to_the_trusted_root);
    tcase_add_test(tc, loops_end);
    tcase_add_test(tc, self_signed_leaf_is_not_trusted_and_does_not_loop);
    tcase_add_test(tc, name_and_key_of_an_anchor_are_not_the_anchor);
    tcase_add_test(tc, several_keys_of_one_name_are_all_tried);
    tcase_add_test(tc, rogue_issuer_of_the_right_name);
    tcase_add_test(tc, mesh_without_an_anchor_spends_its_budget);
    tcase_add_test(tc, result_of_a_signature_is_remembered);
    tcase_add_test(tc, certificates_of_the_message_are_used_and_not_trusted);
    add_rows(tc, policies_that_hold_for_the_whole_path, policies);
    tcase_add_test(tc, store_counts_each_certificate_once);
    suite_add_tcase(suite, tc);
}
