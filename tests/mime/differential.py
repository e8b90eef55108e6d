#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads generated mails with this library and with others, and sorts what differs.

    differential.py --reader PROGRAM --roundtrip PROGRAM [--gmime PROGRAM] [--seed WORD]
                    [--count N] [--show CLASS]

The others are Python's email package, with its old and its new policy, and GMime. Compared are the
part tree, the types, the decoded bytes of leaves, and the one address of From. Each difference has
to be of a class that classes.tsv lists; one that is of none is a failure, and so is one in a sound
mail whose class is not for sound mails. Prints TAP.
"""
import argparse
import collections
import email
import email.errors
import email.policy
import email.utils
import json
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # leave nothing in the source tree
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "interop")]

from mails import mails  # noqa: E402
from tap import Tap  # noqa: E402

STRUCTURAL = 2


def other_program(program, batch):
    """A program that prints a line of JSON for each mail."""
    feed = b"".join(struct.pack(">I", len(mail)) + mail for mail in batch)
    done = subprocess.run([program], input=feed, capture_output=True)
    assert done.returncode == 0, f"{program}: exit {done.returncode}\n{done.stderr.decode()}"
    # what is no JSON fails here; bytes that are no UTF-8 are another test's matter
    return [json.loads(line) for line in done.stdout.decode(errors="replace").splitlines()]


def python_reader(policy):
    def read(batch):
        return [python_mail(mail, policy) for mail in batch]
    return read


def python_mail(mail, policy):
    try:
        message = email.message_from_bytes(mail, policy=policy)
        return {"root": python_entity(message), "from": python_from(message)}
    except Exception as error:  # its header parser has known ones
        return {"root": None, "error": f"{type(error).__name__}: {error}"}


def python_entity(entity):
    made = {"type": entity.get_content_type(), "children": []}
    if entity.is_multipart():
        made["children"] = [python_entity(part) for part in entity.get_payload()]
    else:
        made["data"] = (entity.get_payload(decode=True) or b"").hex()
    return made


def python_from(message):
    """All addresses of all From fields; str() of a field is what its policy makes of it."""
    fields = [str(value) for value in message.get_all("from", [])]
    return [address for _, address in email.utils.getaddresses(fields) if address]


Difference = collections.namedtuple("Difference", "reader kind path ours theirs")


def compare(reader, ours, theirs):
    if not theirs["root"]:
        yield Difference(reader, "refused", "1", None, theirs.get("error"))
        return
    yield from compare_entities(reader, ours["root"], theirs["root"])
    mine, named = ours.get("from"), [a for a in theirs["from"] if re.fullmatch("(?s).+@.+", a)]
    if [mine] != named and (mine or named):
        yield Difference(reader, "from", "1", mine, named)


def compare_entities(reader, ours, theirs):
    path = ours["path"]
    if ours["type"] != theirs["type"].lower():
        yield Difference(reader, "type", path, ours["type"], theirs["type"])
    if len(ours["children"]) != len(theirs["children"]):
        yield Difference(reader, "tree", path, len(ours["children"]), len(theirs["children"]))
        return
    for mine, other in zip(ours["children"], theirs["children"]):
        yield from compare_entities(reader, mine, other)
    both = ours["type"].split("/")[0], theirs["type"].lower().split("/")[0]
    if ours["children"] or "multipart" in both or "data" not in theirs:
        return
    if ours.get("data", "") != theirs["data"]:
        yield Difference(reader, "data", path, bytes.fromhex(ours.get("data", "")),
                         bytes.fromhex(theirs["data"]))


# What explains a difference that no structural defect announces: a name of classes.tsv, and whether
# it fits. `codes` are the defects that were reported.

def entity_at(ours, path):
    entity = ours["root"]
    for number in path.split(".")[1:]:
        entity = entity["children"][int(number) - 1]
    return entity


class Case:
    def __init__(self, mail, ours, difference):
        self.mail, self.ours, self.theirs = mail, difference.ours, difference.theirs
        self.codes = {code for code, _, _ in ours["defects"]}
        self.structural = {code for code, kind, _ in ours["defects"] if kind == STRUCTURAL}
        self.entity = entity_at(ours, difference.path)


CAUSES = {
    "from-none-here": lambda c: c.ours is None,
    "from-none-there": lambda c: not c.theirs,
    "from-quotes": lambda c: [c.ours] == [a.replace('"', "") for a in c.theirs],
    "from-8bit": lambda c: "header-8bit" in c.codes,
    "type-8bit": lambda c: same_but_8bit(c.ours, c.theirs),
    "message-types": lambda c: c.entity["type"].startswith("message/"),
    "last-delimiter": lambda c: c.theirs == c.ours + b"\r",
    "mixed-ends": lambda c: (len({line.endswith(b"\r") for line in c.mail.split(b"\n")[:-1]}) > 1
                             and abs(len(c.ours) - len(c.theirs)) <= 3
                             and min(c.ours, c.theirs, key=len)[:-3] in max(c.ours, c.theirs, key=len)),
    "refused": lambda c: c.theirs.startswith(("IndexError", "AttributeError")),
    "refused-header": lambda c: c.theirs is None,
}


def same_but_8bit(ours, theirs):
    return re.sub("[^ -~]", "?", ours) == re.sub("[^ -~]", "?", theirs.lower())


class Row:
    """A class: which readers, in what, and either a defect that announces it or a cause."""

    def __init__(self, line):
        self.name, self.readers, self.kinds, self.told, self.sound, self.reason = line.split("\t")
        self.count = 0

    def fits(self, difference, case, sound):
        return (difference.reader in self.readers.split(",")
                and difference.kind in self.kinds.split(",")
                and (not sound or self.sound == "sound")
                and (self.name in case.structural if self.told == "structural" else
                     CAUSES[self.name](case)))


def rows():
    return [Row(line) for line in (HERE / "classes.tsv").read_text().splitlines()
            if line and not line.startswith("#")]


class Session:
    """All mails, read by everybody; the classes count what they meet."""

    def __init__(self, options):
        self.options, self.rows = options, rows()
        self.batch = list(mails(options.seed, options.count))
        self.readers = {"python": python_reader(email.policy.default),
                        "python-old": python_reader(email.policy.compat32)}
        if options.gmime:
            self.readers["gmime"] = lambda batch: other_program(options.gmime, batch)
        self.ours = other_program(options.reader, [mail for _, mail in self.batch])

    def sound_mails(self):
        for (name, mail), ours in zip(self.batch, self.ours):
            told = [code for code, kind, _ in ours["defects"] if kind == STRUCTURAL]
            assert not name.endswith("sound") or not told, f"{name}: {told}\n{mail!r}"

    def whole_mails(self):
        """What roundtrip.c claims of every mail at hand, of these too."""
        with tempfile.TemporaryDirectory(prefix="smime-mails-") as folder:
            place = Path(folder, "mails")
            place.mkdir()
            for number, (_, mail) in enumerate(self.batch):
                place.joinpath(str(number)).write_bytes(mail)
            done = subprocess.run([self.options.roundtrip, folder], capture_output=True, text=True)
        assert done.returncode == 0 and "SKIP" not in done.stdout, done.stdout

    def sort(self, reader):
        found = []
        theirs = self.readers[reader]([mail for _, mail in self.batch])
        for (name, mail), ours, other in zip(self.batch, self.ours, theirs):
            for difference in compare(reader, ours, other):
                row = self.row(name, mail, ours, difference)
                if not row:
                    found.append(f"{name}: {difference}\n{ours['defects']}\n{mail!r}\n")
                elif self.options.show == row.name:
                    print(f"# {name}: {difference}\n#   {mail!r}")
        assert not found, f"{len(found)} differences of no class\n" + "".join(found[:5])

    def row(self, name, mail, ours, difference):
        case = Case(mail, ours, difference)
        for row in self.rows:
            if row.fits(difference, case, name.endswith("sound")):
                row.count += 1
                return row
        return None

    def counts(self):
        return "".join(f"{row.count:6} {row.told:10} {row.name}\n" for row in self.rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", required=True)
    parser.add_argument("--roundtrip", required=True)
    parser.add_argument("--gmime")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--count", type=int, default=4500)
    parser.add_argument("--show", help="print the differences of one class")
    options = parser.parse_args()
    tap, session = Tap(), Session(options)
    tap.run("a sound mail has no structural defect", session.sound_mails)
    tap.run("each mail comes out as it went in, however it is cut", session.whole_mails)
    for reader in ("python", "python-old", "gmime"):
        title = f"each difference from {reader} is of a class"
        if reader in session.readers:
            tap.run(title, lambda r=reader: session.sort(r))
        else:
            tap.skip(title, "needs GMime 3.0")
    tap.comment(f"{options.count} mails\n{session.counts()}")
    tap.finish()


if __name__ == "__main__":
    main()
