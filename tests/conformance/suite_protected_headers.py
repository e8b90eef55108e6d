# SPDX-License-Identifier: LGPL-2.1-or-later
"""S/MIME mails with the older protected headers, 2019."""
import email

import mailform
from context import refused, same_text, succeeded

AT = ["--at", "2020-01-01T00:00:00Z"]
SIGNED = ("smime-multipart-signed", "smime-onepart-signed")
# the innermost content of the encrypted ones
ENCRYPTED = {"smime-enc+legacy-disp": ".inner", "smime-sign+enc": ".inner.inner",
             "smime-sign+enc+legacy-disp": ".inner.inner"}


def cases(ctx):
    for name in SIGNED:
        yield f"{name}: verified", lambda n=name: verified(ctx, n)
        yield f"{name}: damaged or misattributed", lambda n=name: damaged(ctx, n)
        yield f"{name}: protected subject", lambda n=name: subject(
            ctx, n, "signed", ctx.tool.read("open", ctx.read(f"{n}.eml"), *trust(ctx)))
    for name, inner in ENCRYPTED.items():
        yield f"{name}: opened", lambda n=name, i=inner: opened(ctx, n, i)
        yield f"{name}: no key", lambda n=name: refused(
            ctx.tool.read("open", ctx.read(f"{n}.eml"), *trust(ctx)), "no key", "LOCKED")
        yield f"{name}: protected subject", lambda n=name: subject(
            ctx, n, "signed-and-encrypted" if "sign" in n else "encrypted", open_it(ctx, n))


def trust(ctx):
    return [*AT, "--trust", ctx.path("sample-ca.pem")]


def open_it(ctx, name):
    # the data's README says that the password is empty; the file opens with this one
    p12 = ctx.tool.scratch(mailform.pem_to_der(ctx.read("bob.p12")))
    return ctx.tool.read("open", ctx.read(f"{name}.eml"), *trust(ctx), "--policy", "legacy",
                         "--identity", p12, *ctx.passwords("bob"))


def verified(ctx, name):
    run = ctx.tool.read("open", ctx.read(f"{name}.eml"), *trust(ctx))
    succeeded(run, "VERIFIED")
    if name == "smime-onepart-signed":
        same_text(run.content, ctx.read(f"{name}.inner"), run)
    else:
        same_text(run.content, mailform.unwrap(ctx.read(f"{name}.eml")).content, run)


def damaged(ctx, name):
    message = ctx.read(f"{name}.eml")
    refused(ctx.tool.read("open", mailform.flip_last(message), *trust(ctx)),
            "damaged signature", "INVALID")
    changed = (mailform.flip_first(message) if "onepart" in name
               else message.replace(b"cancel", b"accept"))
    assert changed != message
    refused(ctx.tool.read("open", changed, *trust(ctx)), "damaged content", "INVALID")


def opened(ctx, name, inner):
    run = open_it(ctx, name)
    succeeded(run, "CONFIDENTIAL_VERIFIED" if "sign" in name else "CONFIDENTIAL")
    same_text(run.content, ctx.read(name + inner), run)


def subject(ctx, name, protection, run):
    """The subject shown is the protected one, and its protection is told."""
    succeeded(run)
    inner = email.message_from_bytes(run.content)["Subject"]
    shown = [(h["value"], h["protection"]) for h in run.report["headers"]
             if h["name"].lower() == "subject"]
    assert shown == [(inner, protection)], f"{shown}\n{run}"
