/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/rules.h"

#include <string.h>

#define HASH(n) (SMIME__RULE_HASH + (n))
#define SCHEME(n) (SMIME__RULE_SCHEME + (n))
#define CIPHER(n) (SMIME__RULE_CIPHER + (n))
#define VIA(name) (SMIME__RULE_TRANSPORT + SMIME__VIA_##name)

enum { NEVER = 0, READ = 1, WRITE = 2, OLD = 4 }; /* OLD: the legacy policy reads it */

/* The one table of algorithms that policies speak of. */
static const struct {
    int rule;
    const char *group, *name;
    int by_default;
} rows[] = {
    { HASH(1), "digest", "sha1", OLD },
    { HASH(2), "digest", "sha224", READ },
    { HASH(3), "digest", "sha256", READ | WRITE },
    { HASH(4), "digest", "sha384", READ | WRITE },
    { HASH(5), "digest", "sha512", READ | WRITE },
    { HASH(6), "digest", "sha3-224", READ },
    { HASH(7), "digest", "sha3-256", READ | WRITE },
    { HASH(8), "digest", "sha3-384", READ | WRITE },
    { HASH(9), "digest", "sha3-512", READ | WRITE },
    { HASH(10), "digest", "shake128", READ },
    { HASH(11), "digest", "shake256", READ | WRITE },
    { SCHEME(1), "signature", "rsa-v1.5", READ | WRITE },
    { SCHEME(2), "signature", "rsa-pss", READ | WRITE },
    { SCHEME(3), "signature", "ecdsa", READ | WRITE },
    { SCHEME(4), "signature", "ed25519", READ | WRITE },
    { SCHEME(5), "signature", "ed448", READ | WRITE },
    { SCHEME(6), "signature", "dsa", OLD },
    { CIPHER(1), "cipher", "aes-128-cbc", READ | WRITE },
    { CIPHER(2), "cipher", "aes-192-cbc", READ | WRITE },
    { CIPHER(3), "cipher", "aes-256-cbc", READ | WRITE },
    { CIPHER(4), "cipher", "aes-128-gcm", READ | WRITE },
    { CIPHER(5), "cipher", "aes-192-gcm", READ | WRITE },
    { CIPHER(6), "cipher", "aes-256-gcm", READ | WRITE },
    { CIPHER(7), "cipher", "3des-cbc", OLD },
    { CIPHER(8), "cipher", "aes-128-ccm", READ | WRITE },
    { CIPHER(9), "cipher", "aes-192-ccm", READ | WRITE },
    { CIPHER(10), "cipher", "aes-256-ccm", READ | WRITE },
    { CIPHER(11), "cipher", "chacha20-poly1305", READ | WRITE },
    { CIPHER(12), "cipher", "rc2-40-cbc", OLD },
    { CIPHER(13), "cipher", "rc2-64-cbc", OLD },
    { CIPHER(14), "cipher", "rc2-128-cbc", OLD },
    { VIA(RSA_V15), "transport", "rsa-v1.5-encryption", READ | WRITE },
    { VIA(RSA_OAEP), "transport", "rsa-oaep", READ | WRITE },
    { VIA(RSA_KEM), "transport", "rsa-kem", READ | WRITE },
    { VIA(ECDH), "transport", "ecdh", READ | WRITE },
    { VIA(X25519), "transport", "x25519", READ | WRITE },
    { VIA(X448), "transport", "x448", READ | WRITE },
    { VIA(KEY_WRAP), "transport", "key-wrap", READ | WRITE },
    { VIA(PASSWORD), "transport", "password", READ | WRITE },
};

static const char *const bindings[] = { "not-applicable", "match",     "mismatch", "no-address",
                                        "sender-only",    "ambiguous", "missing" };

void smime__rules_default(smime__rules *rules, int32_t preset)
{
    memset(rules, 0, sizeof *rules);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t bit = UINT64_C(1) << rows[i].rule;
        if (rows[i].by_default & READ || (rows[i].by_default & OLD && preset == SMIME_POLICY_LEGACY))
            rules->allowed[SMIME__READING] |= bit;
        if (rows[i].by_default & WRITE)
            rules->allowed[SMIME__WRITING] |= bit;
    }
    for (int i = 0; i < 2; i++)
        rules->least_rsa[i] = preset == SMIME_POLICY_LEGACY ? 1024 : 2048;
    rules->bindings = 1u << 1; /* SMIME_BINDING_MATCH */
    rules->exact_case = preset == SMIME_POLICY_STRICT;
}

int smime__rules_allow(const smime__rules *rules, int direction, int rule)
{
    return (int)(rules->allowed[direction] >> rule & 1);
}

int smime__rules_find(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!strcmp(rows[i].name, name))
            return rows[i].rule;
    return 0;
}

int smime__rules_via(const char *algorithm)
{
    static const struct {
        const char *start;
        int via;
    } known[] = {
        { "rsa-v1.5", SMIME__VIA_RSA_V15 }, { "rsa-oaep", SMIME__VIA_RSA_OAEP },
        { "rsa-kem", SMIME__VIA_RSA_KEM },  { "ecdh-", SMIME__VIA_ECDH },
        { "x25519", SMIME__VIA_X25519 },    { "x448", SMIME__VIA_X448 },
        { "aes-", SMIME__VIA_KEY_WRAP },    { "3des-", SMIME__VIA_KEY_WRAP },
        { "pbkdf2-", SMIME__VIA_PASSWORD },
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (!strncmp(algorithm, known[i].start, strlen(known[i].start)))
            return known[i].via;
    return SMIME__VIA_NONE;
}

smime_status smime__rules_describe(const smime__rules *rules, smime__buf *to)
{
    static const char *const directions[] = { "reading", "writing" };
    smime_status status = SMIME_OK;

    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0] && status == SMIME_OK; i++)
            status = smime__buf_format(to, "%s.%s.%s %s\n", directions[k], rows[i].group,
                                       rows[i].name,
                                       smime__rules_allow(rules, k, rows[i].rule) ? "allowed"
                                                                                  : "refused");
        if (status == SMIME_OK)
            status = smime__buf_format(to, "%s.key.rsa %u\n", directions[k],
                                       (unsigned)rules->least_rsa[k]);
    }
    for (size_t i = 1; i < sizeof bindings / sizeof bindings[0] && status == SMIME_OK; i++)
        status = smime__buf_format(to, "sender.%s %s\n", bindings[i],
                                   rules->bindings >> i & 1 ? "allowed" : "refused");
    return status == SMIME_OK ? smime__buf_format(to, "sender.other-case %s\n",
                                                  rules->exact_case ? "refused" : "allowed")
                              : status;
}
