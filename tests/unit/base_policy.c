/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits, budgets, and how settings are copied out of a policy. */
#include "unit.h"

#include "base/limits.h"

static smime_policy *policy;
static int destroyed;

static void setup(void)
{
    destroyed = 0;
    ck_ok(smime_policy_new(SMIME_POLICY_DEFAULT, &policy));
}

static void teardown(void)
{
    smime_policy_unref(policy);
}

START_TEST(each_limit_allows_its_value_and_no_more)
{
    smime__limits limits;
    smime__error error;
    int32_t limit = _i;
    smime_status status;

    smime__limits_default(&limits);
    smime__error_clear(&error);
    ck_assert_uint_gt(limits.value[limit], 0);
    ck_ok(smime__limit_check(&limits, limit, 0, &error));
    ck_ok(smime__limit_check(&limits, limit, limits.value[limit], &error));
    ck_assert_str_eq(error.text, "");
    status = smime__limit_check(&limits, limit, limits.value[limit] + 1, &error);
    ck_assert_int_eq(smime_status_category(status), SMIME_CATEGORY_LIMIT);
    ck_assert_int_eq(strncmp(error.text, "more than ", 10), 0);
    limits.value[limit] = 0;
    ck_assert_int_lt(smime__limit_check(&limits, limit, 1, NULL), 0);
}
END_TEST

START_TEST(budget_is_shared_and_runs_out)
{
    smime__budget budget = {.signatures = 0};

    smime__limits_default(&budget.limits);
    budget.limits.value[SMIME_LIMIT_SIGNATURES] = 2;
    budget.limits.value[SMIME_LIMIT_STEPS] = 3;
    for (int i = 0; i < 2; i++)
        ck_ok(smime__budget_signature(&budget, NULL));
    ck_assert_int_eq(smime__budget_signature(&budget, NULL), SMIME_E_LIMIT_SIGNATURES);
    for (int i = 0; i < 3; i++)
        ck_ok(smime__budget_step(&budget, NULL));
    ck_assert_int_eq(smime__budget_step(&budget, NULL), SMIME_E_LIMIT_STEPS);
}
END_TEST

