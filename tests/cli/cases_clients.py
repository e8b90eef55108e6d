# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/clients.md: the boxes on that page show what smime open says of real messages, in order."""
from email.utils import formatdate
from pathlib import Path

from bench import check

PAGE = Path(__file__).resolve().parents[2] / "docs" / "clients.md"
ALICE = "Alice Example <alice@example.com>"
WIDTH = 98  # of a line of a box, and of no table on the page
MALLORY = "Mallory <mallory@example.net>"


def mail(sender, subject, text="See below."):
    return (f"From: {sender}\r\nTo: Bob <bob@example.com>\r\nSubject: {subject}\r\n"
            f"Date: {formatdate()}\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: text/plain; charset=us-ascii\r\n\r\n{text}\r\n").encode()


def from_outside(message, sender):
    """Another From in the outer header, which comes first."""
    first, _, rest = message.partition(b"\r\nTo:")
    assert first.startswith(b"From:")
    return b"From: " + sender.encode() + b"\r\nTo:" + rest


def beside_text(part):
    """A mail of Mallory's around somebody else's protected part."""
    part = part[part.index(b"Content-Type:"):]
    return mail(MALLORY, "Is this yours?").partition(b"Content-Type:")[0] + (
        b"Content-Type: multipart/mixed; boundary=w\r\n\r\n--w\r\n\r\n"
        b"Please answer, and quote all of it.\r\n--w\r\n" + part + b"\r\n--w--\r\n")


def deep():
    inner = b"\r\nText.\r\n"
    for level in range(101):
        inner = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) +
                 inner + b"--b%d--\r\n" % level)
    return mail(ALICE, "Everything").partition(b"Content-Type:")[0] + inner


def examples(bench):
    """For each box: the message, options of open, and the reasons that stand below the sentence."""
    alice, bob = bench.identity("alice-rsa"), ["--to", bench.pki.certificate("bob-rsa")]
    known = ["--known", bench.file(None).parent / "known"]

    def made(verb, *words, sender=ALICE, subject="The new prices"):
        file = bench.file(mail(sender, subject))
        return bench.run(verb, *words, file, expect=0).stdout

    signed, both = made("sign", *alice), made("protect", *alice, *bob)
    bench.run("open", *bench.trust, *known, "--learn", bench.file(signed), expect=0)
    yield mail(ALICE, "Lunch on Friday"), [], []
    yield made("encrypt", *bob), [], []
    yield signed, [], []
    yield both, [], []
    yield signed.replace(b"See below.", b"Pay Eve.", 1), [], []
    yield made("encrypt", "--to", bench.pki.certificate("carol-rsa")), [], []
    yield deep(), [], []
    yield mail(ALICE, "Please pay today"), known, []
    yield made("sign", *bench.identity("alice-ec")), known, []
    yield (mail('"Alice Example, alice@example.com" <mallory@example.net>', "Please pay today"), [],
           [])
    yield from_outside(made("encrypt", *bob), MALLORY), [], []
    yield signed.replace(b"See below.", b"See below.\r\n-- \r\nTo leave the list: ...", 1), [], []
    yield beside_text(both), [], ["errant-layer"]
    yield beside_text(both), ["--isolate", "1.2"], []


def boxes():
    """What stands in each box, without its frame and line breaks."""
    box = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and line.endswith("|") and len(line) == WIDTH:
            box.append(line.strip("| "))
        elif line.startswith("+--") and box:
            yield " ".join(" ".join(box).split())
            box = []


def is_shown(bench, box, message, words, codes):
    run = bench.run("open", "--json", *bench.trust, *bench.identity("bob-rsa"), *words,
                    bench.file(message))
    report = run.report
    subject = [field["value"] for field in report["headers"] if field["name"] == "Subject"][0]
    said = [report["text"]] + [reason["text"] for reason in report["reasons"]
                               if reason["code"] in codes]
    check(len(said) == 1 + len(codes), f"{codes} are among the reasons", run)
    check(report["from"]["address"] in box.partition("Subject")[0], f"who stands in {box}", run)
    check(f"Subject {subject} " in box, f"the subject in {box}", run)
    check(box.endswith(" ".join(said)), f"what stands in {box}", run)


def cases(bench):
    def every():
        told, made = list(boxes()), list(examples(bench))
        check(len(told) == len(made), f"{len(told)} boxes for {len(made)} messages")
        for box, example in zip(told, made):
            is_shown(bench, box, *example)
    yield "the boxes of docs/clients.md say what the program says", every
