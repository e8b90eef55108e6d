/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime encode, decode: CMS that is no mail */
#include "json.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const kinds[] = { "signed",    "enveloped", "auth-enveloped", "compressed",
                                     "encrypted", "digested",  "authenticated",  "data" };

static int32_t kind_number(const char *name)
{
    for (int32_t i = 0; i < (int32_t)(sizeof kinds / sizeof kinds[0]); i++)
        if (!strcmp(name, kinds[i]))
            return i + 1;
    return SMIME_LAYER_UNKNOWN;
}

static int32_t digest_number(const char *name)
{
    static const char *const names[] = { "sha256",   "sha384",   "sha512",  "sha3-256",
                                         "sha3-384", "sha3-512", "shake256" };

    for (int32_t i = 0; name && i < (int32_t)(sizeof names / sizeof names[0]); i++)
        if (!strcmp(name, names[i]))
            return i + 1;
    return 0;
}

static const char *reason_of(smime_status status)
{
    switch (smime_status_category(status)) {
    case SMIME_CATEGORY_LIMIT:
        return "limit";
    default:
        return status == SMIME_E_IO ? "io" : "internal";
    }
}

/* @p text of the job that failed, or NULL. */
static int told(smime_status status, const char *text, failure *f)
{
    return status < 0 ? fail(f, exit_of(status), reason_of(status), "%s",
                             text && *text ? text : smime_status_text(status))
                      : EXIT_GOOD;
}

static int told_by(const smime_cms_encoder *job, smime_status status, failure *f)
{
    return told(status, smime_cms_encoder_error_text(job), f);
}

static int add_signer(const options *o, smime_cms_encoder *job, smime_identity *identity,
                      failure *f)
{
    uint32_t flags = (o->key_id ? SMIME_SIGNER_KEY_ID : 0u) |
                     (o->no_attributes ? SMIME_SIGNER_NO_ATTRIBUTES : 0u) |
                     (o->pss ? SMIME_SIGNER_PSS : 0u) | SMIME_SIGNER_NO_CAPABILITIES;

    return told_by(job, smime_cms_encoder_add_signer(job, identity, digest_number(o->digest),
                                                     flags, NULL), f);
}

/* Every key in the files signs. */
static int add_signers(const options *o, smime_cms_encoder *job, failure *f)
{
    smime_bag *bag = NULL;

    make_bag(o, NULL, &bag, f);
    for (size_t i = 0; bag && i < o->identity_count; i++)
        bag_add_file(bag, o->identities[i], f);
    for (size_t i = 0; !f->code && i < smime_bag_identity_count(bag); i++)
        add_signer(o, job, smime_bag_identity(bag, i), f);
    smime_bag_free(bag);
    return f->code;
}

/* Pairs of hexadecimal digits; -1 when it is none, or longer than @p room. */
static int read_hex(const char *text, unsigned char *to, size_t room)
{
    size_t len = strlen(text);
    unsigned value;

    if (len % 2 || len / 2 > room || strspn(text, "0123456789abcdefABCDEF") != len)
        return -1;
    for (size_t i = 0; i < len / 2; i++) {
        char pair[3] = { text[2 * i], text[2 * i + 1], 0 };
        sscanf(pair, "%x", &value);
        to[i] = (unsigned char)value;
    }
    return (int)(len / 2);
}

/* How content keys reach recipients. */
static int set_ways(const options *o, smime_cms_encoder *job, failure *f)
{
    unsigned char label[256], ukm[256];
    int label_len = read_hex(o->oaep_label ? o->oaep_label : "", label, sizeof label);
    int ukm_len = read_hex(o->ukm ? o->ukm : "", ukm, sizeof ukm);

    if (label_len < 0 || ukm_len < 0)
        return fail(f, EXIT_USAGE, "usage", "--oaep-label and --ukm take up to 256 bytes in "
                                            "hexadecimal digits");
    if (o->oaep_digest || o->oaep_mask || o->oaep_label)
        told_by(job, smime_cms_encoder_set_oaep(job, digest_number(o->oaep_digest),
                                                digest_number(o->oaep_mask), label,
                                                (size_t)label_len), f);
    if (o->kdf_digest || o->cofactor || o->ukm)
        told_by(job, smime_cms_encoder_set_agreement(job, digest_number(o->kdf_digest),
                                                     o->cofactor, ukm, (size_t)ukm_len), f);
    return f->code;
}

