/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime receipt: makes the signed receipt that a message asks for, or checks one against it */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The message that asks; its content is not wanted. */
static int open_message(const options *o, smime_policy *policy, smime_report **ret_report,
                        failure *f)
{
    smime_open *job = NULL;
    smime_status status = smime_open_new(policy, &job);
    int code, in = -1;

    if (status < 0)
        return fail(f, exit_of(status), "internal", "%s", smime_status_text(status));
    code = open_set_up(o, policy, job, NULL, f);
    open_input(o, &in, f);
    if (f->code == EXIT_GOOD) {
        status = smime_open_fd(job, in, -1);
        if (status < 0)
            code = fail(f, exit_of(status), "failed", "%s", smime_open_error_text(job));
        else if (smime_open_report(job, ret_report) < 0)
            code = fail(f, EXIT_IO, "internal", "out of memory");
    }
    if (in > STDIN_FILENO)
        close(in);
    smime_open_free(job);
    return f->code ? f->code : code;
}

/* Whoever of the identities is asked and can sign. */
static int find_asked(const options *o, const smime_bag *bag, const smime_report *report,
                      smime_identity **ret_identity, smime_receipt_wish **ret_wish, failure *f)
{
    smime_status status = SMIME_E_NOT_FOUND;

    for (size_t i = 0; i < smime_bag_identity_count(bag); i++) {
        smime_identity *identity = smime_bag_identity(bag, i);
        smime_cert *cert = smime_identity_cert(identity);
        const char *address = o->email ? o->email
                              : smime_cert_email_count(cert) ? smime_cert_email(cert, 0)
                                                             : NULL;
        if (!address)
            continue;
        status = smime_receipt_wanted(report, address, ret_wish);
        if (status == SMIME_OK) {
            *ret_identity = identity;
            return EXIT_GOOD;
        }
    }
    return fail(f, EXIT_REFUSED, "no-receipt",
                status == SMIME_E_NOT_FOUND     ? "no receipt is wanted of any identity"
                : status == SMIME_E_NOT_VERIFIED ? "nobody whose signature is good asks for a receipt"
                                                 : "the request for a receipt cannot be read");
}

static int put_receipt(const options *o, const uint8_t *der, size_t len, failure *f)
{
    output out;
    int code = output_open(&out, o->out, f);

    if (code == EXIT_GOOD && !write_all(out.fd, der, len))
        code = fail(f, EXIT_IO, "io", "the receipt cannot be written");
    if (code == EXIT_GOOD)
        code = output_keep(&out, f);
    output_drop(&out);
    return code;
}

static int make_receipt(const options *o, const smime_policy *policy, const smime_report *report,
                        failure *f)
{
    smime_identity *identity = NULL;
    smime_receipt_wish *wish = NULL;
    smime_bag *bag = NULL;
    uint8_t *der = NULL;
    size_t len = 0;
    smime_status status;
    int code = make_bag(o, policy, &bag, f);

    for (size_t i = 0; code == EXIT_GOOD && i < o->identity_count; i++)
        code = bag_add_file(bag, o->identities[i], f);
    if (code == EXIT_GOOD)
        code = find_asked(o, bag, report, &identity, &wish, f);
    if (code == EXIT_GOOD) {
        status = smime_receipt_make(policy, report, identity, &der, &len);
        if (status < 0)
            code = fail(f, exit_of(status), "failed", "%s", smime_status_text(status));
    }
    if (code == EXIT_GOOD)
        code = put_receipt(o, der, len, f);
    for (size_t i = 0; code == EXIT_GOOD && i < smime_receipt_wish_count(wish); i++)
        fprintf(stderr, "smime: the receipt goes to %s\n", smime_receipt_wish_address(wish, i));
    smime_free(der);
    smime_receipt_wish_unref(wish);
    smime_bag_free(bag);
    return code;
}

static int check_receipt(const options *o, const smime_policy *policy, const smime_report *report,
                         failure *f)
{
    smime_store *store = NULL;
    smime_report *answer = NULL;
    unsigned char *data = NULL;
    size_t len = 0;
    smime_status status;
    int code = make_store(o, policy, &store, f);

    if (code == EXIT_GOOD)
        code = read_file(o->check, &data, &len, f);
    if (code == EXIT_GOOD) {
        status = smime_receipt_check(policy, store, data, len, report, &answer);
        if (status < 0)
            code = fail(f, exit_of(status), "file-malformed", "%.200s: %s", o->check,
                        smime_status_text(status));
    }
    if (code == EXIT_GOOD) {
        tell_report(answer, o->explain);
        code = smime_report_summary(answer) == SMIME_SUMMARY_VERIFIED ? EXIT_GOOD : EXIT_REFUSED;
    }
    free(data);
    smime_report_unref(answer);
    smime_store_unref(store);
    return code;
}

int command_receipt(const options *o)
{
    failure f = { 0, NULL, "" };
    smime_policy *policy = NULL;
    smime_report *report = NULL;
    int code = make_policy(o, &policy, &f);

    if (code == EXIT_GOOD)
        code = open_message(o, policy, &report, &f);
    if (code == EXIT_GOOD)
        code = o->check ? check_receipt(o, policy, report, &f)
                        : make_receipt(o, policy, report, &f);
    if (f.code)
        complain(code, "%s", f.text);
    smime_report_unref(report);
    smime_policy_unref(policy);
    return code;
}
