# SPDX-License-Identifier: LGPL-2.1-or-later
"""Apache James mime4j: mails with a token stream, and a file for each decoded leaf.

One case for each tree, and one for each leaf's bytes through --part --decode.
The tree is written as "multipart(leaf leaf message(leaf))".
"""
import xml.etree.ElementTree as ElementTree

BODIES = ("multipart", "message", "text-body", "binary-body")


def cases(ctx):
    for file in sorted(ctx.path().glob("*.msg")):
        wanted = Node(ElementTree.parse(file.with_name(f"{file.stem}_decoded.xml")).getroot())
        yield f"{file.stem}: tree", lambda f=file, w=wanted: tree(ctx, f, w)
        for path, name in wanted.leaves("1"):
            yield (f"{file.stem}: leaf {path}",
                   lambda f=file, p=path, n=name: leaf(ctx, f, p, n))


class Node:
    """A <message> or <body-part> of their token stream."""

    def __init__(self, element):
        body, = (child for child in element if child.tag in BODIES)
        self.kind, self.file = body.tag, body.get("name")
        self.children = ([Node(part) for part in body if part.tag == "body-part"]
                         if self.kind == "multipart" else
                         [Node(body)] if self.kind == "message" else [])

    def leaves(self, path):
        if self.file:
            yield path, self.file
        for number, child in enumerate(self.children, 1):
            yield from child.leaves(f"{path}.{number}")

    def __str__(self):
        if self.file:
            return "leaf"
        return f"{self.kind}({' '.join(map(str, self.children))})"


def shape(entity):
    kind = entity["type"].split("/")[0]
    if kind != "multipart" and not entity["children"]:
        return "leaf"
    return f"{kind}({' '.join(map(shape, entity['children']))})"


def tree(ctx, file, wanted):
    run = ctx.tool.parse(file.read_bytes())
    got, wanted = shape(run.report["root"]), ctx.expected(f"{file.stem}: tree", str(wanted))
    assert got == wanted, f"{got}\nwanted: {wanted}\n{run}"


def leaf(ctx, file, path, name):
    run = ctx.tool.run("parse", "--part", path, "--decode", file)
    got = run.stdout if run.code == 0 else b"no such part"
    verdict = "same bytes" if got == ctx.read(name) else told(got)
    wanted = ctx.expected(f"{file.stem}: leaf {path}", "same bytes")
    assert verdict == wanted, f"got {got!r}\nwanted {ctx.read(name)!r}\n{run}"


def told(got):
    """Other bytes than theirs, for DIFFERENCES.md: how they begin."""
    return got[:24].decode("ascii", "replace").split("\r\n")[0]
