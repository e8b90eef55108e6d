/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/settings.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct smime_policy {
    smime__refcount refs;
    smime__settings settings;
};

int64_t smime__clock_now(void)
{
    return (int64_t)time(NULL);
}

static void settings_default(smime__settings *settings, int32_t preset)
{
    memset(settings, 0, sizeof *settings);
    settings->preset = preset;
    settings->revocation = SMIME_REVOCATION_USE;
    settings->tolerance = 300;
    smime__limits_default(&settings->limits);
    smime__rules_default(&settings->rules, preset);
}

static void functions_unref(smime__spool_functions *functions)
{
    if (!functions || !smime__ref_down(&functions->refs))
        return;
    if (functions->destroy)
        functions->destroy(functions->user_data);
    free(functions);
}

smime__settings *smime__policy_settings(smime_policy *policy)
{
    return &policy->settings;
}

smime_status smime__settings_want(smime__settings *settings, smime__view policy_oid)
{
    smime_status status = smime__grow((void **)&settings->initial_policies,
                                      settings->initial_count, &settings->initial_room,
                                      sizeof *settings->initial_policies);
    uint8_t *copy = status == SMIME_OK ? smime__dup(policy_oid.data, policy_oid.len) : NULL;

    if (!copy)
        return SMIME_E_NOMEM;
    settings->initial_policies[settings->initial_count++] = smime__view_of(copy, policy_oid.len);
    return SMIME_OK;
}

static smime_status require(smime__settings *settings, const char *address)
{
    smime_status status = smime__grow((void **)&settings->required, settings->required_count,
                                      &settings->required_room, sizeof *settings->required);
    char *copy = status == SMIME_OK ? strdup(address) : NULL;

    if (!copy)
        return SMIME_E_NOMEM;
    settings->required[settings->required_count++] = copy;
    return SMIME_OK;
}

/* What @p from owns, owned by @p to as well. */
static smime_status copy_owned(smime__settings *to, const smime__settings *from)
{
    smime_status status = SMIME_OK;

    to->initial_policies = NULL;
    to->initial_count = to->initial_room = 0;
    to->required = NULL;
    to->required_count = to->required_room = 0;
    to->spool_directory = from->spool_directory ? strdup(from->spool_directory) : NULL;
    if (to->spool_functions)
        smime__ref_up(&to->spool_functions->refs);
    if (from->spool_directory && !to->spool_directory)
        status = SMIME_E_NOMEM;
    for (size_t i = 0; i < from->initial_count && status == SMIME_OK; i++)
        status = smime__settings_want(to, from->initial_policies[i]);
    for (size_t i = 0; i < from->required_count && status == SMIME_OK; i++)
        status = require(to, from->required[i]);
    if (status < 0)
        smime__settings_clear(to);
    return status;
}

smime_status smime__settings_snapshot(smime__settings *to, const smime_policy *policy)
{
    smime_status status = SMIME_OK;

    settings_default(to, SMIME_POLICY_DEFAULT);
    if (policy) {
        *to = policy->settings;
        status = copy_owned(to, &policy->settings);
    }
    if (!to->has_time)
        to->time = smime__clock_now();
    return status;
}

void smime__settings_clear(smime__settings *settings)
{
    for (size_t i = 0; i < settings->initial_count; i++)
        free((void *)(uintptr_t)settings->initial_policies[i].data);
    free(settings->initial_policies);
    settings->initial_policies = NULL;
    settings->initial_count = settings->initial_room = 0;
    for (size_t i = 0; i < settings->required_count; i++)
        free(settings->required[i]);
    free(settings->required);
    settings->required = NULL;
    settings->required_count = settings->required_room = 0;
    free(settings->spool_directory);
    functions_unref(settings->spool_functions);
    settings->spool_directory = NULL;
    settings->spool_functions = NULL;
}