START_TEST(policy_arguments)
{
    smime_policy *other = NULL;
    uint64_t value = 7;

    ck_assert_int_eq(smime_policy_new(3, &other), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_new(-1, &other), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_new(0, NULL), SMIME_E_INVALID_ARG);
    ck_assert_ptr_null(other);
    ck_assert_int_eq(smime_policy_set_limit(policy, 0, 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_set_limit(policy, 23, 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_set_limit(NULL, 1, 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_get_limit(policy, 23, &value), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_get_limit(policy, 1, NULL), SMIME_E_INVALID_ARG);
    ck_assert_uint_eq(value, 7);
    ck_assert_int_eq(smime_policy_set_time(NULL, 0), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_set_revocation(policy, 4), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_set_revocation(policy, -1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_set_spool_directory(policy, ""), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_set_spool_directory(policy, NULL), SMIME_E_INVALID_ARG);
    smime_policy_unref(NULL);
    ck_assert_ptr_null(smime_policy_ref(NULL));
}
END_TEST

START_TEST(snapshot_does_not_follow_later_changes)
{
    smime__settings settings;
    uint64_t value;

    ck_ok(smime_policy_set_limit(policy, SMIME_LIMIT_DEPTH, 5));
    ck_ok(smime_policy_get_limit(policy, SMIME_LIMIT_DEPTH, &value));
    ck_assert_uint_eq(value, 5);
    ck_ok(smime_policy_set_time(policy, 0)); /* 0 is a moment like any other */
    ck_ok(smime_policy_set_spool_directory(policy, "/first"));
    ck_ok(smime__settings_snapshot(&settings, policy));
    ck_ok(smime_policy_set_limit(policy, SMIME_LIMIT_DEPTH, 6));
    ck_ok(smime_policy_set_time(policy, 99));
    ck_ok(smime_policy_set_spool_directory(policy, "/second"));
    ck_assert_uint_eq(settings.limits.value[SMIME_LIMIT_DEPTH], 5);
    ck_assert_int_eq(settings.time, 0);
    ck_assert_str_eq(settings.spool_directory, "/first");
    smime__settings_clear(&settings);
}
END_TEST

START_TEST(snapshot_without_a_time_takes_the_clock)
{
    smime__settings settings;
    int64_t before = smime__clock_now();

    ck_ok(smime__settings_snapshot(&settings, policy));
    ck_assert_int_ge(settings.time, before);
    ck_assert_int_le(settings.time, smime__clock_now());
    smime__settings_clear(&settings);
}
END_TEST

/* Each copy owns the policies that are wanted. */
START_TEST(snapshot_owns_the_policies_that_are_wanted)
{
    smime__settings first, second;

    ck_ok(smime__settings_want(smime__policy_settings(policy), smime__view_text("*")));
    ck_ok(smime__settings_snapshot(&first, policy));
    ck_ok(smime__settings_want(smime__policy_settings(policy), smime__view_text("+a")));
    ck_ok(smime__settings_snapshot(&second, policy));
    smime_policy_unref(policy);
    policy = NULL;
    ck_assert_uint_eq(first.initial_count, 1);
    ck_assert_uint_eq(second.initial_count, 2);
    ck_assert(smime__view_equal(first.initial_policies[0], second.initial_policies[0]));
    ck_assert_ptr_ne(first.initial_policies[0].data, second.initial_policies[0].data);
    smime__settings_clear(&first);
    ck_assert(smime__view_is(second.initial_policies[1], "+a"));
    smime__settings_clear(&second);
}
END_TEST

START_TEST(inputs_of_path_validation_are_checked)
{
    smime__settings settings;

    ck_ok(smime_policy_set_path_flags(policy, SMIME_PATH_EXPLICIT_POLICY |
                                                  SMIME_PATH_INHIBIT_MAPPING |
                                                  SMIME_PATH_INHIBIT_ANY));
    ck_assert_int_eq(smime_policy_set_path_flags(policy, 8), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_set_path_flags(NULL, 0), SMIME_E_INVALID_ARG);
    ck_ok(smime_policy_set_clock_tolerance(policy, 0));
    ck_assert_int_eq(smime_policy_set_clock_tolerance(policy, -1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_set_clock_tolerance(NULL, 1), SMIME_E_INVALID_ARG);
    ck_ok(smime_policy_set_revocation(policy, SMIME_REVOCATION_ALL));
    ck_ok(smime__settings_snapshot(&settings, policy));
    ck_assert_uint_eq(settings.path_flags, 7);
    ck_assert_int_eq(settings.tolerance, 0);
    ck_assert_int_eq(settings.revocation, SMIME_REVOCATION_ALL);
    smime__settings_clear(&settings);
    ck_ok(smime__settings_snapshot(&settings, NULL));
    ck_assert_uint_eq(settings.path_flags, 0);
    ck_assert_int_eq(settings.tolerance, 300);
    ck_assert_int_eq(settings.revocation, SMIME_REVOCATION_USE);
    ck_assert_uint_eq(settings.initial_count, 0);
    smime__settings_clear(&settings);
}
END_TEST

static void count_destroy(void *user_data)
{
    (void)user_data;
    destroyed++;
}

static smime_status open_any(void **ret_spool, void *user_data)
{
    (void)ret_spool;
    (void)user_data;
    return SMIME_OK;
}

static smime_status write_any(void *spool, uint64_t offset, const uint8_t *data, size_t len,
                              void *user_data)
{
    (void)spool;
    (void)offset;
    (void)data;
    (void)len;
    (void)user_data;
    return SMIME_OK;
}

static smime_status read_any(void *spool, uint64_t offset, uint8_t *data, size_t len,
                             void *user_data)
{
    (void)spool;
    (void)offset;
    (void)data;
    (void)len;
    (void)user_data;
    return SMIME_OK;
}

static void close_any(void *spool, void *user_data)
{
    (void)spool;
    (void)user_data;
}

START_TEST(destroy_runs_once_for_each_set)
{
    smime__settings settings;

    ck_assert_int_eq(smime_policy_set_spool_functions(policy, open_any, NULL, read_any,
                                                      close_any, NULL, count_destroy),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(destroyed, 1); /* also on failure */
    ck_ok(smime_policy_set_spool_functions(policy, open_any, write_any, read_any, close_any,
                                           NULL, count_destroy));
    ck_ok(smime__settings_snapshot(&settings, policy));
    ck_ok(smime_policy_set_spool_functions(policy, open_any, write_any, read_any, close_any,
                                           NULL, count_destroy));
    ck_assert_int_eq(destroyed, 1); /* the snapshot still has the first ones */
    smime__settings_clear(&settings);
    ck_assert_int_eq(destroyed, 2);
    smime_policy_ref(policy);
    smime_policy_unref(policy);
    ck_assert_int_eq(destroyed, 2);
    smime_policy_unref(policy);
    policy = NULL;
    ck_assert_int_eq(destroyed, 3);
}
END_TEST

void add_base_policy(Suite *suite)
{
    TCase *tc = tcase_create("policy");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, each_limit_allows_its_value_and_no_more, 1, SMIME__LIMIT_END);
    tcase_add_test(tc, budget_is_shared_and_runs_out);
    tcase_add_test(tc, policy_arguments);
    tcase_add_test(tc, snapshot_does_not_follow_later_changes);
    tcase_add_test(tc, snapshot_without_a_time_takes_the_clock);
    tcase_add_test(tc, snapshot_owns_the_policies_that_are_wanted);
    tcase_add_test(tc, inputs_of_path_validation_are_checked);
    tcase_add_test(tc, destroy_runs_once_for_each_set);
    suite_add_tcase(suite, tc);
}
