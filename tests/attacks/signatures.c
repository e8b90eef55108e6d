/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Classes 1 to 3: what is shown and what is signed; several signers; none. */
#include "attacks.h"

#include <string.h>

static const char bob_is_paid[] = "Content-Type: text/plain\n\nPay Bob.\n";
static const char mallory_is_paid[] = "Content-Type: text/plain\n\nPay Mallory.\n";

static bytes as_it_is(const attack *row)
{
    return signed_by("alice-p256", row->number, plain_mail);
}

static bytes as_sealed(const attack *row)
{
    return sealed_for_bob(row->text, row->number);
}

/* --- 1: content in the signature, and content beside it --- */

static bytes content_beside(const attack *row)
{
    return clear_message(crlf(row->text), forged("alice-p256", crlf(bob_is_paid), row->number));
}

static bytes empty_content_beside(const attack *row)
{
    bytes message = signed_by("alice-p256", CLEAR, plain_mail);
    element *info = der_read(cms_of(message));

    (void)row;
    der_insert(encap_of(info), 1, der_new(0xa0, bytes_of("", 0)));
    der_insert(AT(encap_of(info), 1), 0, der_new(0x04, bytes_of("", 0)));
    return with_cms(message, der_write(info));
}

static bytes nothing_inside(const attack *row)
{
    (void)row;
    return opaque_message("signed-data", forged("alice-p256", crlf(bob_is_paid), 0));
}

static bytes other_inside(const attack *row)
{
    element *info = der_read(forged("alice-p256", crlf(bob_is_paid), 1));

    (void)row;
    AT(encap_of(info), 1, 0)->content = crlf(mallory_is_paid);
    return opaque_message("signed-data", der_write(info));
}

/* Behind the content and the signature of a multipart/signed, or in front of both. */
static bytes part_more(const attack *row)
{
    bytes content = crlf(bob_is_paid);
    bytes message = clear_message(content, forged("alice-p256", content, 0));
    bytes more = joined(crlf(mallory_is_paid), text("\r\n--~~"));

    if (row->number)
        return joined(part_of(message, 0, message.len - 4),
                      joined(text("\r\n"), joined(more, text("--\r\n"))));
    return changed(message, "\r\n\r\n--~~\r\n",
                   (const char *)joined(text("\r\n\r\n--~~\r\n"), joined(more, text("\r\n"))).data);
}

static bytes signature_first(const attack *row)
{
    bytes content = crlf(bob_is_paid);
    bytes message = clear_message(content, forged("alice-p256", content, 0));
    size_t first = find(message, "--~~\r\n", 0) + 6, second = find(message, "\r\n--~~\r\n", first);
    size_t end = find(message, "\r\n--~~--", second);
    bytes swapped = joined(part_of(message, second + 8, end), text("\r\n--~~\r\n"));

    (void)row;
    swapped = joined(swapped, part_of(message, first, second));
    return joined(joined(part_of(message, 0, first), swapped), part_of(message, end, message.len));
}

static bytes signature_gone(const attack *row)
{
    bytes content = crlf(bob_is_paid);
    bytes message = clear_message(content, forged("alice-p256", content, 0));
    size_t at = find(message, "\r\n--~~\r\nContent-Type: application/pkcs7", 0);

    (void)row;
    return joined(part_of(message, 0, at), text("\r\n--~~--\r\n"));
}

static bytes words_around(const attack *row)
{
    bytes content = crlf(bob_is_paid);
    bytes message = clear_message(content, forged("alice-p256", content, 0));

    (void)row;
    return joined(changed(message, "\r\n\r\n--~~\r\n", "\r\n\r\nPay Mallory.\r\n--~~\r\n"),
                  text("Pay Mallory.\r\n"));
}

static bytes signed_text_changed(const attack *row)
{
    return changed(signed_by("alice-p256", CLEAR, plain_mail), "Hello Bob", row->text);
}

/* --- 2: several signers --- */

