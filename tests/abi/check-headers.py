#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Can the public headers keep their ABI, and can any language read them?

    check-headers.py HEADER...
    check-headers.py --self-test

Allowed are opaque types, functions, callback types and numbered constants; nothing whose size or
meaning depends on the platform, the compiler or the version of the library.
Exit status 0 if all is well, 1 if not. The self-test speaks TAP.
"""

import re
import sys
import tempfile
from pathlib import Path

from public_api import declarations, plain

MAX_FILE = 400

SYSTEM = {"stddef.h", "stdint.h"}

# What no signature may hold, and why.
BANNED = {
    "FILE": "belongs to one C library",
    "time_t": "has two sizes; use int64_t",
    "off_t": "has two sizes; use uint64_t",
    "ssize_t": "is no C type",
    "tm": "belongs to one C library",
    "timespec": "belongs to one C library",
    "timeval": "belongs to one C library",
    "long": "has two sizes; use a fixed-width type",
    "short": "use a fixed-width type",
    "bool": "use int",
    "_Bool": "use int",
    "wchar_t": "has two sizes; use UTF-8",
    "va_list": "cannot be called from other languages",
    "float": "has no place here",
    "double": "has no place here",
    "enum": "its size is the compiler's choice; use int32_t or uint32_t",
    "union": "has a layout",
}

BASIC = set(
    "void char int size_t int8_t uint8_t int16_t uint16_t int32_t uint32_t int64_t uint64_t".split()
)
QUALIFIERS = {"const", "unsigned", "signed", "struct"}

DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^)]*\))?[ \t]*((?:[^\n\\]|\\\n)*)", re.M)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.M)
CALLBACK = re.compile(r"typedef (.*?)\( ?\* ?(\w+) ?\) ?\((.*)\)")
OPAQUE = re.compile(r"typedef struct (\w+) (\w+)")
NUMBER = re.compile(r"typedef (\w+) (smime_\w+)")
FORWARD = re.compile(r"struct \w+")
CONSTANTS = re.compile(r"enum ?\{(.*)\}")
ENUMERATOR = re.compile(r"(SMIME_[A-Z0-9_]+) ?= ?\S.*")


class HeaderCheck:
    """Collects what is wrong, as FILE:LINE: TEXT."""

    def __init__(self, paths):
        self.paths = paths
        self.wrong = []
        self.opaque = set()
        self.numbers = set()
        self.callbacks = set()
        self.seen = {}

    def run(self):
        known = [declaration for path in self.paths for declaration in declarations(path)]
        for declaration in known:
            self.learn(declaration)
        for declaration in known:
            self.judge(declaration)
        for path in self.paths:
            self.judge_file(path)
        self.judge_umbrella()
        return self.wrong

    def complain(self, declaration, message):
        text = declaration.text
        short = text if len(text) <= 60 else text[:57] + "..."
        self.wrong.append(f"{declaration.path}:{declaration.line}: {message}: {short}")

    def learn(self, declaration):
        """Notes the types that the headers name."""
        callback = CALLBACK.fullmatch(declaration.text)
        opaque = OPAQUE.fullmatch(declaration.text)
        number = NUMBER.fullmatch(declaration.text)
        if callback:
            self.callbacks.add(callback[2])
        elif opaque:
            self.opaque.add(opaque[2])
        elif number:
            self.numbers.add(number[2])

    def judge(self, declaration):
        text = declaration.text
        if CALLBACK.fullmatch(text):
            result, _, parameters = CALLBACK.fullmatch(text).groups()
            self.judge_type(declaration, result)
            self.judge_parameters(declaration, parameters)
            if not re.search(r"\bvoid ?\* ?user_data$", parameters):
                self.complain(declaration, "a callback's last parameter is void *user_data")
        elif declaration.is_function():
            self.judge_function(declaration)
        elif OPAQUE.fullmatch(text):
            tag, name = OPAQUE.fullmatch(text).groups()
            if tag != name:
                self.complain(declaration, "tag and type differ")
        elif NUMBER.fullmatch(text):
            if NUMBER.fullmatch(text)[1] not in BASIC - {"void", "char", "int", "size_t"}:
                self.complain(declaration, "not a fixed-width number")
        elif CONSTANTS.fullmatch(text):
            self.judge_constants(declaration, CONSTANTS.fullmatch(text)[1])
        elif FORWARD.fullmatch(text):
            pass
        elif "{" in text and re.match(r"(typedef )?(struct|union)\b", text):
            self.complain(declaration, "a layout in a public header")
        elif re.match(r"(typedef )?enum\b", text):
            self.complain(declaration, "an enum type; only nameless lists of constants are allowed")
        elif "{" in text:
            self.complain(declaration, "code in a public header")
        else:
            self.complain(declaration, "neither opaque type, callback, constants nor SMIME_API")

    def judge_function(self, declaration):
        parts = declaration.parts()
        if not parts or "{" in declaration.text:
            self.complain(declaration, "not a plain prototype")
            return
        result, name, parameters = parts
        if not re.fullmatch(r"smime_[a-z0-9]+(_[a-z0-9]+)*", name):
            self.complain(declaration, "a public function is called smime_<object>_<verb>")
        if name in self.seen:
            self.complain(declaration, f"declared in {self.seen[name]} too")
        self.seen[name] = declaration.path.name
        self.judge_type(declaration, result)
        self.judge_parameters(declaration, parameters)
        if not self.documented(declaration):
            self.complain(declaration, "no /** comment */ right before it")

    def documented(self, declaration):
        lines = declaration.path.read_text(encoding="utf-8").split("\n")
        above = "\n".join(lines[: declaration.line - 1]).rstrip()
        return above.endswith("*/") and above[above.rfind("/*") :].startswith("/**")

    def judge_parameters(self, declaration, parameters):
        if parameters == "":
            self.complain(declaration, "no prototype; write (void)")
        depth = 0
        current = ""
        found = []
        for char in parameters + ",":
            depth += (char == "(") - (char == ")")
            if char == "," and depth == 0:
                found.append(current.strip())
                current = ""
            else:
                current += char
        for parameter in found:
            inner = re.fullmatch(r"(.*?)\( ?\* ?\w* ?\) ?\((.*)\)", parameter)
            if inner:  # a function pointer written out
                self.judge_type(declaration, inner[1])
                self.judge_parameters(declaration, inner[2])
            elif parameter == "...":
                self.complain(declaration, "takes a variable number of arguments")
            elif parameter not in ("", "void"):
                self.judge_type(declaration, parameter)

    def judge_type(self, declaration, text):
        """A type, with or without a parameter's name behind it."""
        words = re.findall(r"\w+", text)
        for word in words:
            if word in BANNED:
                self.complain(declaration, f"{word} {BANNED[word]}")
                return
        types = [word for word in words if word not in QUALIFIERS]
        base = types[0] if types else "int"
        if base in self.opaque and "*" not in text:
            self.complain(declaration, f"{base} by value")
        elif base not in BASIC | self.opaque | self.numbers | self.callbacks:
            self.complain(declaration, f"{base} is no type that the headers may name")

    def judge_constants(self, declaration, body):
        for item in filter(None, (item.strip() for item in body.split(","))):
            found = ENUMERATOR.fullmatch(item)
            if not found:
                self.complain(declaration, f"{item}: a constant is SMIME_... with its number")
            elif found[1].endswith(("_LAST", "_MAX", "_COUNT", "_END")):
                self.complain(declaration, f"{found[1]} would change from release to release")

    def judge_file(self, path):
        text = plain(path.read_text(encoding="utf-8"))
        for match in INCLUDE.finditer(text):
            if match[1] not in SYSTEM and not match[1].startswith("smime/"):
                self.wrong.append(f"{path}:1: includes {match[1]}")
        for match in DEFINE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            name, arguments, value = match.groups()
            if not name.startswith("SMIME_"):
                self.wrong.append(f"{path}:{line}: {name} is not called SMIME_...")
            attribute = value.startswith(("__attribute__", "__declspec"))
            if arguments and value.strip() and not attribute:
                self.wrong.append(f"{path}:{line}: {name}() is a macro with code")
        lines = text.count("\n")
        if lines > MAX_FILE:
            print(f"note: {path}: {lines} lines, more than {MAX_FILE}")

    def judge_umbrella(self):
        for path in self.paths:
            if path.name == "smime.h":
                included = INCLUDE.findall(plain(path.read_text(encoding="utf-8")))
                for other in self.paths:
                    if other != path and f"smime/{other.name}" not in included:
                        self.wrong.append(f"{path}:1: does not include smime/{other.name}")


