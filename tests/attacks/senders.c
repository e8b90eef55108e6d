/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Class 6: who is shown as the sender. Alice's signature is good in every row of this file. */
#include "attacks.h"

#include <string.h>

#define FROM "From: Alice <alice@example.org>\r\n"

/* @p text in place of the From field; with @p number it is sealed to Bob as well. */
static bytes from_changed(const attack *row)
{
    bytes message = row->number ? sealed_for_bob("alice-p256", 0)
                                : signed_by("alice-p256", CLEAR, plain_mail);

    return changed(message, FROM, row->text);
}

/* A NUL in place of the ~. */
static bytes from_with_nul(const attack *row)
{
    bytes message = from_changed(row);

    message.data[find(message, "~", 0)] = 0;
    return message;
}

/* Signed by somebody else of the PKI, under Alice's name. */
static bytes signed_by_other(const attack *row)
{
    return signed_by(row->text, CLEAR, plain_mail);
}

/* Signed by who has a certificate for a domain that is not ASCII; @p text in place of From. */
static bytes from_abroad(const attack *row)
{
    static const certs_spec spec = { .subject = "CN=Alice",
                                     .email = "alice@xn--bcher-kva.example",
                                     .usage = GNUTLS_KEY_DIGITAL_SIGNATURE,
                                     .purpose = GNUTLS_KP_EMAIL_PROTECTION };
    certs_made middle = member("intermediate"), made = issued(&spec, &middle);
    sending how = { .identity = identity_of(&made) };

    return changed(protected(&how, text(plain_mail)), FROM, row->text);
}

/* The same with the address as SmtpUTF8Mailbox (RFC 9598), which has the U-label or the A-label. */
static bytes from_abroad_in_utf8(const attack *row)
{
    static const char *const mailboxes[] = {
        "30(a0(@1.3.6.1.5.5.7.8.9 a0(0c('al' c3ad 'ce@xn--bcher-kva.example'))))",
        "30(a0(@1.3.6.1.5.5.7.8.9 a0(0c('al' c3ad 'ce@b' c3bc 'cher.example'))))",
    };
    certs_spec spec = { .subject = "CN=Alice",
                        .usage = GNUTLS_KEY_DIGITAL_SIGNATURE,
                        .purpose = GNUTLS_KP_EMAIL_PROTECTION,
                        .more = { { "2.5.29.17", mailboxes[row->number], 0 } } };
    certs_made middle = member("intermediate"), made = issued(&spec, &middle);
    sending how = { .identity = identity_of(&made) };

    return changed(protected(&how, text(plain_mail)), FROM, row->text);
}

#define TWO_FROM FROM "From: mallory@example.com\r\n"

