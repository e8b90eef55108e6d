# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads public headers: their declarations, one by one.

    public_api.py HEADER...    prints the name of every public function

Public headers are plain enough to be split at semicolons; what is not, check-headers.py refuses.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

sys.dont_write_bytecode = True  # the tests write nothing beside their sources
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tree"))
from c_source import without_comments, without_directives  # noqa: E402

_CPLUSPLUS = re.compile(
    r"^[ \t]*#[ \t]*ifdef[ \t]+__cplusplus\b.*?^[ \t]*#[ \t]*endif\b[^\n]*", re.DOTALL | re.M
)
_ATTRIBUTE = re.compile(r"__attribute__\s*\(\(.*?\)\)|\bSMIME_[A-Z_]+\b(?:\s*\([^()]*\))?")


class Declaration(NamedTuple):
    """One statement of a header."""

    path: Path
    line: int
    text: str  # blanks made one, comments gone

    def is_function(self):
        return "SMIME_API" in self.text.split()

    def parts(self):
        """Of a function: its return type, name and parameter list."""
        bare = " ".join(_ATTRIBUTE.sub(" ", self.text).split())
        found = re.fullmatch(r"(.*?)\b([A-Za-z_]\w*) ?\((.*)\)", bare)
        return (found[1].strip(), found[2], found[3].strip()) if found else None


def plain(text):
    """A header without comments and without what only C++ sees; line numbers stay."""
    code = without_comments(text)
    return _CPLUSPLUS.sub(lambda match: "\n" * match.group().count("\n"), code)


def declarations(path):
    """Every statement of one header."""
    code = without_directives(plain(path.read_text(encoding="utf-8")))
    depth = 0
    start = 0
    for position, char in enumerate(code):
        depth += (char == "{") - (char == "}")
        ends_body = char == "}" and depth == 0 and not code[position + 1 :].lstrip().startswith(";")
        if (char == ";" and depth == 0) or ends_body:
            text = code[start:position]
            skipped = len(text) - len(text.lstrip())
            if text.strip():
                line = code.count("\n", 0, start + skipped) + 1
                yield Declaration(path, line, " ".join(text.split()))
            start = position + 1
    if code[start:].strip():
        yield Declaration(path, code.count("\n", 0, start) + 1, " ".join(code[start:].split()))


def functions(paths):
    """The names of all public functions, with the declaration of each."""
    found = {}
    for path in paths:
        for declaration in declarations(path):
            if declaration.is_function() and declaration.parts():
                found.setdefault(declaration.parts()[1], []).append(declaration)
    return found


if __name__ == "__main__":
    for function in sorted(functions([Path(argument) for argument in sys.argv[1:]])):
        print(function)
