/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Timestamp tokens: read, and verified by the same job that verifies every SignedData. */
#include "mail/timestamp.h"

#include "base/settings.h"
#include "mail/open.h"

#include <smime/cms.h>

#include <stdlib.h>
#include <string.h>

/* The token in an answer, alone, or first among the values of an attribute. */
static smime_status find_token(smime__view der, smime__view *ret_token)
{
    smime__der all = smime__der_cursor(der), in, status_info;
    int status;

    *ret_token = der;
    if (smime__der_enter(&all, SMIME__SET, &in))
        return smime__der_next(&in, NULL, NULL, ret_token) ? SMIME_OK : SMIME_E_TIMESTAMP_SYNTAX;
    if (!smime__der_enter(&all, SMIME__SEQUENCE, &in))
        return SMIME_E_TIMESTAMP_SYNTAX;
    if (!smime__der_enter(&in, SMIME__SEQUENCE, &status_info))
        return SMIME_OK; /* a ContentInfo begins with its type */
    if (!smime__der_take_small(&status_info, &status))
        return SMIME_E_TIMESTAMP_SYNTAX;
    if (status > 1) /* granted, and granted with changes */
        return SMIME_E_TIMESTAMP_REFUSED;
    return smime__der_next(&in, NULL, NULL, ret_token) && smime__der_done(&in)
               ? SMIME_OK
               : SMIME_E_TIMESTAMP_SYNTAX;
}

static int is_syntax(smime_status status)
{
    return smime_status_category(status) == SMIME_CATEGORY_SYNTAX;
}

static smime_status read_token(smime_timestamp *made, const smime_policy *policy)
{
    smime_report *report = NULL;
    smime_status status = smime__decode_once(smime__buf_view(&made->token), policy, NULL, SMIME_USE_ANY,
                                             &made->info, &report);
    const char *type = smime_report_layer_content_type(report, 0);

    if (status == SMIME_OK &&
        (smime_report_layer_count(report) != 1 ||
         smime_report_layer_kind(report, 0) != SMIME_LAYER_SIGNED || !type ||
         strcmp(type, "1.2.840.113549.1.9.16.1.4") != 0))
        status = SMIME_E_TIMESTAMP_SYNTAX;
    if (status == SMIME_OK)
        status = smime__timestamp_read_info(made);
    smime_report_unref(report);
    return is_syntax(status) ? SMIME_E_TIMESTAMP_SYNTAX : status;
}

/* In DER, and no larger than a structure may be that is held in memory. */
static smime_status take_token(smime_timestamp *made, const smime_policy *policy,
                               smime__view data)
{
    smime__settings settings;
    smime__buf der = { 0 };
    smime__view token;
    smime_status status = smime__settings_snapshot(&settings, policy);

    if (status < 0)
        return status;
    status = smime__limit_check(&settings.limits, SMIME_LIMIT_OBJECT_BYTES, data.len, NULL);
    smime__settings_clear(&settings);
    if (status == SMIME_OK)
        status = smime__ber_to_der(data, &der);
    if (status == SMIME_OK)
        status = find_token(smime__buf_view(&der), &token);
    if (status == SMIME_OK)
        status = smime__buf_add_view(&made->token, token);
    smime__buf_free(&der);
    return is_syntax(status) ? SMIME_E_TIMESTAMP_SYNTAX : status;
}

smime_status smime_timestamp_new(const smime_policy *policy, const void *data, size_t len,
                                 smime_timestamp **ret_timestamp)
{
    smime_timestamp *made;
    smime_status status;

    if (!data || !ret_timestamp)
        return SMIME_E_INVALID_ARG;
    made = calloc(1, sizeof *made);
    if (!made)
        return SMIME_E_NOMEM;
    smime__ref_init(&made->refs);
    status = take_token(made, policy, smime__view_of(data, len));
    if (status == SMIME_OK)
        status = read_token(made, policy);
    if (status < 0) {
        smime_timestamp_unref(made);
        return status;
    }
    *ret_timestamp = made;
    return SMIME_OK;
}

smime_timestamp *smime_timestamp_ref(smime_timestamp *timestamp)
{
    if (timestamp)
        smime__ref_up(&timestamp->refs);
    return timestamp;
}

void smime_timestamp_unref(smime_timestamp *timestamp)
{
    if (!timestamp || !smime__ref_down(&timestamp->refs))
        return;
    smime__buf_free(&timestamp->token);
    smime__buf_free(&timestamp->info);
    free(timestamp->policy_text);
    free(timestamp->serial_text);
    free(timestamp);
}

int64_t smime_timestamp_time(const smime_timestamp *timestamp)
{
    return timestamp ? timestamp->time : 0;
}

int64_t smime_timestamp_accuracy(const smime_timestamp *timestamp)
{
    return timestamp ? timestamp->accuracy : -1;
}

const char *smime_timestamp_serial(const smime_timestamp *timestamp)
{
    return timestamp ? timestamp->serial_text : "";
}

const char *smime_timestamp_policy(const smime_timestamp *timestamp)
{
    return timestamp ? timestamp->policy_text : "";
}

smime_status smime_timestamp_token(const smime_timestamp *timestamp, const uint8_t **ret_der,
                                   size_t *ret_len)
{
    if (!timestamp || !ret_der || !ret_len)
        return SMIME_E_INVALID_ARG;
    *ret_der = timestamp->token.data;
    *ret_len = timestamp->token.len;
    return SMIME_OK;
}

/* Whether the only signer is there for timestamps, and its certificate is bound to the token. */
static int is_authority(const smime_report *report)
{
    const smime_cert *cert = smime_report_signer_cert(report, 0, 0);
    const char *type;
    int bound = 0;

    for (size_t i = 0; i < smime_report_attribute_count(report, 0, 0, 1); i++)
        if (smime_report_attribute(report, 0, 0, 1, i, &type, NULL, NULL) == SMIME_OK)
            bound |= !strcmp(type, "1.2.840.113549.1.9.16.2.12") ||
                     !strcmp(type, "1.2.840.113549.1.9.16.2.47");
    return smime_report_signer_count(report, 0) == 1 && cert && cert->eku_time && bound;
}

smime_status smime_timestamp_check(const smime_timestamp *timestamp, const smime_policy *policy,
                                   smime_store *store, smime_report **ret_report)
{
    smime_report *report = NULL;
    smime_status status;

    if (!timestamp || !ret_report)
        return SMIME_E_INVALID_ARG;
    status = smime__decode_once(smime__buf_view(&timestamp->token), policy, store, SMIME_USE_ANY, NULL,
                                &report);
    if (status == SMIME_OK && !is_authority(report)) {
        report->summary = report->presentation = SMIME_SUMMARY_INVALID;
        status = smime__report_reason(report, "timestamp-signer", NULL, 0, 0, -1, UINT64_MAX);
        smime__report_sort_reasons(report);
        smime__verdict_sentence(report, NULL);
    }
    if (status < 0) {
        smime_report_unref(report);
        return status;
    }
    *ret_report = report;
    return SMIME_OK;
}
