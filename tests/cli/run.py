#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Holds the smime program to what is promised about its command line.

    run.py --smime PROGRAM --peak PROGRAM [--sanitizer NAME] PART...

A PART is a module cases_PART.py beside this file with a function cases(bench) that yields pairs of
a claim and a function which raises when the claim does not hold. TAP goes to standard output.
SMIME_TEST_LARGE=1 makes the memory part use messages of 1 GiB.
"""
import argparse
import importlib
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # the tests write nothing beside their sources
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "interop"))

from bench import Bench  # noqa: E402
from tap import Tap  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--smime", required=True)
    parser.add_argument("--peak", required=True)
    parser.add_argument("--sanitizer", default="none")
    parser.add_argument("parts", nargs="+")
    words = parser.parse_args()
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="smime-cli-") as folder:
        for part in words.parts:
            bench = Bench(words.smime, words.peak, words.sanitizer, Path(folder) / part)
            for claim, case in importlib.import_module(f"cases_{part}").cases(bench):
                tap.run(claim, case)
    tap.finish()
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
