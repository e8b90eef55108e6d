/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bad input of other kinds: layers in any order, and types, names and parameters that say something
 * else than what is there. */
#include "attacks.h"

#include <string.h>

static const char hello[] = "Content-Type: text/plain\n\nHello Bob.\n";

/* --- layers, from the inside out --- */

/* One layer more for each letter of @p text: s clear by Alice, o opaque by Alice, b clear by Bob, c
 * by Carol, m by Mallory, e GCM and f CBC to Bob, x GCM to Carol. */
static bytes layered(const attack *row)
{
    static const char letters[] = "sobcmefx";
    static const sending ways[] = {
        { .from = { "alice-p256" } },
        { .from = { "alice-p256" }, .opaque = 1 },
        { .from = { "bob-p256" } },
        { .from = { "carol-p384" } },
        { .from = { "mallory" } },
        { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_256_GCM },
        { .to = { "bob-rsa" }, .cipher = SMIME_CIPHER_AES_256_CBC },
        { .to = { "carol-p384" }, .cipher = SMIME_CIPHER_AES_256_GCM },
    };
    bytes message = text(secret_mail);

    for (const char *at = row->text; *at; at++) {
        const sending *how = &ways[strchr(letters, *at) - letters];
        message = protected(how, at == row->text ? message : mail_around(entity_of(message)));
    }
    return message;
}

/* The same with compression (z) among them, which the library only writes as CMS. */
static bytes compressed(const attack *row)
{
    smime_cms_encoder *job = NULL;
    smime_status status = smime_cms_encoder_new(policy(), SMIME_LAYER_COMPRESSED, &job);
    attack inside = { NULL, NULL, row->text, 0 };
    bytes message = *row->text ? layered(&inside) : text(plain_mail);
    sending seal = { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_256_GCM };
    sending sign = { .from = { "alice-p256" } };

    if (status == SMIME_E_UNSUPPORTED)
        return (bytes){ NULL, 0 };
    ck_ok(status);
    keep(job, (void (*)(void *))smime_cms_encoder_free);
    message = opaque_message("compressed-data", encoded(job, entity_of(message)));
    if (row->number)
        message = protected(row->number == 'e' ? &seal : &sign, mail_around(entity_of(message)));
    return message;
}

/* Without a MIME entity between: the content type of one is the other. */
static bytes nested_cms(const attack *row)
{
    smime_cms_encoder *outer = encoder(row->number ? SMIME_LAYER_AUTH_ENVELOPED
                                                   : SMIME_LAYER_SIGNED);
    smime_cms_encoder *inner = NULL;

    ck_ok(smime_cms_encoder_new(policy(), row->number ? SMIME_LAYER_SIGNED
                                                      : SMIME_LAYER_AUTH_ENVELOPED,
                                &inner));
    ck_ok(smime_cms_encoder_add_signer(row->number ? inner : outer, identity("alice-p256"), 0, 0,
                                       NULL));
    ck_ok(smime_cms_encoder_add_recipient(row->number ? outer : inner, cert("bob-p256"), 0));
    ck_ok(smime_cms_encoder_nest(outer, inner));
    return opaque_message(row->text, encoded(outer, entity_of(crlf(secret_mail))));
}

/* Of a triple wrap, the outer signature is another's or does not fit. */
static bytes outer_signature_changed(const attack *row)
{
    attack inside = { NULL, NULL, "oeo", 0 };
    bytes message = layered(&inside);
    element *info = der_read(cms_of(message)), *signer = AT(signers_of(info), 0);

    (void)row;
    signer->child[signer->count - 1]->content.data[10] ^= 1;
    return with_cms(message, der_write(info));
}

/* --- structures that protect nothing --- */

static bytes other_kind(const attack *row)
{
    smime_cms_encoder *job = encoder(row->number);
    static const uint8_t key[33] = "a key that Bob does not have, no";

    if (row->number == SMIME_LAYER_AUTHENTICATED)
        ck_ok(smime_cms_encoder_add_recipient(job, cert(row->text), 0));
    if (row->number == SMIME_LAYER_ENCRYPTED)
        ck_ok(smime_cms_encoder_set_content_key(job, key, sizeof key - 1));
    return opaque_message("signed-data", encoded(job, crlf(hello)));
}

