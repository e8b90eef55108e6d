/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wycheproof's vectors against lib/crypto, from inside: the program reads the JSON files in the
 * folder of its argument and prints TAP, one line a file. */
#include "wycheproof.h"

#include <fnmatch.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REASON_MAX 8
#define DIAGNOSTICS_MAX 50 /* lines a file: a broken primitive fails by the thousand */

/* The first pattern that fits decides. */
static const struct {
    const char *pattern;
    const char *type; /* of the groups */
    outcome (*check)(vector *v);
} suites[] = {
    { "rsa_oaep_*_test.json", "RsaesOaepDecrypt", check_oaep },
    { "rsa_pkcs1_*_test.json", "RsaesPkcs1Decrypt", check_pkcs1 },
    { "rsa_signature_*_test.json", "RsassaPkcs1Verify", check_verify_rsa },
    { "rsa_pss_*_params_test.json", "RsassaPssWithParametersVerify", check_verify_pss },
    { "rsa_pss_*_test.json", "RsassaPssVerify", check_verify_pss },
    { "ecdsa_secp*r1_*_test.json", "EcdsaVerify", check_verify_ecdsa },
    { "ed25519_test.json", "EddsaVerify", check_verify_ed25519 },
    { "ed448_test.json", "EddsaVerify", check_verify_ed448 },
    { "ecdh_secp256r1_test.json", "EcdhTest", check_ecdh },
    { "ecdh_secp384r1_test.json", "EcdhTest", check_ecdh },
    { "ecdh_secp521r1_test.json", "EcdhTest", check_ecdh },
    { "x25519_test.json", "XdhComp", check_x25519 },
    { "x448_test.json", "XdhComp", check_x25519 },
    { "x25519_asn_test.json", "XdhAsnComp", check_x25519_asn },
    { "aes_wrap_test.json", "KeywrapTest", check_aes_wrap },
    { "hkdf_sha256_test.json", "HkdfTest", check_hkdf256 },
    { "hkdf_sha384_test.json", "HkdfTest", check_hkdf384 },
    { "hkdf_sha512_test.json", "HkdfTest", check_hkdf512 },
    { "aes_gcm_test.json", "AeadTest", check_gcm },
    { "aes_ccm_test.json", "AeadTest", check_ccm },
    { "chacha20_poly1305_test.json", "AeadTest", check_chacha20_poly1305 },
    { "pbkdf2_hmacsha1_test.json", "PbkdfTest", check_pbkdf2_sha1 },
    { "pbkdf2_hmacsha256_test.json", "PbkdfTest", check_pbkdf2_sha256 },
    { "pbkdf2_hmacsha512_test.json", "PbkdfTest", check_pbkdf2_sha512 },
    { "aes_cbc_pkcs5_test.json", "IndCpaTest", check_cbc },
};
#define SUITE_COUNT (sizeof suites / sizeof suites[0])

typedef struct tally {
    unsigned seen, skipped, failed;
    struct {
        const char *why;
        unsigned count;
    } reasons[REASON_MAX];
    char diagnostics[DIAGNOSTICS_MAX][256]; /* printed behind the line that they explain */
} tally;

const char *text(struct json_object *object, const char *name)
{
    struct json_object *field;

    return json_object_object_get_ex(object, name, &field) &&
                   json_object_is_type(field, json_type_string)
               ? json_object_get_string(field)
               : "";
}

int number(struct json_object *object, const char *name)
{
    struct json_object *field;

    return json_object_object_get_ex(object, name, &field) ? json_object_get_int(field) : -1;
}

int is_result(const vector *v, const char *result)
{
    return !strcmp(text(v->test, "result"), result);
}

int has_flag(const vector *v, const char *flag)
{
    struct json_object *flags;

    if (!json_object_object_get_ex(v->test, "flags", &flags))
        return 0;
    for (size_t i = 0; i < json_object_array_length(flags); i++)
        if (!strcmp(json_object_get_string(json_object_array_get_idx(flags, i)), flag))
            return 1;
    return 0;
}

static unsigned nibble(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = digit ? strchr(digits, digit) : NULL;

    if (!at) {
        printf("Bail out! no hexadecimal digit: %c\n", digit);
        exit(1);
    }
    return (unsigned)(at - digits);
}

smime__view hex(vector *v, struct json_object *object, const char *name)
{
    const char *digits = text(object, name);
    size_t len = strlen(digits) / 2;
    uint8_t *bytes = malloc(len ? len : 1);

    if (!bytes || v->held_count == sizeof v->held / sizeof v->held[0]) {
        printf("Bail out! no room\n");
        exit(1);
    }
    v->held[v->held_count++] = bytes;
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(nibble(digits[2 * i]) << 4 | nibble(digits[2 * i + 1]));
    return smime__view_of(bytes, len);
}

outcome wrong(vector *v, const char *why)
{
    v->why = why;
    return WRONG;
}

outcome skip(vector *v, const char *why)
{
    v->why = why;
    return SKIPPED;
}

