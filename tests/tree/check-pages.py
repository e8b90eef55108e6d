#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Does the code on a page of the documentation compile?

    check-pages.py PAGE... -- COMPILER [OPTION...]

The pieces between "```c" and "```" of each page are one file, in which names and lines of the page
stay. TAP.
"""
import subprocess
import sys
from pathlib import Path


def code_of(page):
    """The page with every line empty that is no code: lines keep their numbers."""
    kept, inside = [], False
    for line in page.read_text(encoding="utf-8").splitlines():
        fence = line.startswith("```")
        kept.append(line if inside and not fence else "")
        inside = line == "```c" if fence else inside
    return "\n".join(kept) + "\n"


def complaint(page, compiler):
    code = code_of(page)
    if not code.strip():
        return "there is no code on it"
    done = subprocess.run([*compiler, "-fsyntax-only", "-x", "c", "-"], capture_output=True,
                          text=True, input=f'#line 1 "{page.name}"\n{code}')
    return done.stderr or "the compiler failed" if done.returncode else None


def main():
    words = sys.argv[1:]
    pages, compiler = words[:words.index("--")], words[words.index("--") + 1:]
    print(f"1..{len(pages)}")
    failed = 0
    for number, page in enumerate(map(Path, pages), 1):
        why = complaint(page, compiler)
        failed += why is not None
        print(f"{'not ok' if why else 'ok'} {number} - the code of {page.name} compiles")
        print("".join(f"# {line}\n" for line in (why or "").splitlines()), end="")
    return int(failed > 0 or not pages)


sys.exit(main())
