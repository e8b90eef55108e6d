# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples of RFC 9882: SignedData with ML-DSA, without the certificates of its signers."""
from context import post_quantum_unsigned


def cases(ctx):
    for path in sorted(ctx.path("examples").glob("*.pem")):
        yield f"{path.stem}: no claim", lambda p=path: post_quantum_unsigned(ctx, p.read_bytes())
        yield f"{path.stem}: the signature", lambda p=path: named(ctx, p)


def named(ctx, path):
    """There is no certificate to verify with; the algorithm at least is known by its name."""
    run = ctx.tool.read("decode", path.read_bytes())
    assert [s["signature"] for s in run.signers()] == [path.stem.split("-")[0]], str(run)
