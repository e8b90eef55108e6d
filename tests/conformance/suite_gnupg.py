# SPDX-License-Identifier: LGPL-2.1-or-later
"""gpgsm's samples of 2002.

Signed: SHA-1 under MD5 certificates, so nothing of it passes without the
legacy policy. Encrypted: AES-128 to a 1024-bit RSA key, given as libgcrypt's
S-expression.
"""
import hashlib
import re

import mailform
from context import mail_around, refused, succeeded

FOLDER = ("cms",)
ANCHOR = "cert_g10code_test1.der"
KEY = "32100C27173EF6E9C4E9A25D3D69F86D37A4F939"
TIME = ["--at", "2002-08-09T00:00:00Z"]
LEGACY = ["--policy", "legacy", *TIME]
SIGNATURES = {"text-1.osig": "good", "text-1.dsig": "good", "text-2.osig": "good",
              "text-1.osig-bad": "bad", "text-2.osig-bad": "bad"}
# SHA-256 of the plaintexts; the data does not come with them
PLAINTEXTS = {
    "plain-1": "ed46e2883b3bad304223e1dea41a948902984e5cecff7659b26876923dd29b08",
    "plain-2": "6d0d159ae4d7f8990906e819f8a6c8d1935ae8c4d5bb539f4456347a303574ba",
    "plain-3": "04db4af92071878f7325318657989827a84c53da11c0a8f094db95fab702d80d",
    "plain-large": "51341b30887a84f0ce5cc3c6d203ef0d36e92cf195f723e23f23eec7078695f0",
}


def cases(ctx):
    for name, status in SIGNATURES.items():
        yield f"{name}: legacy policy", lambda n=name, s=status: signature(ctx, n, s)
        yield f"{name}: default policy", lambda n=name: refused(
            ctx.tool.read("open", signed(ctx, n), *TIME, *trust(ctx)), n, "INVALID")
    yield "text-1.osig-badusage: legacy policy", lambda: bad_usage(ctx)
    for name, digest in PLAINTEXTS.items():
        yield name, lambda n=name, d=digest: decrypts(ctx, n, d)
    for path in sorted(ctx.path(*FOLDER, "samplemsgs").glob("pwri-*")):
        yield path.stem, lambda p=path: password(ctx, p)


def password(ctx, path):
    """As a structure by itself; the GCM one is AuthEnvelopedData."""
    run = ctx.tool.read("decode", path.read_bytes(), "--passphrase", ctx.tool.scratch(b"abc\n"))
    succeeded(run, "CONFIDENTIAL")
    assert b"Emma Goldman" in run.content, str(run)
    assert ("gcm" in path.stem) == bool(run.layers("auth-enveloped")), str(run)
    refused(ctx.tool.read("decode", path.read_bytes(), "--passphrase", ctx.tool.scratch(b"abd\n")),
            "another password", "INVALID")
    refused(ctx.tool.read("decode", path.read_bytes()), "no password", "LOCKED")


def trust(ctx):
    return ["--trust", ctx.path(*FOLDER, ANCHOR)]


def signed(ctx, name):
    cms = ctx.read(*FOLDER, f"{name}.pem")
    if "dsig" not in name:
        return mail_around(cms, "signed-data")
    return mailform.join_message(
        mailform.headers_from("somebody@example.com"),
        mailform.wrap_clear(ctx.read(*FOLDER, "text-1.txt"), mailform.pem_to_der(cms), "sha256"))


def signature(ctx, name, status):
    run = ctx.tool.read("open", signed(ctx, name), *LEGACY, *trust(ctx))
    assert run.report, f"no legacy policy yet\n{run}"
    [signer] = run.signers()
    wanted = ctx.expected(f"{name}: legacy policy", status)
    assert signer["status"] == wanted, f"wanted {wanted}\n{run}"


def bad_usage(ctx):
    anchor = ctx.path(*FOLDER, "samplekeys", "cert_g10code_test_ca.pem")
    run = ctx.tool.read("open", signed(ctx, "text-1.osig-badusage"),
                        "--policy", "legacy", "--at", "2002-09-04T00:00:00Z", "--trust", anchor)
    assert run.report, f"no legacy policy yet\n{run}"
    refused(run, "key usage", "INVALID")
    [signer] = run.signers()
    assert signer["path"]["status"] == "invalid" and "usage" in signer["path"]["reason"], str(run)


def tlv(tag, content):
    length = len(content)
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    head = bytes([length]) if length < 0x80 else bytes([0x80 | len(octets)]) + octets
    return bytes([tag]) + head + content


def rsa_key_pem(expression):
    """PKCS#1 (RFC 8017, A.1.2) from (n #..#)(e #..#)(d #..#)(p #..#)(q #..#)."""
    value = {name: int(digits, 16) for name, digits in
             re.findall(r"\((n|e|d|p|q) +#([0-9A-Fa-f]+)#\)", expression)}
    n, e, d, p, q = (value[name] for name in "nedpq")
    numbers = (0, n, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p))
    der = tlv(0x30, b"".join(tlv(2, v.to_bytes(v.bit_length() // 8 + 1, "big")) for v in numbers))
    return (b"-----BEGIN RSA PRIVATE KEY-----\n" + mailform.base64_lines(der)
            + b"-----END RSA PRIVATE KEY-----\n")


def decrypts(ctx, name, digest):
    message = mail_around(ctx.read(*FOLDER, f"{name}.cms.asc"), "enveloped-data")
    key = ctx.tool.scratch(rsa_key_pem(ctx.path(*FOLDER, KEY).read_text()))
    identity = ctx.identity(key, ctx.path(*FOLDER, ANCHOR))
    run = ctx.tool.read("decrypt", message, *identity)
    succeeded(run, "CONFIDENTIAL")
    assert hashlib.sha256(run.content).hexdigest() == digest, run.content[:200]
    refused(ctx.tool.read("decrypt", message), "no key", "LOCKED")
