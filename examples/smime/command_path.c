/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime path */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int32_t use_of(const options *o)
{
    if (o->use && !strcmp(o->use, "encrypt"))
        return SMIME_USE_ENCRYPT;
    return o->use && !strcmp(o->use, "any") ? SMIME_USE_ANY : SMIME_USE_SIGN;
}

static int check(const options *o, smime_policy *policy, smime_path **ret_path, failure *f)
{
    smime_store *store = NULL;
    smime_cert *cert = NULL;
    unsigned char *data = NULL;
    smime_status status = SMIME_OK;
    size_t len = 0;
    int code = make_store(o, policy, &store, f);

    if (read_file(strcmp(o->operand, "-") ? o->operand : "/dev/stdin", &data, &len, f) == EXIT_GOOD) {
        status = smime_cert_new(data, len, &cert);
        if (status < 0)
            fail(f, exit_of(status), "file-malformed", "%.200s: %s", o->operand,
                 smime_status_text(status));
    }
    code = f->code ? f->code : code;
    if (code == EXIT_GOOD) {
        status = smime_path_check(store, policy, cert, use_of(o), o->email, ret_path);
        if (status < 0)
            code = fail(f, exit_of(status),
                        smime_status_category(status) == SMIME_CATEGORY_LIMIT ? "limit" : "internal",
                        "%s", smime_status_text(status));
    }
    free(data);
    smime_cert_unref(cert);
    smime_store_unref(store);
    return code;
}

static void tell(const smime_path *path)
{
    fprintf(stderr, "%s: %s\n", smime_path_valid(path) ? "valid" : "not valid",
            smime_path_text(path));
    for (size_t i = 0; i < smime_path_count(path); i++)
        fprintf(stderr, "  %zu %s%s\n", i + 1, smime_cert_subject(smime_path_cert(path, i)),
                smime_path_fault(path) == (int32_t)i ? "  <- here" : "");
    if (!smime_path_valid(path))
        fprintf(stderr, "  %s\n", smime_path_reason(path));
    else
        fprintf(stderr, "  revocation not checked\n");
}

static json_object *json_failure(const failure *f)
{
    json_object *object = json_object_new_object();

    json_object_object_add(object, "status", json_text("indeterminate"));
    json_object_object_add(object, "reason", json_text(f->reason));
    json_object_object_add(object, "text", json_text(f->text));
    json_object_object_add(object, "certificates", json_object_new_array());
    json_object_object_add(object, "policies", json_object_new_array());
    json_object_object_add(object, "revocation", json_object_new_array());
    json_object_object_add(object, "work", NULL);
    return object;
}

int command_path(const options *o)
{
    failure f = { 0, NULL, "" };
    smime_policy *policy = NULL;
    smime_path *path = NULL;
    int code = make_policy(o, &policy, &f);

    if (code == EXIT_USAGE)
        return code;
    if (code == EXIT_GOOD)
        code = check(o, policy, &path, &f);
    if (code == EXIT_GOOD && !smime_path_valid(path))
        code = EXIT_REFUSED;
    if (f.code)
        complain(code, "%s", f.text);
    else
        tell(path);
    if (o->json && code != EXIT_USAGE) {
        json_object *object = json_object_new_object();
        json_object *answer = f.code ? json_failure(&f) : json_path(path);
        int printed;
        json_object_object_add(object, "version", json_object_new_int(1));
        json_object_object_foreach(answer, name, value)
            json_object_object_add(object, name, json_object_get(value));
        json_object_put(answer);
        printed = json_print(object);
        if (printed != EXIT_GOOD)
            code = printed;
    }
    smime_path_unref(path);
    smime_policy_unref(policy);
    return code;
}
