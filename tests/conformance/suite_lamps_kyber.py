# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example of RFC 9936: AuthEnvelopedData whose recipient has an ML-KEM key."""
from context import post_quantum_locked, succeeded

FOLDER = ("example",)


def cases(ctx):
    cms = ctx.read(*FOLDER, "ML-KEM-512.cms")
    yield "ML-KEM-512: without the key", lambda: post_quantum_locked(ctx, cms)
    yield "ML-KEM-512: with the key", lambda: decrypts(ctx, cms)


def decrypts(ctx, cms):
    key = ctx.identity(ctx.path(*FOLDER, "ML-KEM-512.pem"),
                       ctx.path(*FOLDER, "ML-KEM-512-both.priv"))
    run = ctx.tool.read("decode", cms, *key)
    succeeded(run, "CONFIDENTIAL")
    assert run.content == ctx.read(*FOLDER, "plaintext.txt"), str(run)
