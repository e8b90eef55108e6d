#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Judges messages, certificates and keys that others made.

    run.py --smime PROGRAM --data FOLDER [--suite NAME]... [--case PATTERN]

The data is read in place; none of it belongs to this project. Prints TAP. What
cannot pass yet stands in pending.tsv, what shall differ in DIFFERENCES.md, and
a line of either that fits no case is a failure too.
"""
import argparse
import fnmatch
import importlib
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True  # leave nothing in the source tree
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "interop")]

from context import FOLDERS, Context, table  # noqa: E402
from tap import Tap  # noqa: E402

SUITES = ("thunderbird", "openssl-cms", "rfc9216", "nss-interop", "gnupg", "rfc4134",
          "protected-headers", "rfc9788", "pkits", "limbo", "openssl-ocsp",
          "mime4j", "stalwart", "python-email", "lamps-kyber", "lamps-mldsa", "pqc-cms")


@dataclass
class Row:
    """A known gap (feature) or a difference (there, here)."""
    suite: str
    case: str
    feature: str = ""
    there: str = ""
    here: str = ""
    used: bool = False


def pending_rows():
    return [Row(suite, case, feature=feature)
            for suite, case, feature in table(HERE / "pending.tsv")]


def difference_rows():
    """The tables of DIFFERENCES.md: | suite | `case` | `there` | `here` |"""
    cells = re.findall(r"^\| ([\w-]+) \| `(.+?)` \| `(.+?)` \| `(.+?)` \|$",
                       (HERE / "DIFFERENCES.md").read_text(), re.M)
    return [Row(suite, case, there=there, here=here) for suite, case, there, here in cells]


def run_suite(tap, suite, options, folder, pending, differences):
    if not (Path(options.data) / FOLDERS.get(suite, suite)).is_dir():
        tap.skip(f"{suite}: all cases", f"no outside data: {suite} is not in --data")
        return
    ctx = Context(suite, options.data, options.smime, folder, differences)
    pending = [row for row in pending if row.suite == suite]
    for name, case in importlib.import_module("suite_" + suite.replace("-", "_")).cases(ctx):
        row = next((r for r in pending if fnmatch.fnmatchcase(name, r.case)), None)
        if row:
            row.used = True
        if options.case and not fnmatch.fnmatchcase(name, options.case):
            continue
        title = f"{suite}: {name}"
        if case is None:  # the command line has no way to ask for it yet
            if row:
                tap.skip(title, f"needs {row.feature}")
            else:
                tap.run(title, cannot_be_asked)
        else:
            tap.run(title, case, row and row.feature)
    if not options.case:
        stale = [row.case for row in pending + ctx.differences if not row.used]
        tap.run(f"{suite}: every line of pending.tsv and DIFFERENCES.md is in use",
                lambda: check_empty(stale))


def cannot_be_asked():
    raise AssertionError("a case without a test needs a line in pending.tsv")


def check_empty(stale):
    assert not stale, f"no case fits: {stale}"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smime", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--suite", action="append", choices=SUITES)
    parser.add_argument("--case", help="only cases that match this shell pattern")
    options = parser.parse_args()
    tap, pending, differences = Tap(), pending_rows(), difference_rows()
    with tempfile.TemporaryDirectory(prefix="smime-conformance-") as folder:
        for suite in options.suite or SUITES:
            run_suite(tap, suite, options, folder, pending, differences)
    tap.finish()


if __name__ == "__main__":
    main()
