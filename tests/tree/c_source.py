# SPDX-License-Identifier: LGPL-2.1-or-later
"""Just enough reading of C for the gates: no comments, no literals, where functions stand."""

import re

_COMMENT_OR_LITERAL = re.compile(
    r"""//(?:[^\n\\]|\\.)*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""", re.DOTALL
)
_BRANCH = re.compile(r"\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b")


def _blank(text):
    """Nothing but the line ends of a text."""
    return "\n" * text.count("\n")


def without_comments(text):
    """The source with each comment a blank; line numbers stay."""

    def replace(match):
        found = match.group()
        return " " + _blank(found) if found[0] == "/" else found

    return _COMMENT_OR_LITERAL.sub(replace, text)


def without_literals(text):
    """The source without comments, and with every string and character empty."""

    def replace(match):
        found = match.group()
        if found[0] == "/":
            return " " + _blank(found)
        return found[0] + _blank(found) + found[0]

    return _COMMENT_OR_LITERAL.sub(replace, text)


def without_directives(text):
    """Preprocessor lines made empty. Of #if and #else only the first branch stays, so that
    braces pair up."""
    kept = []
    dropping = []  # for each open #if: is its branch at hand one to drop?
    continued = False
    for line in text.split("\n"):
        branch = None if continued else _BRANCH.match(line)
        if branch:
            if branch[1] == "endif":
                if dropping:
                    dropping.pop()
            elif branch[1] in ("else", "elif"):
                if dropping:
                    dropping[-1] = True
            else:
                dropping.append(False)
        directive = continued or line.lstrip().startswith("#")
        continued = directive and line.endswith("\\")
        kept.append("" if directive or any(dropping) else line)
    return "\n".join(kept)


def functions(text):
    """For each function defined in the text: its name, the line of its opening brace, and the
    number of lines between its braces."""
    code = without_directives(without_literals(text))
    depth = 0
    head = 0  # where what stands before the next top-level brace begins
    opened = None
    line = 1
    for position, char in enumerate(code):
        if char == "\n":
            line += 1
        elif char == "{":
            if depth == 0 and opened is None:
                before = code[head:position].strip()
                if before.endswith('""') and before.startswith("extern"):
                    head = position + 1  # extern "C" {
                    continue
                opened = (_function_name(before), line)
            depth += 1
        elif char == "}" and depth > 0:
            depth -= 1
            if depth == 0:
                name, start = opened
                if name:
                    yield name, start, max(line - start - 1, 0)
                opened = None
                head = position + 1
        elif char == ";" and depth == 0:
            head = position + 1


def _function_name(before):
    """The name in `static int name(int a, int b)`, or None if that is no function's head."""
    if "=" in before:
        return None
    found = re.search(r"\b([A-Za-z_]\w*)\s*\(", re.sub(r"__attribute__\s*\(\(.*?\)\)", "", before))
    return found[1] if found else None
