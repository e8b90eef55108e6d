#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Exchanges messages between the smime program and other implementations.

    run.py --smime PROGRAM [--work FOLDER] [--peer NAME]...
    run.py --drivers-only            peers among themselves: tests the drivers

Prints TAP; at the end, as comments, which algorithms went which way.
"""
import argparse
import fnmatch
import importlib
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # leave nothing in the source tree
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from exchange import Exchange  # noqa: E402
from further import Further  # noqa: E402
from pki import Pki  # noqa: E402
from subject import Subject  # noqa: E402
from tap import Skip, Tap  # noqa: E402


def pending_table():
    rows = [line.split("\t") for line in (HERE / "pending.tsv").read_text().splitlines()
            if line and not line.startswith("#")]
    return lambda name: next((feature for pattern, feature in rows
                              if fnmatch.fnmatchcase(name, pattern)), None)


class Matrix:
    """Row: what was done. Column: between whom. Cell: the worst result."""
    RANK = ("cannot", "ok", "skip", "FAIL")

    def __init__(self):
        self.rows, self.columns = {}, []

    def add(self, row, column, result):
        if column not in self.columns:
            self.columns.append(column)
        cells = self.rows.setdefault(row, {})
        cells[column] = max(cells.get(column, "cannot"), result, key=self.RANK.index)

    def __str__(self):
        width = max([len(row) for row in self.rows], default=0)
        lines = ["  ".join(["".ljust(width), *self.columns])]
        for row, cells in self.rows.items():
            lines.append("  ".join([row.ljust(width)] + [
                cells.get(column, "").ljust(len(column)) for column in self.columns]).rstrip())
        return "\n".join(lines)


def load_peers(pki, folder, wanted):
    for path in sorted(HERE.glob("peer_*.py")):
        name = path.stem.removeprefix("peer_")
        if not wanted or name in wanted:
            yield name, importlib.import_module(path.stem).Driver(pki, folder)


def check_available(peer):
    reason = peer.available()
    if reason:
        raise Skip(reason)


def exchange(tap, matrix, pending, writer, reader):
    direction = f"{writer.name} > {reader.name}"
    for row, name, case in Exchange(writer, reader).cases():
        if case is None:
            matrix.add(row, direction, "cannot")
            continue
        name = f"{direction}: {name}"
        matrix.add(row, direction, tap.run(name, case, pending(name)))


def run(options, folder, tap):
    pki = Pki(folder)
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    pending, matrix, started, ready = pending_table(), Matrix(), [], {}
    try:
        for name, peer in load_peers(pki, scratch, options.peer):
            started.append(peer)
            if tap.run(f"peer {name} is ready", lambda p=peer: check_available(p)) == "ok":
                ready[name] = peer
        if options.drivers_only:
            pairs = [(a, b) for a in ready.values() for b in ready.values()]
        else:
            subject = Subject(options.smime, pki, scratch)
            subject.available()
            pairs = [pair for peer in ready.values()
                     for pair in ((subject, peer), (peer, subject))]
        for writer, reader in pairs:
            exchange(tap, matrix, pending, writer, reader)
        if "openssl" in ready and not options.drivers_only:
            for name, case in Further(subject, ready["openssl"]).cases():
                tap.run(name, case, pending(name))
    finally:
        for peer in started:
            peer.close()
    tap.comment(str(matrix))
    tap.finish()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smime")
    parser.add_argument("--work", help="keep PKI and messages here")
    parser.add_argument("--peer", action="append")
    parser.add_argument("--drivers-only", action="store_true")
    options = parser.parse_args()
    if not options.smime and not options.drivers_only:
        parser.error("--smime is needed")
    tap = Tap()
    if options.work:
        folder = Path(options.work).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        run(options, folder, tap)
    else:
        with tempfile.TemporaryDirectory(prefix="smime-interop-") as name:
            run(options, Path(name), tap)


if __name__ == "__main__":
    main()
