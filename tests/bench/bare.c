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

int bench_bare_rsa_sign(const bench_job *job, const bench_input *input)
{
    uint8_t hash[32];
    gnutls_datum_t digest = { hash, sizeof hash };
    gnutls_datum_t signature = { NULL, 0 };

    if (bench_bare_sha256(job, input) < 0)
        return -1;
    memset(hash, 7, sizeof hash);
    if (gnutls_privkey_sign_hash2(bench_person_of(job)->gnutls, GNUTLS_SIGN_RSA_SHA256, 0, &digest,
                                  &signature) < 0)
        return -1;
    gnutls_free(signature.data);
    return 0;
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
