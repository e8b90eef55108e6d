# SPDX-License-Identifier: LGPL-2.1-or-later
"""Mails out of a seed: sound ones, odd ones, and ones with bytes changed.

A sound mail follows the RFCs, and all readers should agree on it. An odd one has some of the faults
that are seen in mails or sought by those who send them. Everything is bytes; lines are put together
with one kind of line end, unless mixing them is the fault.
"""
import base64
import binascii
import random

TYPES = ("text/plain", "text/html", "TEXT/Plain", "application/octet-stream", "image/png",
         "application/pkcs7-signature", "text/plain; charset=utf-8", "text/plain; charset=us-ascii",
         'text/x-a; name="b c.txt"', "text/plain; format=flowed; delsp=yes")
MULTIPARTS = ("mixed", "alternative", "related", "digest", "report", "Mixed", "signed", "parallel")
BOUNDARIES = ("b", "b1", "=_next", "--", "a b", "0" * 70, "x'()+_,-./:=?x", "b-", "outer", "outer-1")
WORDS = ("hello", "world", "-", "--", "--b", "From me", ".", "a=b", "Subject: x", "=", "caf\xe9",
         "very " * 12, "tab\there", "trailing ", "(c)", "\u20ac", "")
SUBJECTS = ("x", "=?utf-8?q?caf=C3=A9?=", "=?utf-8?b?w6k=?= =?utf-8?b?w6k=?=", "a\n b", "",
            "=?iso-8859-1?Q?=E9?=", "a: b")
SENDERS = ("alice@example.org", "Alice <alice@example.org>", '"A, B" <alice@example.org>',
           "=?utf-8?q?Al=C3=AFce?= <alice@example.org>", "<alice@example.org>",
           "Alice Example\n <alice@example.org>")


