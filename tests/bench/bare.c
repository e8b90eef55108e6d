/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The cryptography of a job alone, from the libraries that libsmime uses: what is left to win. */
#include "bench.h"

#include <gnutls/crypto.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 65536

int bench_bare_sha256(const bench_job *job, const bench_input *input)
{
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];

    (void)job;
    sha256_init(&context);
    for (size_t at = 0; at < input->len; at += CHUNK)
        sha256_update(&context, input->len - at < CHUNK ? input->len - at : CHUNK,
                      input->data + at);
    sha256_digest(&context, sizeof digest, digest);
    return 0;
}

int bench_bare_encrypt(const bench_job *job, const bench_input *input)
{
    static uint8_t key[32], iv[16], out[CHUNK];
    int gcm = job->cipher == SMIME_CIPHER_AES_256_GCM;
    gnutls_datum_t key_datum = { key, sizeof key };
    gnutls_datum_t iv_datum = { iv, gcm ? 12 : 16 };
    gnutls_cipher_hd_t handle;
    int result =
        gnutls_cipher_init(&handle, gcm ? GNUTLS_CIPHER_AES_256_GCM : GNUTLS_CIPHER_AES_256_CBC,
                           &key_datum, &iv_datum);

    if (result < 0)
        return -1;
    for (size_t at = 0; at + CHUNK <= input->len && result >= 0; at += CHUNK)
        result = gnutls_cipher_encrypt2(handle, input->data + at, CHUNK, out, sizeof out);
    gnutls_cipher_deinit(handle);
    return result < 0 ? -1 : 0;
}

/* Ed25519 signs the attributes themselves, of about this length. */
static int sign_ed25519(gnutls_privkey_t key, gnutls_datum_t *signature)
{
    static uint8_t attributes[160];
    gnutls_datum_t data = { attributes, sizeof attributes };

    return gnutls_privkey_sign_data2(key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, signature);
}

int bench_bare_sign(const bench_job *job, const bench_input *input)
{
    uint8_t hash[64];
    gnutls_datum_t digest = { hash, 32 };
    gnutls_datum_t signature = { NULL, 0 };
    gnutls_privkey_t key = bench_person_of(job)->gnutls;
    int result;

    if (job->key == BENCH_ED25519) {
        if (gnutls_hash_fast(GNUTLS_DIG_SHA512, input->data, input->len, hash) < 0)
            return -1;
        result = sign_ed25519(key, &signature);
    } else {
        if (bench_bare_sha256(job, input) < 0)
            return -1;
        memset(hash, 7, sizeof hash);
        result = gnutls_privkey_sign_hash2(key, GNUTLS_SIGN_RSA_SHA256, 0, &digest, &signature);
    }
    gnutls_free(signature.data);
    return result < 0 ? -1 : 0;
}

/* OpenSSL 3.0 has Ed25519, but no CMS with it. */
int bench_bare_openssl_ed25519(const bench_job *job, const bench_input *input)
{
    static uint8_t attributes[160];
    uint8_t hash[64], signature[64];
    size_t len = sizeof signature;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int good = context && EVP_Digest(input->data, input->len, hash, NULL, EVP_sha512(), NULL) &&
               EVP_DigestSignInit(context, NULL, NULL, NULL, bench_person_of(job)->key) &&
               EVP_DigestSign(context, signature, &len, attributes, sizeof attributes);

    EVP_MD_CTX_free(context);
    return good ? 0 : -1;
}

/* Whatever the bytes: a wrong padding costs what a right one does. */
int bench_bare_rsa_decrypt(const bench_job *job, const bench_input *input)
{
    uint8_t block[256], key[32];
    gnutls_datum_t wrapped = { block, sizeof block };

    (void)input;
    memset(block, 0x5a, sizeof block);
    gnutls_privkey_decrypt_data2(bench_person_of(job)->gnutls, 0, &wrapped, key, sizeof key);
    return 0;
}
