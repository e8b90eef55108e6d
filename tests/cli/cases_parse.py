# SPDX-License-Identifier: LGPL-2.1-or-later
"""smime parse against a tree that is put together, and measured, here."""
import base64
import itertools
import quopri

from bench import MAIL, check


class Part:
    """A MIME entity that knows where its pieces are; lines end with `\\n` until it is written."""

    def __init__(self, type_, body=b"", children=(), header=b"", encoding=None, decoded=None,
                 **expected):
        self.type, self.body, self.children = type_, body, list(children)
        self.header, self.encoding, self.decoded = header, encoding, decoded
        self.expected = expected

    def write(self, at, end, path="1"):
        """Bytes, with offsets filled in for an entity that begins at `at`."""
        self.path, self.offset = path, at
        head = self.header + (f"Content-Type: {self.type}{self._parameters()}\n".encode()
                              if self.type else b"")
        if self.encoding:
            head += f"Content-Transfer-Encoding: {self.encoding}\n".encode()
        head = (head + b"\n").replace(b"\n", end)
        self.body_offset = at + len(head)
        body = self._body(self.body_offset, end)
        self.length = len(head) + len(body)
        self.raw = body
        if not self.children and self.decoded is None:
            self.decoded = body
        return head + body

    def _parameters(self):
        return '; boundary="==b"' if self._is_multipart() else ""

    def _is_multipart(self):
        return self.type.startswith("multipart/") if self.type else False

    def _body(self, at, end):
        if not self._is_multipart():
            if self.children:
                return self.children[0].write(at, end, self.path + ".1")
            return self.body.replace(b"\n", end)
        mark = f"==b{self.path.count('.')}"
        out = b"preamble" + end
        for number, child in enumerate(self.children, 1):
            out += b"--" + mark.encode() + end
            out += child.write(at + len(out), end, f"{self.path}.{number}") + end
        return out + b"--" + mark.encode() + b"--" + end + b"epilogue" + end

    def all(self):
        return itertools.chain([self], *(child.all() for child in self.children))


class Multipart(Part):
    """Each level has a boundary of its own, of which the outer one is no prefix of a line."""

    def _parameters(self):
        return f'; boundary="==b{self.path.count(".")}"'


def tree():
    binary = bytes(range(256)) * 3
    text = "Grüße, = und so weiter\n" * 4
    return Multipart("multipart/mixed", header=b"From: a@example.com\nSubject: x\n", children=[
        Multipart("multipart/alternative", children=[
            Part("text/plain; charset=utf-8; format=flowed", b"one\ntwo\n\n",
                 parameters={"charset": "utf-8", "format": "flowed"}, type="text/plain"),
            Part("text/html; charset=\"utf-8\"", quopri.encodestring(text.encode()),
                 encoding="quoted-printable", decoded=text.encode(), type="text/html"),
        ]),
        Part("Application/Octet-Stream; name=\"a b.bin\"", base64.encodebytes(binary),
             header=b"Content-Disposition: attachment;\n filename*=utf-8''%C3%A4.bin\n",
             encoding="BASE64", decoded=binary, type="application/octet-stream",
             disposition="attachment", filename="ä.bin"),
        Part("message/rfc822", children=[
            Multipart("multipart/mixed", header=b"From: c@example.com\n", children=[
                Part(None, b"no type\n", type="text/plain"),
                Part("text/plain", b"last", header=b"Content-Disposition: inline\n",
                     disposition="inline"),
            ]),
        ]),
        Part("text/plain", b""),
    ])


def compare(told, part, run):
    type_ = part.expected.get("type") or (part.type or "text/plain").split(";")[0]
    check(told["path"] == part.path, f"path {part.path}", run)
    check(told["type"] == type_, f"{part.path}: type {type_}", told)
    for name in ("offset", "body_offset", "length"):
        check(told[name] == getattr(part, name), f"{part.path}: {name} {getattr(part, name)}", told)
    check(len(told["children"]) == len(part.children), f"{part.path}: children", told)
    for name in ("disposition", "filename"):
        check(told[name] == part.expected.get(name), f"{part.path}: {name}", told)
    for name, value in part.expected.get("parameters", {}).items():
        check(told["parameters"].get(name) == value, f"{part.path}: {name}", told)
    if not part.children:
        check(told["decoded_length"] == decoded_length(part), f"{part.path}: decoded_length", told)
    if part.encoding:
        check(told["encoding"] == part.encoding.lower(), f"{part.path}: encoding", told)
    for child, expected in zip(told["children"], part.children):
        compare(child, expected, run)


