#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Does the tree keep to the architecture?

    check-layers.py LIB [--clients DIR...]
    check-layers.py --self-test

In LIB every folder is a layer. This checks which headers each layer includes, its own and foreign
ones, that no function of the C library is called that reads the environment or the locale or
prints, that no function is longer than MAX_FUNCTION lines, and that nothing is left unfinished.
Files of more than MAX_FILE lines are only named. Folders of clients (examples, tests of the
interface) may include public headers, their own and those of other libraries, but none of LIB.

Exit status 0 if all is well, 1 if not. The self-test speaks TAP.
"""

import argparse
import contextlib
import fnmatch
import io
import re
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # the tests write nothing beside their sources
from c_source import functions, without_comments, without_literals  # noqa: E402

MAX_FUNCTION = 80
MAX_FILE = 400

# What each layer may include besides itself. Public headers (smime/*.h) are open to all.
LAYERS = {
    "base": set(),
    "codec": {"base"},
    "mime": {"base", "codec"},
    "asn1": {"base"},
    "crypto": {"base"},
    "pki": {"base", "asn1", "crypto"},
    "cms": {"base", "codec", "asn1", "crypto", "pki"},
    "mail": {"base", "codec", "mime", "asn1", "crypto", "pki", "cms"},
    "stores": set(),  # a library of its own, a client of the public headers
}

# Which files may include a header of another library.
FOREIGN = {
    "nettle/*": ["crypto/*"],
    "gmp.h": ["crypto/*"],
    "gnutls/*": ["crypto/*", "pki/key*", "pki/token*", "pki/anchors_system*"],
    "p11-kit/*": ["pki/*pkcs11*"],
    "libtasn1.h": ["asn1/*"],
    "iconv.h": ["mime/charset*"],
    "zlib.h": ["codec/zlib*"],
    "immintrin.h": ["codec/*_simd*"],
    "sqlite3.h": ["stores/*"],
    "ldap.h": ["stores/*"],
    "lber.h": ["stores/*"],
}

# C11 and POSIX, without what reads the locale (ctype.h, locale.h, strings.h, wctype.h), opens
# sockets or prints by itself.
SYSTEM = set(
    """
    assert.h errno.h float.h inttypes.h limits.h stdalign.h stdarg.h stdatomic.h
    stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h threads.h time.h
    dirent.h fcntl.h poll.h pthread.h unistd.h sys/mman.h sys/random.h sys/stat.h sys/types.h
    sys/uio.h
    """.split()
)

# Made by the build.
GENERATED = {"config.h"}

# The library reads no environment, knows no locale, prints nothing and ends no program.
BANNED_CALLS = set(
    """
    getenv secure_getenv setenv putenv setlocale uselocale newlocale nl_langinfo
    isalnum isalpha isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper isxdigit
    tolower toupper strcasecmp strncasecmp strcoll strxfrm strftime strptime strtod strtof strtold
    atof atoi atol atoll localtime localtime_r mktime ctime ctime_r asctime gmtime strtok
    printf vprintf puts putchar perror exit _exit abort atexit
    sprintf vsprintf strcpy strcat gets alloca socket connect getaddrinfo gethostbyname system popen
    """.split()
)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
CALL = re.compile(r"(?<![\w.>])([a-z_]\w*)\s*\(")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME)\b")
INCLUDE_MACRO = re.compile(r"^[ \t]*#[ \t]*include[ \t]+[A-Za-z_]", re.MULTILINE)


class Checker:
    """Collects what is wrong, as FILE:LINE: TEXT."""

    def __init__(self):
        self.wrong = []
        self.notes = []
        self.files = 0

    def complain(self, path, text, position, message):
        line = text.count("\n", 0, position) + 1
        self.wrong.append(f"{path}:{line}: {message}")

    def check_common(self, path, text):
        """What holds for every source file."""
        self.files += 1
        lines = text.count("\n")
        if lines > MAX_FILE:
            self.notes.append(f"{path}: {lines} lines, more than {MAX_FILE}")
        for match in UNFINISHED.finditer(text):
            self.complain(path, text, match.start(), f"left unfinished: {match.group()}")
        for name, line, length in functions(text):
            if length > MAX_FUNCTION:
                self.wrong.append(
                    f"{path}:{line}: {name}() is {length} lines long, more than {MAX_FUNCTION}"
                )

    def check_lib(self, lib):
        for path in sources(lib):
            text = path.read_text(encoding="utf-8")
            self.check_common(path, text)
            place = path.relative_to(lib)
            if len(place.parts) < 2 or place.parts[0] not in LAYERS:
                self.wrong.append(f"{path}:1: lies in no layer that this gate knows")
                continue
            code = without_comments(text)
            for match in INCLUDE.finditer(code):
                problem = judge_include(lib, place, match[1] == "<", match[2])
                if problem:
                    self.complain(path, code, match.start(), f"{match[2]}: {problem}")
            for match in INCLUDE_MACRO.finditer(code):
                self.complain(path, code, match.start(), "an include that this gate cannot read")
            code = without_literals(text)
            for match in CALL.finditer(code):
                if match[1] in BANNED_CALLS:
                    self.complain(path, code, match.start(), f"{match[1]}() has no place in LIB")

    def check_clients(self, lib, folder):
        for path in sources(folder):
            text = path.read_text(encoding="utf-8")
            self.check_common(path, text)
            code = without_comments(text)
            for match in INCLUDE.finditer(code):
                name = match[2]
                reached = {(path.parent / name).resolve(), (lib / name).resolve()}
                inside = any(lib.resolve() in place.parents for place in reached if place.exists())
                if not name.startswith("smime/") and inside:
                    problem = "a client may include what is installed, nothing of the library"
                    self.complain(path, code, match.start(), f"{name}: {problem}")


def sources(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in (".c", ".h"))


def judge_include(lib, place, angled, name):
    """What is wrong with one include in the file at `place`, or None."""
    layer = place.parts[0]
    if name.startswith("smime/") or name in GENERATED:
        return None
    for glob, where in FOREIGN.items():
        if fnmatch.fnmatchcase(name, glob):
            if any(fnmatch.fnmatchcase(place.as_posix(), allowed) for allowed in where):
                return None
            return f"only {' and '.join(where)} may include it"
    if angled:
        return None if name in SYSTEM else "no layer has been given this header"
    if ".." in name.split("/"):
        return "write it relative to the library's folder"
    if "/" not in name:
        if (lib / place).with_name(name).exists():
            return None
        return "not in this folder; write it relative to the library's folder"
    other = name.split("/")[0]
    if other not in LAYERS:
        return "no layer of this library"
    if other != layer and other not in LAYERS[layer]:
        allowed = ", ".join(sorted(LAYERS[layer])) or "no other layer"
        return f"{layer} may include {allowed}"
    return None


def run(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lib", type=Path)
    parser.add_argument("--clients", type=Path, nargs="+", default=[])
    args = parser.parse_args(arguments)
    checker = Checker()
    checker.check_lib(args.lib)
    for folder in args.clients:
        checker.check_clients(args.lib, folder)
    for note in checker.notes:
        print("note:", note)
    for wrong in checker.wrong:
        print(wrong)
    print(f"{checker.files} files, {len(checker.wrong)} wrong")
    if checker.files == 0:
        print("nothing to check is wrong too")
    return 1 if checker.wrong or checker.files == 0 else 0


def long_function(lines):
    return "int f(void)\n{\n" + "    x();\n" * lines + "}\n"


# Name, file, text, and whether the gate must stay green.
CASES = [
    ("a layer includes itself by name", "cms/a.c", '#include "cms/b.h"\n', True),
    ("a layer includes its own folder", "cms/a.c", '#include "b.h"\n', True),
    ("a layer includes one below", "cms/a.c", '#include "pki/cert.h"\n', True),
    ("any layer includes a public header", "base/a.c", "#include <smime/status.h>\n", True),
    ("crypto includes nettle", "crypto/a.c", "#include <nettle/sha2.h>\n", True),
    ("pki/key-gnutls.c includes gnutls", "pki/key-gnutls.c", "#include <gnutls/x509.h>\n", True),
    ("an include in a comment", "base/a.c", '/*\n#include "mail/open.h"\n*/\n', True),
    ("a word like a banned call", "base/a.c", "int f(void) { return x->exit(1); }\n", True),
    ("a function of the longest length", "base/a.c", long_function(MAX_FUNCTION), True),
    ("an upward include", "base/a.c", '#include "mail/open.h"\n', False),
    ("an upward include with blanks", "base/a.c", ' #  include\t"mail/open.h"\n', False),
    ("a sideways include", "mime/a.c", '#include "crypto/digest.h"\n', False),
    ("asn1 includes codec", "asn1/a.c", '#include "codec/base64.h"\n', False),
    ("cms includes mime", "cms/a.c", '#include "mime/header.h"\n', False),
    ("a layer includes through ..", "base/a.c", '#include "../mail/open.h"\n', False),
    ("a header of another folder without it", "base/a.c", '#include "open.h"\n', False),
    ("a header through a macro", "base/a.c", "#include OTHER\n", False),
    ("cms includes nettle", "cms/a.c", "#include <nettle/sha2.h>\n", False),
    ("mail includes gmp", "mail/a.c", "#include <gmp.h>\n", False),
    ("pki/path.c includes gnutls", "pki/path.c", "#include <gnutls/x509.h>\n", False),
    ("base includes zlib", "base/a.c", "#include <zlib.h>\n", False),
    ("pki includes libtasn1", "pki/a.c", "#include <libtasn1.h>\n", False),
    ("an unknown foreign header", "crypto/a.c", "#include <openssl/evp.h>\n", False),
    ("a header that reads the locale", "base/a.c", "#include <ctype.h>\n", False),
    ("a call that reads the environment", "base/a.c", 'int f(void) { getenv(""); }\n', False),
    ("a function that is too long", "base/a.c", long_function(MAX_FUNCTION + 1), False),
    ("an unfinished place", "base/a.c", "/* TO" "DO */\n", False),
    ("a file in no layer", "a.c", "\n", False),
    ("a client includes a public header", "../client/a.c", "#include <smime/smime.h>\n", True),
    ("a client includes an internal header", "../client/a.c", '#include "mail/open.h"\n', False),
    ("a client goes round", "../client/a.c", '#include "../lib/mail/open.h"\n', False),
]


def self_test():
    print(f"1..{len(CASES)}")
    failed = 0
    for number, (name, file, text, green) in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory() as folder:
            lib, client = Path(folder, "lib"), Path(folder, "client")
            for known in ("base/good.h", "cms/b.h", "mail/open.h"):
                (lib / known).parent.mkdir(parents=True)
                (lib / known).write_text("#include <stdint.h>\n")
            client.mkdir()
            target = lib / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                status = run([str(lib), "--clients", str(client)])
        right = status == (0 if green else 1)
        failed += not right
        print(f"{'ok' if right else 'not ok'} {number} - {name} is {'green' if green else 'red'}")
        if not right:
            print("".join(f"# {line}\n" for line in said.getvalue().splitlines()), end="")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(self_test() if sys.argv[1:] == ["--self-test"] else run(sys.argv[1:]))
