/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Class 13: MIME that two readers take for two things, below Alice's signature and around it. The
 * library signs nothing of the kind, so GnuTLS does. */
#include "attacks.h"

#include <stdio.h>
#include <string.h>

/* @p text is the signed entity; LF stands for CRLF where @p number is not AS_IS. What is signed is
 * its canonical form (RFC 8551 3.1.1), whatever the lines shown end with. */
enum { LINES, AS_IS, INSIDE };

static bytes entity_for(const attack *row)
{
    bytes made = row->number == AS_IS ? text(row->text) : crlf(row->text);

    for (size_t i = 0; i < made.len; i++)
        if (made.data[i] == '~')
            made.data[i] = 0; /* a NUL cannot stand in the table */
    return made;
}

static bytes signed_entity(const attack *row)
{
    bytes entity = entity_for(row);
    bytes form = canonical((const char *)entity.data, entity.len);

    if (row->number == INSIDE)
        return opaque_message("signed-data", forged("alice-p256", form, 1));
    return clear_message(entity, forged("alice-p256", form, 0));
}

/* Nobody signed it: the same bytes claim nothing. */
static bytes sealed_entity(const attack *row)
{
    sending how = { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_256_GCM };

    return protected(&how, mail_around(entity_for(row)));
}

static bytes sealed_signed(const attack *row)
{
    sending how = { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_256_GCM };

    return protected(&how, mail_around(entity_of(signed_entity(row))));
}

/* Around signed content in good order: "old\1new" of @p text is what changes. */
static bytes around(const attack *row)
{
    static const char good[] = "Content-Type: text/plain\r\n\r\nHello Bob.\r\n";
    bytes entity = text(good), message, old;
    const char *cut = strchr(row->text, '\1');

    ck_assert_ptr_nonnull(cut);
    message = row->number ? opaque_message("signed-data", forged("alice-p256", entity, 1))
                          : clear_message(entity, forged("alice-p256", entity, 0));
    old = bytes_of(row->text, (size_t)(cut - row->text));
    return changed(message, (const char *)old.data, cut + 1);
}

static bytes long_line(const attack *row)
{
    bytes line = { take((size_t)row->number + 1), (size_t)row->number };
    bytes entity = crlf(row->text), content;

    memset(line.data, 'x', line.len);
    line.data[line.len] = 0;
    content = entity;
    while (holds(content, "@"))
        content = changed(content, "@", (const char *)line.data);
    return clear_message(content, forged("alice-p256", content, 0));
}

static bytes nested(const attack *row)
{
    bytes entity = bytes_of("", 0), end = bytes_of("", 0);
    char level[100];

    for (int i = 0; i < row->number; i++) {
        snprintf(level, sizeof level,
                 "Content-Type: multipart/mixed; boundary=\"b%d-\"\r\n\r\n--b%d-\r\n", i, i);
        entity = joined(entity, text(level));
        snprintf(level, sizeof level, "\r\n--b%d---\r\n", i);
        end = joined(text(level), end);
    }
    entity = joined(entity, joined(text("\r\nHello Bob.\r\n"), end));
    return clear_message(entity, forged("alice-p256", entity, 0));
}

/* Bytes behind the base64 of the signature, or behind its structure. */
static bytes behind_base64(const attack *row)
{
    bytes entity = crlf("Content-Type: text/plain\n\nHello Bob, this is it.\n"), message;

    for (int i = 0; i < 60; i++) { /* the length of an ECDSA signature varies */
        message = opaque_message("signed-data", forged("alice-p256", entity, 1));
        if ((memchr(message.data + message.len - 8, '=', 8) != NULL) == row->number)
            return joined(message, text("RXZpbCBzYXlzIGhpIQ==\r\n"));
        entity = joined(entity, text("!"));
    }
    ck_abort_msg("no base64 with %d padding", row->number);
}

#define MIXED "Content-Type: multipart/mixed; boundary=a\n"
#define BASE64 "Content-Transfer-Encoding: base64\n"
#define BOUNDARY "boundary=\"~~\""

