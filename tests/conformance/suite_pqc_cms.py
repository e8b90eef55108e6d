# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two providers' structures with post-quantum recipients and signers, each a zip archive."""
import zipfile
from pathlib import PurePath

from context import as_pem, post_quantum_locked, post_quantum_unsigned, succeeded

ARCHIVE = "artifacts_cms_v3.zip"


def cases(ctx):
    for provider in ("bc", "ossl35"):
        with zipfile.ZipFile(ctx.path(provider, ARCHIVE)) as archive:
            files = {PurePath(name).name: archive.read(name) for name in archive.namelist()}
        for name in sorted(files):
            title = f"{provider}: {PurePath(name).stem}"
            if "_kemri_" in name:
                yield f"{title}: without the key", lambda d=files[name]: post_quantum_locked(ctx, d)
                yield f"{title}: with the key", lambda f=files, n=name: decrypts(ctx, f, n)
            elif name.endswith("_signed_attrs.der"):
                yield f"{title}: no claim", lambda d=files[name]: post_quantum_unsigned(ctx, d)
                yield f"{title}: the signature", lambda f=files, n=name: verifies(ctx, f, n)


def decrypts(ctx, files, name):
    stem = name.split("_kemri_")[0]
    key = ctx.tool.scratch(as_pem(files[f"{stem}_ee.der"])
                           + as_pem(files[f"{stem}_priv.der"]))
    run = ctx.tool.read("decode", files[name], "--identity", key)
    succeeded(run, "CONFIDENTIAL")
    assert run.content == files["expected_plaintext.txt"], str(run)


def verifies(ctx, files, name):
    run = ctx.tool.read("decode", files[name], "--trust", ctx.tool.scratch(files["ta.der"]))
    assert [s["status"] for s in run.signers()] == ["good"], str(run)
