# SPDX-License-Identifier: LGPL-2.1-or-later
"""The program under test, in the shape of a peer."""
from peer import Outcome, Peer
from smime_tool import ENCRYPTION, SmimeTool


class Subject(Peer):
    name = "smime"
    keeps_entity = False  # it may add protected header fields to what it signs
    capabilities = frozenset(
        ["sign:untrusted", "sign:rsa-pss", "verify:from", "verify:several", "verify:rsa-pss",
         "verify:no-attributes", "verify:key-identifier", "verify:definite-length",
         "encrypt:several", "decrypt:several",
         "decrypt:key-identifier", "decrypt:definite-length", "decrypt:rsa-oaep-sha1"]
        + [f"{verb}:{feature}" for verb in ("sign", "verify") for feature in
           ("clear", "opaque", "rsa", "ecdsa", "ecdsa-p384", "ecdsa-p521",
            "sha256", "sha384", "sha512")]
        + [f"{verb}:{feature}" for verb in ("encrypt", "decrypt") for feature in
           ("aes-128-cbc", "aes-256-cbc", "aes-128-gcm", "aes-256-gcm",
            "rsa-v1.5", "rsa-oaep", "rsa-oaep-sha384", "rsa-oaep-sha512",
            "ecdh-p256", "ecdh-p384", "ecdh-p521")])

    def __init__(self, program, pki, folder):
        super().__init__(pki, folder)
        self.tool = SmimeTool(program, folder)

    def available(self):
        self.must([self.tool.program, "parse"], stdin=b"From: <a@example.com>\r\n\r\n")
        return None

    def _identity(self, identity, p12=None):
        return ["--identity", p12 or identity.p12, "--password-file", self.pki.password_file]

    def _sign_words(self, signer, form, digest, variant=None):
        return [*self._identity(signer), "--digest", digest,
                *(["--opaque"] if form == "opaque" else []),
                *(["--pss"] if variant == "rsa-pss" else [])]

    def _encrypt_words(self, recipients, cipher, transport):
        words = ["--cipher", cipher]
        if transport == "rsa-v1.5":
            words += ["--key-transport", transport]
        elif transport.startswith("rsa-oaep"):
            digest = transport.removeprefix("rsa-oaep").lstrip("-")
            words += ["--key-transport", "oaep", *(["--oaep-digest", digest] if digest else [])]
        return words + [word for r in recipients for word in ("--to", r.certificate)]

    def _write(self, verb, message, *words):
        run = self.tool.write(verb, message, *words)
        assert run.code == 0, f"{verb} refuses\n{run}"
        return run.content

    def sign(self, message, signers, form, digest, variant=None):
        [signer] = signers
        return self._write("sign", message, *self._sign_words(signer, form, digest, variant))

    def encrypt(self, message, recipients, cipher, transport, variant=None):
        return self._write("encrypt", message, *self._encrypt_words(recipients, cipher, transport))

    def protect(self, message, signer, recipients, form, digest, cipher, transport):
        return self._write("protect", message, *self._sign_words(signer, form, digest),
                           *self._encrypt_words(recipients, cipher, transport))

    def verify(self, message, *words):
        run = self.tool.read("verify", message, "--trust", self.pki.root, *words)
        return Outcome(run.code == 0, run.content, str(run), run.report)

    def decrypt(self, message, recipient):
        run = self.tool.read("decrypt", message, *self._identity(recipient))
        if run.code == 0:
            for layer in run.layers(*ENCRYPTION):
                assert layer["authenticated"] == (layer["kind"] == "auth-enveloped"), str(run)
        return Outcome(run.code == 0, run.content, str(run), run.report)

    def open(self, message, recipient):
        run = self.tool.read("verify", message, "--trust", self.pki.root,
                             *self._identity(recipient))
        ok = run.code == 0 and run.summary == "CONFIDENTIAL_VERIFIED"
        return Outcome(ok, run.content, str(run), run.report)