DOC = "/** What it does. */\n"
CASES = [
    ("an opaque type", "typedef struct smime_a smime_a;", True),
    ("a number", "typedef int32_t smime_status;", True),
    ("numbered constants", "enum {\n SMIME_A = 0, /**< a */\n SMIME_B = -1\n};", True),
    ("a function", DOC + "SMIME_API int32_t smime_a_get(const smime_t *t, size_t n);", True),
    ("no arguments", DOC + "SMIME_API SMIME_MUST_CHECK uint32_t smime_a(void);", True),
    ("an attribute behind", DOC + "SMIME_API void smime_a(void) SMIME_DEPRECATED(1, 2);", True),
    ("a callback", "typedef int32_t (*smime_write)(const void *data, void *user_data);", True),
    (
        "a destroyer",
        DOC + "SMIME_API void smime_a(smime_t *t, void *user_data, void (*destroy)(void *));",
        True,
    ),
    ('extern "C"', '#ifdef __cplusplus\nextern "C" {\n#endif\nstruct smime_x;', True),
    ("a layout", "struct smime_a { int a; };", False),
    ("a layout in a typedef", "typedef struct smime_a { int a; } smime_a;", False),
    ("a union", "union smime_a { int a; };", False),
    ("an enum type", "typedef enum { SMIME_A = 1 } smime_a;", False),
    ("a named enum", "enum smime_a { SMIME_A = 1 };", False),
    ("a constant without number", "enum { SMIME_A, SMIME_B = 1 };", False),
    ("a last constant", "enum { SMIME_A = 0, SMIME_A_LAST = 1 };", False),
    ("an enum in a signature", DOC + "SMIME_API void smime_a(enum smime_k k);", False),
    ("FILE", DOC + "SMIME_API void smime_a(FILE *f);", False),
    ("time_t returned", DOC + "SMIME_API time_t smime_a(void);", False),
    ("struct tm", DOC + "SMIME_API void smime_a(const struct tm *t);", False),
    ("long", DOC + "SMIME_API unsigned long smime_a(void);", False),
    ("time_t in a callback", "typedef void (*smime_c)(time_t t, void *user_data);", False),
    ("time_t in a bare callback", DOC + "SMIME_API void smime_a(void (*c)(time_t));", False),
    ("variable arguments", DOC + "SMIME_API void smime_a(const char *f, ...);", False),
    ("va_list", DOC + "SMIME_API void smime_a(va_list a);", False),
    ("an object by value", DOC + "SMIME_API void smime_a(smime_t t);", False),
    ("a type of another library", DOC + "SMIME_API void smime_a(gnutls_x509_crt_t c);", False),
    ("no prototype", DOC + "SMIME_API void smime_a();", False),
    ("code", "static inline int smime_a(void) { return 1; }", False),
    ("a hidden function", "void smime_a(void);", False),
    ("a variable", "extern int smime_a;", False),
    ("no comment", "SMIME_API void smime_a(void);", False),
    ("a plain comment", "/* no. */\nSMIME_API void smime_a(void);", False),
    ("a callback without user_data", "typedef void (*smime_c)(int a);", False),
    ("a foreign name", DOC + "SMIME_API void other(void);", False),
    ("a foreign include", "#include <stdio.h>", False),
    ("a macro with code", "#define SMIME_X(a) ((a) + 1)", False),
    ("a foreign macro", "#define X 1", False),
]


def self_test():
    print(f"1..{len(CASES)}")
    failed = 0
    for number, (name, text, green) in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory() as folder:
            header = Path(folder, "a.h")
            header.write_text(f"#include <stdint.h>\ntypedef struct smime_t smime_t;\n{text}\n")
            wrong = HeaderCheck([header]).run()
        right = bool(wrong) != green
        failed += not right
        verdict = "allowed" if green else "refused"
        print(f"{'ok' if right else 'not ok'} {number} - {name} is {verdict}")
        if not right:
            print("".join(f"# {line}\n" for line in wrong or ["nothing was found wrong"]), end="")
    return 1 if failed else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    paths = [Path(argument) for argument in sys.argv[1:]]
    check = HeaderCheck(paths)
    for wrong in check.run():
        print(wrong)
    print(f"{len(paths)} headers, {len(check.seen)} functions, {len(check.wrong)} wrong")
    return 1 if check.wrong or not check.seen else 0


if __name__ == "__main__":
    sys.exit(main())
