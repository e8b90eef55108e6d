/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime sign, encrypt, protect */
#include "tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int32_t digest_number(const char *name)
{
    if (name && !strcmp(name, "sha384"))
        return SMIME_DIGEST_SHA384;
    return name && !strcmp(name, "sha512") ? SMIME_DIGEST_SHA512 : SMIME_DIGEST_SHA256;
}

static int32_t cipher_number(const char *name)
{
    static const char *const names[] = { "auto", "aes-128-cbc", "aes-256-cbc", "aes-128-gcm",
                                         "aes-256-gcm" };

    for (int32_t i = 0; name && i < 5; i++)
        if (!strcmp(name, names[i]))
            return i;
    return SMIME_CIPHER_AUTO;
}

static int32_t headers_number(const char *name)
{
    static const char *const names[] = { "outside", "none", "baseline", "shy" };

    for (int32_t i = 0; name && i < 4; i++)
        if (!strcmp(name, names[i]))
            return i;
    return SMIME_HEADERS_OUTSIDE;
}

static int32_t transport_number(const char *name)
{
    if (name && !strcmp(name, "oaep"))
        return SMIME_TRANSPORT_RSA_OAEP;
    return name && !strcmp(name, "rsa-v1.5") ? SMIME_TRANSPORT_RSA_V15 : SMIME_TRANSPORT_AUTO;
}

static smime_status configure(smime_protect *job, const options *o)
{
    smime_status status = SMIME_OK;

    if (o->digest)
        status = smime_protect_set_digest(job, digest_number(o->digest));
    if (status == SMIME_OK)
        status = smime_protect_set_opaque(job, o->opaque);
    if (status == SMIME_OK)
        status = smime_protect_set_pss(job, o->pss);
    if (status == SMIME_OK)
        status = smime_protect_set_cipher(job, cipher_number(o->cipher));
    if (status == SMIME_OK)
        status = smime_protect_set_transport(job, transport_number(o->transport),
                                             digest_number(o->oaep_digest));
    if (status == SMIME_OK && o->headers)
        status = smime_protect_set_headers(job, headers_number(o->headers));
    if (status == SMIME_OK)
        status = smime_protect_set_legacy_display(job, !o->no_legacy);
    if (status == SMIME_OK && o->triple)
        status = smime_protect_set_triple(job, 1);
    if (status == SMIME_OK && o->no_self)
        status = smime_protect_no_self(job);
    return status;
}

/* A file with the sender's key for decryption alone, as protect may be given beside the signer's. */
static int may_be_for_self(const smime_bag *bag, size_t from)
{
    for (size_t i = from; i < smime_bag_identity_count(bag); i++)
        if (smime_identity_usable(smime_bag_identity(bag, i), SMIME_USE_ENCRYPT,
                                  (int64_t)time(NULL), NULL))
            return 1;
    return 0;
}

/* Of the identities that one file brought: the one that can sign. */
static int choose_signer(smime_protect *job, const smime_bag *bag, size_t from, int for_self,
                         const char *path, int *signers, failure *f)
{
    const char *why = "it holds no private key that belongs to a certificate";
    smime_identity *chosen = NULL;
    size_t usable = 0;
    char names[300] = "";
    smime_status status;

    for (size_t i = from; i < smime_bag_identity_count(bag); i++) {
        smime_identity *identity = smime_bag_identity(bag, i);
        const char *subject = smime_cert_subject(smime_identity_cert(identity));
        if (!smime_identity_usable(identity, SMIME_USE_SIGN, (int64_t)time(NULL), &why))
            continue;
        usable++;
        chosen = identity;
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%.120s",
                 usable > 1 ? " and " : "", subject);
    }
    if (usable > 1)
        return fail(f, EXIT_USAGE, "usage", "%.100s holds several keys that can sign: %s", path,
                    names);
    if (!usable && for_self && may_be_for_self(bag, from))
        return EXIT_GOOD;
    if (!usable)
        return fail(f, EXIT_REFUSED, "refused", "%.100s cannot sign: %s", path, why);
    status = smime_protect_sign(job, chosen);
    *signers += status == SMIME_OK;
    return status < 0 ? fail(f, exit_of(status), "refused", "%s", smime_protect_error_text(job))
                      : EXIT_GOOD;
}

/* A key of the sender's that can decrypt, when the signer's own cannot. */
static int choose_self(smime_protect *job, const smime_bag *bag)
{
    int64_t now = (int64_t)time(NULL);

    for (int both = 1; both >= 0; both--)
        for (size_t i = 0; i < smime_bag_identity_count(bag); i++) {
            smime_identity *identity = smime_bag_identity(bag, i);
            if (smime_identity_usable(identity, SMIME_USE_ENCRYPT, now, NULL) &&
                (!both || smime_identity_usable(identity, SMIME_USE_SIGN, now, NULL)))
                return smime_protect_encrypt_to_self(job, smime_identity_cert(identity)) ==
                       SMIME_OK;
        }
    return 0;
}

static int add_signers(const options *o, smime_protect *job, smime_bag *bag, failure *f)
{
    int code = EXIT_GOOD, signers = 0;

    for (size_t i = 0; i < o->identity_count; i++) {
        size_t from = smime_bag_identity_count(bag);
        int waits;

        code = bag_add_file(bag, o->identities[i], f);
        /* key and certificate in two files: the pair is complete with the second */
        waits = smime_bag_identity_count(bag) == from && i + 1 < o->identity_count;
        if (code == EXIT_GOOD && !waits)
            code = choose_signer(job, bag, from, o->recipient_count && o->identity_count > 1,
                                 o->identities[i], &signers, f);
    }
    if (o->identity_count && !signers && !f->code) /* never encrypt what was to be signed too */
        code = fail(f, EXIT_REFUSED, "refused", "none of the identities can sign");
    if (code == EXIT_GOOD && o->recipient_count && !o->no_self)
        choose_self(job, bag);
    return code;
}

