/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options: one table says which command knows what. */
#include "tool.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { FLAG, TEXT, REPEATED };

enum {
    SIGN = 1 << 0,
    ENCRYPT = 1 << 1,
    PROTECT = 1 << 2,
    OPEN = 1 << 3,
    PATH = 1 << 4,
    PARSE = 1 << 5,
    ENCODE = 1 << 6,
    DECODE = 1 << 7,
    CHOOSE = 1 << 8,
    POLICY = 1 << 9,
    RECEIPT = 1 << 10
};

typedef struct option_row {
    const char *name;
    int kind;
    int commands;
    size_t field; /* of struct options */
    size_t count; /* of struct options, for REPEATED */
    const char *values; /* allowed ones, separated by '|'; NULL: any */
} option_row;

#define FIELD(name) offsetof(options, name)
#define READING (OPEN | DECODE | RECEIPT) /* messages, or CMS */
#define DIGESTS "sha256|sha384|sha512"

static const option_row rows[] = {
    { "--identity", REPEATED, SIGN | PROTECT | READING | ENCODE, FIELD(identities), FIELD(identity_count),
      NULL },
    { "--to", REPEATED, ENCRYPT | PROTECT | ENCODE, FIELD(recipients), FIELD(recipient_count), NULL },
    { "--trust", REPEATED, READING | PATH | CHOOSE, FIELD(trust), FIELD(trust_count), NULL },
    { "--untrusted", REPEATED, READING | PATH | CHOOSE, FIELD(untrusted), FIELD(untrusted_count), NULL },
    { "--password-file", TEXT, SIGN | PROTECT | READING | ENCODE, FIELD(password_file), 0, NULL },
    { "--opaque", FLAG, SIGN | PROTECT, FIELD(opaque), 0, NULL },
    { "--pss", FLAG, SIGN | PROTECT | ENCODE, FIELD(pss), 0, NULL },
    { "--digest", TEXT, SIGN | PROTECT, FIELD(digest), 0, DIGESTS },
    { "--digest", TEXT, ENCODE, FIELD(digest), 0, DIGESTS "|sha3-256|sha3-384|sha3-512|shake256" },
    { "--cipher", TEXT, ENCRYPT | PROTECT, FIELD(cipher), 0,
      "auto|aes-256-gcm|aes-256-cbc|aes-128-gcm|aes-128-cbc" },
    { "--key-transport", TEXT, ENCRYPT | PROTECT, FIELD(transport), 0, "auto|oaep|rsa-v1.5" },
    { "--oaep-digest", TEXT, ENCRYPT | PROTECT, FIELD(oaep_digest), 0, DIGESTS },
    { "--headers", TEXT, SIGN | ENCRYPT | PROTECT, FIELD(headers), 0,
      "outside|none|baseline|shy" },
    { "--no-legacy-display", FLAG, ENCRYPT | PROTECT, FIELD(no_legacy), 0, NULL },
    { "--triple", FLAG, PROTECT, FIELD(triple), 0, NULL },
    { "--bcc", REPEATED, ENCRYPT | PROTECT, FIELD(bcc), FIELD(bcc_count), NULL },
    { "--no-self", FLAG, PROTECT, FIELD(no_self), 0, NULL },
    { "--revocation", TEXT, READING | PATH | CHOOSE | POLICY, FIELD(revocation), 0, "off|use|leaf|all" },
    { "--at", TEXT, READING | PATH | CHOOSE, FIELD(at), 0, NULL },
    { "--policy", TEXT, READING | CHOOSE | POLICY, FIELD(policy), 0, "default|strict|legacy" },
    { "--out", TEXT, READING | ENCODE, FIELD(out), 0, NULL },
    { "--unverified", FLAG, OPEN | DECODE, FIELD(unverified), 0, NULL },
    { "--explain", FLAG, READING, FIELD(explain), 0, NULL },
    { "--expect-signed", REPEATED, OPEN, FIELD(expected), FIELD(expected_count), NULL },
    { "--known", TEXT, OPEN | ENCRYPT | PROTECT | CHOOSE, FIELD(known), 0, NULL },
    { "--learn", FLAG, OPEN, FIELD(learn), 0, NULL },
    { "--isolate", TEXT, OPEN, FIELD(isolate), 0, NULL },
    { "--json", FLAG, OPEN | DECODE | PATH | PARSE | CHOOSE, FIELD(json), 0, NULL },
    { "--use", TEXT, PATH, FIELD(use), 0, "sign|encrypt|any" },
    { "--use", TEXT, DECODE, FIELD(use), 0, "sign|any" },
    { "--use", TEXT, CHOOSE, FIELD(use), 0, "sign|encrypt" },
    { "--check", TEXT, RECEIPT, FIELD(check), 0, NULL },
    { "--receipt-to", REPEATED, SIGN | PROTECT, FIELD(receipt_to), FIELD(receipt_to_count), NULL },
    { "--receipt-from", REPEATED, SIGN | PROTECT, FIELD(receipt_from), FIELD(receipt_from_count),
      NULL },
    { "--email", TEXT, PATH | RECEIPT, FIELD(email), 0, NULL },
    { "--lint", FLAG, PATH, FIELD(lint), 0, NULL },
    { "--legacy", FLAG, PATH, FIELD(legacy), 0, NULL },
    { "--part", TEXT, PARSE, FIELD(part), 0, NULL },
    { "--decode", FLAG, PARSE, FIELD(decode), 0, NULL },
    { "--text", FLAG, PARSE, FIELD(text), 0, NULL },
    { "--shown", FLAG, PARSE, FIELD(shown), 0, NULL },
    { "--crl", REPEATED, READING | PATH | CHOOSE, FIELD(crls), FIELD(crl_count), NULL },
    { "--ocsp", REPEATED, READING | PATH | CHOOSE, FIELD(ocsps), FIELD(ocsp_count), NULL },
    { "--policy-oid", REPEATED, PATH, FIELD(policy_oids), FIELD(policy_oid_count), NULL },
    { "--explicit-policy", FLAG, PATH, FIELD(explicit_policy), 0, NULL },
    { "--inhibit-mapping", FLAG, PATH, FIELD(inhibit_mapping), 0, NULL },
    { "--type", TEXT, ENCODE, FIELD(type), 0,
      "signed|enveloped|auth-enveloped|compressed|encrypted|digested|authenticated|data" },
    { "--algorithm", TEXT, ENCODE, FIELD(algorithm), 0, NULL },
    { "--content-type", TEXT, ENCODE, FIELD(content_type), 0, NULL },
    { "--detached", FLAG, ENCODE, FIELD(detached), 0, NULL },
    { "--key-id", FLAG, ENCODE, FIELD(key_id), 0, NULL },
    { "--no-attributes", FLAG, ENCODE, FIELD(no_attributes), 0, NULL },
    { "--oaep", FLAG, ENCODE, FIELD(oaep), 0, NULL },
    { "--oaep-digest", TEXT, ENCODE, FIELD(oaep_digest), 0, DIGESTS "|sha3-256|sha3-384|sha3-512" },
    { "--oaep-mask", TEXT, ENCODE, FIELD(oaep_mask), 0, DIGESTS "|sha3-256|sha3-384|sha3-512" },
    { "--oaep-label", TEXT, ENCODE, FIELD(oaep_label), 0, NULL },
    { "--kdf-digest", TEXT, ENCODE, FIELD(kdf_digest), 0, DIGESTS },
    { "--cofactor", FLAG, ENCODE, FIELD(cofactor), 0, NULL },
    { "--ukm", TEXT, ENCODE, FIELD(ukm), 0, NULL },
    { "--pem", FLAG, ENCODE, FIELD(pem), 0, NULL },
    { "--iterations", TEXT, ENCODE, FIELD(iteration_text), 0, NULL },
    { "--passphrase", REPEATED, READING | ENCODE, FIELD(passphrases), FIELD(passphrase_count),
      NULL },
    { "--shared-key", REPEATED, READING | ENCODE, FIELD(shared_keys), FIELD(shared_key_count),
      NULL },
    { "--content-key", REPEATED, READING | ENCODE, FIELD(content_keys), FIELD(content_key_count),
      NULL },
    { "--content", TEXT, DECODE, FIELD(content), 0, NULL },
    { "--inhibit-any", FLAG, PATH, FIELD(inhibit_any), 0, NULL },
};

