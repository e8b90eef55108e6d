# SPDX-License-Identifier: LGPL-2.1-or-later
"""Just enough BER to find a place inside a CMS object.

Only for well-formed objects that a test made or was given; it is no parser
for anything else. Indefinite lengths are understood, since peers stream.
"""
from dataclasses import dataclass, field

SEQUENCE = 0x30


@dataclass
class Node:
    tag: int
    start: int    # of the identifier octet
    content: int  # of the first content octet
    end: int      # behind the value, end-of-contents octets included
    children: list = field(default_factory=list)

    @property
    def constructed(self):
        return bool(self.tag & 0x20)


def parse(data, start=0):
    """The node that begins at start."""
    tag = data[start]
    assert tag & 0x1F != 0x1F, "long tags do not occur in CMS"
    length, position = data[start + 1], start + 2
    if length > 0x80:
        octets = length & 0x7F
        length = int.from_bytes(data[position:position + octets], "big")
        position += octets
    elif length == 0x80:
        length = None
    node = Node(tag, start, position, position)
    if not node.constructed:
        node.end = position + length
        assert node.end <= len(data), "value runs beyond the object"
        return node
    end = None if length is None else position + length
    while position != end:
        if end is None and data[position:position + 2] == b"\0\0":
            position += 2
            break
        node.children.append(parse(data, position))
        position = node.children[-1].end
    node.end = position
    return node


def leaves(node):
    """All primitive nodes, in order."""
    if not node.constructed:
        return [node]
    return [leaf for child in node.children for leaf in leaves(child)]