static bytes mac_changed(const attack *row)
{
    smime_cms_encoder *job = encoder(SMIME_LAYER_AUTHENTICATED);
    element *info, *data;

    ck_ok(smime_cms_encoder_add_recipient(job, cert("bob-p256"), 0));
    info = der_read(encoded(job, crlf(hello)));
    data = AT(info, 1, 0);
    for (size_t i = 0; i < data->count; i++)
        if (data->child[i]->tag == 0x04)
            data->child[i]->content.data[0] ^= 1;
    return opaque_message(row->text, der_write(info));
}

static bytes digest_changed(const attack *row)
{
    element *info = der_read(encoded(encoder(SMIME_LAYER_DIGESTED), crlf(hello)));
    element *data = AT(info, 1, 0);

    data->child[data->count - 1]->content.data[0] ^= 1;
    return opaque_message(row->text, der_write(info));
}

/* --- names, types and parameters --- */

enum { A_SIGNED, A_SEALED, A_CLEAR };

static bytes genuine(int kind)
{
    bytes entity = crlf(hello);

    if (kind == A_CLEAR)
        return clear_message(entity, forged("alice-p256", entity, 0));
    if (kind == A_SEALED)
        return sealed_for_bob(NULL, 0);
    return opaque_message("signed-data", forged("alice-p256", entity, 1));
}

/* "old\1new" of @p text is what changes. */
static bytes changed_in(const attack *row)
{
    const char *cut = strchr(row->text, '\1');
    bytes old;

    ck_assert_ptr_nonnull(cut);
    old = bytes_of(row->text, (size_t)(cut - row->text));
    return changed(genuine(row->number), (const char *)old.data, cut + 1);
}

/* The object of a message under a header of its own; @p text is the fields. */
static bytes object_under(const attack *row)
{
    return joined(joined(text(ALICE), crlf(row->text)), base64(cms_of(genuine(row->number))));
}

static bytes object_as_it_is(const attack *row)
{
    return joined(joined(text(ALICE), crlf(row->text)), cms_of(genuine(row->number)));
}

/* A message as it stands in @p text, with Alice's From. */
static bytes as_written(const attack *row)
{
    return joined(text(ALICE), crlf(row->text));
}

static bytes bare(const attack *row)
{
    return text(row->text);
}

#define ENCODED "Content-Transfer-Encoding: base64\n"
#define P7M "Content-Disposition: attachment; filename=\"smime.p7m\"\n"
#define MIME_TYPE "Content-Type: application/pkcs7-mime"
#define SIGNED_TYPE "smime-type=signed-data"
#define SEALED_TYPE "smime-type=authEnveloped-data"
#define PROTOCOL "protocol=\"application/pkcs7-signature\""