static const struct {
    const char *name;
    int bit;
} commands[] = { { "sign", SIGN },   { "encrypt", ENCRYPT }, { "protect", PROTECT },
                 { "open", OPEN },   { "verify", OPEN },     { "decrypt", OPEN },
                 { "path", PATH },   { "parse", PARSE },     { "encode", ENCODE },
                 { "decode", DECODE }, { "choose", CHOOSE }, { "receipt", RECEIPT }, { "policy", POLICY } };

static int is_allowed(const char *values, const char *value)
{
    size_t len = strlen(value);

    while (values && *values) {
        size_t each = strcspn(values, "|");
        if (each == len && !memcmp(values, value, len))
            return 1;
        values += each + (values[each] == '|');
    }
    return 0;
}

static int store_value(options *o, const option_row *row, const char *value)
{
    char *base = (char *)o;
    size_t *count = (size_t *)(void *)(base + row->count);

    if (row->values && !is_allowed(row->values, value))
        return complain(EXIT_USAGE, "%s takes one of %s", row->name, row->values);
    if (row->kind == TEXT) {
        const char **slot = (const char **)(void *)(base + row->field);
        if (*slot)
            return complain(EXIT_USAGE, "%s is given twice", row->name);
        *slot = value;
        return EXIT_GOOD;
    }
    if (*count == REPEAT_MAX)
        return complain(EXIT_USAGE, "%s is given more than %d times", row->name, REPEAT_MAX);
    ((const char **)(void *)(base + row->field))[(*count)++] = value;
    return EXIT_GOOD;
}