def decoded_length(part):
    return len(part.decoded)


def cases(bench):
    for shown, end in (("CRLF", b"\r\n"), ("LF", b"\n")):
        root = tree()
        message = root.write(0, end)
        for part in root.all():
            if part.encoding == "quoted-printable":  # its line ends are those of the message
                part.decoded = part.decoded.replace(b"\n", end)
        file = bench.file(message)

        def structure(root=root, file=file, message=message):
            run = bench.run("parse", "--json", file, expect=0)
            compare(run.report["root"], root, run)
            piped = bench.run("parse", "--json", stdin=message, expect=0)
            check(piped.stdout == run.stdout, "the same from a pipe", piped)
        yield f"{shown}: paths, types, offsets, lengths", structure
        for part in root.all():
            def raw(part=part, file=file):
                run = bench.run("parse", "--part", part.path, file, expect=0)
                check(run.stdout == part.raw, "the raw body", run)
            yield f"{shown}: --part {part.path} is the raw body", raw
            if part.children:
                continue

            def decode(part=part, file=file):
                run = bench.run("parse", "--decode", "--part", part.path, file, expect=0)
                check(run.stdout == part.decoded, f"{part.decoded!r}", run)
            yield f"{shown}: --part {part.path} --decode is the decoded body", decode

    yield from other_cases(bench)


def other_cases(bench):
    mail = bench.file(MAIL)

    def no_part():
        for path in ("2", "1.1", "1.0", "x", "1.", "01"):
            run = bench.run("parse", "--part", path, mail)
            check(run.code not in (0, 5) and not run.stdout, "no content", run)
            check(run.stderr.strip(), "a sentence", run)
    yield "--part with a path that there is not: no content and a sentence", no_part

    def for_people():
        run = bench.run("parse", mail, expect=0)
        check(b"text/plain" in run.stdout, "the tree on standard output", run)
    yield "without --json the tree is for people", for_people

    def defects():
        for message, code in (
                (MAIL.replace(b"Content-Type: text/plain", b"Content-Type: multipart/mixed"), None),
                (MAIL + b"\r\n" + b"lone\n", None),
                (b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx\r\n",
                 "duplicate-field"),
                (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n",
                 "part-unclosed"),
                (b"no header at all\r\n", "header-junk"),
                (b"Content-Transfer-Encoding: base64\r\n\r\n!!!!\r\n", None),
                (bytes(range(256)) * 8, None)):
            run = bench.run("parse", "--json", bench.file(message), expect=0)
            codes = [defect["code"] for defect in run.report["defects"]]
            check(code is None or code in codes, f"defect {code}", run)
            check(all(d["offset"] <= len(message) for d in run.report["defects"]), "offsets", run)
    yield "a message with defects ends with 0 and tells them", defects

    fields = (b"From: =?iso-8859-1?q?J=F6rg?= <joerg@example.org>\r\nSubject: one\r\n two \r\n"
              b"Content-Type: text/plain; charset=iso-8859-1; name=\"../a:b.txt\"\r\n\r\n"
              b"From Gr\xfc\xdfe \r\n")

    def headers():
        run = bench.run("parse", "--json", bench.file(fields), expect=0)
        root = run.report["root"]
        told = [(f["name"], f["value"], f["offset"]) for f in root["headers"]]
        check(told[:2] == [("From", "J\u00f6rg <joerg@example.org>", 0),
                           ("Subject", "one two", fields.index(b"Subject"))], "headers", run)
        check(root["safe_filename"] == "a_b.txt", "safe_filename", run)
        check(root["hazards"] == ["8bit", "from-line", "trailing-blank"], "hazards", run)
        run = bench.run("parse", bench.file(fields), expect=0)
        check("Subject: one two".encode() in run.stdout, "the subject, for people", run)
    yield "header fields are decoded, names made safe, and hazards told", headers

    def text():
        run = bench.run("parse", "--part", "1", "--text", bench.file(fields), expect=0)
        check(run.stdout == "From Gr\u00fc\u00dfe \r\n".encode(), "UTF-8", run)
    yield "--text converts to UTF-8", text