/* The certificates in the files: to encrypt to, or to carry. */
static int add_certs(const options *o, smime_cms_encoder *job, int32_t kind, failure *f)
{
    uint32_t flags = (o->key_id ? SMIME_RECIPIENT_KEY_ID : 0u) |
                     (o->oaep ? SMIME_RECIPIENT_OAEP : 0u);
    smime_bag *bag = NULL;

    if (kind != SMIME_LAYER_SIGNED)
        set_ways(o, job, f);
    make_bag(o, NULL, &bag, f);
    for (size_t i = 0; bag && i < o->recipient_count; i++)
        bag_add_file(bag, o->recipients[i], f);
    for (size_t i = 0; !f->code && i < smime_bag_cert_count(bag); i++) {
        smime_cert *cert = smime_bag_cert(bag, i);
        told_by(job, kind == SMIME_LAYER_SIGNED
                         ? smime_cms_encoder_add_cert(job, cert)
                         : smime_cms_encoder_add_recipient(job, cert, flags), f);
    }
    smime_bag_free(bag);
    return f->code;
}

static int add_secrets(const options *o, smime_cms_encoder *job, failure *f)
{
    secret found;

    for (size_t i = 0; i < o->passphrase_count; i++)
        if (read_passphrase(o->passphrases[i], &found, f) == EXIT_GOOD)
            told_by(job, smime_cms_encoder_add_password(job, found.key, found.len,
                                                        (uint32_t)o->iterations), f);
    for (size_t i = 0; i < o->shared_key_count; i++)
        if (read_key(o->shared_keys[i], 1, &found, f) == EXIT_GOOD)
            told_by(job, smime_cms_encoder_add_shared_key(job, found.id, found.id_len, found.key,
                                                          found.len), f);
    for (size_t i = 0; i < o->content_key_count; i++)
        if (read_key(o->content_keys[i], 0, &found, f) == EXIT_GOOD)
            told(smime_cms_encoder_set_content_key(job, found.key, found.len), NULL, f);
    wipe_secret(&found);
    return f->code;
}

static int configure(const options *o, smime_cms_encoder *job, int in, failure *f)
{
    smime_status status = SMIME_OK;
    off_t start, end;

    if (o->algorithm)
        status = smime_cms_encoder_set_algorithm(job, o->algorithm);
    if (status < 0)
        return fail(f, EXIT_USAGE, "usage", "%s does not go with %s", o->algorithm, o->type);
    if (o->content_type)
        status = smime_cms_encoder_set_content_type(job, o->content_type);
    if (status < 0)
        return fail(f, EXIT_USAGE, "usage", "%s is no object identifier", o->content_type);
    if (o->pem)
        status = smime_cms_encoder_set_form(job, SMIME_FORM_PEM);
    if (status == SMIME_OK && o->detached)
        status = smime_cms_encoder_set_detached(job, 1);
    start = lseek(in, 0, SEEK_CUR);
    end = start < 0 ? start : lseek(in, 0, SEEK_END);
    if (status == SMIME_OK && end >= 0 && lseek(in, start, SEEK_SET) == start)
        status = smime_cms_encoder_set_length(job, (uint64_t)(end - start));
    return told(status, NULL, f);
}

static int encode(const options *o, failure *f)
{
    int32_t kind = kind_number(o->type);
    smime_cms_encoder *job = NULL;
    output out = { NULL, NULL, -1, 0 };
    int in = -1;

    if (told(smime_cms_encoder_new(NULL, kind, &job), NULL, f) != EXIT_GOOD)
        return f->code;
    add_signers(o, job, f);
    add_certs(o, job, kind, f);
    add_secrets(o, job, f);
    open_input(o, &in, f);
    output_open(&out, o->out, f);
    if (!f->code)
        configure(o, job, in, f);
    if (!f->code)
        told_by(job, smime_cms_encoder_fd(job, in, out.fd), f);
    if (!f->code)
        output_keep(&out, f);
    output_drop(&out);
    if (in > STDIN_FILENO)
        close(in);
    smime_cms_encoder_free(job);
    return f->code;
}