class Maker:
    """Makes one mail; `faults` says how many oddities it may still hold."""

    def __init__(self, rng, faults, sound=False):
        self.rng, self.faults, self.sound = rng, faults, sound
        self.end = rng.choice((b"\n", b"\r\n"))
        self.depth = 0
        self.digest = False
        self.used = []

    def odd(self, chance=0.12):
        """Whether something is wrong here."""
        if self.faults and self.rng.random() < chance:
            self.faults -= 1
            return True
        return False

    def mail(self):
        fields = [f"From: {self.rng.choice(SENDERS)}", "To: bob@example.org",
                  f"Subject: {self.rng.choice(SUBJECTS)}", "Message-ID: <1@example.org>",
                  "Date: Sun, 01 Nov 2026 12:00:00 +0000", "MIME-Version: 1.0"]
        self.rng.shuffle(fields)
        if self.odd(0.2):
            fields = self.odd_sender(fields)
        lines = self.entity(fields, top=True)
        if self.odd(0.1):
            lines.insert(0, "From alice Sun Nov  1 12:00:00 2026")
        data = self.join(lines)
        if self.odd(0.1):
            data = data[:self.rng.randrange(1, len(data) + 1)]
        elif self.rng.random() < 0.3:
            data = data.removesuffix(self.end)
        return data

    def join(self, lines):
        ends = [self.end] * len(lines)
        if self.odd(0.06):
            ends = [self.rng.choice((b"\n", b"\r\n")) for _ in lines]
        if self.odd(0.04) and lines:
            ends[self.rng.randrange(len(lines))] = self.rng.choice((b"\r", b"\r\r\n", b"\n\r"))
        return b"".join(as_bytes(line).replace(b"\n", self.end) + end
                        for line, end in zip(lines, ends))

    # Entities

    def entity(self, fields, top=False):
        self.depth += 1
        kind = self.rng.random()
        if kind < (0.55 if top else 0.3) and self.depth < 6:
            made = self.multipart(fields)
        elif kind < 0.65 and kind > 0.55 and self.depth < 6:
            made = self.message(fields)
        else:
            made = self.leaf(fields)
        self.depth -= 1
        return made

    def header(self, fields, *more):
        fields = list(fields) + [field for field in more if field]
        self.rng.shuffle(fields)
        while self.odd(0.15):
            fields = self.odd_header(fields)
        if self.odd(0.04):
            return fields  # no empty line: the body's first line is next
        return fields + [""]

    def leaf(self, fields):
        kind = self.rng.choice(TYPES)
        # in a digest the default is a message, and what follows is none
        bare = self.rng.random() < 0.15 and not (self.sound and self.digest)
        field = None if bare else self.content_type(kind)
        disposition = self.rng.choice((None, None, "inline", 'attachment; filename="a b.txt"',
                                       "attachment; filename*=utf-8''%e2%82%ac.txt",
                                       "attachment; filename*0=a; filename*1=b.txt"))
        name, body = self.body()
        return self.header(fields, field, self.encoding(name),
                           disposition and f"Content-Disposition: {disposition}") + body

    def message(self, fields):
        self.digest = False
        inner = self.entity([f"From: {self.rng.choice(SENDERS)}", "Subject: inner"])
        kind = "message/rfc822"
        name = self.rng.choice((None, "7bit", "8bit"))
        if self.odd():
            kind = self.rng.choice(("message/global", "message/partial; id=1; number=1", "MESSAGE/RFC822",
                                    "message/delivery-status", "message/news",
                                    "message/external-body; access-type=x", "message/rfc822; a=b",
                                    "message/disposition-notification", "message/x-y"))
        if self.odd(0.15):
            name = self.rng.choice(("base64", "quoted-printable", "binary"))
            if self.rng.random() < 0.5:
                inner = encoded(name, self.join(inner), self.end)
        return self.header(fields, f"Content-Type: {kind}", self.encoding(name)) + inner

    def multipart(self, fields):
        boundary = self.rng.choice(BOUNDARIES)
        if self.sound:  # no line begins with it by chance, nor with another one
            boundary = f"{len(self.used)}=_{self.rng.choice(('x', ' y', 'z.', 'x' * 60))}"
        elif self.used and self.odd():
            boundary = self.rng.choice(self.used) + self.rng.choice(("", "1", " "))
        elif boundary in self.used:
            boundary += str(len(self.used))
        self.used.append(boundary)
        kind = self.rng.choice(MULTIPARTS)
        name = self.rng.choice((None, None, "7bit", "8bit", "binary"))
        if self.odd(0.05):
            name = self.rng.choice(("base64", "quoted-printable"))
        head = self.header(fields, self.content_type(f"multipart/{kind}", boundary),
                           self.encoding(name))
        lines = self.text() if self.rng.random() < 0.3 else []
        for _ in range(self.rng.choice((1, 1, 2, 2, 3))):
            lines.append(self.delimiter(boundary, ""))
            self.digest = kind == "digest"
            part = self.entity([])
            if self.odd(0.05):
                part = []
            lines += part
        if not self.odd(0.05):
            lines.append(self.delimiter(boundary, "--"))
        if self.rng.random() < 0.3:
            lines += self.text()
        if self.odd(0.05):
            lines += [f"--{boundary}", "", "late"]
        return head + lines

    def delimiter(self, boundary, tail):
        line = f"--{boundary}{tail}"
        if self.rng.random() < 0.05:
            line += self.rng.choice((" ", "\t", "  \t "))
        if self.odd(0.08):
            line = self.rng.choice((f"--{boundary}x{tail}", f" {line}", f"{line} x", f"-{line}",
                                    line.upper(), f"{line}-", f"{line}\x00", line[:-1], f"\r{line}",
                                    f"{line}\r", f"{line}\x0b", f"{line}\xa0", f"text\r{line}\rmore"))
        return line

    # Fields

    def content_type(self, kind, boundary=None):
        quoted = f'"{boundary}"'
        if boundary and not set(boundary) & set("()<>@,;:\\\"/[]?= ") and self.rng.random() < 0.5:
            quoted = boundary
        parameters = [] if boundary is None else [f"boundary={quoted}"]
        if boundary and self.rng.random() < 0.2:
            parameters.insert(0, self.rng.choice(("charset=utf-8", 'type="text/html"')))
        if self.odd():
            kind, parameters = self.odd_type(kind, boundary, parameters)
        separator = self.rng.choice(("; ", ";", ";\n\t", ";\n "))
        return self.rng.choice(("Content-Type: ", "Content-type:", "CONTENT-TYPE:  ",
                                "Content-Type:\n ")) + separator.join([kind, *parameters])

    def odd_type(self, kind, boundary, parameters):
        half = len(boundary) // 2 if boundary else 0
        name = "boundary" if boundary else "charset"
        value = boundary or "utf-8"
        choices = [
            (kind + " (comment)", parameters), ("(comment) " + kind, parameters),
            (kind, parameters + [""]), (kind, [""] + parameters), (kind + ";", parameters),
            (kind + " x", parameters), (kind.split("/")[0], parameters), ("", parameters),
            (kind.replace("/", " / ", 1), parameters), (kind + "/x", parameters),
            (f'"{kind}"', parameters), (kind + ",text/html", parameters),
            (kind, [f'{name}="{value}'] ), (kind, [f"{name}='{value}'"]), (kind, [f"{name}={value} x"]),
            (kind, [f"{name} = {value}"]), (kind, [f'{name}="{value}" (c)']),
            (kind, [f'{name}="{value}"', f'{name}="other"']),
            (kind, [f'{name}="other"', f'{name.upper()}="{value}"']),
            (kind, [f'{name}*="utf-8\'\'{value}"']), (kind, [f"{name}*=utf-8''{value}"]),
            (kind, [f'{name}*0="{value[:half]}"', f'{name}*1="{value[half:]}"']),
            (kind, [f'{name}*1="{value[half:]}"', f'{name}*0="{value[:half]}"']),
            (kind, [f'{name}="{value}"', f'{name}*0="other"']),
            (kind, [f'{name}="\\{value}"']), (kind, [f'{name}=""']), (kind, [f"{name}="]),
            (kind, [f'{name}="{value} "']), (kind, [f'{name}=" {value}"']), (kind, [name]),
            (kind, [f'{name}="{value[:half]}\n {value[half:]}"']), (kind + "\x00", parameters),
            (kind, [f'x="; {name}=other"', f'{name}="{value}"']), (kind, [f'{name}="{value}"x']),
            (kind, [f'{name}="=?utf-8?q?{value}?="']), (kind, [f"{name}={value}\xe9"]),
        ]
        return self.rng.choice(choices)

    def encoding(self, name):
        if name is None:
            return None
        name = self.rng.choice((name, name.upper(), name.capitalize()))
        if self.odd(0.08):
            name = self.rng.choice((name + " ", name + " (comment)", "(comment) " + name, name + ";",
                                    f'"{name}"', name + " x", "\n " + name, name + "\n ", "x-uuencode",
                                    "x-unknown", "", name + "\x00", name + "\r", name + ".",
                                    "7-bit", name + "; a=b", "quoted_printable", name + ", 8bit",
                                    name + "\t", "7bit base64", name + "\x0b"))
        return f"Content-Transfer-Encoding: {name}"

    def odd_header(self, fields):
        at = self.rng.randrange(len(fields) + 1)
        field = self.rng.choice(fields) if fields else "Subject: y"
        name, _, value = field.partition(":")
        line = self.rng.choice((
            field, "junk", "junk line without", " folded", " ", "\t", ": empty", "x y: z",
            f"{name} :{value}", f" {field}", f"{name}:{value}\r", f"{name}\x00:{value}",
            f"{name}:\r{value}", "Content-Type: text/html", "Content-Type: text/plain",
            "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: 7bit",
            'Content-Type: multipart/mixed; boundary="b"', "From: mallory@example.org",
            "From alice Sun Nov", "MIME-Version: 2.0", "X-\xe9: 1", "X-A: caf\xe9", "X-B: " + "a " * 600,
            "From : mallory@example.org", ">From: x", "X", "content-type:text/html",
            "X-C: a\rFrom: mallory@example.org", "Content-Type : text/html", "--b", "--b--",
            "Content_Type: text/html", "Content-Type: ", "X-D: a\n \n b", "X-E: a\n ",
            "X-F:\n a", "\xef\xbb\xbfX-G: a", "X-H: a\x0bb", "X-I: a\x0cb", "X-J: a\x1cb", "X-K: a\x85b"))
        return fields[:at] + [line] + fields[at:]

    def odd_sender(self, fields):
        sender = self.rng.choice((
            "a@example.org, b@example.org", "Team: a@example.org, b@example.org;", "Nobody:;",
            "Team: a@example.org;", "alice@example.org (Alice)", '"bob@example.org" <a@example.org>',
            "bob@example.org <a@example.org>", "<a@example.org> <b@example.org>", "", "a", "@", "a@",
            "(bob@example.org) a@example.org", "a @ example . org", '"a b"@example.org', "<a@example.org",
            "a@example.org>", '"unclosed <a@example.org>', "=?utf-8?q?a=40example=2Eorg?=", "<>",
            "=?utf-8?q?b=40c=2Ed?= <a@example.org>", "<@x,@y:a@example.org>", "a@example.org b",
            "a@[127.0.0.1]", "a@b@example.org", "A\x00 <a@example.org>", "\\a@example.org",
            "a@example.org\r", "a(c)@example.org", "a@example.org;", ",a@example.org", "a@ex\xe9.org",
            "a@example.org, ,", "A <a@example.org> B", "A <a@example.org>, B <", '"a"@example.org',
            "a@example.org (", "A <a@example.org (c)>", "A <b@x> <a@example.org>", "a@example.org."))
        kept = [f for f in fields if not f.startswith("From")]
        return self.rng.choice(([f"From: {sender}"], [], [f"From: {sender}", "From: c@example.org"],
                                [f"From:\n {sender}"], [f"From: {sender}"])) + kept

    # Bodies

    def text(self):
        return [self.rng.choice(WORDS) for _ in range(self.rng.randrange(5))]

    def body(self):
        name = self.rng.choice((None, "7bit", "8bit", "binary", "base64", "base64", "quoted-printable",
                                "quoted-printable"))
        if name in (None, "7bit", "8bit", "binary"):
            lines = self.text()
            if self.sound and name != "8bit":
                lines = [line for line in lines if line.isascii()]
            if self.odd(0.05):
                lines.append("a\rb")
            return name, lines
        # padding at a line's end and 8-bit bytes are faults there, but not in what is encoded
        if self.rng.random() < 0.7:
            lines = encoded(name, self.join(self.text()), self.end)
        else:
            lines = encoded(name, self.rng.randbytes(self.rng.randrange(200)))
        if self.odd(0.25):
            lines = (self.odd_base64 if name == "base64" else self.odd_quoted)(lines)
        return name, lines

    def odd_base64(self, lines):
        joined = "\n".join(lines)
        bare = joined.rstrip("=\n")
        return self.rng.choice((
            bare, bare[:-1], bare[:-2], joined + "QUJD", joined + "\nQUJD", joined + "==", joined + "=",
            "QQ==" + joined, "QQ=" + joined, joined.replace("A", "A!"), joined + "\n\nfooter text",
            " " + joined, joined.replace("\n", " \n"), joined.replace("\n", "\n\n"), "=" + joined,
            "Q" + joined, "====", "Q", "QQ", "QUI", "Q===", "Q=Q=", joined.replace("/", "_"),
            "QUJ\x00D" + joined, joined.replace("Q", "Q\r"), "-" + joined, "\xe9" + joined,
            "QQ= =" + joined, "QQ=\n=", "QUI=QUJD", "QQ==\nQQ==", joined + " ")).split("\n")

    def odd_quoted(self, lines):
        joined = "\n".join(lines)
        return self.rng.choice((
            joined + "=", joined + "\n=", "=XY" + joined, "=a" + joined, "=4" + joined, joined + "=4",
            "a =\nb " + joined, "a = \nb" + joined, "caf\xe9 " + joined, "trailing  \nblank\t\n" + joined,
            "==41" + joined, "=\r" + joined, "=3d=3D" + joined, "a=\n=\nb" + joined, "a\rb=41" + joined,
            "=0D=0A" + joined, "=\n--b", "=00" + joined, "= " + joined, "a_b" + joined, "=20\n" + joined,
            "trailing ", "=4\n1" + joined, "\x00" + joined, "=\x0041" + joined)).split("\n")