smime_status smime_policy_new(int32_t preset, smime_policy **ret_policy)
{
    smime_policy *policy;

    if (!ret_policy || preset < SMIME_POLICY_DEFAULT || preset > SMIME_POLICY_LEGACY)
        return SMIME_E_INVALID_ARG;
    policy = calloc(1, sizeof *policy);
    if (!policy)
        return SMIME_E_NOMEM;
    smime__ref_init(&policy->refs);
    settings_default(&policy->settings, preset);
    *ret_policy = policy;
    return SMIME_OK;
}

smime_policy *smime_policy_ref(smime_policy *policy)
{
    if (policy)
        smime__ref_up(&policy->refs);
    return policy;
}

void smime_policy_unref(smime_policy *policy)
{
    if (!policy || !smime__ref_down(&policy->refs))
        return;
    smime__settings_clear(&policy->settings);
    free(policy);
}

smime_status smime_policy_set_limit(smime_policy *policy, int32_t limit, uint64_t value)
{
    if (!policy || limit <= 0 || limit >= SMIME__LIMIT_END)
        return SMIME_E_INVALID_ARG;
    policy->settings.limits.value[limit] = value;
    return SMIME_OK;
}

smime_status smime_policy_get_limit(const smime_policy *policy, int32_t limit,
                                    uint64_t *ret_value)
{
    if (!policy || !ret_value || limit <= 0 || limit >= SMIME__LIMIT_END)
        return SMIME_E_INVALID_ARG;
    *ret_value = policy->settings.limits.value[limit];
    return SMIME_OK;
}

smime_status smime_policy_set_time(smime_policy *policy, int64_t seconds)
{
    if (!policy)
        return SMIME_E_INVALID_ARG;
    policy->settings.has_time = 1;
    policy->settings.time = seconds;
    return SMIME_OK;
}

smime_status smime_policy_set_revocation(smime_policy *policy, int32_t mode)
{
    if (!policy || mode < SMIME_REVOCATION_OFF || mode > SMIME_REVOCATION_ALL)
        return SMIME_E_INVALID_ARG;
    policy->settings.revocation = mode;
    return SMIME_OK;
}

smime_status smime_policy_set_clock_tolerance(smime_policy *policy, int64_t seconds)
{
    if (!policy || seconds < 0)
        return SMIME_E_INVALID_ARG;
    policy->settings.tolerance = seconds;
    return SMIME_OK;
}

smime_status smime_policy_set_path_flags(smime_policy *policy, uint32_t flags)
{
    if (!policy || flags & ~(uint32_t)(SMIME_PATH_EXPLICIT_POLICY | SMIME_PATH_INHIBIT_MAPPING |
                                       SMIME_PATH_INHIBIT_ANY))
        return SMIME_E_INVALID_ARG;
    policy->settings.path_flags = flags;
    return SMIME_OK;
}

static int is_direction(int32_t directions)
{
    return directions >= SMIME_POLICY_READING &&
           directions <= (SMIME_POLICY_READING | SMIME_POLICY_WRITING);
}

smime_status smime_policy_allow(smime_policy *policy, int32_t directions, const char *algorithm,
                                int32_t allowed)
{
    int rule = algorithm ? smime__rules_find(algorithm) : 0;

    if (!policy || !algorithm || !is_direction(directions))
        return SMIME_E_INVALID_ARG;
    if (!rule)
        return SMIME_E_NOT_FOUND;
    for (int i = 0; i < 2; i++) {
        uint64_t *bits = &policy->settings.rules.allowed[i];
        if (directions >> i & 1)
            *bits = allowed ? *bits | UINT64_C(1) << rule : *bits & ~(UINT64_C(1) << rule);
    }
    return SMIME_OK;
}

smime_status smime_policy_set_rsa_size(smime_policy *policy, int32_t directions, uint32_t least)
{
    if (!policy || !is_direction(directions) || least < 1024 || least > 8192)
        return SMIME_E_INVALID_ARG;
    for (int i = 0; i < 2; i++)
        if (directions >> i & 1)
            policy->settings.rules.least_rsa[i] = least;
    return SMIME_OK;
}