int command_encode(const options *o)
{
    failure f = { 0, NULL, "" };
    int code = encode(o, &f);

    return code == EXIT_GOOD ? code : complain(code, "%s", f.text);
}

/* Keys, passwords and the store. */
static int set_up(const options *o, const smime_policy *policy, smime_cms_decoder *job, failure *f)
{
    smime_store *store = NULL;
    smime_bag *bag = NULL;
    secret found;

    make_store(o, policy, &store, f);
    make_bag(o, policy, &bag, f);
    for (size_t i = 0; bag && i < o->identity_count; i++)
        bag_add_file(bag, o->identities[i], f);
    for (size_t i = 0; !f->code && i < smime_bag_identity_count(bag); i++)
        told(smime_cms_decoder_add_identity(job, smime_bag_identity(bag, i)), NULL, f);
    for (size_t i = 0; i < o->passphrase_count; i++)
        if (read_passphrase(o->passphrases[i], &found, f) == EXIT_GOOD)
            told(smime_cms_decoder_add_password(job, found.key, found.len), NULL, f);
    for (size_t i = 0; i < o->shared_key_count; i++)
        if (read_key(o->shared_keys[i], 1, &found, f) == EXIT_GOOD)
            told(smime_cms_decoder_add_shared_key(job, found.id, found.id_len, found.key,
                                                  found.len), NULL, f);
    for (size_t i = 0; i < o->content_key_count; i++)
        if (read_key(o->content_keys[i], 0, &found, f) == EXIT_GOOD)
            told(smime_cms_decoder_add_content_key(job, found.key, found.len), NULL, f);
    wipe_secret(&found);
    if (!f->code)
        told(smime_cms_decoder_use_store(job, store), NULL, f);
    if (!f->code && o->use && !strcmp(o->use, "any"))
        told(smime_cms_decoder_set_use(job, SMIME_USE_ANY), NULL, f);
    if (!f->code)
        told(smime_cms_decoder_set_release(job, open_release(o)), NULL, f);
    smime_bag_free(bag);
    smime_store_unref(store);
    return f->code;
}

static int give_content(const options *o, smime_cms_decoder *job, failure *f)
{
    smime_status status;
    int fd;

    if (!o->content)
        return f->code;
    fd = open(o->content, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(f, EXIT_IO, "io", "%.200s cannot be read", o->content);
    status = smime_cms_decoder_content_fd(job, fd);
    close(fd);
    return status == SMIME_E_IO
               ? fail(f, EXIT_IO, "io", "%.200s: %s", o->content, smime_cms_decoder_error_text(job))
               : told(status, NULL, f);
}

static int decode(const options *o, smime_cms_decoder *job, smime_report **ret_report, failure *f)
{
    output out = { NULL, NULL, -1, 0 };
    smime_status status;
    int code, in = -1;

    open_input(o, &in, f);
    output_open(&out, o->out, f);
    code = f->code;
    if (code == EXIT_GOOD) {
        status = smime_cms_decoder_fd(job, in, o->json && !o->out ? -1 : out.fd);
        if (smime_cms_decoder_report(job, ret_report) < 0)
            code = fail(f, exit_of(status), "internal", "%s", smime_cms_decoder_error_text(job));
        else
            code = open_conclude(o, status, *ret_report, &out, f);
    }
    output_drop(&out);
    if (in > STDIN_FILENO)
        close(in);
    return code;
}

int command_decode(const options *o)
{
    failure f = { 0, NULL, "" };
    smime_policy *policy = NULL;
    smime_cms_decoder *job = NULL;
    smime_report *report = NULL;
    int code = make_policy(o, &policy, &f);

    if (code == EXIT_USAGE)
        return code;
    if (!f.code)
        told(smime_cms_decoder_new(policy, &job), NULL, &f);
    if (!f.code)
        set_up(o, policy, job, &f);
    if (!f.code)
        give_content(o, job, &f);
    code = f.code ? f.code : decode(o, job, &report, &f);
    code = open_answer(o, code, report, &f);
    smime_report_unref(report);
    smime_cms_decoder_free(job);
    smime_policy_unref(policy);
    return code;
}
