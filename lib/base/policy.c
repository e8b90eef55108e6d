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

smime_status smime__settings_snapshot(smime__settings *to, const smime_policy *policy)
{
    settings_default(to, SMIME_POLICY_DEFAULT);
    if (policy) {
        *to = policy->settings;
        if (to->spool_functions)
            smime__ref_up(&to->spool_functions->refs);
        if (to->spool_directory) {
            to->spool_directory = strdup(to->spool_directory);
            if (!to->spool_directory) {
                smime__settings_clear(to);
                return SMIME_E_NOMEM;
            }
        }
    }
    if (!to->has_time)
        to->time = smime__clock_now();
    return SMIME_OK;
}

void smime__settings_clear(smime__settings *settings)
{
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
    if (!policy || mode < SMIME_REVOCATION_OFF || mode > SMIME_REVOCATION_USE)
        return SMIME_E_INVALID_ARG;
    policy->settings.revocation = mode;
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
