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

static int check(const options *o, smime_policy *policy, smime_path **ret_path,
                 smime_lint **ret_lint, failure *f)
{
    smime_store *store = NULL;
    smime_cert *cert = NULL;
    smime_bag *bag = NULL;
    smime_status status = SMIME_OK;
    int code = make_store(o, policy, &store, f);

    if (make_bag(o, policy, &bag, f) == EXIT_GOOD &&
        bag_add_file(bag, strcmp(o->operand, "-") ? o->operand : "/dev/stdin", f) == EXIT_GOOD) {
        cert = smime_bag_cert(bag, 0);
        if (!cert)
            fail(f, EXIT_SYNTAX, "file-malformed", "%.200s holds no certificate", o->operand);
    }
    code = f->code ? f->code : code;
    if (code == EXIT_GOOD) {
        status = smime_path_check(store, policy, cert, use_of(o), o->email, ret_path);
        if (status < 0)
            code = fail(f, exit_of(status),
                        smime_status_category(status) == SMIME_CATEGORY_LIMIT ? "limit" : "internal",
                        "%s", smime_status_text(status));
    }
    if (code == EXIT_GOOD && o->lint && (status = smime_lint_new(cert, ret_lint)) < 0)
        code = fail(f, exit_of(status), "internal", "%s", smime_status_text(status));
    smime_bag_free(bag);
    smime_store_unref(store);
    return code;
}

static const char *state_name(const smime_path *path, size_t i)
{
    static const char *const names[] = { "revocation not checked", "not revoked", "REVOKED",
                                         "revocation unknown" };
    static const char *const by_list[] = { "", "not revoked (list)", "REVOKED (list)",
                                           "revocation unknown (list)" };
    static const char *const by_ocsp[] = { "", "not revoked (OCSP)", "REVOKED (OCSP)",
                                           "revocation unknown (OCSP)" };
    int32_t state = smime_path_revocation(path, i) & 3;

    switch (smime_path_revocation_source(path, i)) {
    case SMIME_SOURCE_CRL:
        return by_list[state];
    case SMIME_SOURCE_OCSP:
        return by_ocsp[state];
    default:
        return names[state];
    }
}

/* The path from the top: each certificate below the one that issued it. */
static void draw(const smime_path *path)
{
    size_t count = smime_path_count(path);

    for (size_t i = count; i > 0; i--) {
        int is_anchor = i == count && smime_path_valid(path);
        int depth = (int)(count - i);

        fprintf(stderr, "  %*s%s%s  [%s]%s\n", depth * 3, "", depth ? "`- " : "",
                smime_cert_subject(smime_path_cert(path, i - 1)),
                is_anchor ? "anchor" : state_name(path, i - 1),
                smime_path_fault(path) == (int32_t)i - 1 ? "  <- here" : "");
    }
}

static void tell(const smime_path *path)
{
    size_t tried = smime_path_tried_count(path);

    fprintf(stderr, "%s: %s\n",
            smime_path_valid(path)                                ? "valid"
            : smime_path_status(path) == SMIME_PATH_INDETERMINATE ? "undecided"
                                                                  : "not valid",
            smime_path_text(path));
    draw(path);
    if (!smime_path_valid(path))
        fprintf(stderr, "  reason: %s\n", smime_path_reason(path));
    if (tried > 1 || (tried && smime_path_valid(path)))
        fprintf(stderr, "tried, and failed:\n");
    for (size_t i = 0; i < tried && (tried > 1 || smime_path_valid(path)); i++)
        fprintf(stderr, "  %zu certificate%s, up to %s: %s: %s\n",
                smime_path_tried_length(path, i), smime_path_tried_length(path, i) > 1 ? "s" : "",
                smime_cert_subject(smime_path_tried_cert(path, i)),
                smime_path_tried_reason(path, i), smime_path_tried_text(path, i));
}

static const char *lint_type(const smime_lint *lint)
{
    static const char *const names[] = { NULL, "mailbox-validated", "organization-validated",
                                         "sponsor-validated", "individual-validated" };
    return names[smime_lint_type(lint)];
}

static const char *lint_generation(const smime_lint *lint)
{
    static const char *const names[] = { NULL, "legacy", "multipurpose", "strict" };
    return names[smime_lint_generation(lint)];
}

static void tell_lint(const smime_lint *lint)
{
    if (lint_type(lint))
        fprintf(stderr, "an S/MIME certificate, %s, %s: ", lint_type(lint), lint_generation(lint));
    else
        fprintf(stderr, "no kind of S/MIME certificate by its policies: ");
    fprintf(stderr, "%zu warning%s\n", smime_lint_count(lint),
            smime_lint_count(lint) == 1 ? "" : "s");
    for (size_t i = 0; i < smime_lint_count(lint); i++)
        fprintf(stderr, "  %s: %s [%s, %s]\n", smime_lint_rule(lint, i), smime_lint_text(lint, i),
                smime_lint_section(lint, i),
                smime_lint_is_required(lint, i) ? "required" : "recommended");
}

static json_object *json_lint(const smime_lint *lint)
{
    json_object *object = json_object_new_object(), *list = json_object_new_array();

    for (size_t i = 0; i < smime_lint_count(lint); i++) {
        json_object *warning = json_object_new_object();
        json_object_object_add(warning, "rule", json_text(smime_lint_rule(lint, i)));
        json_object_object_add(warning, "section", json_text(smime_lint_section(lint, i)));
        json_object_object_add(warning, "required",
                               json_object_new_boolean(smime_lint_is_required(lint, i)));
        json_object_object_add(warning, "text", json_text(smime_lint_text(lint, i)));
        json_object_array_add(list, warning);
    }
    json_object_object_add(object, "type", json_text(lint_type(lint)));
    json_object_object_add(object, "generation", json_text(lint_generation(lint)));
    json_object_object_add(object, "warnings", list);
    return object;
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
    json_object_object_add(object, "tried", json_object_new_array());
    return object;
}

int command_path(const options *o)
{
    failure f = { 0, NULL, "" };
    smime_policy *policy = NULL;
    smime_path *path = NULL;
    smime_lint *lint = NULL;
    int code = make_policy(o, &policy, &f);

    if (code == EXIT_USAGE)
        return code;
    if (code == EXIT_GOOD)
        code = check(o, policy, &path, &lint, &f);
    if (code == EXIT_GOOD && !smime_path_valid(path))
        code = EXIT_REFUSED;
    if (f.code)
        complain(code, "%s", f.text);
    else
        tell(path);
    if (lint)
        tell_lint(lint);
    if (o->json && code != EXIT_USAGE) {
        json_object *object = json_object_new_object();
        json_object *answer = f.code ? json_failure(&f) : json_path(path);
        int printed;
        json_object_object_add(object, "version", json_object_new_int(1));
        json_object_object_foreach(answer, name, value)
            json_object_object_add(object, name, json_object_get(value));
        json_object_put(answer);
        if (lint)
            json_object_object_add(object, "lint", json_lint(lint));
        printed = json_print(object);
        if (printed != EXIT_GOOD)
            code = printed;
    }
    smime_lint_unref(lint);
    smime_path_unref(path);
    smime_policy_unref(policy);
    return code;
}