enum { SECOND = 1, SWAPPED = 2, OPAQUELY = 4 };

static bytes by_two(const char *second, int opaque)
{
    sending how = { .from = { "alice-p256", second }, .opaque = opaque };

    return protected(&how, text(plain_mail));
}

static void swap_signers(element *infos)
{
    element *first = infos->child[0];

    infos->child[0] = infos->child[1];
    infos->child[1] = first;
}

/* One of two signatures is wrong. A SET OF has an order of its own, so that which of the two is
 * Alice's differs from run to run: SWAPPED gives the other order of the same two. */
static bytes one_bad(const attack *row)
{
    bytes message = by_two("bob-p256", (row->number & OPAQUELY) != 0);
    element *info = der_read(cms_of(message)), *infos = signers_of(info), *one;

    ck_assert_uint_eq(infos->count, 2);
    if (row->number & SWAPPED)
        swap_signers(infos);
    one = infos->child[row->number & SECOND];
    one = one->child[one->count - 1];
    ck_assert_int_eq(one->tag, 0x04);
    one->content.data[one->content.len - 1] ^= 1;
    return with_cms(message, der_write(info));
}

static bytes two_signers(const attack *row)
{
    bytes message = by_two(row->text, (row->number & OPAQUELY) != 0);
    element *info = der_read(cms_of(message));

    if (row->number & SWAPPED)
        swap_signers(signers_of(info));
    return with_cms(message, der_write(info));
}

static bytes neither_is_alice(const attack *row)
{
    sending how = { .from = { "bob-p256", "carol-p384" } };

    (void)row;
    return protected(&how, text(plain_mail));
}

/* The second signer's certificate is nowhere to be found. */
static bytes one_unknown(const attack *row)
{
    bytes message = by_two("carol-p384", CLEAR);
    element *info = der_read(cms_of(message)), *certs = AT(info, 1, 0, 3);
    size_t len;
    const uint8_t *der = smime_cert_der(cert("carol-p384"), &len);

    (void)row;
    for (size_t i = 0; i < certs->count; i++)
        if (same(der_write(certs->child[i]), bytes_of(der, len)))
            der_remove(certs, i--);
    return with_cms(message, der_write(info));
}

static bytes one_malformed(const attack *row)
{
    bytes message = by_two("bob-p256", CLEAR);
    element *info = der_read(cms_of(message));

    (void)row;
    der_remove(AT(signers_of(info), 1), 1); /* who it is */
    return with_cms(message, der_write(info));
}

/* The second signed something else, and says so in attributes that he signed. */
static bytes one_of_other_content(const attack *row)
{
    bytes message = by_two("bob-p256", CLEAR);
    element *info = der_read(cms_of(message)), *infos = signers_of(info);
    int bob = 0;
    certs_made made = member("bob-p256");
    unsigned char serial[40];
    size_t len = sizeof serial;

    (void)row;
    ck_assert_int_eq(gnutls_x509_crt_get_serial(made.crt, serial, &len), 0);
    if (same(AT(infos, 1, 1, 1)->content, bytes_of(serial, len)))
        bob = 1;
    AT(attribute_of(infos->child[bob], 4), 1, 0)->content.data[0] ^= 1;
    sign_again(infos->child[bob], "bob-p256");
    return with_cms(message, der_write(info));
}

/* --- 3: nobody signed --- */

static bytes no_signer(const attack *row)
{
    bytes message = signed_by("alice-p256", row->number, plain_mail);
    element *info = der_read(cms_of(message));

    signers_of(info)->count = 0;
    return with_cms(message, der_write(info));
}

/* Certificates and nothing else; @p text is the smime-type. */
static element *bare_certs(void)
{
    element *info = der_read(cms_of(signed_by("alice-p256", CLEAR, plain_mail)));

    signers_of(info)->count = 0;
    return info;
}

static bytes certs_only(const attack *row)
{
    return opaque_message(row->text, der_write(bare_certs()));
}

