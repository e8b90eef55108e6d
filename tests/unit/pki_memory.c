/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a store remembers, and when it must not: changes, other moments, other questions. */
#include "pki_world.h"

#include <pthread.h>

#include <smime/key.h>

#define DAYS(n) (SUPPORT_NOW + (n) * EVIDENCE_DAY)

static uint64_t cost(void)
{
    return smime_path_signatures(here.path) + smime_path_steps(here.path);
}

static void check(void)
{
    world_check(LEAF, SMIME_USE_SIGN, NULL);
}

static void make_and_remember(void)
{
    world_make_chain();
    world_make(STRANGER, NOBODY, world_ca("CN=Stranger"));
    check();
    world_expect("valid", -1);
    ck_assert_uint_eq(smime_path_signatures(here.path), 2);
    check();
    world_expect("valid", -1);
    ck_assert_uint_eq(cost(), 0);
}

START_TEST(remembered_path_costs_nothing_and_says_the_same)
{
    make_and_remember();
    ck_assert_uint_eq(smime_path_count(here.path), 3);
    ck_assert(smime__cert_equal(smime_path_anchor(here.path), here.cert[ROOT]));
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(smime_path_revocation(here.path, i), SMIME_REVOKED_NOT_CHECKED);
    world_check(LEAF, SMIME_USE_SIGN, "leaf@example.org");
    world_expect("valid", -1);
    ck_assert_uint_eq(cost(), 0);
    /* the address is no part of what is remembered */
    world_check(LEAF, SMIME_USE_SIGN, "other@example.org");
    world_expect("address-mismatch", 0);
    ck_assert_uint_eq(cost(), 0);
    check();
    world_expect("valid", -1);
}
END_TEST

static smime_status add_cert(void)
{
    return smime_store_add_cert(here.store, here.cert[STRANGER]);
}

static smime_status add_anchor(void)
{
    return smime_store_add_anchor(here.store, here.cert[STRANGER]);
}

static smime_status add_distrusted(void)
{
    return smime_store_add_distrusted(here.store, here.cert[CA]);
}

static smime_status add_distrusted_stranger(void)
{
    return smime_store_add_distrusted(here.store, here.cert[STRANGER]);
}

static smime_status add_crl(void)
{
    world_add_crl(&(evidence_crl){.signer = CA, .entry = {{.of = LEAF}}});
    return SMIME_OK;
}

static smime_status add_ocsp(void)
{
    world_add_ocsp(&(evidence_ocsp){.signer = CA,
                                    .single = {{.of = LEAF, .issuer = CA, .state = 1}}});
    return SMIME_OK;
}

static smime_status restrict_use(void)
{
    return smime_store_restrict_use(here.store, here.cert[ROOT], SMIME_USE_ENCRYPT);
}

static smime_status restrict_address(void)
{
    return smime_store_restrict_address(here.store, here.cert[ROOT], "example.com");
}

static smime_status restrict_names(void)
{
    gnutls_datum_t der = notation("30(a1(30(81('example.org'))))");

    return smime_store_restrict_names(here.store, here.cert[ROOT], der.data, der.size);
}

static const struct {
    smime_status (*change)(void);
    const char *reason;
    int fault;
} changes[] = {
    {add_cert, "valid", -1},
    {add_anchor, "valid", -1},
    {add_distrusted_stranger, "valid", -1},
    {add_distrusted, "distrusted", 1},
    {add_crl, "revoked", 0},
    {add_ocsp, "revoked", 0},
    {restrict_use, "anchor-use", 2},
    {restrict_address, "name-constraints", 0},
    {restrict_names, "name-constraints", 0},
};

START_TEST(every_change_of_the_store_forgets)
{
    make_and_remember();
    ck_ok(changes[_i].change());
    check();
    world_expect(changes[_i].reason, changes[_i].fault);
    ck_assert_uint_gt(cost(), 0);
    check(); /* what is not valid is not remembered */
    world_expect(changes[_i].reason, changes[_i].fault);
    ck_assert((cost() == 0) == (changes[_i].fault < 0));
}
END_TEST

/* One question, and another that must not get its answer. */
static void other_use(void)
{
    world_check(LEAF, SMIME_USE_ENCRYPT, NULL);
}

static void other_preset(void)
{
    smime_policy_unref(here.policy);
    ck_ok(smime_policy_new(SMIME_POLICY_LEGACY, &here.policy));
    world_at(SUPPORT_NOW);
    check();
}

static void other_mode(void)
{
    world_revocation(SMIME_REVOCATION_OFF);
    check();
}

