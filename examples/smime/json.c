/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json.h"

#include <stdio.h>

json_object *json_text(const char *text)
{
    return text ? json_object_new_string(text) : NULL;
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
        json_object *state = json_object_new_object();
        json_object_array_add(certificates, json_cert(smime_path_cert(path, i)));
        json_object_object_add(state, "certificate", json_object_new_int((int)i));
        json_object_object_add(state, "state", json_text("not-checked"));
        json_object_object_add(state, "source", NULL);
        json_object_array_add(revocation, state);
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
    return object;
}
