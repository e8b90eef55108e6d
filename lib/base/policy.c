/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/settings.h"

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

/* What @p from owns, owned by @p to as well. */
static smime_status copy_owned(smime__settings *to, const smime__settings *from)
{
    smime_status status = SMIME_OK;

    to->initial_policies = NULL;
    to->initial_count = to->initial_room = 0;
    to->spool_directory = from->spool_directory ? strdup(from->spool_directory) : NULL;
    if (to->spool_functions)
        smime__ref_up(&to->spool_functions->refs);
    if (from->spool_directory && !to->spool_directory)
        status = SMIME_E_NOMEM;
    for (size_t i = 0; i < from->initial_count && status == SMIME_OK; i++)
        status = smime__settings_want(to, from->initial_policies[i]);
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
