/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime open, verify, decrypt */
#include "json.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int32_t open_release(const options *o)
{
    if (o->json && !o->out)
        return SMIME_RELEASE_NOTHING;
    if (o->unverified)
        return SMIME_RELEASE_UNVERIFIED;
    if (!strcmp(o->command, "verify"))
        return SMIME_RELEASE_VERIFIED;
    return strcmp(o->command, "decrypt") ? SMIME_RELEASE_GOOD : SMIME_RELEASE_DECRYPTED;
}

static int any_encrypted(const smime_report *report)
{
    for (size_t i = 0; i < smime_report_layer_count(report); i++)
        if (smime_report_layer_encrypts(report, i) && !smime_report_layer_errant(report, i))
            return 1;
    return 0;
}

/* Every layer that hides something was opened, where there is one. */
static int nothing_closed(const smime_report *report)
{
    for (size_t i = 0; i < smime_report_layer_count(report); i++)
        if (smime_report_layer_encrypts(report, i) && !smime_report_layer_errant(report, i) &&
            !smime_report_layer_opened(report, i))
            return 0;
    return smime_report_status(report) >= 0;
}

static int verdict_code(const options *o, const smime_report *report)
{
    int32_t summary = smime_report_summary(report);

    if (!strcmp(o->command, "decrypt"))
        return any_encrypted(report) && nothing_closed(report) ? EXIT_GOOD : EXIT_REFUSED;
    if (!strcmp(o->command, "verify"))
        return summary == SMIME_SUMMARY_VERIFIED ||
                       summary == SMIME_SUMMARY_CONFIDENTIAL_VERIFIED
                   ? EXIT_GOOD
                   : EXIT_REFUSED;
    return summary == SMIME_SUMMARY_INVALID || summary == SMIME_SUMMARY_LOCKED ? EXIT_REFUSED
                                                                               : EXIT_GOOD;
}

/* What a mail may be encrypted to besides certificates. */
static void add_secrets(const options *o, smime_open *job, failure *f)
{
    smime_status status = SMIME_OK;
    secret found;

    for (size_t i = 0; i < o->passphrase_count && status == SMIME_OK; i++)
        if (read_passphrase(o->passphrases[i], &found, f) == EXIT_GOOD)
            status = smime_open_add_password(job, found.key, found.len);
    for (size_t i = 0; i < o->shared_key_count && status == SMIME_OK; i++)
        if (read_key(o->shared_keys[i], 1, &found, f) == EXIT_GOOD)
            status = smime_open_add_shared_key(job, found.id, found.id_len, found.key,
                                               found.len);
    for (size_t i = 0; i < o->content_key_count && status == SMIME_OK; i++)
        if (read_key(o->content_keys[i], 0, &found, f) == EXIT_GOOD)
            status = smime_open_add_content_key(job, found.key, found.len);
    if (status < 0)
        fail(f, exit_of(status), "file-malformed", "a key has a length that none has");
    wipe_secret(&found);
}

/* "PATH", or "N:PATH" in the content of N layers. */
static smime_status set_isolated(smime_open *job, const char *place)
{
    const char *colon = strchr(place, ':');
    char *end = NULL;
    long within = colon ? strtol(place, &end, 10) : 0;

    if (within < 0 || within > 1000 || (colon && (end == place || *end != ':')))
        return SMIME_E_INVALID_ARG;
    return smime_open_isolate(job, (int32_t)within, colon ? colon + 1 : place);
}

/* What the caller knows beforehand of who signs and what is wanted. */
static void set_expectations(const options *o, smime_open *job, smime_known *known, failure *f)
{
    smime_status status = smime_open_use_known(job, known);

    for (size_t i = 0; i < o->expected_count && status == SMIME_OK; i++) {
        status = smime_open_expect_signed(job, o->expected[i]);
        if (status == SMIME_E_INVALID_ARG)
            fail(f, EXIT_USAGE, "usage", "%.200s is no address", o->expected[i]);
    }
    if (status == SMIME_OK && o->isolate) {
        status = set_isolated(job, o->isolate);
        if (status == SMIME_E_INVALID_ARG)
            fail(f, EXIT_USAGE, "usage", "--isolate takes PATH or N:PATH");
    }
    if (status < 0)
        fail(f, exit_of(status), "internal", "%s", smime_status_text(status));
}