const attack attack_senders[] = {
    { "name-is-address", from_changed, "From: \"alice@example.org\" <mallory@example.com>\r\n", 0 },
    { "name-holds-mailbox", from_changed,
      "From: \"Alice <alice@example.org>\" <mallory@example.com>\r\n", 0 },
    { "name-is-other-address", from_changed, "From: \"boss@example.com\" <alice@example.org>\r\n",
      0 },
    { "name-with-wide-at", from_changed,
      "From: boss\xef\xbc\xa0" "example.com <alice@example.org>\r\n", 0 },
    { "name-encoded-address", from_changed,
      "From: =?utf-8?Q?alice=40example=2Eorg?= <mallory@example.com>\r\n", 0 },
    { "name-encoded-other-address", from_changed,
      "From: =?utf-8?B?Ym9zc0BleGFtcGxlLmNvbQ==?= <alice@example.org>\r\n", 0 },
    { "address-encoded", from_changed, "From: =?utf-8?Q?<alice=40example=2Eorg>?=\r\n", 0 },
    { "address-encoded-in-brackets", from_changed,
      "From: Alice <=?utf-8?Q?alice=40example=2Eorg?=>\r\n", 0 },
    { "from-of-other", from_changed, "From: mallory@example.com\r\n", 0 },
    { "from-of-other-sealed", from_changed, "From: mallory@example.com\r\n", 1 },
    { "from-below-domain", from_changed, "From: alice@sub.example.org\r\n", 0 },
    { "from-longer-domain", from_changed, "From: alice@example.org.mallory.example\r\n", 0 },
    { "from-domain-dot", from_changed, "From: alice@example.org.\r\n", 0 },
    { "from-plus", from_changed, "From: alice+boss@example.org\r\n", 0 },
    { "from-other-case", from_changed, "From: ALICE@Example.ORG\r\n", 0 },
    { "two-from-good-first", from_changed, TWO_FROM, 0 },
    { "two-from-good-last", from_changed, "From: mallory@example.com\r\n" FROM, 0 },
    { "two-from-same", from_changed, FROM FROM, 0 },
    { "two-from-sealed", from_changed, TWO_FROM, 1 },
    { "two-from-other-case", from_changed, FROM "FROM: mallory@example.com\r\n", 0 },
    { "two-mailboxes-good-first", from_changed,
      "From: alice@example.org, mallory@example.com\r\n", 0 },
    { "two-mailboxes-good-last", from_changed,
      "From: mallory@example.com, alice@example.org\r\n", 0 },
    { "two-addresses-no-comma", from_changed,
      "From: <mallory@example.com> <alice@example.org>\r\n", 0 },
    { "address-then-brackets", from_changed,
      "From: mallory@example.com <alice@example.org>\r\n", 0 },
    { "from-empty", from_changed, "From:\r\n", 0 },
    { "from-empty-brackets", from_changed, "From: <>\r\n", 0 },
    { "from-name-alone", from_changed, "From: Alice\r\n", 0 },
    { "from-missing", from_changed, "X-From: alice@example.org\r\n", 0 },
    { "from-missing-reply-to", from_changed, "Reply-To: alice@example.org\r\n", 0 },
    { "sender-good-from-missing", from_changed, "Sender: alice@example.org\r\n", 0 },
    { "sender-good-from-other", from_changed,
      "Sender: alice@example.org\r\nFrom: mallory@example.com\r\n", 0 },
    { "sender-other-from-good", from_changed, "Sender: mallory@example.com\r\n" FROM, 0 },
    { "group-of-one", from_changed, "From: Friends: alice@example.org;\r\n", 0 },
    { "group-of-two", from_changed, "From: Friends: alice@example.org, bob@example.org;\r\n", 0 },
    { "group-named-as-address", from_changed, "From: \"boss@example.com\": alice@example.org;\r\n",
      0 },
    { "group-empty", from_changed, "From: undisclosed:;\r\n", 0 },
    { "group-unclosed", from_changed, "From: x: alice@example.org\r\n", 0 },
    { "comment-in-address", from_changed, "From: (a) alice (b) @example.org\r\n", 0 },
    { "comment-is-good-address", from_changed,
      "From: mallory@example.com (<alice@example.org>)\r\n", 0 },
    { "comment-is-other-address", from_changed, "From: alice@example.org (boss@example.com)\r\n",
      0 },
    { "comment-unclosed", from_changed, "From: mallory@example.com (alice@example.org\r\n", 0 },
    { "route-in-address", from_changed, "From: <@mallory.example:alice@example.org>\r\n", 0 },
    { "quoted-local-part", from_changed, "From: \"alice\"@example.org\r\n", 0 },
    { "quoted-local-part-with-at", from_changed,
      "From: \"alice@example.org\"@mallory.example\r\n", 0 },
    { "from-folded", from_changed, "From: Alice\r\n <alice@example.org>\r\n", 0 },
    { "from-folded-in-address", from_changed,
      "From: <mallory@example.com\r\n ,alice@example.org>\r\n", 0 },
    { "from-blank-before-colon", from_changed, "From : alice@example.org\r\n", 0 },
    { "from-continued-at-start", from_changed, "Subject:\r\n From: mallory@example.com\r\n" FROM,
      0 },
    { "from-nul-in-address", from_with_nul, "From: <alice@example.org~.mallory.example>\r\n", 0 },
    { "from-bare-cr", from_changed, "From: mallory@example.com\rX: <alice@example.org>\r\n", 0 },
    { "from-bare-lf", from_changed, "From: mallory@example.com\n" FROM, 0 },
    { "idn-u-label", from_abroad, "From: alice@b\xc3\xbc" "cher.example\r\n", 0 },
    { "idn-a-label", from_abroad, "From: alice@XN--bcher-kva.example\r\n", 0 },
    { "idn-encoded-word", from_abroad, "From: =?utf-8?Q?alice=40b=C3=BCcher=2Eexample?=\r\n", 0 },
    { "idn-look-alike", from_abroad, "From: alice@bucher.example\r\n", 0 },
    { "idn-look-alike-cyrillic", from_changed, "From: alice@ex\xd0\xb0mple.org\r\n", 0 },
    { "idn-look-alike-a-label", from_changed, "From: alice@xn--exmple-4nf.org\r\n", 0 },
    { "local-part-look-alike", from_changed, "From: \xd0\xb0lice@example.org\r\n", 0 },
    { "smtputf8-u-label", from_abroad_in_utf8,
      "From: al\xc3\xad" "ce@b\xc3\xbc" "cher.example\r\n", 0 },
    { "smtputf8-u-label-in-certificate", from_abroad_in_utf8,
      "From: al\xc3\xad" "ce@b\xc3\xbc" "cher.example\r\n", 1 },
    { "smtputf8-ascii-local-part", from_abroad_in_utf8,
      "From: alice@b\xc3\xbc" "cher.example\r\n", 0 },
    { "signer-is-other", signed_by_other, "bob-p256", 0 },
    { "signer-without-address", signed_by_other, "no-address", 0 },
    { "signer-address-in-subject", signed_by_other, "in-subject", 0 },
    { NULL, NULL, NULL, 0 },
};
