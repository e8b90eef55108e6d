# SPDX-License-Identifier: LGPL-2.1-or-later
"""Stalwart's mail-parser: each mail with LF and with CRLF, and what was read from it.

Claims about each form: the part tree, where header and body begin and the part ends, the type with
its parameters, the file name, the decoded body (text as UTF-8), and the header fields. What is
compared has a name such as "legacy/047 LF: 1.2 parameter name" for DIFFERENCES.md.
"""
import json
import re

FORMS = {".json": "LF", ".crlf.json": "CRLF"}


def cases(ctx):
    for file in sorted(ctx.path().glob("*/*.eml")):
        for ending, form in FORMS.items():
            yield from cases_of(ctx, file, ending, f"{file.parent.name}/{file.stem} {form}", form)


def cases_of(ctx, file, ending, name, form):
    theirs = json.loads(file.with_suffix(ending).read_text())
    # their LF form has no CR at all, not even one that stands alone
    mail = file.read_bytes()
    mail = (mail.replace(b"\r", b"") if form == "LF"
            else mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    look = Look(ctx, name, mail, theirs)
    for claim in (look.utf8, look.tree, look.offsets, look.types, look.names, look.bodies,
                  look.headers):
        yield f"{name}: {claim.__name__}", claim


class Their:
    """One of their parts, in the words of smime parse."""

    def __init__(self, part, path):
        self.path, self.part = path, part
        self.kind, self.body = next(iter(part["body"].items()))
        self.fields = {}
        for field in part["headers"]:
            self.fields.setdefault(field_name(field), field["value"])

    def structured(self, name):
        value = self.fields.get(name)
        found = value.get("ContentType") if isinstance(value, dict) else None
        return found or {"c_type": None, "c_subtype": None, "attributes": None}

    def parameters(self, name):
        return {a["name"].lower(): a["value"] for a in self.structured(name)["attributes"] or []}

    @property
    def type(self):
        given = self.structured("content-type")
        return f"{given['c_type']}/{given['c_subtype']}".lower() if given["c_type"] else "text/plain"

    @property
    def filename(self):
        return (self.parameters("content-disposition").get("filename")
                or self.parameters("content-type").get("name"))


def field_name(field):
    name = field["name"]
    return (name["other"] if isinstance(name, dict) else name.replace("_", "-")).lower()


def walk_theirs(message, index=0, path="1"):
    node = Their(message["parts"][index], path)
    yield node
    for number, child in enumerate(node.body if node.kind == "Multipart" else (), 1):
        yield from walk_theirs(message, child, f"{path}.{number}")
    if node.kind == "Message":
        yield from walk_theirs(node.body, 0, f"{path}.1")


def walk_ours(entity):
    yield entity
    for child in entity["children"]:
        yield from walk_ours(child)


class Look:
    """One form of a mail, read twice."""

    def __init__(self, ctx, name, mail, theirs):
        self.ctx, self.name, self.mail = ctx, name, mail
        self.theirs = {node.path: node for node in walk_theirs(theirs)}
        self.run = None

    def read(self):
        if not self.run:
            self.run = self.ctx.tool.parse(self.mail)
            self.ours = {e["path"]: e for e in walk_ours(self.run.report["root"])}
        return self.run

    def pairs(self):
        """Parts that both have; tree() tells of the others."""
        self.read()
        return [(path, node, self.ours[path]) for path, node in self.theirs.items()
                if path in self.ours]

    def same(self, what, wanted, got):
        wanted = self.ctx.expected(f"{self.name}: {what}", str(wanted))
        assert str(got) == wanted, f"{what}: got {got!r}, wanted {wanted!r}\n{self.run}"

    def utf8(self):
        """Whatever the mail holds, the JSON is UTF-8 (docs/json.md)."""
        text = self.read().stdout
        assert text.decode(errors="replace").encode() == text, f"not UTF-8\n{self.run}"

    def tree(self):
        self.read()
        self.same("tree", " ".join(self.theirs), " ".join(self.ours))

    def offsets(self):
        for path, node, entity in self.pairs():
            end = entity["offset"] + entity["length"]
            self.same(f"{path} header", node.part["offset_header"], entity["offset"])
            self.same(f"{path} body", node.part["offset_body"], entity["body_offset"])
            self.same(f"{path} end", node.part["offset_end"], end)

    def types(self):
        for path, node, entity in self.pairs():
            self.same(f"{path} type", node.type, entity["type"])
            wanted, got = node.parameters("content-type"), entity["parameters"]
            for name in sorted(wanted | got):
                self.same(f"{path} parameter {name}", wanted.get(name), got.get(name))

    def names(self):
        for path, node, entity in self.pairs():
            disposition = node.structured("content-disposition")["c_type"]
            self.same(f"{path} disposition", disposition, entity["disposition"])
            self.same(f"{path} file name", node.filename, entity["filename"])

    def bodies(self):
        for path, node, entity in self.pairs():
            if node.kind in ("Multipart", "Message"):
                continue
            # they hand a body out as it stands when something is wrong with its encoding
            words = [] if node.part["is_encoding_problem"] else ["--decode"]
            got = self.ctx.tool.part(self.run.words[-1], path, *words)
            if node.kind in ("Text", "Html"):
                got = as_text(got, entity["parameters"].get("charset"))
                assert got == node.body, f"{path}: got {got!r}\nwanted {node.body!r}\n{self.run}"
            else:
                assert got == bytes(node.body), f"{path}: {got!r}\n{self.run}"

    def headers(self):
        for path, node, entity in self.pairs():
            if "headers" not in entity:  # the program does not tell them yet
                continue
            wanted, got = node.part["headers"], entity["headers"]
            self.same(f"{path} fields", " ".join(field_name(f) for f in wanted),
                      " ".join(f["name"].lower() for f in got))
            for number, (field, mine) in enumerate(zip(wanted, got)):
                what = f"{path} field {number} {field_name(field)}"
                self.same(f"{what} offset", field["offset_field"], mine["offset"])
                for text in texts(field["value"]):
                    self.holds(what, text, mine["value"])

    def holds(self, what, text, value):
        """They take values apart; each piece of text has to be in ours."""
        plain = all(squeeze(word) in squeeze(value) for word in text.split())
        self.same(f"{what} {text}", "there", "there" if plain else squeeze(value))


def as_text(got, charset):
    try:
        return got.decode(charset or "utf-8", "replace")
    except LookupError:
        return got.decode("utf-8", "replace")


def texts(value):
    """The strings of a field's value that a reader sees, wherever they stand in it."""
    if isinstance(value, str):
        return [] if value == "Empty" else [value]
    kind, inner = next(iter(value.items())) if len(value) == 1 else (None, value)
    if kind in ("DateTime", "ContentType"):
        return []  # taken apart into numbers and words; types() has the parameters
    if kind == "Text" or isinstance(inner, str):
        return [inner]
    found = []
    for part in inner if isinstance(inner, list) else inner.values():
        if isinstance(part, str):
            found.append(part)
        elif isinstance(part, (list, dict)):
            for piece in part if isinstance(part, list) else [part]:
                found += [piece] if isinstance(piece, str) else texts(piece) if piece else []
    return found


def squeeze(text):
    """Blanks, and what quotes a word in an address list, are no part of the claim."""
    return re.sub(r'[\s"\\]+', "", text)