static void count_skip(tally *counts, const char *why)
{
    size_t i = 0;

    counts->skipped++;
    while (i < REASON_MAX - 1 && counts->reasons[i].why && strcmp(counts->reasons[i].why, why))
        i++;
    counts->reasons[i].why = why;
    counts->reasons[i].count++;
}

static void judge(vector *v, outcome result, tally *counts)
{
    const char *why = v->why;

    counts->seen++;
    if (result == SKIPPED) {
        count_skip(counts, why);
        return;
    }
    if (result == ACCEPTED && is_result(v, "invalid"))
        why = "accepted";
    else if (result == REFUSED && is_result(v, "valid"))
        why = "refused";
    else if (result != WRONG)
        return;
    if (counts->failed < DIAGNOSTICS_MAX)
        snprintf(counts->diagnostics[counts->failed], sizeof counts->diagnostics[0],
                 "tcId %d, %s: %s (%s)", number(v->test, "tcId"), text(v->test, "result"), why,
                 text(v->test, "comment"));
    counts->failed++;
}

static void run_group(size_t suite, struct json_object *group, tally *counts)
{
    vector v = { .group = group };
    struct json_object *tests = NULL;

    json_object_object_get_ex(group, "tests", &tests);
    for (size_t i = 0; tests && i < json_object_array_length(tests); i++) {
        outcome result;
        v.test = json_object_array_get_idx(tests, i);
        result = strcmp(text(group, "type"), suites[suite].type) ? skip(&v, "another kind of group")
                                                                 : suites[suite].check(&v);
        judge(&v, result, counts);
        while (v.held_count)
            free(v.held[--v.held_count]);
        v.why = NULL;
    }
    smime__pubkey_free(v.public_key);
    smime__privkey_free(v.private_key);
}

/* 1 when the file passed. A file of which nothing ran has not. */
static int report(const char *name, unsigned line, const tally *counts, int announced)
{
    int good = announced >= 0 && counts->seen == (unsigned)announced && !counts->failed &&
               counts->seen > counts->skipped;

    printf("%sok %u - %s: %u vectors\n", good ? "" : "not ", line, name, counts->seen);
    if (announced < 0)
        printf("# not readable as Wycheproof's JSON\n");
    else if (counts->seen != (unsigned)announced)
        printf("# the file announces %d\n", announced);
    for (unsigned i = 0; i < counts->failed && i < DIAGNOSTICS_MAX; i++)
        printf("# %s\n", counts->diagnostics[i]);
    if (counts->failed > DIAGNOSTICS_MAX)
        printf("# and %u more\n", counts->failed - DIAGNOSTICS_MAX);
    if (counts->skipped)
        printf("# %u skipped:\n", counts->skipped);
    for (size_t i = 0; i < REASON_MAX && counts->reasons[i].why; i++)
        printf("#   %u: %s\n", counts->reasons[i].count, counts->reasons[i].why);
    fflush(stdout);
    return good;
}

static int run_file(size_t suite, const char *name, unsigned line)
{
    struct json_object *root = json_object_from_file(name);
    struct json_object *groups = NULL;
    tally *counts = calloc(1, sizeof *counts);
    int announced = root ? number(root, "numberOfTests") : -1;
    int good;

    if (!counts) {
        printf("Bail out! no memory\n");
        exit(1);
    }
    if (root)
        json_object_object_get_ex(root, "testGroups", &groups);
    for (size_t i = 0; groups && i < json_object_array_length(groups); i++)
        run_group(suite, json_object_array_get_idx(groups, i), counts);
    good = report(name, line, counts, announced);
    json_object_put(root);
    free(counts);
    return good;
}

static size_t suite_of(const char *name)
{
    size_t i = 0;

    while (i < SUITE_COUNT && fnmatch(suites[i].pattern, name, 0))
        i++;
    return i;
}

/* An incomplete copy of the folder would pass unseen. */
static int report_absent(size_t suite, char **names, size_t count, unsigned line)
{
    for (size_t i = 0; i < count; i++)
        if (suite_of(names[i]) == suite)
            return 0;
    printf("not ok %u - %s: no such file\n", line, suites[suite].pattern);
    return 1;
}

int main(int argc, char **argv)
{
    glob_t found = { 0 };
    unsigned line = 0, failed = 0;

    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    if (chdir(argv[1]) < 0) {
        printf("1..0 # SKIP no outside data: wycheproof\n");
        return 0;
    }
    if (glob("*.json", 0, NULL, &found)) {
        printf("1..1\nnot ok 1 - the folder holds no JSON\n");
        return 1;
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        size_t suite = suite_of(found.gl_pathv[i]);
        if (suite == SUITE_COUNT)
            printf("# %s: the library has no such primitive of its own\n", found.gl_pathv[i]);
        else
            failed += !run_file(suite, found.gl_pathv[i], ++line);
    }
    for (size_t i = 0; i < SUITE_COUNT; i++)
        if (report_absent(i, found.gl_pathv, found.gl_pathc, line + 1)) {
            line++;
            failed++;
        }
    printf("1..%u\n", line);
    globfree(&found);
    return failed != 0;
}
