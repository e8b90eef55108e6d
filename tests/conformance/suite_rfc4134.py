# SPDX-License-Identifier: LGPL-2.1-or-later
"""RFC 4134's examples of 1999 to 2002: SHA-1, DSA, 3DES and RC2."""
import mailform
from context import mail_around, refused, succeeded

AT = ["--at", "2003-01-01T00:00:00Z"]
LEGACY = [*AT, "--policy", "legacy"]
# section: how many signers
SIGNED = {"4.1": 1, "4.2": 1, "4.3": 1, "4.4": 1, "4.5": 1, "4.6": 2, "4.7": 1,
          "4.8": 1, "4.9": 1, "4.10": 1}
ENCRYPTED = ("5.1", "5.2", "5.3")


def cases(ctx):
    for name, signers in SIGNED.items():
        yield f"{name}: legacy policy", lambda n=name, s=signers: signature(ctx, n, s)
        yield f"{name}: default policy", lambda n=name: refused(
            ctx.tool.read("open", message(ctx, n), *AT, *trust(ctx)), n, "INVALID")
    yield "4.11", lambda: certificates_only(ctx)
    for name in ENCRYPTED:
        yield f"{name}: legacy policy", lambda n=name: decrypts(ctx, n)
        yield f"{name}: no key", lambda n=name: refused(
            ctx.tool.read("decrypt", message(ctx, n)), "no key", "LOCKED")
    yield "6.0", lambda: digested(ctx)
    for name in ("7.1", "7.2"):
        yield name, lambda n=name: encrypted_data(ctx, n)


def trust(ctx):
    return ["--trust", ctx.path("CarlDSSSelf.cer"), "--trust", ctx.path("CarlRSASelf.cer")]


def message(ctx, name):
    if ctx.path(f"{name}.eml").exists():
        return ctx.read(f"{name}.eml")
    cms = ctx.read(f"{name}.bin")
    if name == "4.3":  # detached; its content is the bare text
        return mailform.join_message(
            mailform.headers_from("AliceDSS@example.com"),
            mailform.wrap_clear(ctx.read("ExContent.bin"), cms, "sha256"))
    kind = "enveloped-data" if name.startswith("5") else "signed-data"
    return mail_around(cms, kind, "AliceDSS@example.com")


def signature(ctx, name, count):
    if name == "4.3":  # detached, and its content is no mail
        run = ctx.tool.read("decode", ctx.read("4.3.bin"), "--content", ctx.path("ExContent.bin"),
                            *LEGACY, *trust(ctx), "--use", "any")
        return succeeded(run, "VERIFIED")
    run = ctx.tool.read("open", message(ctx, name), "--unverified", *LEGACY, *trust(ctx))
    assert run.report, f"no legacy policy yet\n{run}"
    signers = [s for s in run.signers() if s["countersigns"] is None]
    counters = [s["status"] for s in run.signers() if s["countersigns"] is not None]
    assert counters == (["good"] if name == "4.4" else []), str(run)
    bad = sorted(s["status"] for s in signers if s["status"] != "good")
    wanted = ctx.expected(f"{name}: legacy policy", "all good")
    assert len(signers) == count and (" ".join(bad) or "all good") == wanted, str(run)
    assert ctx.read("ExContent.bin") in (run.content or b""), str(run)


def certificates_only(ctx):
    """No signer: nothing is claimed, whatever the certificates are."""
    run = ctx.tool.read("open", message(ctx, "4.11"), *AT, *trust(ctx))
    assert run.summary == "UNPROTECTED", str(run)
    assert run.report["reasons"] and not run.signers(), str(run)


def digested(ctx):
    run = ctx.tool.read("decode", ctx.read("6.0.bin"))
    succeeded(run, "UNPROTECTED")
    assert run.content == ctx.read("ExContent.bin") and run.layers("digested"), str(run)
    damaged = ctx.read("6.0.bin").replace(b"This is some", b"This is none")
    refused(ctx.tool.read("decode", damaged), "damaged", "INVALID")


def encrypted_data(ctx, name):
    """The key stands in the RFC's text."""
    key = ctx.tool.scratch(b"737c791f25ead0e04629254352f7dc6291e5cb26917ada32\n")
    run = ctx.tool.read("decode", ctx.read(f"{name}.bin"), "--policy", "legacy",
                        "--content-key", key)
    succeeded(run, "CONFIDENTIAL")
    assert run.content == ctx.read("ExContent.bin"), str(run)
    refused(ctx.tool.read("decode", ctx.read(f"{name}.bin"), "--content-key", key),
            "3DES by the default policy", "INVALID")
    refused(ctx.tool.read("decode", ctx.read(f"{name}.bin")), "no key", "LOCKED")


def decrypts(ctx, name):
    run = ctx.tool.read("decrypt", message(ctx, name), "--policy", "legacy", *ctx.identity(
        ctx.path("BobPrivRSAEncrypt.pri"), ctx.path("BobRSASignByCarl.cer")))
    succeeded(run, "CONFIDENTIAL")
    assert ctx.read("ExContent.bin") in run.content, str(run)
