# SPDX-License-Identifier: LGPL-2.1-or-later
"""Messages that OpenSSL encrypted for NSS to read: OAEP and ECDH parameters."""
from context import mail_around, refused, same_text, succeeded

FOLDER = ("tests", "smime", "interop-openssl")
TEXT = b"This is a test message to Fran."


def cases(ctx):
    for path in sorted(ctx.path(*FOLDER).glob("*.env")):
        key, other = ("Fran-ec", "Fran") if "fran-ec" in path.name else ("Fran", "Fran-ec")
        yield path.stem, lambda p=path, k=key: decrypts(ctx, p, k)
        yield f"{path.stem}: another key", lambda p=path, o=other: refused(
            decrypt(ctx, p, o), "another key", "LOCKED")


def decrypt(ctx, path, key, *words):
    return ctx.tool.read("decrypt", mail_around(path.read_bytes(), "enveloped-data"),
                         "--identity", ctx.path(*FOLDER, f"{key}.p12"),
                         *ctx.passwords("nss"), *words)


def decrypts(ctx, path, key):
    legacy = ["--policy", "legacy"] if path.stem == "fran-oaep_ossl" else []  # 3DES
    run = decrypt(ctx, path, key, *legacy)
    succeeded(run, "CONFIDENTIAL")
    same_text(run.content.strip(), TEXT, run)
