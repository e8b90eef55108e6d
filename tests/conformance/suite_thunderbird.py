# SPDX-License-Identifier: LGPL-2.1-or-later
"""Thunderbird's S/MIME mails, made by NSS.

expected.tsv says for each file what that client shows: encrypted, signed,
signature good. Here: an encryption layer was opened, there is a signed layer,
the summary is a VERIFIED one.
"""
import ast
import csv
import fnmatch

import mailform
from context import refused, succeeded
from smime_tool import ENCRYPTION, VERIFIED

AT = ["--at", "2026-06-01T00:00:00Z"]  # the leaf certificates: 2026-01-26 to 2031-01-26
# a good signature around the encryption and none inside
SIGNED_OUTSIDE = "alice.env.sig.SHA???.opaque.eml"
TEXTS = {"gTextAliceBob": b"This is a test message from Alice to Bob."}


def cases(ctx):
    trust = [*AT, "--trust", ctx.path("TestCA.pem")]
    bob = ["--identity", ctx.path("Bob.p12"), *ctx.passwords("nss")]
    eve = ["--identity", ctx.path("Eve.p12"), *ctx.passwords("nss")]
    with ctx.path("expected.tsv").open(newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t"))
    for row in rows:
        name = row["file"]
        other = ast.literal_eval(row["other"])
        yield name, lambda row=row, other=other: judge(ctx, row, other, trust + bob)
        if (ctx.expected(name, triple(row)).endswith("good=true")
                or fnmatch.fnmatchcase(name, SIGNED_OUTSIDE)):
            yield f"{name}: another From", lambda n=name: another_from(ctx, n, trust + bob)
        if ".env.eml" in name:  # encrypted outermost
            yield f"{name}: no key", lambda n=name: refused(
                ctx.tool.read("open", ctx.read(n), *trust), "no key", "LOCKED")
            yield f"{name}: wrong key", lambda n=name: refused(
                ctx.tool.read("open", ctx.read(n), *trust, *eve), "Eve's key", "LOCKED")
    yield "no anchor", lambda: no_anchor(ctx)
    yield "after the certificates' end", lambda: after_the_end(ctx)


def judge(ctx, row, other, words):
    name = row["file"]
    run = ctx.tool.read("open", ctx.read(name), "--unverified", *words)
    outcome = (f"enc={flag(any_opened(run))} sig={flag(run.layers('signed'))} "
               f"good={flag(run.summary in VERIFIED)}")
    wanted = ctx.expected(name, triple(row))
    assert outcome == wanted, f"got    {outcome}\nwanted {wanted}\n{run}"
    outside = fnmatch.fnmatchcase(name, SIGNED_OUTSIDE)
    if outside:
        assert run.summary == "CONFIDENTIAL" and run.report["from"]["binding"] == "match", str(run)
        assert "signature-outside" in run.reason_codes(), str(run)
    if run.layers("signed"):
        assert (run.code == 0) == (outside or run.summary in VERIFIED), \
            f"a bad signature is no success\n{run}"
    assert ("signing-time-differs" in run.reason_codes()) == ("future" in name), str(run)
    if "check_text" in other:
        assert TEXTS[other["check_text"]] in (run.content or b""), str(run)
    if "dave" in other:
        dave_around_alice(name, run)


def dave_around_alice(name, run):
    """The two signed layers, each judged for itself; the From is Dave's."""
    outer, inner = run.layers("signed")
    for layer, address in ((outer, "dave@example.com"), (inner, "alice@example.com")):
        [signer] = layer["signers"]
        assert [e.lower() for e in signer["emails"]] == [address], str(run)
        assert signer["path"]["status"] == "valid", str(run)
        if "SHA1" not in name:
            # the clear signature around the encryption was made over LF line ends
            bad = layer is inner and ".env.dsig." in name
            assert signer["status"] == ("bad" if bad else "good"), str(run)
    assert run.report["from"]["binding"] == "mismatch", str(run)


def triple(row):
    return f"enc={row['enc']} sig={row['sig']} good={row['sig_good']}"


def flag(value):
    return "true" if value else "false"


def any_opened(run):
    return any(recipient["opened"] for layer in run.layers(*ENCRYPTION)
               for recipient in layer["recipients"])


def another_from(ctx, name, words):
    claimed = mailform.change_from(ctx.read(name), "eve@example.com")
    refused(ctx.tool.read("open", claimed, *words), "another From", "INVALID")


def no_anchor(ctx):
    run = ctx.tool.read("open", ctx.read("alice.dsig.SHA256.multipart.eml"), *AT)
    refused(run, "no anchor", "INVALID")
    [signer] = run.signers()
    assert signer["status"] == "good" and signer["path"]["reason"] == "no-anchor", str(run)


def after_the_end(ctx):
    message = ctx.read("alice.dsig.SHA256.multipart.eml")
    trust = ["--trust", ctx.path("TestCA.pem")]
    succeeded(ctx.tool.read("open", message, *trust, *AT), "VERIFIED")
    refused(ctx.tool.read("open", message, *trust, "--at", "2031-06-01T00:00:00Z"),
            "expired certificate", "INVALID")