const attack attack_structures[] = {
    { "type-doubled", signed_entity,
      "Content-Type: text/plain\nContent-Type: text/html\n\nx\n", 0 },
    { "type-doubled-inside", signed_entity,
      "Content-Type: text/plain\nContent-Type: text/html\n\nx\n", INSIDE },
    { "type-doubled-unsigned", sealed_entity,
      "Content-Type: text/plain\n\n" MIXED "\nx\n", 0 },
    { "type-doubled-same", signed_entity,
      "Content-Type: text/plain\nContent-Type: text/plain\n\nx\n", 0 },
    { "type-doubled-in-part", signed_entity,
      MIXED "\n--a\nContent-Type: text/plain\nContent-Type: text/html\n\nx\n--a--\n", 0 },
    { "type-malformed", signed_entity, "Content-Type: text\n\nx\n", 0 },
    { "type-with-comment", signed_entity, "Content-Type: text/(a comment)plain\n\nx\n", 0 },
    { "type-blank-before-colon", signed_entity, "Content-Type : text/html\n\nx\n", 0 },
    { "type-in-two-words", signed_entity, "Content -Type: text/html\n\nx\n", 0 },
    { "type-folded-first", signed_entity, " Content-Type: text/html\n\nx\n", 0 },
    { "charset-doubled", signed_entity,
      "Content-Type: text/plain; charset=utf-8; charset=utf-7\n\nx\n", 0 },
    { "encoding-doubled", signed_entity,
      BASE64 "Content-Transfer-Encoding: 7bit\n\nSGVsbG8=\n", 0 },
    { "encoding-unknown", signed_entity, "Content-Transfer-Encoding: x-base64\n\nSGVsbG8=\n", 0 },
    { "encoding-of-multipart", signed_entity, MIXED BASE64 "\nLS1hCg==\n", 0 },
    { "encoding-of-message", signed_entity,
      "Content-Type: message/rfc822\n" BASE64 "\nRnJvbTogeAoKeAo=\n", 0 },
    { "encoding-with-comment", signed_entity,
      "Content-Transfer-Encoding: (7bit) base64\n\nSGVsbG8=\n", 0 },
    { "encoding-with-parameter", signed_entity,
      "Content-Transfer-Encoding: base64; x=y\n\nSGVsbG8=\n", 0 },
    { "base64-behind-padding", signed_entity, BASE64 "\nSGVsbG8=\nRXZpbCE=\n", 0 },
    { "base64-cut", signed_entity, BASE64 "\nSGVsbG8\n", 0 },
    { "base64-behind-padding-inside", signed_entity, BASE64 "\nSGVsbG8=\nRXZpbCE=\n", INSIDE },
    { "base64-behind-padding-in-part", signed_entity,
      MIXED "\n--a\n" BASE64 "\nSGVsbG8=\nRXZpbCE=\n--a--\n", 0 },
    { "base64-behind-padding-sealed", sealed_signed, BASE64 "\nSGVsbG8=\nRXZpbCE=\n", 0 },
    { "base64-other-characters", signed_entity, BASE64 "\nSGVs*bG8=\n", 0 },
    { "quoted-printable-broken", signed_entity,
      "Content-Transfer-Encoding: quoted-printable\n\n=3=D =ZZ\n", 0 },
    { "quoted-printable-blanks", signed_entity,
      "Content-Transfer-Encoding: quoted-printable\n\nx \t\ny\n", 0 },
    { "boundary-missing", signed_entity, "Content-Type: multipart/mixed\n\n--a\n\nx\n--a--\n", 0 },
    { "boundary-doubled", signed_entity,
      "Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n\nx\n--a--\n", 0 },
    { "boundary-empty", signed_entity,
      "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n----\n", 0 },
    { "boundary-repeated", signed_entity,
      MIXED "\n--a\n" MIXED "\n--a\n\nx\n--a--\n--a--\n", 0 },
    { "boundary-longer-line", signed_entity, MIXED "\n--abc\n\nx\n--a\n\ny\n--a--\n", 0 },
    { "boundary-in-rfc2231", signed_entity,
      "Content-Type: multipart/mixed; boundary*0=a; boundary*1=b; boundary=c\n\n--ab\n\nx\n--ab--\n"
      "--c\n\ny\n--c--\n", 0 },
    { "boundary-ends-with-blank", signed_entity,
      "Content-Type: multipart/mixed; boundary=\"a \"\n\n--a \n\nx\n--a --\n", 0 },
    { "boundary-unclosed-quote", signed_entity,
      "Content-Type: multipart/mixed; boundary=\"a\n\n--a\n\nx\n--a--\n", 0 },
    { "part-unclosed", signed_entity, MIXED "\n--a\n\nx\n", 0 },
    { "part-behind-close", signed_entity, MIXED "\n--a\n\nx\n--a--\n--a\n\nPay.\n--a--\n", 0 },
    { "part-header-cut", signed_entity, MIXED "\n--a\nContent-Type: text/html\n--a--\n", 0 },
    { "header-junk", signed_entity, "Content-Type: text/plain\nno field at all\n\nx\n", 0 },
    { "header-nul", signed_entity, "Content-Type: text/plain~; x=y\n\nx\n", 0 },
    { "header-bare-cr", signed_entity,
      "Content-Type: text/plain\rContent-Type: text/html\r\n\r\nx\r\n", AS_IS },
    { "header-bare-lf", signed_entity,
      "Content-Type: text/plain\nContent-Type: text/html\r\n\r\nx\r\n", AS_IS },
    { "body-bare-cr", signed_entity,
      "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nx\r--a\r\n\r\ny\r\n--a--\r\n",
      AS_IS },
    { "body-bare-cr-in-text", signed_entity, "Content-Type: text/plain\r\n\r\nx\ry\r\n", AS_IS },
    { "body-bare-lf", signed_entity, "Content-Type: text/plain\r\n\r\nx\ny\r\n", AS_IS },
    { "body-lf-throughout", signed_entity, "Content-Type: text/plain\n\nx\ny\n", AS_IS },
    { "body-nul", signed_entity, "Content-Type: text/plain\n\nx~y\n", 0 },
    { "header-overlong-line", long_line, "Content-Type: text/plain; x=@\n\nx\n", 2000 },
    { "body-overlong-line", long_line, "Content-Type: text/plain\n\n@\n", 100000 },
    { "boundary-overlong", long_line,
      "Content-Type: multipart/mixed; boundary=@\n\n--@\n\nx\n--@--\n", 70 },
    { "nested-50", nested, NULL, 50 },
    { "nested-200", nested, NULL, 200 },
    { "around-type-doubled", around,
      BOUNDARY "\r\n\1" BOUNDARY "\r\nContent-Type: text/html\r\n", 0 },
    { "around-type-doubled-first", around,
      "MIME-Version: 1.0\r\n\1MIME-Version: 1.0\r\nContent-Type: text/html\r\n", 0 },
    { "around-boundary-doubled", around, BOUNDARY "\1" BOUNDARY "; boundary=\"~~~\"", 0 },
    { "around-boundary-other", around, BOUNDARY "\1boundary=\"~\"", 0 },
    { "around-encoding", around,
      BOUNDARY "\r\n\1" BOUNDARY "\r\nContent-Transfer-Encoding: base64\r\n", 0 },
    { "around-boundary-line-longer", around, "--~~\r\n\1--~~junk\r\n\r\nshown?\r\n--~~\r\n", 0 },
    { "around-opaque-type-doubled", around,
      "Content-Type: app\1Content-Type: text/plain\r\nContent-Type: app", 1 },
    { "around-opaque-type-doubled-last", around,
      "Content-Transfer\1Content-Type: text/plain\r\nContent-Transfer", 1 },
    { "around-opaque-encoding-doubled", around,
      "Content-Transfer-Encoding: base64\r\n\1Content-Transfer-Encoding: base64\r\n"
      "Content-Transfer-Encoding: 8bit\r\n", 1 },
    { "around-opaque-bare-cr", around,
      "MIME-Version: 1.0\r\n\1MIME-Version: 1.0\r\nX: \rY: z\r\n", 1 },
    { "header-blank-line-folded", signed_entity,
      "Subject: a\n \nContent-Type: text/html\n\n<b>x\n", 0 },
    { "header-cr-cr-lf", signed_entity, "Content-Type: text/html\r\r\n\r\nx\r\n", AS_IS },
    { "header-lf-cr", signed_entity, "Content-Type: text/html\n\r\n\r\nx\r\n", AS_IS },
    { "type-with-comment-behind", signed_entity, "Content-Type: text/html (x)\n\nx\n", 0 },
    { "type-with-junk-behind", signed_entity, "Content-Type: text/html text/plain\n\nx\n", 0 },
    { "type-empty", signed_entity, "Content-Type:\n\nx\n", 0 },
    { "type-of-two", signed_entity, "Content-Type: text/plain, text/html\n\nx\n", 0 },
    { "type-folded-in-name", signed_entity, "Content-Type: text/\n html\n\nx\n", 0 },
    { "encoding-uuencode", signed_entity,
      "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#>'@*\n`\nend\n", 0 },
    { "encoding-empty", signed_entity, "Content-Transfer-Encoding:\n\nx\n", 0 },
    { "encoding-folded", signed_entity, "Content-Transfer-Encoding:\n base64\n\nSGVsbG8=\n", 0 },
    { "encoding-quoted", signed_entity,
      "Content-Transfer-Encoding: \"base64\"\n\nSGVsbG8=\n", 0 },
    { "encoding-base64-twice-in-value", signed_entity,
      "Content-Transfer-Encoding: base64, 7bit\n\nSGVsbG8=\n", 0 },
    { "boundary-junk-behind", signed_entity,
      "Content-Type: multipart/mixed; boundary=\"a\"b\n\n"
      "--a\n\nx\n--ab\n\ny\n--ab--\n--a--\n", 0 },
    { "boundary-escaped", signed_entity,
      "Content-Type: multipart/mixed; boundary=\"a\\\\b\"\n\n--a\\b\n\nx\n--a\\b--\n", 0 },
    { "boundary-not-ascii", signed_entity,
      "Content-Type: multipart/mixed; boundary=\"\xc3\xa4\"\n\n"
      "--\xc3\xa4\n\nx\n--\xc3\xa4--\n", 0 },
    { "boundary-in-capitals", signed_entity,
      "Content-Type: multipart/mixed; boundary=a\n\n--A\n\nx\n--a\n\ny\n--a--\n", 0 },
    { "boundary-with-blanks-behind", signed_entity, MIXED "\n--a \t\n\nx\n--a-- \n", 0 },
    { "boundary-encoded-word", signed_entity,
      "Content-Type: multipart/mixed; boundary==?utf-8?Q?a?=\n\n--a\n\nx\n--a--\n", 0 },
    { "multipart-in-body-alone", signed_entity, "Content-Type: text/plain\n\n--a\n\nx\n--a--\n",
      0 },
    { "multipart-of-no-part", signed_entity, MIXED "\nPay Mallory.\n", 0 },
    { "partial-message", signed_entity,
      "Content-Type: message/partial; id=x; number=1; total=2\n\nSubject: y\n\nx\n", 0 },
    { "around-version-missing", around, "MIME-Version: 1.0\r\n\1", 0 },
    { "around-version-other", around, "MIME-Version: 1.0\r\n\1MIME-Version: 9.9\r\n", 0 },
    { "around-mbox-line", around, "From: Alice\1From mallory@example.com Mon Jun  1\r\nFrom: Alice",
      0 },
    { "base64-and-more", behind_base64, NULL, 1 },
    { "object-and-more", behind_base64, NULL, 0 },
    { NULL, NULL, NULL, 0 },
};
