/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_object *json_text(const char *text)
{
    return text ? json_object_new_string(text) : NULL;
}

json_object *json_ascii(const uint8_t *data, size_t len)
{
    static const char other[] = "\xef\xbf\xbd";
    size_t width = sizeof other - 1, used = 0;
    char *text = malloc(len * width + 1);
    json_object *object = NULL;

    if (!text)
        return NULL;
    for (size_t i = 0; i < len; i++) {
        if (data[i] && data[i] < 0x80) {
            text[used++] = (char)data[i];
        } else {
            memcpy(text + used, other, width);
            used += width;
        }
    }
    object = json_object_new_string_len(text, (int)used);
    free(text);
    return object;
}

json_object *json_time(int64_t seconds)
{
    char text[40];
    int64_t days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400;
    int64_t rest = seconds - days * 86400;
    /* civil date from days, counted in eras of 400 years that begin in March */
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;

    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ",
             (int)((yoe + era * 400 + (month <= 2)) % 10000), (int)month,
             (int)(doy - (153 * mp + 2) / 5 + 1), (int)(rest / 3600), (int)(rest / 60 % 60),
             (int)(rest % 60));
    return json_object_new_string(text);
}

int json_print(json_object *object)
{
    const char *text = json_object_to_json_string_ext(
        object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);
    int bad = !text || fputs(text, stdout) < 0 || fputc('\n', stdout) < 0 || fflush(stdout) != 0;

    json_object_put(object);
    return bad ? complain(EXIT_IO, "standard output cannot be written") : EXIT_GOOD;
}

json_object *json_cert(smime_cert *cert)
{
    json_object *object;

    if (!cert)
        return NULL;
    object = json_object_new_object();
    json_object_object_add(object, "subject", json_text(smime_cert_subject(cert)));
    json_object_object_add(object, "issuer", json_text(smime_cert_issuer(cert)));
    json_object_object_add(object, "serial", json_text(smime_cert_serial(cert)));
    json_object_object_add(object, "sha256", json_text(smime_cert_sha256(cert)));
    json_object_object_add(object, "not_before", json_time(smime_cert_not_before(cert)));
    json_object_object_add(object, "not_after", json_time(smime_cert_not_after(cert)));
    return object;
}

static const char *path_status(const smime_path *path)
{
    switch (smime_path_status(path)) {
    case SMIME_PATH_VALID:
        return "valid";
    case SMIME_PATH_INDETERMINATE:
        return "indeterminate";
    default:
        return "invalid";
    }
}

static json_object *seconds_or_null(int known, int64_t seconds)
{
    return known ? json_time(seconds) : NULL;
}

static const char *reason_name(int32_t reason)
{
    static const char *const names[] = {
        "unspecified",     "key-compromise",     "ca-compromise",
        "affiliation-changed", "superseded",     "cessation-of-operation",
        "certificate-hold", "unspecified",       "remove-from-crl",
        "privilege-withdrawn", "aa-compromise"
    };
    return reason >= 0 && reason <= 10 ? names[reason] : names[0];
}

static json_object *json_revocation(const smime_path *path, size_t index)
{
    static const char *const states[] = { "not-checked", "good", "revoked", "unknown" };
    static const char *const sources[] = { NULL, "crl", "ocsp" };
    json_object *object = json_object_new_object();
    int64_t this_update = 0, next_update = 0, when = 0;
    int32_t reason = 0;
    int32_t known = smime_path_revocation_times(path, index, &this_update, &next_update);
    int revoked = smime_path_revoked(path, index, &when, &reason);

    json_object_object_add(object, "certificate", json_object_new_int((int)index));
    json_object_object_add(object, "state",
                           json_text(states[smime_path_revocation(path, index) & 3]));
    json_object_object_add(object, "source",
                           json_text(sources[smime_path_revocation_source(path, index) % 3]));
    json_object_object_add(object, "text", json_text(smime_path_revocation_text(path, index)));
    json_object_object_add(object, "this_update", seconds_or_null(known > 0, this_update));
    json_object_object_add(object, "next_update", seconds_or_null(known > 1, next_update));
    json_object_object_add(object, "revoked_at", seconds_or_null(revoked, when));
    json_object_object_add(object, "reason", revoked ? json_text(reason_name(reason)) : NULL);
    return object;
}

static json_object *json_tried(const smime_path *path)
{
    json_object *list = json_object_new_array();

    for (size_t i = 0; i < smime_path_tried_count(path); i++) {
        json_object *object = json_object_new_object();
        json_object_object_add(object, "reason", json_text(smime_path_tried_reason(path, i)));
        json_object_object_add(object, "text", json_text(smime_path_tried_text(path, i)));
        json_object_object_add(object, "length",
                               json_object_new_uint64(smime_path_tried_length(path, i)));
        json_object_object_add(object, "last", json_cert(smime_path_tried_cert(path, i)));
        json_object_array_add(list, object);
    }
    return list;
}

json_object *json_path(const smime_path *path)
{
    json_object *object, *certificates, *policies, *revocation, *work;

    if (!path)
        return NULL;
    object = json_object_new_object();
    certificates = json_object_new_array();
    policies = json_object_new_array();
    revocation = json_object_new_array();
    work = json_object_new_object();
    for (size_t i = 0; i < smime_path_count(path); i++) {
        json_object_array_add(certificates, json_cert(smime_path_cert(path, i)));
        json_object_array_add(revocation, json_revocation(path, i));
    }
    for (size_t i = 0; i < smime_path_policy_count(path); i++)
        json_object_array_add(policies, json_text(smime_path_policy(path, i)));
    json_object_object_add(work, "steps", json_object_new_uint64(smime_path_steps(path)));
    json_object_object_add(work, "signatures",
                           json_object_new_uint64(smime_path_signatures(path)));
    json_object_object_add(object, "status", json_text(path_status(path)));
    json_object_object_add(object, "reason", json_text(smime_path_reason(path)));
    json_object_object_add(object, "text", json_text(smime_path_text(path)));
    json_object_object_add(object, "certificates", certificates);
    json_object_object_add(object, "policies", policies);
    json_object_object_add(object, "revocation", revocation);
    json_object_object_add(object, "work", work);
    json_object_object_add(object, "tried", json_tried(path));
    return object;
}
