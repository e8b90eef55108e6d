/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Secret tracking: what must not be learned from time is marked as undefined memory, and valgrind
 * reports every branch and every address that depends on it. Run under memcheck. The last test
 * branches on a secret on purpose: that must be caught, or the others say nothing. */
#include "base/secret.h"
#include "crypto/keywrap.h"
#include "crypto/mac.h"
#include "crypto/oaep.h"
#include "crypto/padding.h"
#include "crypto/password_wrap.h"
#include "crypto/random.h"

#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

static int number;
static volatile int sink;

static void report(int good, const char *marked, const char *function)
{
    printf("%s %d - %s: %s\n", good ? "ok" : "not ok", ++number, function, marked);
}

/* Whether valgrind has complained since the last call. */
static int quiet(void)
{
    static unsigned before;
    unsigned now = (unsigned)VALGRIND_COUNT_ERRORS;
    int same = now == before;

    before = now;
    return same;
}

static void oaep_block(void)
{
    static const uint8_t key[32] = { 1, 2, 3 };
    smime__oaep oaep = { SMIME__HASH_SHA256, SMIME__HASH_SHA256, { NULL, 0 } };
    uint8_t block[256], out[32] = { 0 };
    unsigned good = 0;
    smime_status status = smime__oaep_pad(&oaep, key, sizeof key, block, sizeof block);

    (void)VALGRIND_MAKE_MEM_UNDEFINED(block, sizeof block);
    if (status == SMIME_OK)
        status = smime__oaep_unpad(&oaep, block, sizeof block, out, sizeof out, &good);
    (void)VALGRIND_MAKE_MEM_DEFINED(&good, sizeof good);
    (void)VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    (void)VALGRIND_MAKE_MEM_DEFINED(out, sizeof out);
    report(quiet() && status == SMIME_OK && good == 1 && !memcmp(out, key, sizeof key),
           "the OAEP block", "smime__oaep_unpad");
}

static void content_key(void)
{
    uint8_t key[32] = { 0 }, candidate[32] = { 7 };
    unsigned good = 1;

    (void)VALGRIND_MAKE_MEM_UNDEFINED(candidate, sizeof candidate);
    (void)VALGRIND_MAKE_MEM_UNDEFINED(&good, sizeof good);
    smime__secret_select(smime__mask(good), key, candidate, sizeof key);
    (void)VALGRIND_MAKE_MEM_DEFINED(key, sizeof key);
    report(quiet() && key[0] == 7, "the v1.5 content-key candidate and whether it is one",
           "smime__secret_select");
}

static void padding(void)
{
    uint8_t block[16];
    size_t len;
    int good = 1;

    for (unsigned pad = 0; pad < 20; pad++) {
        memset(block, (int)pad, sizeof block);
        (void)VALGRIND_MAKE_MEM_UNDEFINED(block, sizeof block);
        len = smime__cbc_padding(block, sizeof block);
        (void)VALGRIND_MAKE_MEM_DEFINED(&len, sizeof len);
        good &= len == (pad >= 1 && pad <= 16 ? pad : 0);
    }
    report(quiet() && good, "the last block of CBC content", "smime__cbc_padding");
}

static void key_encryption_key(void)
{
    static const uint8_t key[32] = { 9 };
    uint8_t kek[32] = { 5 }, wrapped[40], out[32];
    smime_status status = smime__aes_wrap(kek, sizeof kek, key, sizeof key, wrapped);
    int good;

    (void)VALGRIND_MAKE_MEM_UNDEFINED(wrapped, sizeof wrapped);
    good = smime__aes_unwrap(kek, sizeof kek, wrapped, sizeof wrapped, out);
    (void)VALGRIND_MAKE_MEM_DEFINED(&good, sizeof good);
    (void)VALGRIND_MAKE_MEM_DEFINED(out, sizeof out);
    report(quiet() && status == SMIME_OK && good && !memcmp(out, key, sizeof key),
           "the unwrapped content key and its check value", "smime__aes_unwrap");
}

static void derivation(void)
{
    uint8_t secret[32] = { 3 }, kek[32];
    smime_status status;

    (void)VALGRIND_MAKE_MEM_UNDEFINED(secret, sizeof secret);
    status = smime__x963_kdf(SMIME__HASH_SHA256, secret, sizeof secret, smime__view_text("info"),
                             kek, sizeof kek);
    (void)VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    report(quiet() && status == SMIME_OK, "the shared secret of ECDH", "smime__x963_kdf");
    (void)VALGRIND_MAKE_MEM_UNDEFINED(secret, sizeof secret);
    status = smime__hkdf(SMIME__HASH_SHA256, secret, sizeof secret, smime__view_of(NULL, 0),
                         smime__view_text("info"), kek, sizeof kek);
    (void)VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    report(quiet() && status == SMIME_OK, "the shared secret of X25519", "smime__hkdf");
}

