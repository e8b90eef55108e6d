#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Opens the message of every row of attacks.tsv with `smime open --json`.

    run.py --smime PROGRAM --attacks PROGRAM --table FILE --page FILE --pki FOLDER

The messages are those that the test `attacks` makes, written to a folder of their own. Each is read
from a file, which can be read again, and from a pipe, which cannot. TAP.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "interop"))

from smime_tool import SmimeTool  # noqa: E402
from tap import Tap  # noqa: E402

COLUMNS = ("class_", "name", "what", "summary", "reason", "binding", "content", "reader", "once",
           "pending")
NOW = "2026-06-01T00:00:00Z"  # SUPPORT_NOW
SECRET = b"Known to Bob alone."


@dataclass
class Row:
    class_: str
    name: str
    what: str
    summary: str
    reason: str
    binding: str
    content: str
    reader: str
    once: str
    pending: str

    def read_once(self):
        """What is to come of it when its bytes come once."""
        if self.once == "-":
            return self
        return Row(*(getattr(self, name) for name in COLUMNS[:3]), "INVALID", self.once,
                   self.binding, "withheld", self.reader, "-", self.pending)


def rows_of(table):
    lines = [line for line in table.read_text().splitlines() if line and line[0] != "#"]
    return [Row(*line.split("\t")) for line in lines]


class Reader:
    """Bob, as the head of attacks.h describes him."""

    def __init__(self, smime, pki, folder):
        self.tool = SmimeTool(smime, folder)
        self.words = ["--at", NOW, "--trust", pki / "root.pem",
                      "--untrusted", pki / "intermediate.pem"]
        for name in ("bob-p256", "bob-rsa"):
            both = folder / name
            both.write_bytes((pki / f"{name}.key").read_bytes() +
                             (pki / f"{name}.pem").read_bytes())
            self.words += ["--identity", both]

    def open(self, message, by_pipe):
        out = self.tool.scratch()
        words = ["open", "--json", "--out", out, *self.words]
        run = self.tool.run(*words, stdin=message.read_bytes()) if by_pipe else \
            self.tool.run(*words, message)
        run.report = json.loads(run.stdout)
        run.content = out.read_bytes() if out.exists() else None
        return run


def same(row, run):
    """Whether the program says what the row says."""
    content = "withheld" if run.content is None else "released" if run.content else "empty"
    return ((run.summary or "UNDECIDED") == row.summary and
            (row.reason == "-" or row.reason in run.reason_codes()) and
            (row.binding == "-" or run.report["from"]["binding"] == row.binding) and
            content == row.content)


def case_of(reader, row, message, by_pipe):
    def case():
        if not message.exists():  # nothing of the kind in a build without zlib
            return
        run = reader.open(message, by_pipe)
        wanted = row.read_once() if by_pipe else row
        good = run.summary not in ("INVALID", "LOCKED", None)
        assert good == (run.code == 0) == (run.content is not None), f"exit status\n{run}"
        assert good or run.report["reasons"], f"a refusal has a reason\n{run}"
        assert run.summary != "UNPROTECTED" or SECRET not in run.content, f"what was sealed\n{run}"
        if row.pending == "-":
            assert same(wanted, run), f"should be {wanted}\n{run}"
        else:
            assert not same(wanted, run), f"pending no more\n{run}"
    return case


def page_has_every_class(rows, page):
    """The page of the classes and the table number them alike."""
    def case():
        told = set(re.findall(r"^\| (\w+) \|", page.read_text(), re.MULTILINE)) - {"class"}
        assert told == {row.class_ for row in rows}, f"{sorted(told)} in {page}"
    return case


def main():
    parser = argparse.ArgumentParser()
    for name in ("smime", "attacks", "table", "page", "pki"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    words = parser.parse_args()
    rows = rows_of(words.table)
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="smime-attacks-") as name:
        folder = Path(name)
        (folder / "mail").mkdir()
        made = subprocess.run([words.attacks, words.table, "--write", folder / "mail"],
                              capture_output=True, text=True)
        assert made.returncode == 0, made.stdout + made.stderr
        reader = Reader(words.smime.resolve(), words.pki, folder)
        tap.run("the page and the table have the same classes",
                page_has_every_class(rows, words.page))
        for row in rows:
            if row.reader != "bob":  # `smime open` takes no password for a message
                continue
            message = folder / "mail" / f"{row.name}.eml"
            for by_pipe in (False, True):
                claim = f"{row.class_} {row.name}, from a {'pipe' if by_pipe else 'file'}"
                tap.run(claim, case_of(reader, row, message, by_pipe))
    tap.finish()
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