static void other_flags(void)
{
    ck_ok(smime_policy_set_path_flags(here.policy, SMIME_PATH_INHIBIT_ANY));
    check();
}

static void other_length(void)
{
    ck_ok(smime_policy_set_limit(here.policy, SMIME_LIMIT_PATH_LENGTH, 3));
    check();
}

static void wanted_policy(void)
{
    ck_ok(smime_policy_add_initial_policy(here.policy, "1.2.3"));
    check();
}

static void (*const others[])(void) = {other_use,   other_preset, other_mode,
                                       other_flags, other_length, wanted_policy};

/* Signatures depend on nothing, so they are remembered - but where two of them have one place, which
 * once in a thousand times is so. */
START_TEST(another_question_is_answered_anew)
{
    uint64_t signatures = 1;

    for (int i = 0; i < 4 && signatures; i++) {
        world_teardown();
        world_setup();
        make_and_remember();
        others[_i]();
        world_expect("valid", -1);
        ck_assert_uint_gt(smime_path_steps(here.path), 0);
        signatures = smime_path_signatures(here.path);
    }
    ck_assert_uint_eq(signatures, 0);
}
END_TEST

START_TEST(wanted_policy_is_not_remembered)
{
    make_and_remember();
    ck_ok(smime_policy_add_initial_policy(here.policy, "1.2.3"));
    ck_ok(smime_policy_set_path_flags(here.policy, SMIME_PATH_EXPLICIT_POLICY));
    for (int i = 0; i < 2; i++) {
        check();
        world_expect("policy", 1);
    }
}
END_TEST

/* The moment of the first check, that of the second, and what that has to say. */
static const struct {
    int64_t first, second;
    const char *reason;
} moments[] = {
    {SUPPORT_NOW, DAYS(300), "valid"},
    {SUPPORT_NOW, CERTS_UNTIL, "valid"},
    {SUPPORT_NOW, CERTS_UNTIL + 1, "expired"},
    {SUPPORT_NOW, CERTS_FROM, "valid"},
    {SUPPORT_NOW, CERTS_FROM - 1, "not-yet-valid"},
};

START_TEST(validity_bounds_what_is_remembered)
{
    world_make_chain();
    world_at(moments[_i].first);
    check();
    world_expect("valid", -1);
    world_at(moments[_i].second);
    check();
    world_expect(moments[_i].reason, strcmp(moments[_i].reason, "valid") ? 0 : -1);
}
END_TEST

/* The same where a list was the proof, and everything has to be known. */
static const struct {
    int64_t second;
    const char *reason;
    int remembered;
} list_moments[] = {
    {SUPPORT_NOW, "valid", 1},
    {SUPPORT_NOW + 60, "valid", 1},
    {SUPPORT_NOW + 61, "valid", 0}, /* other evidence may be fresh then */
    {SUPPORT_NOW - 61, "valid", 0},
    {DAYS(1), "valid", 0},
    {DAYS(1) + 300, "valid", 0}, /* good within the tolerance, but not from memory */
    {DAYS(1) + 301, "revocation-unknown", 0},
    {DAYS(-1), "valid", 0},
    {DAYS(-1) - 300, "valid", 0},
    {DAYS(-1) - 301, "revocation-unknown", 0},
};

START_TEST(evidence_bounds_what_is_remembered)
{
    world_make_chain();
    world_add_crl(&(evidence_crl){.signer = CA});
    world_revocation(SMIME_REVOCATION_LEAF);
    check();
    world_expect("valid", -1);
    world_at(list_moments[_i].second);
    check();
    world_expect(list_moments[_i].reason, strcmp(list_moments[_i].reason, "valid") ? 0 : -1);
    ck_assert_int_eq(cost() == 0, list_moments[_i].remembered);
}
END_TEST

/* A response without nextUpdate is worth something at that moment alone. */
START_TEST(answer_without_end_is_not_kept_for_later)
{
    world_make_chain();
    world_add_ocsp(&(evidence_ocsp){
        .signer = CA, .single = {{.of = LEAF, .issuer = CA, .next_update = EVIDENCE_NONE}}});
    world_revocation(SMIME_REVOCATION_LEAF);
    check();
    world_expect("valid", -1);
    world_at(DAYS(2));
    check();
    world_expect("revocation-unknown", 0);
}
END_TEST

