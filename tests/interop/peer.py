# SPDX-License-Identifier: LGPL-2.1-or-later
"""What every S/MIME implementation looks like to the exchange.

A peer is one file, peer_NAME.py, with one class derived from Peer and called
Driver; run.py finds it by its name. It needs sign_entity and encrypt_entity
(MIME entities in, MIME entities out), verify and decrypt (messages in), and a
capability set. A driver's own trouble is an exception; "the signature is bad"
is an Outcome.
"""
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import mailform


@dataclass
class Outcome:
    ok: bool
    content: bytes | None  # what was inside, when the peer hands it out
    detail: str            # what the peer said, for the diagnostics
    report: dict | None = None  # the library's own JSON, when it was the reader


class Peer:
    name = "?"
    # "verb:feature" for the verbs sign, verify, encrypt, decrypt. Features:
    #   clear opaque | rsa ecdsa ecdsa-p384 ecdsa-p521 rsa-pss | sha256 sha384 sha512 | from
    #   aes-128-cbc aes-256-cbc aes-128-gcm aes-256-gcm
    #   rsa-v1.5 rsa-oaep (SHA-256) rsa-oaep-sha1 ... ecdh-p256 ecdh-p384 ecdh-p521 | several
    #   untrusted: can sign as rogue-rsa
    #   and the names of sign_entity's and encrypt_entity's variants
    capabilities = frozenset()
    # Whether the bytes it protects are exactly the canonical form of its input
    keeps_entity = True

    def __init__(self, pki, folder):
        self.pki = pki
        self.folder = folder

    def available(self):
        """Get ready; None, or the reason why this peer cannot be used."""
        return None

    def close(self):
        """Stop whatever available() started."""

    def can(self, verb, *features):
        return all(f"{verb}:{feature}" in self.capabilities for feature in features)

    def sign_entity(self, entity, signers, form, digest, variant=None):
        raise NotImplementedError

    def encrypt_entity(self, entity, recipients, cipher, transport, variant=None):
        raise NotImplementedError

    def verify(self, message):
        raise NotImplementedError

    def decrypt(self, message, recipient):
        raise NotImplementedError

    def sign(self, message, signers, form, digest, variant=None):
        headers, entity = mailform.split_message(message)
        return mailform.join_message(
            headers, self.sign_entity(entity, signers, form, digest, variant))

    def encrypt(self, message, recipients, cipher, transport, variant=None):
        headers, entity = mailform.split_message(message)
        return mailform.join_message(
            headers, self.encrypt_entity(entity, recipients, cipher, transport, variant))

    def protect(self, message, signer, recipients, form, digest, cipher, transport):
        """Sign, then encrypt."""
        headers, entity = mailform.split_message(message)
        signed = self.sign_entity(entity, [signer], form, digest)
        return mailform.join_message(
            headers, self.encrypt_entity(signed, recipients, cipher, transport))

    def open(self, message, recipient):
        """Decrypt, then verify what was inside."""
        outer = self.decrypt(message, recipient)
        return self.verify(outer.content) if outer.ok else outer

    # Helpers for drivers

    def scratch(self, content=b"", suffix=""):
        """A new file of its own, with this content."""
        handle = tempfile.NamedTemporaryFile(dir=self.folder, suffix=suffix, delete=False)
        with handle:
            handle.write(content)
        return Path(handle.name)

    def command(self, words, stdin=b"", timeout=60):
        return subprocess.run([str(word) for word in words], input=stdin,
                              capture_output=True, timeout=timeout)

    def must(self, words, stdin=b""):
        """Run a command that has no right to fail."""
        done = self.command(words, stdin)
        if done.returncode != 0:
            raise RuntimeError(f"{self.name}: {' '.join(map(str, words))}\n"
                               f"exit {done.returncode}: {done.stderr.decode(errors='replace')}")
        return done
