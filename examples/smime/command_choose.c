/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime choose, policy: what would be taken, and what is allowed */
#include "json.h"

#include <stdio.h>
#include <string.h>

static void tell(const smime_choice *choice)
{
    printf("%s\n", smime_choice_text(choice));
    for (size_t i = 0; i < smime_choice_count(choice); i++) {
        smime_cert *cert = smime_choice_candidate(choice, i);
        printf("  %s: %s [serial %s, issuer %s]\n", smime_choice_reason(choice, i),
               smime_choice_reason_text(choice, i), smime_cert_serial(cert),
               smime_cert_issuer(cert));
    }
}

static json_object *choice_json(const smime_choice *choice)
{
    json_object *object = json_object_new_object(), *list = json_object_new_array();

    for (size_t i = 0; i < smime_choice_count(choice); i++) {
        json_object *each = json_object_new_object();
        json_object_object_add(each, "certificate", json_cert(smime_choice_candidate(choice, i)));
        json_object_object_add(each, "reason", json_text(smime_choice_reason(choice, i)));
        json_object_object_add(each, "text", json_text(smime_choice_reason_text(choice, i)));
        json_object_array_add(list, each);
    }
    json_object_object_add(object, "version", json_object_new_int(1));
    json_object_object_add(object, "chosen", json_cert(smime_choice_cert(choice)));
    json_object_object_add(object, "text", json_text(smime_choice_text(choice)));
    json_object_object_add(object, "candidates", list);
    return object;
}

int command_choose(const options *o)
{
    int32_t use = o->use && !strcmp(o->use, "sign") ? SMIME_USE_SIGN : SMIME_USE_ENCRYPT;
    failure f = { 0, NULL, "" };
    smime_policy *policy = NULL;
    smime_store *store = NULL;
    smime_known *known = NULL;
    smime_choice *choice = NULL;
    smime_status status;
    int code = make_policy(o, &policy, &f);

    if (code == EXIT_GOOD)
        code = make_store(o, policy, &store, &f);
    if (code == EXIT_GOOD)
        code = known_load(o, &known, &f);
    if (code == EXIT_GOOD) {
        status = smime_choice_new(store, known, policy, o->operand, use, &choice);
        if (status == SMIME_E_INVALID_ARG)
            code = fail(&f, EXIT_USAGE, "usage", "%.200s is no address", o->operand);
        else if (status < 0)
            code = fail(&f, exit_of(status), "internal", "%s", smime_status_text(status));
    }
    if (f.code)
        complain(code, "%s", f.text);
    else if (o->json)
        code = json_print(choice_json(choice));
    else
        tell(choice);
    if (code == EXIT_GOOD && !smime_choice_cert(choice))
        code = EXIT_REFUSED;
    smime_choice_unref(choice);
    smime_known_unref(known);
    smime_store_unref(store);
    smime_policy_unref(policy);
    return code;
}

int command_policy(const options *o)
{
    failure f = { 0, NULL, "" };
    smime_policy *policy = NULL;
    char *text = NULL;
    int code = make_policy(o, &policy, &f);
    smime_status status;

    if (code != EXIT_GOOD)
        return complain(code, "%s", f.text);
    status = smime_policy_describe(policy, &text);
    if (status < 0)
        code = complain(exit_of(status), "%s", smime_status_text(status));
    else if (fputs(text, stdout) == EOF || fflush(stdout) == EOF)
        code = complain(EXIT_IO, "standard output takes nothing");
    smime_free(text);
    smime_policy_unref(policy);
    return code;
}
