#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Are the exported symbols, the symbol map, the public headers and the man pages one list?

    check-symbols.py [--man DIR] LIBRARY MAP HEADER...
    check-symbols.py --archive LIBRARY
    check-symbols.py --self-test

A shared LIBRARY exports exactly the names in MAP, each with the version of its node there, and
these are exactly the SMIME_API functions of the headers. If the folder of man pages exists, each
function is named in the NAME section of exactly one page of section 3, and nothing else is.
--archive: a static library defines no global symbol that begins with neither smime_ nor smime__.
Exit status 0 if all is well, 1 if not. The self-test speaks TAP.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

from public_api import functions

NODE = re.compile(r"([A-Za-z0-9_.]+)\s*\{(.*?)\}\s*([A-Za-z0-9_.]*)\s*;", re.DOTALL)


def nm(*arguments):
    command = ["nm", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def read_exports(text):
    """Name and version of what `nm -D --defined-only` lists, without the version nodes."""
    exports = {}
    for line in text.splitlines():
        kind, symbol = line.split()[-2:]
        name, _, version = symbol.partition("@")
        if kind == "A" and name == version.lstrip("@"):
            continue  # the node itself
        if kind == "A" and not version:
            continue
        exports[name] = version.lstrip("@")
    return exports


def read_map(text, wrong):
    """Name and version of every global symbol in a linker's version script."""
    text = re.sub(r"/\*.*?\*/|#[^\n]*", " ", text, flags=re.DOTALL)
    names = {}
    for version, body, parent in NODE.findall(text):
        scope = "global"
        for item in re.findall(r"[^\s;:]+\s*[;:]", body):
            word = item[:-1].strip()
            if item.endswith(":"):
                scope = word
            elif scope == "global":
                if "*" in word or "?" in word:
                    wrong.append(f"map: {word}: a glob exports accidents")
                if word in names:
                    wrong.append(f"map: {word} stands in it twice")
                names[word] = version
    if not re.search(r"\blocal\s*:\s*\*\s*;", text):
        wrong.append("map: no `local: *;`")
    return names


def read_man(text):
    """The names in the NAME section of an mdoc page."""
    names = []
    inside = False
    for line in text.splitlines():
        if line.startswith(".Sh"):
            inside = line.split()[1:2] == ["NAME"]
        elif inside and line.startswith(".Nm"):
            names += [word for word in line.split()[1:] if re.fullmatch(r"\w+", word)]
    return names


def compare(left_name, left, right_name, right, wrong):
    for name in sorted(left - right):
        wrong.append(f"{name}: in the {left_name}, not in the {right_name}")
    for name in sorted(right - left):
        wrong.append(f"{name}: in the {right_name}, not in the {left_name}")


def judge(exports, mapped, declared, pages):
    """What is wrong with four lists; pages is None where there are no man pages."""
    wrong = []
    compare("library", set(exports), "map", set(mapped), wrong)
    compare("map", set(mapped), "headers", declared, wrong)
    for name in sorted(set(exports) & set(mapped)):
        if exports[name] != mapped[name]:
            version = exports[name] or "none"
            wrong.append(f"{name}: exported with version {version}, not {mapped[name]}")
    if pages is not None:
        named = {}
        for page, names in pages.items():
            for name in names:
                if name.startswith("smime_"):
                    named.setdefault(name, []).append(page)
        compare("headers", declared, "man pages", set(named), wrong)
        for name, where in sorted(named.items()):
            if len(where) > 1:
                wrong.append(f"{name}: documented in {' and '.join(where)}")
    return wrong


def check_archive(library):
    wrong = []
    defined = 0
    for line in nm("-g", "--defined-only", library).splitlines():
        fields = line.split()
        if len(fields) == 3:
            defined += 1
            if not re.match(r"smime_", fields[2]):
                wrong.append(f"{fields[2]}: a global symbol without the library's prefix")
    print(f"{defined} global symbols in the archive")
    return wrong if defined else ["the archive defines nothing"]


def check_shared(args):
    wrong = []
    exports = read_exports(nm("-D", "--defined-only", args.library))
    mapped = read_map(Path(args.map).read_text(), wrong)
    declared = set(functions([Path(header) for header in args.headers]))
    pages = None
    if args.man and args.man.is_dir():
        pages = {page.name: read_man(page.read_text()) for page in sorted(args.man.glob("*.3"))}
    wrong += judge(exports, mapped, declared, pages)
    documented = "no man pages" if pages is None else f"{len(pages)} man pages"
    print(f"{len(exports)} exported, {len(mapped)} in the map, {len(declared)} declared")
    print(documented)
    return wrong if declared else wrong + ["the headers declare nothing"]


MAP = "V_1 {\n global: smime_a; smime_b;\n local: *;\n};\n"
NM = "0000 A V_1\n0001 T smime_a@@V_1\n0002 T smime_b@@V_1\n"
PAGE = ".Dd\n.Sh NAME\n.Nm smime_a ,\n.Nm smime_b\n.Nd x\n.Sh SYNOPSIS\n.Nm other\n"
BOTH = {"smime_a", "smime_b"}
CASES = [
    ("equal lists are", NM, MAP, BOTH, None, True),
    ("equal lists with pages are", NM, MAP, BOTH, [PAGE], True),
    ("a second node is", NM + "3 T smime_c@@V_2\n", MAP + "V_2 { global: smime_c; } V_1;\n",
     BOTH | {"smime_c"}, None, True),
    ("a name dropped from the map is", NM, MAP.replace("smime_b;", ""), BOTH, None, False),
    ("a name only in the map is", NM, MAP.replace("smime_b;", "smime_b; smime_c;"), BOTH, None,
     False),
    ("a function that is not exported is", NM, MAP, BOTH | {"smime_c"}, None, False),
    ("an export that is not declared is", NM, MAP, {"smime_a"}, None, False),
    ("an accidental export is", NM + "3 T helper@@V_1\n", MAP, BOTH, None, False),
    ("exported data is", NM + "3 D smime_data@@V_1\n", MAP, BOTH, None, False),
    ("a wrong version is", NM.replace("smime_b@@V_1", "smime_b@@V_2"), MAP, BOTH, None, False),
    ("an export without version is", NM.replace("smime_b@@V_1", "smime_b"), MAP, BOTH, None, False),
    ("a glob is", NM, MAP.replace("smime_b;", "smime_b; smime_*;"), BOTH, None, False),
    ("a map that hides nothing is", NM, MAP.replace("local: *;", ""), BOTH, None, False),
    ("a function without page is", NM, MAP, BOTH, [PAGE.replace(".Nm smime_b\n", "")], False),
    ("a function on two pages is", NM, MAP, BOTH, [PAGE, PAGE], False),
    ("a page for nothing is", NM, MAP, BOTH, [PAGE + ".Sh NAME\n.Nm smime_z\n"], False),
]  # fmt: skip


def self_test():
    print(f"1..{len(CASES)}")
    failed = 0
    for number, (name, listing, script, declared, texts, green) in enumerate(CASES, 1):
        wrong = []
        mapped = read_map(script, wrong)
        pages = None
        if texts is not None:
            pages = {f"page{place}.3": read_man(text) for place, text in enumerate(texts)}
        wrong += judge(read_exports(listing), mapped, declared, pages)
        right = bool(wrong) != green
        failed += not right
        print(f"{'ok' if right else 'not ok'} {number} - {name} {'right' if green else 'refused'}")
        if not right:
            print("".join(f"# {line}\n" for line in wrong or ["nothing was found wrong"]), end="")
    return 1 if failed else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--man", type=Path)
    parser.add_argument("--archive", action="store_true")
    parser.add_argument("library")
    parser.add_argument("map", nargs="?")
    parser.add_argument("headers", nargs="*")
    args = parser.parse_args()
    wrong = check_archive(args.library) if args.archive else check_shared(args)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