smime_status smime_policy_allow_binding(smime_policy *policy, int32_t binding, int32_t allowed)
{
    uint32_t bit = 1u << (binding & 7);

    if (!policy || binding < 1 || binding > 6)
        return SMIME_E_INVALID_ARG;
    policy->settings.rules.bindings = allowed ? policy->settings.rules.bindings | bit
                                              : policy->settings.rules.bindings & ~bit;
    return SMIME_OK;
}

smime_status smime_policy_set_exact_case(smime_policy *policy, int32_t exact)
{
    if (!policy)
        return SMIME_E_INVALID_ARG;
    policy->settings.rules.exact_case = exact != 0;
    return SMIME_OK;
}

smime_status smime_policy_require_signer(smime_policy *policy, const char *address)
{
    if (!policy || !address || !strchr(address, '@'))
        return SMIME_E_INVALID_ARG;
    return require(&policy->settings, address);
}

static smime_status describe(const smime__settings *settings, smime__buf *to)
{
    static const char *const revocation[] = { "off", "use", "leaf", "all" };
    smime_status status = smime__rules_describe(&settings->rules, to);

    for (size_t i = 0; i < settings->required_count && status == SMIME_OK; i++)
        status = smime__buf_format(to, "signer.required %s\n", settings->required[i]);
    if (status == SMIME_OK && !settings->required_count)
        status = smime__buf_add_text(to, "signer.required all\n");
    if (status == SMIME_OK)
        status = smime__buf_format(to, "revocation %s\n", revocation[settings->revocation]);
    for (int32_t i = 1; i < SMIME__LIMIT_END && status == SMIME_OK; i++)
        status = smime__buf_format(to, "limit.%s %" PRIu64 "\n", smime__limit_name(i),
                                   settings->limits.value[i]);
    return status;
}

smime_status smime_policy_describe(const smime_policy *policy, char **ret_text)
{
    smime__settings plain;
    smime__buf text = { 0 };
    smime_status status;

    if (!ret_text)
        return SMIME_E_INVALID_ARG;
    settings_default(&plain, SMIME_POLICY_DEFAULT);
    status = describe(policy ? &policy->settings : &plain, &text);
    if (status == SMIME_OK && !smime__buf_text(&text))
        status = SMIME_E_NOMEM;
    if (status < 0) {
        smime__buf_free(&text);
        return status;
    }
    *ret_text = (char *)text.data;
    return SMIME_OK;
}

smime_status smime_policy_set_spool_directory(smime_policy *policy, const char *directory)
{
    char *copy;

    if (!policy || !directory || !*directory)
        return SMIME_E_INVALID_ARG;
    copy = strdup(directory);
    if (!copy)
        return SMIME_E_NOMEM;
    free(policy->settings.spool_directory);
    policy->settings.spool_directory = copy;
    return SMIME_OK;
}

smime_status smime_policy_set_spool_functions(smime_policy *policy,
                                              smime_spool_open_function open,
                                              smime_spool_write_function write,
                                              smime_spool_read_function read,
                                              smime_spool_close_function close, void *user_data,
                                              void (*destroy)(void *user_data))
{
    smime_status status = SMIME_E_INVALID_ARG;
    smime__spool_functions *functions;

    if (!policy || !open || !write || !read || !close)
        goto refused;
    status = SMIME_E_NOMEM;
    functions = calloc(1, sizeof *functions);
    if (!functions)
        goto refused;
    smime__ref_init(&functions->refs);
    functions->open = open;
    functions->write = write;
    functions->read = read;
    functions->close = close;
    functions->user_data = user_data;
    functions->destroy = destroy;
    functions_unref(policy->settings.spool_functions);
    policy->settings.spool_functions = functions;
    return SMIME_OK;
refused:
    if (destroy)
        destroy(user_data);
    return status;
}