static void other_derivations(void)
{
    uint8_t secret[32] = { 4 }, key[32] = { 6 };
    smime_status status;

    (void)VALGRIND_MAKE_MEM_UNDEFINED(secret, sizeof secret);
    status = smime__kdf3(SMIME__HASH_SHA256, smime__view_of(secret, sizeof secret),
                         smime__view_text("info"), key, sizeof key);
    (void)VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    report(quiet() && status == SMIME_OK, "the shared secret of RSA-KEM", "smime__kdf3");
    (void)VALGRIND_MAKE_MEM_UNDEFINED(key, sizeof key);
    status = smime__cek_hkdf(key, sizeof key, smime__view_text("algorithm"));
    (void)VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    report(quiet() && status == SMIME_OK, "the content key", "smime__cek_hkdf");
}

static const uint8_t iv[16] = { 1 };

static smime_status unwrapped(const uint8_t *kek, const smime__buf *wrapped, uint8_t *to,
                              size_t len, unsigned *ret_good)
{
    smime_status status;

    (void)VALGRIND_MAKE_MEM_UNDEFINED(wrapped->data, wrapped->len);
    status = smime__password_unwrap(SMIME__CIPHER_AES256_CBC, kek, smime__view_of(iv, sizeof iv),
                                    smime__buf_view(wrapped), to, len, ret_good);
    (void)VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    (void)VALGRIND_MAKE_MEM_DEFINED(ret_good, sizeof *ret_good);
    return status;
}

/* A password, the key made of it, and a wrapped key of the length that is wanted and of another. */
static void password(void)
{
    static const uint8_t key[32] = { 8 };
    uint8_t word[12] = "correct pony", kek[32], out[32] = { 0 };
    smime__buf wrapped = { 0 };
    smime_status status;
    unsigned good = 2, shorter = 2;

    (void)VALGRIND_MAKE_MEM_UNDEFINED(word, sizeof word);
    status = smime__pbkdf2(SMIME__HASH_SHA256, smime__view_of(word, sizeof word),
                           smime__view_text("salt"), 3, kek, sizeof kek);
    (void)VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    report(quiet() && status == SMIME_OK, "the password", "smime__pbkdf2");
    (void)VALGRIND_MAKE_MEM_DEFINED(kek, sizeof kek);
    if (status == SMIME_OK)
        status = smime__password_wrap(SMIME__CIPHER_AES256_CBC, kek, smime__view_of(iv, sizeof iv),
                                      key, sizeof key, &wrapped);
    if (status == SMIME_OK)
        status = unwrapped(kek, &wrapped, out, sizeof key, &good);
    if (status == SMIME_OK)
        status = unwrapped(kek, &wrapped, out, 16, &shorter);
    (void)VALGRIND_MAKE_MEM_DEFINED(out, sizeof out);
    report(quiet() && status == SMIME_OK && good == 1 && shorter == 0 &&
               !memcmp(out, key, sizeof key),
           "the unwrapped content key, its length and check bytes", "smime__password_unwrap");
    smime__buf_free(&wrapped);
}

static void comparison(void)
{
    uint8_t a[16] = { 1 }, b[16] = { 1 };
    int equal;

    (void)VALGRIND_MAKE_MEM_UNDEFINED(a, sizeof a);
    equal = smime__secret_equal(a, b, sizeof a);
    (void)VALGRIND_MAKE_MEM_DEFINED(&equal, sizeof equal);
    report(quiet() && equal, "a tag", "smime__secret_equal");
}

static void leak(void)
{
    uint8_t secret = 1;

    (void)VALGRIND_MAKE_MEM_UNDEFINED(&secret, 1);
    if (secret)
        sink = 1;
    report(!quiet(), "valgrind complains of it", "a branch on purpose");
}

int main(void)
{
    if (!RUNNING_ON_VALGRIND) {
        printf("1..0 # SKIP this test says something under valgrind alone\n");
        return 0;
    }
    quiet();
    printf("1..12\n");
    oaep_block();
    content_key();
    padding();
    key_encryption_key();
    derivation();
    other_derivations();
    password();
    comparison();
    leak();
    return 0;
}