const attack attack_inputs[] = {
    { "order-sealed-signed-clear", layered, "es", 0 },
    { "order-sealed-signed-opaque", layered, "eo", 0 },
    { "order-sealed-signed-cbc", layered, "fs", 0 },
    { "order-sealed-signed-by-other", layered, "eb", 0 },
    { "order-sealed-signed-by-stranger", layered, "em", 0 },
    { "order-signed-sealed-signed", layered, "oeo", 0 },
    { "order-signed-sealed-signed-gateway", layered, "seb", 0 },
    { "order-signed-sealed-signed-stranger", layered, "sem", 0 },
    { "order-signed-sealed-signed-bad", outer_signature_changed, NULL, 0 },
    { "order-other-signed-sealed-signed", layered, "cso", 0 },
    { "order-other-signed-sealed-by-alice", layered, "ceo", 0 },
    { "order-signed-signed", layered, "ss", 0 },
    { "order-signed-by-other-outside", layered, "sb", 0 },
    { "order-signed-by-other-inside", layered, "bs", 0 },
    { "order-sealed-sealed", layered, "ef", 0 },
    { "order-sealed-sealed-inner-locked", layered, "xf", 0 },
    { "order-sealed-sealed-outer-locked", layered, "ex", 0 },
    { "order-signed-sealed-sealed", layered, "sef", 0 },
    { "order-signed-sealed-locked", layered, "sx", 0 },
    { "order-locked-signed", layered, "xs", 0 },
    { "order-sealed-signed-sealed", layered, "ese", 0 },
    { "order-compressed", compressed, "", 0 },
    { "order-compressed-signed", compressed, "", 's' },
    { "order-signed-compressed", compressed, "s", 0 },
    { "order-signed-compressed-sealed", compressed, "s", 'e' },
    { "order-sealed-compressed", compressed, "e", 0 },
    { "order-signed-in-sealed-cms", nested_cms, "authEnveloped-data", 1 },
    { "order-sealed-in-signed-cms", nested_cms, "signed-data", 0 },
    { "kind-digested", other_kind, NULL, SMIME_LAYER_DIGESTED },
    { "kind-digested-changed", digest_changed, "signed-data", 0 },
    { "kind-data", other_kind, NULL, SMIME_LAYER_DATA },
    { "kind-authenticated", other_kind, "bob-p256", SMIME_LAYER_AUTHENTICATED },
    { "kind-authenticated-unchecked", other_kind, "carol-p384", SMIME_LAYER_AUTHENTICATED },
    { "kind-authenticated-changed", mac_changed, "signed-data", 0 },
    { "kind-encrypted", other_kind, NULL, SMIME_LAYER_ENCRYPTED },
    { "p7m-is-text", as_written, MIME_TYPE "; name=smime.p7m\n" P7M "\nHello Bob.\n", 0 },
    { "p7m-is-text-encoded", as_written,
      MIME_TYPE "; name=smime.p7m\n" ENCODED P7M "\nSGVsbG8gQm9iLg==\n", 0 },
    { "p7m-is-empty", as_written, MIME_TYPE "; name=smime.p7m\n" ENCODED P7M "\n", 0 },
    { "p7m-attached-is-text", as_written,
      "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello.\n--b\n"
      "Content-Type: text/plain; name=smime.p7m\n" P7M "\nPay.\n--b--\n", 0 },
    { "p7m-attached-is-no-cms", as_written,
      "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello.\n--b\n" MIME_TYPE
      "; name=smime.p7m\n" ENCODED P7M "\nSGVsbG8gQm9iLg==\n--b--\n", 0 },
    { "p7m-octets-is-no-cms", as_written,
      "Content-Type: application/octet-stream; name=smime.p7m\n" ENCODED P7M
      "\nSGVsbG8gQm9iLg==\n", 0 },
    { "p7m-text-plain-is-cms", object_under, "Content-Type: text/plain; name=smime.p7m\n" ENCODED
      P7M "\n", A_SIGNED },
    { "octets-are-signed", object_under,
      "Content-Type: application/octet-stream; name=smime.p7m\n" ENCODED P7M "\n", A_SIGNED },
    { "octets-are-sealed", object_under,
      "Content-Type: application/octet-stream; name=smime.p7m\n" ENCODED P7M "\n", A_SEALED },
    { "octets-are-sealed-by-filename", object_under,
      "Content-Type: application/octet-stream\n" ENCODED P7M "\n", A_SEALED },
    { "octets-are-sealed-without-name", object_under,
      "Content-Type: application/octet-stream\n" ENCODED "\n", A_SEALED },
    { "octets-are-signed-other-name", object_under,
      "Content-Type: application/octet-stream; name=invoice.pdf\n" ENCODED "\n", A_SIGNED },
    { "octets-are-detached-signature", object_under,
      "Content-Type: application/octet-stream; name=smime.p7s\n" ENCODED "\n", A_CLEAR },
    { "signature-type-alone", object_under,
      "Content-Type: application/pkcs7-signature; name=smime.p7s\n" ENCODED "\n", A_CLEAR },
    { "object-binary", object_as_it_is,
      MIME_TYPE "; " SIGNED_TYPE "\nContent-Transfer-Encoding: binary\n\n", A_SIGNED },
    { "object-without-encoding", object_under, MIME_TYPE "; " SIGNED_TYPE "\n\n", A_SIGNED },
    { "smime-type-missing-signed", changed_in, SIGNED_TYPE ";\1", A_SIGNED },
    { "smime-type-missing-sealed", changed_in, SEALED_TYPE "\1x=y", A_SEALED },
    { "smime-type-enveloped-is-signed", changed_in, SIGNED_TYPE "\1smime-type=enveloped-data",
      A_SIGNED },
    { "smime-type-certs-only-is-signed", changed_in, SIGNED_TYPE "\1smime-type=certs-only",
      A_SIGNED },
    { "smime-type-compressed-is-signed", changed_in, SIGNED_TYPE "\1smime-type=compressed-data",
      A_SIGNED },
    { "smime-type-unknown-is-signed", changed_in, SIGNED_TYPE "\1smime-type=verified", A_SIGNED },
    { "smime-type-signed-is-sealed", changed_in, SEALED_TYPE "\1" SIGNED_TYPE, A_SEALED },
    { "smime-type-enveloped-is-auth", changed_in, SEALED_TYPE "\1smime-type=enveloped-data",
      A_SEALED },
    { "smime-type-doubled", changed_in, SIGNED_TYPE "\1" SIGNED_TYPE "; smime-type=enveloped-data",
      A_SIGNED },
    { "micalg-sha512", changed_in, "micalg=sha-256\1micalg=sha-512", A_CLEAR },
    { "micalg-md5", changed_in, "micalg=sha-256\1micalg=md5", A_CLEAR },
    { "micalg-nonsense", changed_in, "micalg=sha-256\1micalg=nonsense", A_CLEAR },
    { "micalg-missing", changed_in, " micalg=sha-256;\1", A_CLEAR },
    { "micalg-several", changed_in, "micalg=sha-256\1micalg=\"sha-512,sha-256\"", A_CLEAR },
    { "protocol-missing", changed_in, " " PROTOCOL ";\1", A_CLEAR },
    { "protocol-pgp", changed_in, PROTOCOL "\1protocol=\"application/pgp-signature\"", A_CLEAR },
    { "protocol-mime", changed_in, PROTOCOL "\1protocol=\"application/pkcs7-mime\"", A_CLEAR },
    { "protocol-older", changed_in, PROTOCOL "\1protocol=\"application/x-pkcs7-signature\"",
      A_CLEAR },
    { "protocol-doubled", changed_in, PROTOCOL "\1" PROTOCOL
      "; protocol=\"application/pgp-signature\"", A_CLEAR },
    { "signature-of-other-type", changed_in,
      "Content-Type: application/pkcs7-signature\1Content-Type: application/pgp-signature",
      A_CLEAR },
    { "signature-as-octets", changed_in,
      "Content-Type: application/pkcs7-signature\1Content-Type: application/octet-stream; "
      "name=smime.p7s",
      A_CLEAR },
    { "multipart-mixed-for-signed", changed_in, "multipart/signed\1multipart/mixed", A_CLEAR },
    { "multipart-encrypted", as_written,
      "Content-Type: multipart/encrypted; protocol=\"application/pkcs7-mime\"; boundary=b\n\n"
      "--b\nContent-Type: application/pkcs7-mime\n\nx\n--b\n\ny\n--b--\n", 0 },
    { "multipart-signed-empty", as_written,
      "Content-Type: multipart/signed; " PROTOCOL "; micalg=sha-256; boundary=b\n\n--b--\n", 0 },
    { "message-empty", bare, "", 0 },
    { "message-without-header", bare, "\r\nx\r\n", 0 },
    { NULL, NULL, NULL, 0 },
};