static bytes certs_beside_content(const attack *row)
{
    (void)row;
    return clear_message(crlf(bob_is_paid), der_write(bare_certs()));
}

static bytes certs_around_content(const attack *row)
{
    element *info = bare_certs();

    der_insert(encap_of(info), 1, der_new(0xa0, bytes_of("", 0)));
    der_insert(AT(encap_of(info), 1), 0, der_new(0x04, crlf(row->number ? "" : bob_is_paid)));
    return opaque_message(row->text, der_write(info));
}

static bytes certs_only_sealed(const attack *row)
{
    sending how = { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_256_GCM };

    (void)row;
    return protected(&how, mail_around(entity_of(opaque_message("certs-only",
                                                                der_write(bare_certs())))));
}

const attack attack_signatures[] = {
    { "good-clear", as_it_is, NULL, CLEAR },
    { "good-opaque", as_it_is, NULL, OPAQUE },
    { "good-gcm", as_sealed, NULL, SMIME_CIPHER_AES_256_GCM },
    { "good-cbc", as_sealed, NULL, SMIME_CIPHER_AES_256_CBC },
    { "good-signed-gcm", as_sealed, "alice-p256", SMIME_CIPHER_AES_256_GCM },
    { "good-signed-cbc", as_sealed, "alice-p256", SMIME_CIPHER_AES_256_CBC },
    { "econtent-differs", content_beside, mallory_is_paid, 1 },
    { "econtent-same", content_beside, bob_is_paid, 1 },
    { "econtent-empty", empty_content_beside, NULL, 0 },
    { "econtent-missing", nothing_inside, NULL, 0 },
    { "econtent-replaced", other_inside, NULL, 0 },
    { "content-replaced", content_beside, mallory_is_paid, 0 },
    { "content-changed", signed_text_changed, "Dear Bob", 0 },
    { "part-before-signed", part_more, NULL, 0 },
    { "part-behind-signature", part_more, NULL, 1 },
    { "signature-first", signature_first, NULL, 0 },
    { "signature-part-gone", signature_gone, NULL, 0 },
    { "words-around-parts", words_around, NULL, 0 },
    { "two-signers-good", two_signers, "bob-p256", 0 },
    { "two-signers-good-swapped", two_signers, "bob-p256", SWAPPED },
    { "signer-bad-first", one_bad, NULL, 0 },
    { "signer-bad-second", one_bad, NULL, SECOND },
    { "signer-bad-first-swapped", one_bad, NULL, SWAPPED },
    { "signer-bad-second-swapped", one_bad, NULL, SWAPPED | SECOND },
    { "signer-bad-first-opaque", one_bad, NULL, OPAQUELY },
    { "signer-bad-second-opaque", one_bad, NULL, OPAQUELY | SECOND },
    { "stranger-beside-alice", two_signers, "mallory", 0 },
    { "stranger-beside-alice-swapped", two_signers, "mallory", SWAPPED },
    { "stranger-beside-alice-opaque", two_signers, "mallory", OPAQUELY },
    { "two-signers-none-sender", neither_is_alice, NULL, 0 },
    { "signer-without-certificate", one_unknown, NULL, 0 },
    { "signer-malformed", one_malformed, NULL, 0 },
    { "signer-of-other-content", one_of_other_content, NULL, 0 },
    { "no-signer-clear", no_signer, NULL, CLEAR },
    { "no-signer-opaque", no_signer, NULL, OPAQUE },
    { "certs-only", certs_only, "certs-only", 0 },
    { "certs-only-as-signed-data", certs_only, "signed-data", 0 },
    { "certs-only-beside-content", certs_beside_content, NULL, 0 },
    { "certs-only-around-content", certs_around_content, "certs-only", 0 },
    { "certs-only-around-nothing", certs_around_content, "signed-data", 1 },
    { "certs-only-sealed", certs_only_sealed, NULL, 0 },
    { NULL, NULL, NULL, 0 },
};