int open_set_up(const options *o, smime_policy *policy, smime_open *job, smime_known *known,
                failure *f)
{
    smime_store *store = NULL;
    smime_bag *bag = NULL;
    smime_status status = SMIME_OK;
    int code;

    make_store(o, policy, &store, f);
    make_bag(o, policy, &bag, f);
    for (size_t i = 0; bag && i < o->identity_count; i++)
        bag_add_file(bag, o->identities[i], f);
    add_secrets(o, job, f);
    set_expectations(o, job, known, f);
    code = f->code;
    if (code == EXIT_GOOD && o->identity_count && !smime_bag_identity_count(bag))
        code = fail(f, EXIT_SYNTAX, "file-malformed",
                    "%.200s holds no private key that belongs to a certificate",
                    o->identities[0]);
    for (size_t i = 0; code == EXIT_GOOD && status == SMIME_OK &&
                       i < smime_bag_identity_count(bag);
         i++)
        status = smime_open_add_identity(job, smime_bag_identity(bag, i));
    if (code == EXIT_GOOD && status == SMIME_OK)
        status = smime_open_use_store(job, store);
    if (code == EXIT_GOOD && status == SMIME_OK)
        status = smime_open_set_release(job, open_release(o));
    if (code == EXIT_GOOD && status < 0)
        code = fail(f, exit_of(status), "internal", "%s", smime_status_text(status));
    smime_bag_free(bag);
    smime_store_unref(store);
    return code;
}

/* The exit code by everything that applies; content is kept or dropped by it. */
int open_conclude(const options *o, smime_status status, const smime_report *report, output *out,
                  failure *f)
{
    int code = status < 0 ? exit_of(status) : verdict_code(o, report);
    int wanted = code == EXIT_GOOD || (code == EXIT_REFUSED && o->unverified);
    int kept = EXIT_GOOD;

    if (wanted && nothing_closed(report))
        kept = output_keep(out, f);
    else
        output_drop(out);
    return kept == EXIT_GOOD ? code : kept;
}

static int run(const options *o, smime_open *job, smime_report **ret_report, failure *f)
{
    output out = { NULL, NULL, -1, 0 };
    smime_status status;
    int code, in = -1;

    open_input(o, &in, f); /* also after another failure, which this one may outrank */
    output_open(&out, o->out, f);
    if (f->code != EXIT_GOOD) {
        if (in > STDIN_FILENO)
            close(in);
        output_drop(&out);
        return f->code;
    }
    status = smime_open_fd(job, in, o->json && !o->out ? -1 : out.fd);
    if (in != STDIN_FILENO)
        close(in);
    if (smime_open_report(job, ret_report) < 0) {
        output_drop(&out);
        return fail(f, exit_of(status), status == SMIME_E_IO ? "io" : "internal", "%s",
                    smime_open_error_text(job));
    }
    code = open_conclude(o, status, *ret_report, &out, f);
    output_drop(&out);
    return code;
}

int open_answer(const options *o, int code, const smime_report *report, const failure *f)
{
    if (f->code)
        complain(code, "%s", f->text);
    else
        tell_report(report, o->explain);
    if (o->json && code != EXIT_USAGE) {
        int printed = json_print(report && !f->code ? json_report(report) : json_open_failure(f));
        if (printed != EXIT_GOOD)
            code = printed;
    }
    return code;
}

int command_open(const options *o)
{
    failure f = { 0, NULL, "" };
    smime_policy *policy = NULL;
    smime_open *job = NULL;
    smime_report *report = NULL;
    smime_known *known = NULL;
    smime_status status;
    int code = make_policy(o, &policy, &f);

    if (code == EXIT_USAGE)
        return code;
    if (code == EXIT_GOOD) {
        status = smime_open_new(policy, &job);
        if (status < 0)
            code = fail(&f, exit_of(status), "internal", "%s", smime_status_text(status));
    }
    if (code == EXIT_GOOD) {
        known_load(o, &known, &f);
        open_set_up(o, policy, job, known, &f);
        code = run(o, job, &report, &f);
    }
    if (code == EXIT_GOOD && o->learn && smime_known_learn(known, report) == SMIME_OK)
        code = known_save(o, known, &f);
    code = open_answer(o, code, report, &f);
    smime_report_unref(report);
    smime_open_free(job);
    smime_known_unref(known);
    smime_policy_unref(policy);
    return code;
}
