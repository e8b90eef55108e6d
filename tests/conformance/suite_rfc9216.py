# SPDX-License-Identifier: LGPL-2.1-or-later
"""RFC 9216's sample keys and certificates.

RSA for Alice and Bob, Ed25519 and X25519 for Carlos and Dana, two roots that
sign each other. Each person has a certificate to sign and one to encrypt.
"""
import mailform
from context import as_pem, refused, same_text, succeeded

AT = ["--at", "2025-01-01T00:00:00Z"]  # valid from 2019 to 2052
PEOPLE = {"alice": 4, "bob": 5, "carlos": 7, "dana": 8}
ROOTS = {"rsa": 3, "ed25519": 6}  # N.1 self-signed, N.3 signed by the other root
HOME = {"alice": "rsa", "bob": "rsa", "carlos": "ed25519", "dana": "ed25519"}
TEXT = b"Content-Type: text/plain\r\n\r\nWe meet on Thursday.\r\n"


def numbered(ctx, number):
    """The file of one section of the RFC."""
    [path] = ctx.path().glob(f"{number}-*")
    return path


class Person:
    def __init__(self, ctx, name):
        section = PEOPLE[name]
        self.name = name
        self.address = f"{name}@smime.example"
        self.root = numbered(ctx, f"{ROOTS[HOME[name]]}.1")
        self.signing, self.signing_key, self.encryption, self.encryption_key, self.p12 = (
            numbered(ctx, f"{section}.{n}") for n in range(1, 6))


def cases(ctx):
    people = {name: Person(ctx, name) for name in PEOPLE}
    for name, person in people.items():
        for use in ("sign", "encrypt"):
            yield f"{name}: path to {use}", lambda p=person, u=use: path_of(ctx, p, u)
        yield f"{name}: signs", lambda p=person: signs(ctx, p)
        yield f"{name}: reads mail", lambda p=person: reads(ctx, p, people)
        yield f"{name}: PKCS#12 to write and read", lambda p=person: pkcs12(ctx, p)
        yield f"{name}: path over the cross-signed root", lambda p=person: cross(ctx, p)
    yield "alice to bob: signed and encrypted", lambda: both(ctx, people["alice"], people["bob"])
    yield "carlos to dana: signed and encrypted", lambda: both(
        ctx, people["carlos"], people["dana"])


def message_from(person):
    return mailform.join_message(mailform.headers_from(person.address), TEXT)


def path_of(ctx, person, use):
    trust = [*AT, "--trust", person.root]
    right = person.signing if use == "sign" else person.encryption
    wrong = person.encryption if use == "sign" else person.signing
    run = ctx.tool.path(right, *trust, "--use", use, "--email", person.address)
    assert run.report["status"] == "valid", str(run)
    assert len(run.report["certificates"]) == 2, str(run)
    for certificate, words in ((wrong, [*trust, "--use", use]),
                               (right, [*trust, "--use", use, "--email", "eve@smime.example"]),
                               (right, [*AT, "--use", use]),
                               (right, ["--trust", person.root, "--use", use,
                                        "--at", "2053-01-01T00:00:00Z"])):
        run = ctx.tool.path(certificate, *words)
        assert run.report["status"] != "valid", str(run)
    # one bit of the issuer's signature
    damaged = bytearray(mailform.pem_to_der(right.read_bytes()))
    damaged[-5] ^= 1
    run = ctx.tool.path(ctx.tool.scratch(as_pem(bytes(damaged))), *trust, "--use", use)
    assert run.report["status"] == "invalid", str(run)


def cross(ctx, person):
    """Up to the other root, over this root's certificate from it."""
    own = ROOTS[HOME[person.name]]
    other = next(number for number in ROOTS.values() if number != own)
    words = [*AT, "--trust", numbered(ctx, f"{other}.1"), "--use", "sign"]
    run = ctx.tool.path(person.signing, *words, "--untrusted", numbered(ctx, f"{own}.3"))
    assert run.report["status"] == "valid", str(run)
    assert len(run.report["certificates"]) == 3, str(run)
    run = ctx.tool.path(person.signing, *words)
    assert run.report["status"] != "valid", str(run)


