# SPDX-License-Identifier: LGPL-2.1-or-later
"""MIME around CMS, byte for byte, without the library under test.

Needed because some peers know only CMS, because test data comes as bare CMS,
and because a test must damage a message at a chosen place. An *entity* is a
MIME entity (Content-* fields and body); a *message* has From, To, Subject and
Date as well.
"""
import email
import email.policy
import base64
import email.utils
import re
from dataclasses import dataclass
from email.parser import BytesHeaderParser

import ber

MICALG = {"sha256": "sha-256", "sha384": "sha-384", "sha512": "sha-512"}


def to_crlf(data):
    return re.sub(rb"\r?\n", b"\r\n", data)


def to_lf(data):
    return data.replace(b"\r\n", b"\n")


def split_fields(data):
    """The header fields, each with its line ends, and the body."""
    head, gap, body = re.match(rb"(.*?\n|)(\r?\n|\Z)(.*)", data, re.S).groups()
    return re.findall(rb"[^\n]*\n(?:[ \t][^\n]*\n)*", head), body


def split_message(message):
    """What belongs to the message, and the entity inside it."""
    fields, body = split_fields(message)
    own = [f for f in fields if not f.lower().startswith((b"content-", b"mime-version"))]
    content = [f for f in fields if f.lower().startswith(b"content-")]
    return b"".join(own), b"".join(content) + b"\r\n" + body


def join_message(headers, entity):
    """The reverse; entities written by peers may bring their MIME-Version."""
    version = b"" if re.match(rb"(?i)mime-version", entity) else b"MIME-Version: 1.0\r\n"
    return headers + version + entity


def headers_from(address, subject="interop"):
    date = email.utils.formatdate(localtime=False)
    return (f"From: <{address}>\r\nTo: <bob@example.com>\r\nSubject: {subject}\r\n"
            f"Date: {date}\r\nMessage-ID: {email.utils.make_msgid(domain='example.com')}\r\n"
            ).encode()


def change_from(message, address):
    changed, count = re.subn(rb"(?im)^From:[^\r\n]*", b"From: <%s>" % address.encode(),
                             message, count=1)
    assert count == 1, "the message has no From field"
    return changed


def pem_to_der(data):
    """The first object of a PEM file, whatever its label; DER passes through."""
    match = re.search(rb"-----BEGIN [^-]+-----(.*?)-----END", data, re.S)
    return base64.b64decode(match.group(1)) if match else data


def base64_lines(data):
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def wrap_clear(content, cms, digest):
    """multipart/signed around the exact bytes of content."""
    boundary = b"=-=signed-boundary-7c1f=-="
    assert boundary not in content
    return (b'Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n'
            b' micalg=%s; boundary="%s"\r\n\r\n' % (MICALG[digest].encode(), boundary)
            + b"--" + boundary + b"\r\n" + content + b"\r\n--" + boundary + b"\r\n"
            b'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\n'
            b"Content-Transfer-Encoding: base64\r\n"
            b'Content-Disposition: attachment; filename="smime.p7s"\r\n\r\n'
            + base64_lines(cms) + b"\r\n--" + boundary + b"--\r\n")


def wrap_opaque(cms, smime_type):
    """application/pkcs7-mime; smime_type None leaves the parameter out."""
    parameter = b"" if smime_type is None else b" smime-type=%s;" % smime_type.encode()
    return (b"Content-Type: application/pkcs7-mime;" + parameter + b' name="smime.p7m"\r\n'
            b"Content-Transfer-Encoding: base64\r\n"
            b'Content-Disposition: attachment; filename="smime.p7m"\r\n\r\n'
            + base64_lines(cms))


@dataclass
class Wrapped:
    cms: bytes
    content: bytes | None  # the signed bytes of multipart/signed, as CRLF
    cms_text: bytes        # the base64 of cms as it stands in the message


def unwrap(message):
    """Take the outermost CMS object out of a message or entity."""
    header = BytesHeaderParser().parsebytes(message)
    kind = header.get_content_type()
    _, body = split_fields(message)
    if kind in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return Wrapped(base64.b64decode(body), None, body)
    assert kind == "multipart/signed", f"not S/MIME: {kind}"
    delimiter = re.escape(header.get_param("boundary").encode())
    # RFC 2046, 5.1.1: the line end before a delimiter belongs to the delimiter
    parts = re.split(rb"(?:\A|\r?\n)--" + delimiter + rb"(?:--)?[ \t]*(?=\r?\n|\Z)", body)
    content = re.sub(rb"\A\r?\n", b"", parts[1])
    _, signature = split_fields(re.sub(rb"\A\r?\n", b"", parts[2]))
    return Wrapped(base64.b64decode(signature), to_crlf(content), signature)


def _replace_cms(message, wrapped, cms):
    line_end = b"\r\n" if b"\r\n" in wrapped.cms_text else b"\n"
    text = base64.encodebytes(cms).rstrip(b"\n").replace(b"\n", line_end)
    assert message.count(wrapped.cms_text.strip()) == 1
    return message.replace(wrapped.cms_text.strip(), text)


def flip_in_cms(message, choose):
    """Flip one bit in the first half of the leaf that choose(leaves) names.

    At one eighth: in a signed mail that was then encrypted, that is inside the
    signed content, not among certificates that nobody may need.
    """
    wrapped = unwrap(message)
    leaf = choose(ber.leaves(ber.parse(wrapped.cms)))
    damaged = bytearray(wrapped.cms)
    damaged[leaf.content + (leaf.end - leaf.content) // 8] ^= 0x10
    return _replace_cms(message, wrapped, bytes(damaged))


def flip_first(message):
    """Damages the content of opaque SignedData."""
    return flip_in_cms(message, lambda leaves: [n for n in leaves if n.tag == 0x04][0])


def flip_last(message):
    """Damages the last SignerInfo's signature, or the tag of AES-GCM."""
    return flip_in_cms(message, lambda leaves: [n for n in leaves if n.tag == 0x04][-1])


def flip_longest(message):
    """Damages the encrypted content (0x80 when DER: [0] IMPLICIT).

    Of many pieces not the first one: it may hold header fields that no signature covers.
    """
    def choose(leaves):
        leaves = [n for n in leaves if n.tag in (0x04, 0x80)]
        size = max(n.end - n.content for n in leaves)
        pieces = [n for n in leaves if n.end - n.content == size]
        return pieces[len(pieces) // 4]
    return flip_in_cms(message, choose)


def shown_text(part):
    """The text of a part without the header fields that it repeats for old readers (RFC 9788)."""
    text = to_lf(part.get_payload(decode=True))
    if part.get_param("hp-legacy-display") == "1":
        assert b"\n\n" in text, text
        text = text[text.index(b"\n\n") + 2:]
    return text


def shown_parts(entity):
    """Type and text of every leaf, as it is to be shown."""
    root = email.message_from_bytes(entity, policy=email.policy.default)
    return [(part.get_content_type(), shown_text(part)) for part in root.walk()
            if not part.is_multipart()]
