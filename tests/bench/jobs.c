/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which jobs there are, against whom, and what is wanted of each. */
#include "bench.h"

/* OpenSSL hands content out before it knows the signature: "at once". "held" is what libsmime does
 * when it is not told otherwise, and OpenSSL never. */
static const bench_job jobs[] = {
    { .name = "sign-text", .peer = "openssl", .target = "1.75", .content = BENCH_TEXT,
      .ours = bench_ours_sign, .theirs = bench_openssl_sign },
    { .name = "sign-binary", .peer = "openssl", .target = "1.3", .content = BENCH_ATTACHMENT,
      .ours = bench_ours_sign, .theirs = bench_openssl_sign },
    { .name = "sign-bare", .peer = "sha-256", .target = "0.9", .content = BENCH_ATTACHMENT,
      .ours = bench_ours_sign, .theirs = bench_bare_sha256 },
    { .name = "verify-text", .peer = "openssl", .target = "18", .content = BENCH_TEXT,
      .state = BENCH_SIGNED, .release = SMIME_RELEASE_AT_ONCE, .ours = bench_ours_open,
      .theirs = bench_openssl_verify },
    { .name = "verify-binary", .peer = "openssl", .target = "18", .content = BENCH_ATTACHMENT,
      .state = BENCH_SIGNED, .release = SMIME_RELEASE_AT_ONCE, .ours = bench_ours_open,
      .theirs = bench_openssl_verify },
    { .name = "verify-held", .peer = "openssl", .target = "-", .content = BENCH_TEXT,
      .state = BENCH_SIGNED, .release = SMIME_RELEASE_GOOD, .ours = bench_ours_open,
      .theirs = bench_openssl_verify },
    { .name = "verify-bare", .peer = "sha-256", .target = "0.9", .content = BENCH_TEXT,
      .state = BENCH_SIGNED, .release = SMIME_RELEASE_AT_ONCE, .ours = bench_ours_open,
      .theirs = bench_bare_sha256 },
    { .name = "encrypt-cbc", .peer = "openssl", .target = "1.4", .content = BENCH_ATTACHMENT,
      .cipher = SMIME_CIPHER_AES_256_CBC, .ours = bench_ours_encrypt,
      .theirs = bench_openssl_encrypt },
    { .name = "encrypt-bare", .peer = "aes-cbc", .target = "0.9", .content = BENCH_ATTACHMENT,
      .cipher = SMIME_CIPHER_AES_256_CBC, .ours = bench_ours_encrypt,
      .theirs = bench_bare_encrypt },
    { .name = "decrypt-cbc", .peer = "openssl", .target = "10", .content = BENCH_ATTACHMENT,
      .state = BENCH_ENCRYPTED, .cipher = SMIME_CIPHER_AES_256_CBC,
      .release = SMIME_RELEASE_AT_ONCE, .ours = bench_ours_open,
      .theirs = bench_openssl_decrypt },
    { .name = "decrypt-cbc-held", .peer = "openssl", .target = "-", .content = BENCH_ATTACHMENT,
      .state = BENCH_ENCRYPTED, .cipher = SMIME_CIPHER_AES_256_CBC,
      .release = SMIME_RELEASE_GOOD, .ours = bench_ours_open, .theirs = bench_openssl_decrypt },
    { .name = "encrypt-gcm", .peer = "openssl", .target = "1.3", .content = BENCH_ATTACHMENT,
      .cipher = SMIME_CIPHER_AES_256_GCM, .ours = bench_ours_encrypt,
      .theirs = bench_openssl_encrypt },
    { .name = "decrypt-gcm", .peer = "openssl", .target = "5", .content = BENCH_ATTACHMENT,
      .state = BENCH_ENCRYPTED, .cipher = SMIME_CIPHER_AES_256_GCM,
      .release = SMIME_RELEASE_AT_ONCE, .ours = bench_ours_open,
      .theirs = bench_openssl_decrypt },
    { .name = "mime-parse", .target = "-", .content = BENCH_MAILBOX, .ours = bench_ours_parse },

    { .name = "small-sign-rsa", .peer = "openssl", .target = "-", .size = BENCH_SMALL,
      .ours = bench_ours_sign, .theirs = bench_openssl_sign },
    { .name = "small-sign-rsa-bare", .peer = "gnutls", .target = "0.95", .size = BENCH_SMALL,
      .ours = bench_ours_sign, .theirs = bench_bare_rsa_sign },
    { .name = "small-sign-p256", .peer = "openssl", .target = "1.1", .size = BENCH_SMALL,
      .p256 = 1, .ours = bench_ours_sign, .theirs = bench_openssl_sign },
    { .name = "small-verify-rsa", .peer = "openssl", .target = "3.5", .size = BENCH_SMALL,
      .state = BENCH_SIGNED, .ours = bench_ours_open, .theirs = bench_openssl_verify },
    { .name = "small-verify-p256", .peer = "openssl", .target = "1.2", .size = BENCH_SMALL,
      .state = BENCH_SIGNED, .p256 = 1, .ours = bench_ours_open,
      .theirs = bench_openssl_verify },
    { .name = "small-encrypt-rsa", .peer = "openssl", .target = "1.2", .size = BENCH_SMALL,
      .cipher = SMIME_CIPHER_AES_256_CBC, .ours = bench_ours_encrypt,
      .theirs = bench_openssl_encrypt },
    { .name = "small-encrypt-p256", .peer = "openssl", .target = "1.1", .size = BENCH_SMALL,
      .cipher = SMIME_CIPHER_AES_256_CBC, .p256 = 1, .ours = bench_ours_encrypt,
      .theirs = bench_openssl_encrypt },
    { .name = "small-decrypt-rsa", .peer = "openssl", .target = "-", .size = BENCH_SMALL,
      .state = BENCH_ENCRYPTED, .cipher = SMIME_CIPHER_AES_256_CBC, .ours = bench_ours_open,
      .theirs = bench_openssl_decrypt },
    { .name = "small-decrypt-rsa-bare", .peer = "gnutls", .target = "0.95", .size = BENCH_SMALL,
      .state = BENCH_ENCRYPTED, .cipher = SMIME_CIPHER_AES_256_CBC, .ours = bench_ours_open,
      .theirs = bench_bare_rsa_decrypt },
    { .name = "small-decrypt-p256", .peer = "openssl", .target = "-", .size = BENCH_SMALL,
      .state = BENCH_ENCRYPTED, .cipher = SMIME_CIPHER_AES_256_CBC, .p256 = 1,
      .ours = bench_ours_open, .theirs = bench_openssl_decrypt },
};

const bench_job *bench_job_at(size_t index)
{
    return index < sizeof jobs / sizeof jobs[0] ? &jobs[index] : NULL;
}

/* What the job works on: the plain message, or what one side made of it. */
int bench_job_input(const bench_job *job, size_t size, bench_input *input)
{
    bench_job maker = *job;
    bench_input plain;
    int result;

    if (job->state == BENCH_PLAIN)
        return bench_content_make(job->content, size, input);
    input->fd = -1;
    input->data = NULL;
    result = bench_content_make(job->content, size, &plain);
    maker.size = BENCH_LARGE; /* through the file, whatever its size */
    if (result == 0)
        result = bench_input_new(input);
    if (result == 0)
        result = bench_settings_now.made_by_peer ? bench_openssl_prepare(&maker, &plain, input->fd)
                                                 : bench_ours_prepare(&maker, &plain, input->fd);
    bench_input_free(&plain);
    return result == 0 ? bench_input_map(input) : -1;
}
