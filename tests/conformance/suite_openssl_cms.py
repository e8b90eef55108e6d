# SPDX-License-Identifier: LGPL-2.1-or-later
"""OpenSSL's CMS test data: attribute violations, malformed input, keys."""
import shutil
import subprocess

import ber
import mailform
from context import as_pem, mail_around, refused, same_text, succeeded
from tap import Skip

FOLDER = ("test", "recipes", "80-test_cms_data")
CERTS = ("test", "smime-certs")
AT = ["--at", "2025-06-01T00:00:00Z"]
# one signed attribute missing, doubled, or (signingTime) not signed
BAD_ATTRIBUTES = ("bad_signtime_attr", "no_ct_attr", "no_md_attr", "ct_multiple_attr")
# not smec3: its issuer is an older root, which is not in the data
SIGNERS = ("smrsa1", "smrsa2", "smrsa3", "smec1", "smec2", "smdsa1", "smdsa2", "smdsa3",
           "sm_mldsa44", "sm_slhdsa_sha2_128s", "sm_slhdsa_shake_128s", "sm_slhdsa_shake_256s")
RECIPIENTS = ("smrsa1", "smrsa2", "smrsa3", "smec1", "smec2", "smec3", "smdh",
              "sm_mlkem512", "sm_mlkem768")
TEXT = b"Content-Type: text/plain\r\n\r\nSomewhat shorter test content.\r\n"


def cases(ctx):
    for name in BAD_ATTRIBUTES:
        yield name, lambda n=name: bad_attribute(ctx, f"{n}.cms")
    yield "ciphertext_from_1_1_1", lambda: ciphertext(ctx)
    for name, wanted in (("authenveloped_attrs", b"Hello AuthEnvelopedData world\n"),
                         ("bad_authenveloped_attrs", None),
                         # its attributes lack both that RFC 5652 9.2 and 11 demand
                         ("authenticated_attrs", None)):
        yield name, lambda n=name, w=wanted: shared_key(ctx, n, w)
    for name, key in (("ecdh-malformed", "ecdh"), ("rsa-malformed", "smrsa3"),
                      ("dh-malformed", "dh")):
        yield f"{name}: with its key", lambda n=name, k=key: malformed(ctx, n, k)
        yield f"{name}: without a key", lambda n=name: malformed(ctx, n, None)
    for name, smime_type in (("pkcs7-md4", "signed-data"), ("pkcs7-md4-encrypted", None)):
        yield name, lambda n=name, t=smime_type: refused(
            ctx.tool.read("open", mail_around(ctx.read(*FOLDER, f"{n}.pem"), t), *AT), n, "INVALID")
    for name in ("pkcs7-empty-digest-set", "SignedInvalidMappingFromanyPolicyTest7"):
        yield name, lambda n=name: refused(
            ctx.tool.read("open", ctx.read("test", "smime-eml", f"{n}.eml"),
                          "--at", "2026-06-01T00:00:00Z"), n, "INVALID")
    for name in SIGNERS:
        yield f"{name}: signs and verifies", lambda n=name: signs(ctx, n)
    for name in RECIPIENTS:
        yield f"{name}: encrypts and decrypts", lambda n=name: encrypts(ctx, n)
    yield "csrsa1: not for e-mail", lambda: code_signing(ctx)
    yield "smrsa1024: RSA key too short", lambda: short_key(ctx)
    yield "badrsa: damaged certificate refused", lambda: damaged_certificate(ctx)


def first_certificate(cms):
    """SignedData's first certificate, DER."""
    content_info = ber.parse(cms)
    signed_data = content_info.children[1].children[0]
    certificates = next(child for child in signed_data.children if child.tag == 0xA0)
    first = certificates.children[0]
    return cms[first.start:first.end]


def bad_attribute(ctx, name):
    cms = ctx.read(*FOLDER, name)
    # The issuer is not in the data. With the signer's certificate as the anchor
    # nothing but the attributes can be wrong.
    anchor = ctx.tool.scratch(as_pem(first_certificate(cms)))
    words = ["--trust", anchor, "--at", "2020-01-01T00:00:00Z"]
    run = ctx.tool.read("open", mail_around(cms, "signed-data"), *words)
    refused(run, name, "INVALID")
    [signer] = run.signers()
    assert signer["status"] == "bad", str(run)


def shared_key(ctx, name, wanted):
    key = ctx.tool.scratch(b"c0fee0:000102030405060708090a0b0c0d0e0f\n")
    run = ctx.tool.read("decode", ctx.read(*FOLDER, f"{name}.pem"), "--shared-key", key)
    if wanted is None:
        return refused(run, name, "INVALID")
    succeeded(run, "CONFIDENTIAL")
    assert run.content == wanted, str(run)


