#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""CMS in every kind that OpenSSL's cms command knows, in three directions.

    cms_openssl.py --smime PROGRAM

Each case is made by OpenSSL and read here, made here and read by OpenSSL, and made and read here;
with content of no length, of text with CRLF, and of binary bytes longer than one segment. What
OpenSSL 3.0 lacks (zlib in Debian's build, AuthenticatedData, ChaCha20, CCM, X448) is made and read
here alone: known answers stand in the conformance and unit suites. Prints TAP.
"""
import argparse
import itertools
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # leave nothing in the source tree
sys.path.insert(0, str(Path(__file__).resolve().parent))

from pki import Pki  # noqa: E402
from tap import Tap  # noqa: E402

KEY = bytes(range(32)).hex()
CONTENTS = {"empty": b"", "text": b"one\r\ntwo \r\nFrom three\r\n" * 9, "binary": bytes(range(256)) * 700}


class Cms:
    """Files of one case, and both programs."""

    def __init__(self, program, pki, folder):
        self.program, self.pki, self.folder = program, pki, folder
        self.secrets = {name: self.write(name, text) for name, text in (
            ("passphrase", b"secret\n"), ("shared", f"6b6964:{KEY}\n".encode()),
            ("key", KEY.encode()))}
        chain = pki.intermediate.read_bytes()
        for identity in pki.identities.values():
            self.write(f"{identity.name}.id", identity.certificate.read_bytes()
                       + identity.key.read_bytes() + chain)

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def call(self, *words):
        done = subprocess.run([str(word) for word in words], capture_output=True)
        assert done.returncode == 0, f"{' '.join(map(str, words))}: exit {done.returncode}\n" \
                                     f"{done.stderr.decode(errors='replace')}"
        return done

    def theirs(self, *words):
        return self.call("openssl", "cms", "-binary", *words)

    def ours(self, verb, *words):
        return self.call(self.program, verb, *words)

    def identity(self, name):
        return self.folder / f"{name}.id"


class Group:
    """One group of cases: how each side makes it and reads it. An option list of None: cannot."""

    def __init__(self, name, we_make, we_read, they_make=None, they_read=None, detached=False):
        self.name, self.we_make, self.we_read = name, we_make, we_read
        self.they_make, self.they_read, self.detached = they_make, they_read, detached

    def cases(self, cms):
        for kind, content in CONTENTS.items():
            plain = cms.write("plain", content)
            for maker, reader in (("we", "we"), ("we", "they"), ("they", "we")):
                if self.can(maker, reader):
                    yield (f"{self.name}, {kind}: {maker} make, {reader} read",
                           lambda p=plain, c=content, m=maker, r=reader: self.run(cms, p, c, m, r))

    def can(self, maker, reader):
        return ((maker == "we" or self.they_make is not None)
                and (reader == "we" or self.they_read is not None))

    def run(self, cms, plain, content, maker, reader):
        made, back = cms.folder / "made", cms.folder / "back"
        plain.write_bytes(content)
        back.unlink(missing_ok=True)
        if maker == "we":
            cms.ours("encode", *self.we_make, "--out", made, plain)
        else:
            cms.theirs(*self.they_make, "-in", plain, "-out", made)
        if reader == "we":
            beside = ["--content", plain] if self.detached else []
            cms.ours("decode", *self.we_read, *beside, "--out", back, made)
        else:
            beside = ["-content", plain] if self.detached else []
            cms.theirs(*self.they_read, *beside, "-in", made, "-out", back)
        if not (self.detached and reader == "we"):
            assert back.read_bytes() == content, "other content came back"


def signed(cms):
    """1, 2 and 4 signers of mixed kinds; DER, streamed BER and PEM; without attributes, by key."""
    everybody = ("alice-rsa", "alice-p256", "bob-p384", "bob-p521")
    root = cms.pki.root
    for count, (form, detached), (how, ours, theirs) in itertools.product(
            (1, 2, 4), (("der", False), ("pem", False), ("der", True)),
            (("plain", [], []), ("no attributes", ["--no-attributes"], ["-noattr"]),
             ("key identifier", ["--key-id"], ["-keyid"]),
             ("PSS", ["--pss"], ["-keyopt", "rsa_padding_mode:pss"]))):
        names = everybody[:count]
        if how == "PSS" and count > 1:
            continue  # openssl takes the option for the last signer alone
        who = list(itertools.chain(*(["--identity", cms.identity(n)] for n in names)))
        them = list(itertools.chain(*(["-signer", cms.pki[n].certificate, "-inkey", cms.pki[n].key]
                                      for n in names)))
        yield Group(
            f"signed by {count}, {how}, {form}{', detached' if detached else ''}",
            ["--type", "signed", *who, *ours] + (["--pem"] if form == "pem" else [])
            + (["--detached"] if detached else []),
            ["--trust", root, "--untrusted", cms.pki.intermediate],
            ["-sign", *them, *theirs, "-outform", form, "-certfile", cms.pki.intermediate]
            + ([] if detached else ["-nodetach"]) + (["-md", "sha512"] if count > 1 else []),
            ["-verify", "-inform", form, "-CAfile", root, "-certfile", cms.pki.intermediate,
             "-purpose", "any"], detached)


def enveloped(cms):
    bob, reader = cms.pki["bob-rsa"], ["--identity", cms.identity("bob-rsa")]
    them = ["-decrypt", "-inform", "DER", "-recip", bob.certificate, "-inkey", bob.key]
    to_rsa = ["--to", bob.certificate]
    for cipher in ("aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "aes-128-gcm", "aes-256-gcm"):
        kind = "auth-enveloped" if "gcm" in cipher else "enveloped"
        flags = ["-outform", "DER", f"-{cipher}"]
        make = ["--type", kind, "--algorithm", cipher]
        three = list(itertools.chain(*(["--to", cms.pki[n].certificate] for n in
                                       ("alice-rsa", "alice-p256", "bob-rsa"))))
        theirs = list(itertools.chain(*(["-recip", cms.pki[n].certificate] for n in
                                        ("alice-rsa", "alice-p256", "bob-rsa"))))
        yield Group(f"{cipher} to three", make + three, reader,
                    ["-encrypt", *flags, *theirs], them)
        yield Group(f"{cipher} by key identifier", make + ["--key-id"] + to_rsa, reader,
                    ["-encrypt", *flags, "-keyid", "-recip", bob.certificate], them)
        yield Group(f"{cipher}, OAEP", make + ["--oaep"] + to_rsa, reader,
                    ["-encrypt", *flags, "-recip", bob.certificate,
                     "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"], them)
        for digest, mask, label in (("sha384", "sha384", ""), ("sha512", "sha256", ""),
                                    ("sha256", "sha512", "6c6162656c")):
            ours = ["--oaep", "--oaep-digest", digest, "--oaep-mask", mask]
            options = ["-keyopt", "rsa_padding_mode:oaep", "-keyopt", f"rsa_oaep_md:{digest}",
                       "-keyopt", f"rsa_mgf1_md:{mask}"]
            if label:
                ours += ["--oaep-label", label]
                options += ["-keyopt", f"rsa_oaep_label:{label}"]
            yield Group(f"{cipher}, OAEP {digest}, mask {mask}, label {label or 'none'}",
                        make + ours + to_rsa, reader,
                        ["-encrypt", *flags, "-recip", bob.certificate, *options], them)
        for curve, digest, more in (("p256", "sha512", ["--cofactor"]), ("p384", "sha256", []),
                                    ("p521", "sha384", ["--cofactor", "--ukm", "00112233"]),
                                    ("p256", "sha256", ["--ukm", "ff" * 64])):
            key = cms.pki[f"bob-{curve}"]
            yield Group(f"{cipher}, ECDH {curve} {digest} {' '.join(more)[:20]}",
                        make + ["--kdf-digest", digest, *more, "--to", key.certificate],
                        ["--identity", cms.identity(f"bob-{curve}")], None,
                        ["-decrypt", "-inform", "DER", "-recip", key.certificate,
                         "-inkey", key.key])
        for curve in ("p256", "p384", "p521"):
            key = cms.pki[f"bob-{curve}"]
            yield Group(f"{cipher}, ECDH {curve}", make + ["--to", key.certificate],
                        ["--identity", cms.identity(f"bob-{curve}")],
                        ["-encrypt", *flags, "-recip", key.certificate,
                         "-keyopt", "ecdh_kdf_md:sha384"],
                        ["-decrypt", "-inform", "DER", "-recip", key.certificate,
                         "-inkey", key.key])
            yield Group(f"{cipher}, ECDH {curve} with cofactor and SHA-1",
                        make + ["--to", key.certificate],
                        ["--identity", cms.identity(f"bob-{curve}")],
                        ["-encrypt", *flags, "-recip", key.certificate,
                         "-keyopt", "ecdh_kdf_md:sha1", "-keyopt", "ecdh_cofactor_mode:1"])
        yield Group(f"{cipher}, password", make + ["--passphrase", cms.secrets["passphrase"],
                                                   "--iterations", "3000"],
                    ["--passphrase", cms.secrets["passphrase"]],
                    None if "gcm" in cipher else ["-encrypt", *flags, "-pwri_password", "secret"],
                    ["-decrypt", "-inform", "DER", "-pwri_password", "secret"])
        yield Group(f"{cipher}, shared key", make + ["--shared-key", cms.secrets["shared"]],
                    ["--shared-key", cms.secrets["shared"]],
                    ["-encrypt", *flags, "-secretkey", KEY, "-secretkeyid", "6b6964"],
                    ["-decrypt", "-inform", "DER", "-secretkey", KEY, "-secretkeyid", "6b6964"])


def others(cms):
    key = ["--content-key", cms.secrets["key"]]
    bob = ["--identity", cms.identity("bob-rsa")]
    to_bob = ["--to", cms.pki["bob-rsa"].certificate]
    yield Group("data", ["--type", "data"], [], ["-data_create", "-outform", "DER"],
                ["-data_out", "-inform", "DER"])
    for hash in ("sha256", "sha384", "sha512"):
        yield Group(f"digested, {hash}", ["--type", "digested", "--algorithm", hash], [],
                    ["-digest_create", "-md", hash, "-outform", "DER"],
                    ["-digest_verify", "-inform", "DER"])
    yield Group("encrypted data", ["--type", "encrypted", *key], key,
                ["-EncryptedData_encrypt", "-aes-256-cbc", "-secretkey", KEY, "-outform", "DER"],
                ["-EncryptedData_decrypt", "-secretkey", KEY, "-inform", "DER"])
    yield Group("compressed", ["--type", "compressed"], [])
    for mac in ("hmac-sha256", "hmac-sha384", "hmac-sha512"):
        yield Group(f"authenticated, {mac}", ["--type", "authenticated", "--algorithm", mac, *to_bob],
                    bob)
    for cipher in ("aes-128-ccm", "aes-192-ccm", "aes-256-ccm", "chacha20-poly1305"):
        yield Group(cipher, ["--type", "auth-enveloped", "--algorithm", cipher, *to_bob], bob)


MAIL = (b"From: alice@example.com\r\nTo: bob@example.com\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain\r\n\r\nHello.\r\n")


class Receipts:
    """Signed receipts (RFC 2634): one asks, one answers, one checks, each of them either."""

    def __init__(self, cms):
        self.cms = cms
        self.anchors = cms.write("anchors", cms.pki.root.read_bytes()
                                 + cms.pki.intermediate.read_bytes())

    def cases(self):
        for key, asks, answers, checks in itertools.product(
                ("rsa", "p256"), *(("we", "they"),) * 3):
            if "we" in (asks, answers, checks):
                yield (f"receipt, {key}: {asks} ask, {answers} answer, {checks} check",
                       lambda k=key, a=asks, b=answers, c=checks: self.run(k, a, b, c))

    def ask(self, who, name):
        cms, alice, mail = self.cms, self.cms.identity(name), self.cms.write("mail", MAIL)
        asked = cms.folder / "asked"
        if who == "we":
            asked.write_bytes(cms.ours("sign", "--identity", alice, "--receipt-to",
                                       "alice@example.com", mail).stdout)
            return asked
        body = cms.write("body", MAIL.partition(b"MIME-Version: 1.0\r\n")[2])
        made = cms.call("openssl", "cms", "-sign", "-signer", alice, "-md", "sha256",
                        "-certfile", cms.pki.intermediate, "-receipt_request_to",
                        "alice@example.com", "-receipt_request_all", "-crlfeol",
                        "-in", body).stdout
        asked.write_bytes(b"From: alice@example.com\r\n" + made)
        return asked

    def answer(self, who, name, asked):
        cms, bob, receipt = self.cms, self.cms.identity(name), self.cms.folder / "receipt"
        trust = ["--trust", cms.pki.root, "--untrusted", cms.pki.intermediate]
        if who == "we":
            told = cms.ours("receipt", *trust, "--identity", bob, "--out", receipt, asked)
            assert b"goes to alice@example.com" in told.stderr, told.stderr
        else:
            cms.call("openssl", "cms", "-sign_receipt", "-in", asked, "-signer", bob,
                     "-certfile", cms.pki.intermediate, "-outform", "DER", "-out", receipt)
        return receipt

    def check(self, who, receipt, asked):
        trust = ["--trust", self.cms.pki.root, "--untrusted", self.cms.pki.intermediate]
        if who == "we":
            self.cms.ours("receipt", *trust, "--check", receipt, asked)
        else:
            self.cms.call("openssl", "cms", "-verify_receipt", receipt, "-rctform", "DER",
                          "-in", asked, "-CAfile", self.anchors)

    def run(self, key, asks, answers, checks):
        asked = self.ask(asks, f"alice-{key}")
        receipt = self.answer(answers, f"bob-{key}", asked)
        self.check(checks, receipt, asked)
        other = self.cms.folder / "other"
        other.write_bytes(self.ask(asks, f"alice-{'p256' if key == 'rsa' else 'rsa'}").read_bytes())
        try:
            self.check(checks, receipt, other)
        except AssertionError:
            return
        raise AssertionError("a receipt for another message")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smime", required=True)
    options = parser.parse_args()
    tap = Tap()
    if not shutil.which("openssl"):
        tap.skip("CMS beside OpenSSL", "openssl not found")
        return tap.finish()
    with tempfile.TemporaryDirectory(prefix="smime-cms-") as name:
        folder = Path(name)
        cms = Cms(options.smime, Pki(folder), folder)
        for group in itertools.chain(signed(cms), enveloped(cms), others(cms)):
            for title, case in group.cases(cms):
                tap.run(title, case)
        for title, case in Receipts(cms).cases():
            tap.run(title, case)
    tap.finish()


if __name__ == "__main__":
    main()