def check_signed(ctx, message, person):
    trust = [*AT, "--trust", person.root]
    run = ctx.tool.read("open", message, *trust)
    succeeded(run, "VERIFIED")
    same_text(run.content.split(b"\r\n\r\n", 1)[1], TEXT.split(b"\r\n\r\n", 1)[1], run)
    refused(ctx.tool.read("open", mailform.flip_last(message), *trust), "damaged", "INVALID")
    refused(ctx.tool.read("open", mailform.change_from(message, "eve@smime.example"), *trust),
            "another From", "INVALID")


def signs(ctx, person):
    identity = ctx.identity(person.signing_key, person.signing)
    for form in ([], ["--opaque"]):
        made = ctx.tool.write("sign", message_from(person), *identity, *form)
        assert made.code == 0, str(made)
        check_signed(ctx, made.content, person)
    # a certificate to encrypt with is no signer's
    made = ctx.tool.write("sign", message_from(person),
                          *ctx.identity(person.encryption_key, person.encryption))
    assert made.code in (1, 2), str(made)


def reads(ctx, person, people):
    for cipher in ("aes-256-cbc", "aes-256-gcm"):
        made = ctx.tool.write("encrypt", message_from(person), "--to", person.encryption,
                              "--cipher", cipher)
        assert made.code == 0, str(made)
        run = ctx.tool.read("decrypt", made.content,
                            *ctx.identity(person.encryption_key, person.encryption))
        succeeded(run, "CONFIDENTIAL")
        same_text(run.content.split(b"\r\n\r\n", 1)[1], TEXT.split(b"\r\n\r\n", 1)[1], run)
        stranger = people["bob" if person.name == "alice" else "alice"]
        refused(ctx.tool.read("decrypt", made.content, *ctx.identity(
            stranger.encryption_key, stranger.encryption)), "another key", "LOCKED")
    made = ctx.tool.write("encrypt", message_from(person), "--to", person.signing)
    assert made.code == 1, f"a certificate to sign with is no recipient's\n{made}"


def pkcs12(ctx, person):
    """The PKCS#12 holds both keys; the password is the first name."""
    p12 = ctx.tool.scratch(mailform.pem_to_der(person.p12.read_bytes()))
    for file in (p12, person.p12):  # DER, and PEM as the RFC prints it
        identity = ["--identity", file, *ctx.passwords(person.name)]
        made = ctx.tool.write("sign", message_from(person), *identity)
        assert made.code == 0, str(made)
        check_signed(ctx, made.content, person)
        made = ctx.tool.write("encrypt", message_from(person), "--to", person.encryption)
        assert made.code == 0, str(made)
        succeeded(ctx.tool.read("decrypt", made.content, *identity), "CONFIDENTIAL")
    made = ctx.tool.write("sign", message_from(person),
                          "--identity", p12, *ctx.passwords("wrong"))
    assert made.code == 1, str(made)


def both(ctx, sender, recipient):
    made = ctx.tool.write("protect", message_from(sender),
                          *ctx.identity(sender.signing_key, sender.signing),
                          "--to", recipient.encryption, "--no-self")
    assert made.code == 0, str(made)
    trust = [*AT, "--trust", sender.root]
    key = ctx.identity(recipient.encryption_key, recipient.encryption)
    run = ctx.tool.read("open", made.content, *trust, *key)
    succeeded(run, "CONFIDENTIAL_VERIFIED")
    same_text(run.content.split(b"\r\n\r\n", 1)[1], TEXT.split(b"\r\n\r\n", 1)[1], run)
    claimed = mailform.change_from(made.content, "eve@smime.example")
    refused(ctx.tool.read("open", claimed, *trust, *key), "another From", "INVALID")
    refused(ctx.tool.read("open", made.content, *trust), "no key", "LOCKED")
