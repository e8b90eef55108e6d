/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header fields inside and outside of the protection that contradict each other (RFC 9788). */
#include "attacks.h"

#include <string.h>

static const char mail[] = "From: Alice <alice@example.org>\r\nTo: bob@example.org\r\n"
                           "Subject: the plan\r\nDate: Mon, 01 Jun 2026 00:00:00 +0000\r\n"
                           "Content-Type: text/plain\r\n\r\n" SECRET "\r\n";

enum { SIGN = 1, SEAL = 2 };

static bytes sent(int what, int32_t headers, bytes message)
{
    sending how = { .from = { what & SIGN ? "alice-p256" : NULL },
                    .to = { what & SEAL ? "bob-p256" : NULL },
                    .no_self = (what & SEAL) != 0,
                    .cipher = SMIME_CIPHER_AES_256_GCM };
    smime_protect *job = protect_new(&how);
    bytes made;

    ck_ok(smime_protect_set_headers(job, headers));
    ck_ok(smime_protect_buffer(job, message.data, message.len, &made.data, &made.len));
    keep(made.data, smime_free);
    return made;
}

/* The From outside becomes @p text. */
static bytes outer_from(const attack *row)
{
    return changed(sent(row->number, SMIME_HEADERS_BASELINE, text(mail)),
                   "From: Alice <alice@example.org>", row->text);
}

static bytes outer_subject(const attack *row)
{
    return changed(sent(row->number, SMIME_HEADERS_BASELINE, text(mail)),
                   row->number & SEAL ? "Subject: [...]" : "Subject: the plan", row->text);
}

/* Inside stands another sender than the one who signs, outside the one who signs. */
static bytes inner_from(const attack *row)
{
    bytes inside = changed(text(mail), "Alice <alice@example.org>", row->text);
    bytes message = sent(row->number, SMIME_HEADERS_BASELINE, inside);
    bytes field = joined(text("From: "), text(row->text));

    return changed(message, (const char *)field.data, "From: Alice <alice@example.org>");
}

/* The form with a whole message inside, which only counts when both senders are one. */
static bytes whole_message_inside(const attack *row)
{
    bytes rest = text("\r\nSubject: inside\r\n\r\n" SECRET "\r\n");
    bytes inside = joined(text("From: "), joined(text(row->text), rest));

    return sent(row->number, SMIME_HEADERS_OUTSIDE,
                joined(text(ALICE "Content-Type: message/rfc822\r\n\r\n"), inside));
}

/* Marked as protected, without any protection around it. */
static bytes marked_bare(const attack *row)
{
    return joined(text(ALICE "Subject: the plan\r\n"), text(row->text));
}

/* Two From fields inside; the library protects nothing of the kind, so GnuTLS signs it. */
static bytes inner_from_twice(const attack *row)
{
    bytes entity = joined(text(row->text),
                          text("Content-Type: text/plain; hp=\"clear\"\r\n\r\nx\r\n"));

    return row->number ? opaque_message("signed-data", forged("alice-p256", entity, 1))
                       : clear_message(entity, forged("alice-p256", entity, 0));
}

/* The header of the signed entity is @p text, with marks that the library does not write. */
static bytes inner_marked(const attack *row)
{
    bytes entity = joined(text("Subject: inside\r\n"), joined(text(row->text), text("\r\nx\r\n")));

    return clear_message(entity, forged("alice-p256", entity, 0));
}

#define MALLORY "From: mallory@example.com"

const attack attack_headers[] = {
    { "outer-from-changed-signed", outer_from, MALLORY, SIGN },
    { "outer-from-changed-sealed", outer_from, MALLORY, SEAL },
    { "outer-from-changed-signed-sealed", outer_from, MALLORY, SIGN | SEAL },
    { "outer-from-doubled-signed", outer_from,
      "From: Alice <alice@example.org>\r\n" MALLORY, SIGN },
    { "outer-from-gone-sealed", outer_from, "X-Nothing: y", SEAL },
    { "outer-subject-changed-signed", outer_subject, "Subject: another", SIGN },
    { "outer-subject-changed-signed-sealed", outer_subject, "Subject: another", SIGN | SEAL },
    { "inner-from-other-signed", inner_from, "boss@example.org", SIGN },
    { "inner-from-other-sealed", inner_from, "boss@example.org", SEAL },
    { "inner-from-other-signed-sealed", inner_from, "boss@example.org", SIGN | SEAL },
    { "inner-from-of-two-mailboxes", inner_from_twice,
      "From: alice@example.org, mallory@example.com\r\n", 0 },
    { "inner-from-doubled", inner_from_twice,
      "From: alice@example.org\r\nFrom: mallory@example.com\r\n", 0 },
    { "inner-from-doubled-opaque", inner_from_twice,
      "From: mallory@example.com\r\nFrom: alice@example.org\r\n", 1 },
    { "inner-from-missing", inner_from_twice, "Subject: x\r\n", 0 },
    { "message-inside-of-alice", whole_message_inside, "alice@example.org", SIGN },
    { "message-inside-of-other", whole_message_inside, "carol@example.org", SIGN },
    { "message-inside-of-other-sealed", whole_message_inside, "carol@example.org", SEAL },
    { "marked-cipher-signed", inner_marked, "Content-Type: text/plain; hp=\"cipher\"\r\n", 0 },
    { "marked-unknown-signed", inner_marked, "Content-Type: text/plain; hp=\"other\"\r\n", 0 },
    { "marked-doubled-signed", inner_marked,
      "Content-Type: text/plain; hp=\"clear\"; hp=\"cipher\"\r\n", 0 },
    { "older-mark-of-other", inner_marked,
      "From: carol@example.org\r\nContent-Type: text/plain; protected-headers=\"v1\"\r\n", 0 },
    { "older-mark-of-alice", inner_marked,
      "From: alice@example.org\r\nContent-Type: text/plain; protected-headers=\"v1\"\r\n", 0 },
    { "marked-without-protection", marked_bare,
      "Content-Type: text/plain; hp=\"clear\"\r\nHP-Outer: Subject: x\r\n\r\nPay.\r\n", 0 },
    { "marked-cipher-without-protection", marked_bare,
      "Content-Type: text/plain; hp=\"cipher\"\r\n\r\nPay.\r\n", 0 },
    { NULL, NULL, NULL, 0 },
};