def as_bytes(text):
    return text if isinstance(text, bytes) else text.encode("latin-1", "xmlcharrefreplace")


def encoded(name, data, end=None):
    """Lines; `end` is the line end of data that is text."""
    if name == "base64":
        return base64.encodebytes(data).decode().split("\n")[:-1]
    if name == "quoted-printable":
        data = data if end is None else data.replace(end, b"\n")
        text = binascii.b2a_qp(data, istext=end is not None).decode("latin-1")
        return text.replace("=\r\n", "=\n").split("\n")
    return data.decode("latin-1").split("\n")


def mutated(rng, mail):
    """One to four small changes."""
    data = bytearray(mail)
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(data) + 1) if data else 0
        kind = rng.randrange(7)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at:at] = rng.choice((b"\0", b"\r", b"\n", b" ", b"\t", b";", b":", b'"', b"(", b")",
                                      b"=", b"-", b"--", b"\r\n", b"\n\n", b"\xff", b"\\", b"@", b","))
        elif kind == 2:
            del data[at:at + rng.choice((1, 1, 2, 8))]
        elif kind == 3:
            del data[at:]
        else:
            lines = bytes(data).split(b"\n")
            one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
            if kind == 4:
                lines.insert(other, lines[one])
            elif kind == 5:
                del lines[one]
            else:
                lines[one], lines[other] = lines[other], lines[one]
            data = bytearray(b"\n".join(lines))
    return bytes(data) or b"\n"


def mails(seed, count):
    """(name, bytes): a third sound, a third odd, a third with bytes changed, and the examples."""
    for number in range(count):
        rng = random.Random(f"{seed}-{number}")
        kind = ("sound", "odd", "mutated")[number % 3]
        mail = Maker(rng, rng.randrange(1, 4) if kind == "odd" else 0, kind == "sound").mail()
        if kind == "mutated":
            mail = mutated(rng, mail)
        yield f"{seed}-{number} {kind}", mail or b"\n"
