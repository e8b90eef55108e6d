# SPDX-License-Identifier: LGPL-2.1-or-later
"""RFC 9788's example messages (appendix C), with RFC 9216's keys.

Two claims for each: the cryptography opens today; the header fields shown are
the protected ones.
"""
import csv

import mailform
import suite_rfc9216 as lamps
from context import refused, succeeded

AT = ["--at", "2021-03-01T00:00:00Z"]


def cases(ctx):
    with ctx.path("expected.tsv").open(newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        name = row["file"].removesuffix(".eml")
        encrypted = "encrypted" in row["kind"]
        yield f"{name}: opens", lambda r=row, e=encrypted: opens(ctx, r, e)
        if encrypted:
            yield f"{name}: wrong key", lambda r=row: refused(
                ctx.tool.read("open", ctx.read(r["file"]), *words(ctx, "carlos")),
                "wrong key", "LOCKED")
        else:
            yield f"{name}: damaged", lambda r=row: damaged(ctx, r)
        if row["scheme"] != "none":
            yield f"{name}: protected headers", lambda r=row, e=encrypted: headers(ctx, r, e)


def words(ctx, reader="bob"):
    """The root, and the reader's decryption key."""
    keys = Keys(ctx)
    person = lamps.Person(keys, reader)
    return [*AT, "--trust", lamps.numbered(keys, "3.1"),
            *ctx.identity(person.encryption_key, person.encryption)]


class Keys:
    """RFC 9216's folder, seen from this suite."""

    def __init__(self, ctx):
        self.folder = ctx.all_data / "rfc9216"

    def path(self):
        return self.folder


def opens(ctx, row, encrypted):
    run = ctx.tool.read("open", ctx.read(row["file"]), *words(ctx))
    wanted = "CONFIDENTIAL_VERIFIED" if encrypted else "VERIFIED"
    succeeded(run, ctx.expected(f"{row['file'].removesuffix('.eml')}: opens", wanted))
    assert run.report["from"]["address"] == "alice@smime.example", str(run)


def damaged(ctx, row):
    message = ctx.read(row["file"])
    refused(ctx.tool.read("open", mailform.flip_last(message), *words(ctx)),
            "damaged signature", "INVALID")
    changed = (message.replace(b"message", b"massage") if row["form"] == "multipart/signed"
               else mailform.flip_first(message))
    assert changed != message
    refused(ctx.tool.read("open", changed, *words(ctx)), "damaged content", "INVALID")


def headers(ctx, row, encrypted):
    run = ctx.tool.read("open", ctx.read(row["file"]), *words(ctx))
    succeeded(run)
    shown = {h["name"].lower(): (h["value"], h["protection"]) for h in run.report["headers"]}
    # a field that stands outside unchanged was never secret
    subject = ("signed-and-encrypted" if encrypted and row["outer_subject"] == "[...]"
               else "signed")
    assert shown.get("subject") == (row["inner_subject"], subject), f"{shown}\n{run}"
    for field in ("from", "date"):
        assert shown.get(field, [None])[0] == row[f"inner_{field}"], f"{field}: {shown}\n{run}"