static smime_status find_with(const smime__evidence *brought, int32_t *ret_valid,
                              uint64_t *ret_cost)
{
    smime__settings settings;
    smime__budget budget = {0};
    smime__path_context context;
    smime_path *path = NULL;
    smime_status status;

    settings_now(&settings);
    budget.limits = settings.limits;
    ck_ok(smime__path_context_init(&context, here.store, &settings, &budget, NULL));
    context.brought = brought;
    status = smime__path_find(&context, here.cert[LEAF], SMIME_USE_SIGN, NULL, &path);
    *ret_valid = smime_path_valid(path);
    *ret_cost = smime_path_signatures(path) + smime_path_steps(path);
    smime_path_unref(path);
    smime__path_context_clear(&context);
    smime__settings_clear(&settings);
    return status;
}

/* A list in a message speaks for that message, neither less nor more. */
START_TEST(evidence_of_a_message_goes_past_memory)
{
    smime__evidence brought = {0}, none = {0};
    smime_crl *crl;
    int32_t valid;
    uint64_t spent;

    make_and_remember();
    crl = world_crl(&(evidence_crl){.signer = CA, .entry = {{.of = LEAF}}});
    ck_ok(smime__evidence_add_crl(&brought, crl));
    ck_ok(find_with(&brought, &valid, &spent));
    ck_assert_int_eq(valid, 0);
    ck_ok(find_with(&none, &valid, &spent));
    ck_assert(valid && spent == 0);
    smime__evidence_clear(&brought);
    smime_crl_unref(crl);
}
END_TEST

/* Of the message's good list nothing stays either. */
START_TEST(evidence_of_a_message_is_not_remembered)
{
    smime__evidence brought = {0};
    smime_crl *crl;
    int32_t valid;
    uint64_t spent;

    world_make_chain();
    crl = world_crl(&(evidence_crl){.signer = CA});
    ck_ok(smime__evidence_add_crl(&brought, crl));
    ck_ok(find_with(&brought, &valid, &spent));
    ck_assert_int_eq(valid, 1);
    check();
    ck_assert_int_eq(smime_path_revocation(here.path, 0), SMIME_REVOKED_NOT_CHECKED);
    ck_assert_uint_gt(cost(), 0);
    smime__evidence_clear(&brought);
    smime_crl_unref(crl);
}
END_TEST

#define THREADS 4
static atomic_int go_on;

static void *keep_checking(void *unused)
{
    smime_policy *policy = NULL;

    (void)unused;
    must(smime_policy_new(SMIME_POLICY_DEFAULT, &policy) == SMIME_OK);
    must(smime_policy_set_time(policy, SUPPORT_NOW) == SMIME_OK);
    while (atomic_load(&go_on)) {
        smime_path *path = NULL;
        must(smime_path_check(here.store, policy, here.cert[LEAF], 0, NULL, &path) == SMIME_OK);
        must(smime_path_valid(path) || !strcmp(smime_path_reason(path), "revoked"));
        must(smime_store_count(here.store) >= 2);
        smime_path_unref(path);
    }
    smime_policy_unref(policy);
    return NULL;
}

/* Readers hold what they began with; from the last change on everybody sees it. */
START_TEST(store_changes_under_many_readers)
{
    pthread_t threads[THREADS];

    world_make_chain();
    for (int who = STRANGER; who < WORLD_SIZE; who++)
        world_make(who, NOBODY, world_ca("CN=CA"));
    atomic_store(&go_on, 1);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, keep_checking, NULL), 0);
    for (int who = STRANGER; who < WORLD_SIZE; who++) {
        world_add(who);
        world_anchor(who);
        ck_ok(smime_store_restrict_use(here.store, here.cert[who], SMIME_USE_SIGN));
    }
    world_add_crl(&(evidence_crl){.signer = CA, .entry = {{.of = LEAF}}});
    atomic_store(&go_on, 0);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    check();
    ck_assert(!smime_path_valid(here.path));
}
END_TEST

void add_pki_memory(Suite *suite)
{
    TCase *tc = tcase_create("memory");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, world_setup, world_teardown);
    tcase_add_test(tc, remembered_path_costs_nothing_and_says_the_same);
    add_rows(tc, every_change_of_the_store_forgets, changes);
    add_rows(tc, another_question_is_answered_anew, others);
    tcase_add_test(tc, wanted_policy_is_not_remembered);
    add_rows(tc, validity_bounds_what_is_remembered, moments);
    add_rows(tc, evidence_bounds_what_is_remembered, list_moments);
    tcase_add_test(tc, answer_without_end_is_not_kept_for_later);
    tcase_add_test(tc, evidence_of_a_message_goes_past_memory);
    tcase_add_test(tc, evidence_of_a_message_is_not_remembered);
    tcase_add_test(tc, store_changes_under_many_readers);
    suite_add_tcase(suite, tc);
}
