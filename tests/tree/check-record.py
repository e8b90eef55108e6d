#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Does every fault in the record have its test?

    check-record.py ROOT

Each line of ROOT/tests/record.tsv names a test; the file must define it and run it. TAP.
"""
import re
import sys
from pathlib import Path


def complaint(root, line):
    fields = line.split("\t")
    if len(fields) != 4 or not all(fields):
        return "not four fields"
    path = root / fields[1]
    source = path.read_text() if path.is_file() else ""
    name = re.escape(fields[2])
    if not re.search(rf"^START_TEST\({name}\)$", source, re.MULTILINE):
        return "no such test"
    if not re.search(rf"(add_test|add_loop_test|add_rows)\(\w+, {name}\b", source):
        return "the test is not run"
    return None


def main():
    root = Path(sys.argv[1])
    lines = [line for line in (root / "tests" / "record.tsv").read_text().splitlines()
             if line and not line.startswith("#")]
    print(f"1..{len(lines) + 1}")
    failed = not lines
    print("not ok 1 - the record is empty" if failed else "ok 1 - there is a record")
    for number, line in enumerate(lines, 2):
        why = complaint(root, line)
        failed = failed or bool(why)
        print(f"{'not ok' if why else 'ok'} {number} - {line.replace(chr(9), ' | ')}"
              f"{': ' + why if why else ''}")
    return int(failed)


sys.exit(main())