def ciphertext(ctx):
    """From OpenSSL 1.1.1: ECDH with a SHA-1 KDF, two recipients, 3DES."""
    message = ctx.read(*FOLDER, "ciphertext_from_1_1_1.cms")
    run = ctx.tool.read("decrypt", message, "--policy", "legacy", *AT,
                        *ctx.identity(ctx.path(*CERTS, "smec3.pem")))
    succeeded(run)
    assert run.content.startswith(b"Somewhat longer test content for OpenSSL CMS"), str(run)


def malformed(ctx, name, key):
    cms = ctx.read(*FOLDER, f"{name}.der")
    identity = []
    if key in ("ecdh", "dh"):
        identity = ctx.identity(ctx.path(*FOLDER, f"{key}-cert.pem"),
                                ctx.path(*FOLDER, f"{key}-key.pem"))
    elif key:
        identity = ctx.identity(ctx.path(*CERTS, f"{key}.pem"))
    run = ctx.tool.read("open", mail_around(cms, "enveloped-data"), *AT, *identity)
    refused(run, name)


def trust(ctx):
    return [*AT, "--trust", ctx.path(*CERTS, "smroot.pem")]


def plain_mail():
    return mailform.join_message(mailform.headers_from("alice@example.com"), TEXT)


def signs(ctx, name):
    identity = ctx.identity(ctx.path(*CERTS, f"{name}.pem"))
    if ctx.expected(f"{name}: signs and verifies", "signs") == "refuses":
        made = ctx.tool.write("sign", plain_mail(), *identity)
        assert made.code in (1, 3), str(made)
        return
    for form in ([], ["--opaque"]):
        made = ctx.tool.write("sign", plain_mail(), *identity, *form)
        assert made.code == 0, str(made)
        run = ctx.tool.read("open", made.content, "--unverified", *trust(ctx))
        # none of these certificates holds an address, so none can be VERIFIED
        [signer] = run.signers()
        assert (signer["status"], signer["path"]["status"], signer["binding"]) == (
            "good", "valid", "no-address"), str(run)
        damaged = (mailform.flip_first(made.content) if form
                   else made.content.replace(b"shorter", b"shortly"))
        refused(ctx.tool.read("open", damaged, *trust(ctx)), "damaged", "INVALID")
        damaged = ctx.tool.read("open", mailform.flip_last(made.content), *trust(ctx))
        refused(damaged, "damaged signature", "INVALID")
        assert [s["status"] for s in damaged.signers()] == ["bad"], str(damaged)


def encrypts(ctx, name):
    recipient = ctx.path(*CERTS, f"{name}.pem")
    made = ctx.tool.write("encrypt", plain_mail(), "--to", recipient)
    wanted = ctx.expected(f"{name}: encrypts and decrypts", "encrypts")
    if wanted == "refuses the key":
        assert made.code in (1, 3), str(made)
        return
    if wanted == "refuses":
        assert made.code == 1 and "key usage" in made.stderr, str(made)
        made.content = by_openssl(ctx, recipient)
    assert made.content, str(made)
    run = ctx.tool.read("decrypt", made.content, *ctx.identity(recipient))
    succeeded(run, "CONFIDENTIAL")
    same_text(run.content.split(b"\r\n\r\n", 1)[1], TEXT.split(b"\r\n\r\n", 1)[1], run)
    stranger = "smrsa2" if name != "smrsa2" else "smrsa1"
    refused(ctx.tool.read("decrypt", made.content,
                          *ctx.identity(ctx.path(*CERTS, f"{stranger}.pem"))),
            "another key", "LOCKED")


def by_openssl(ctx, recipient):
    if not shutil.which("openssl"):
        raise Skip("openssl not found")
    words = ["openssl", "cms", "-encrypt", "-aes-256-cbc", "-recip", recipient,
             "-keyopt", "ecdh_kdf_md:sha256"]
    return subprocess.run(words, input=TEXT, capture_output=True, check=True).stdout


def code_signing(ctx):
    certificate = ctx.path(*CERTS, "csrsa1.pem")
    run = ctx.tool.path(certificate, *trust(ctx), "--use", "sign")
    assert run.report and run.report["status"] == "invalid", str(run)
    run = ctx.tool.path(certificate, *trust(ctx), "--use", "any")
    assert run.report and run.report["status"] == "valid", str(run)
    made = ctx.tool.write("sign", plain_mail(), *ctx.identity(certificate))
    assert made.code == 1, str(made)


def short_key(ctx):
    certificate = ctx.path(*CERTS, "smrsa1024.pem")
    made = ctx.tool.write("encrypt", plain_mail(), "--to", certificate)
    assert made.code == 1, f"RFC 8551 wants 2048 bits for new messages\n{made}"


def damaged_certificate(ctx):
    made = ctx.tool.write("encrypt", plain_mail(), "--to", ctx.path(*CERTS, "badrsa.pem"))
    assert made.code in (1, 3), str(made)