static const option_row *find_row(const char *name, size_t len, int command)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].commands & command && strlen(rows[i].name) == len &&
            !strncmp(rows[i].name, name, len))
            return &rows[i];
    return NULL;
}

/* One that PBKDF2 parameters can hold. */
static int is_number(const char *text)
{
    size_t len = strlen(text);

    return len && len <= 10 && strspn(text, "0123456789") == len &&
           strtoul(text, NULL, 10) >= 1 && strtoul(text, NULL, 10) <= INT32_MAX;
}

static int check_sense(const options *o, int command)
{
    if (o->learn && !o->known)
        return complain(EXIT_USAGE, "--learn needs --known");
    if (command == ENCODE && !o->type)
        return complain(EXIT_USAGE, "encode needs --type");
    if (o->iteration_text && !is_number(o->iteration_text))
        return complain(EXIT_USAGE, "--iterations takes a number from 1 to 2147483647");
    if (command == ENCODE && o->content_key_count > 1)
        return complain(EXIT_USAGE, "--content-key is given twice");
    if (command & (SIGN | PROTECT) && !o->identity_count)
        return complain(EXIT_USAGE, "%s needs --identity", o->command);
    if (command & (ENCRYPT | PROTECT) && !o->recipient_count)
        return complain(EXIT_USAGE, "%s needs --to", o->command);
    if (command == PATH && !o->operand)
        return complain(EXIT_USAGE, "path needs a certificate file");
    if (o->receipt_from_count && !o->receipt_to_count)
        return complain(EXIT_USAGE, "--receipt-from needs --receipt-to");
    if (command == RECEIPT && !o->identity_count && !o->check)
        return complain(EXIT_USAGE, "receipt needs --identity, or --check");
    if (command == CHOOSE && !o->operand)
        return complain(EXIT_USAGE, "choose needs an address");
    if (command == POLICY && o->operand)
        return complain(EXIT_USAGE, "policy takes no file");
    for (size_t i = 0; i < o->bcc_count; i++)
        if (!strchr(o->bcc[i], '=') || !strchr(o->bcc[i], '=')[1] || o->bcc[i][0] == '=')
            return complain(EXIT_USAGE, "--bcc takes CERT=FILE");
    if (o->bcc_count && !o->operand)
        return complain(EXIT_USAGE, "--bcc needs a file to read, as it is read for each message");
    if (o->oaep_digest && o->transport && !strcmp(o->transport, "rsa-v1.5"))
        return complain(EXIT_USAGE, "--oaep-digest does not go with --key-transport rsa-v1.5");
    if (o->decode && !o->part)
        return complain(EXIT_USAGE, "--decode goes with --part");
    if ((o->text || o->shown) && !o->part)
        return complain(EXIT_USAGE, "--text and --shown go with --part");
    if (o->part && o->json)
        return complain(EXIT_USAGE, "--part and --json do not go together");
    return EXIT_GOOD;
}

int options_parse(options *o, int argc, char **argv)
{
    int command = 0, only_operands = 0, operands = 0;

    o->command = argv[1];
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (!strcmp(argv[1], commands[i].name))
            command = commands[i].bit;
    if (!command)
        return complain(EXIT_USAGE, "there is no command %s; see smime --help", argv[1]);
    for (int i = 2; i < argc; i++) {
        const char *word = argv[i];
        const char *equals = strchr(word, '=');
        size_t len = equals ? (size_t)(equals - word) : strlen(word);
        const option_row *row;
        int code;

        if (!only_operands && !strcmp(word, "--")) {
            only_operands = 1;
            continue;
        }
        if (only_operands || word[0] != '-' || !word[1]) {
            if (operands++)
                return complain(EXIT_USAGE, "one file at a time, and %s is the second", word);
            o->operand = strcmp(word, "-") || command == PATH ? word : NULL;
            continue;
        }
        row = find_row(word, len, command);
        if (!row)
            return complain(EXIT_USAGE, "%s does not know %.*s; see smime --help", o->command,
                            (int)len, word);
        if (row->kind == FLAG) {
            if (equals)
                return complain(EXIT_USAGE, "%s takes no value", row->name);
            *(int *)(void *)((char *)o + row->field) = 1;
            continue;
        }
        if (!equals && ++i == argc)
            return complain(EXIT_USAGE, "%s needs a value", row->name);
        code = store_value(o, row, equals ? equals + 1 : argv[i]);
        if (code != EXIT_GOOD)
            return code;
    }
    if (o->iteration_text)
        o->iterations = strtoul(o->iteration_text, NULL, 10);
    return check_sense(o, command);
}