static int add_recipients(const options *o, smime_protect *job, failure *f)
{
    for (size_t i = 0; i < o->recipient_count; i++) {
        unsigned char *data;
        size_t len;
        smime_cert *cert = NULL;
        smime_status status;
        int code = read_file(o->recipients[i], &data, &len, f);

        if (code != EXIT_GOOD)
            continue;
        status = smime_cert_new(data, len, &cert);
        free(data);
        if (status < 0) {
            fail(f, exit_of(status), "file-malformed", "%.200s: %s", o->recipients[i],
                 smime_status_text(status));
            continue;
        }
        status = smime_protect_encrypt_to(job, cert);
        smime_cert_unref(cert);
        if (status < 0)
            fail(f, exit_of(status), "refused", "%s", smime_protect_error_text(job));
    }
    return f->code;
}

static int ask_receipt(const options *o, smime_protect *job, failure *f)
{
    int32_t from = o->receipt_from_count ? SMIME_RECEIPTS_LISTED : SMIME_RECEIPTS_ALL;
    uint8_t *der = NULL;
    size_t len = 0;
    smime_status status;

    if (!o->receipt_to_count)
        return EXIT_GOOD;
    status = smime_receipt_make_request(NULL, 0, from, o->receipt_from, o->receipt_from_count,
                                        o->receipt_to, o->receipt_to_count, &der, &len);
    if (status == SMIME_OK)
        status = smime_protect_add_attribute(job, SMIME_ATTRIBUTE_RECEIPT_REQUEST, der, len);
    smime_free(der);
    if (status == SMIME_E_INVALID_ARG)
        return fail(f, EXIT_USAGE, "usage", "a receipt goes to one address at least, and to 16 at most");
    return status < 0 ? fail(f, exit_of(status), "internal", "%s", smime_status_text(status))
                      : EXIT_GOOD;
}

/* What was learned of recipients decides about ciphers. */
static int use_known(const options *o, smime_protect *job, failure *f)
{
    smime_known *known = NULL;
    int code = known_load(o, &known, f);
    smime_status status = code == EXIT_GOOD ? smime_protect_use_known(job, known) : SMIME_OK;

    smime_known_unref(known);
    return status < 0 ? fail(f, exit_of(status), "internal", "%s", smime_status_text(status)) : code;
}

static int run(const options *o, smime_protect *job, smime_bag *bag, int out, failure *f)
{
    smime_status status = configure(job, o);
    int in = -1;

    if (status < 0)
        return fail(f, exit_of(status), "internal", "%s", smime_status_text(status));
    /* all of them, for the failure that outranks the others */
    use_known(o, job, f);
    ask_receipt(o, job, f);
    add_signers(o, job, bag, f);
    add_recipients(o, job, f);
    open_input(o, &in, f);
    if (f->code)
        return f->code;
    status = smime_protect_fd(job, in, out);
    if (status == SMIME_E_NO_SELF)
        return fail(f, EXIT_REFUSED, "refused", "%s; --no-self refuses that copy",
                    smime_protect_error_text(job));
    if (status < 0)
        return fail(f, exit_of(status), "failed", "%s", smime_protect_error_text(job));
    if (in != STDIN_FILENO)
        close(in);
    return EXIT_GOOD;
}

static int protect_one(const options *o, int out, int tell, failure *f)
{
    smime_protect *job = NULL;
    smime_bag *bag = NULL;
    smime_status status = smime_protect_new(NULL, &job);
    int code;

    if (status < 0)
        return fail(f, exit_of(status), "internal", "%s", smime_status_text(status));
    code = make_bag(o, NULL, &bag, f);
    if (code == EXIT_GOOD)
        code = run(o, job, bag, out, f);
    for (size_t i = 0; tell && code == EXIT_GOOD && i < smime_protect_note_count(job); i++)
        fprintf(stderr, "smime: note: %s\n", smime_protect_note(job, i));
    smime_bag_free(bag);
    smime_protect_free(job);
    return code;
}

/* Blind recipients get messages of their own, which name nobody else's key and which nobody else's
 * names. All files are there in the end, or none. */
static int protect_blind(const options *o, output *files, failure *f)
{
    static options alone; /* large */
    int code = EXIT_GOOD;

    for (size_t i = 0; i < o->bcc_count && code == EXIT_GOOD; i++) {
        const char *equals = strchr(o->bcc[i], '=');
        char *path = strndup(o->bcc[i], (size_t)(equals - o->bcc[i]));

        if (!path)
            return fail(f, EXIT_IO, "io", "out of memory");
        alone = *o;
        alone.recipients[0] = path;
        alone.recipient_count = 1;
        code = output_open(&files[i], equals + 1, f);
        if (code == EXIT_GOOD)
            code = protect_one(&alone, files[i].fd, 0, f);
        free(path);
    }
    return code;
}

int command_protect(const options *o)
{
    failure f = { 0, NULL, "" };
    output *files = calloc(o->bcc_count + 1, sizeof *files);
    int code = EXIT_GOOD;

    if (!files)
        return complain(EXIT_IO, "out of memory");
    for (size_t i = 0; i < o->bcc_count; i++)
        files[i].fd = -1;
    code = protect_blind(o, files, &f);
    if (code == EXIT_GOOD)
        code = protect_one(o, STDOUT_FILENO, 1, &f);
    for (size_t i = 0; i < o->bcc_count; i++) {
        if (code == EXIT_GOOD)
            code = output_keep(&files[i], &f);
        output_drop(&files[i]);
    }
    if (code != EXIT_GOOD)
        complain(code, "%s", f.text);
    free(files);
    return code;
}
