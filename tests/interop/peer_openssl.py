# SPDX-License-Identifier: LGPL-2.1-or-later
"""OpenSSL's cms command.

It writes its own MIME: LF in the header, CRLF in the signed part, BER with
indefinite lengths. The messages go to the reader just as it writes them.
"""
import shutil

from peer import Outcome, Peer

SIGN_VARIANTS = {
    "no-attributes": ["-noattr"],
    "key-identifier": ["-keyid"],
    "no-certificates": ["-nocerts"],
    "definite-length": ["-noindef"],
}
ENCRYPT_VARIANTS = {
    "key-identifier": ["-keyid"],
    "definite-length": ["-noindef"],
}
TRANSPORT_OPTIONS = {
    "rsa-v1.5": [],
    **{f"rsa-oaep{name}": ["-keyopt", "rsa_padding_mode:oaep", "-keyopt", f"rsa_oaep_md:{md}"]
       for name, md in (("", "sha256"), ("-sha1", "sha1"), ("-sha384", "sha384"),
                        ("-sha512", "sha512"))},
    # without this option it derives the key with SHA-1
    "ecdh-p256": ["-keyopt", "ecdh_kdf_md:sha256"],
    "ecdh-p384": ["-keyopt", "ecdh_kdf_md:sha384"],
    "ecdh-p521": ["-keyopt", "ecdh_kdf_md:sha512"],
}


class Driver(Peer):
    name = "openssl"
    capabilities = frozenset(
        ["sign:untrusted"]
        + [f"{verb}:{feature}" for verb in ("sign", "verify") for feature in
         ("clear", "opaque", "rsa", "ecdsa", "ecdsa-p384", "ecdsa-p521", "rsa-pss",
          "sha256", "sha384", "sha512", "several", *SIGN_VARIANTS)]
        + [f"{verb}:{feature}" for verb in ("encrypt", "decrypt") for feature in
           ("aes-128-cbc", "aes-256-cbc", "aes-128-gcm", "aes-256-gcm",
            *TRANSPORT_OPTIONS, "several", *ENCRYPT_VARIANTS)])

    def available(self):
        if not shutil.which("openssl"):
            return "openssl not found"
        version = self.must(["openssl", "version"]).stdout.decode().split()[1]
        self.name = f"openssl {version}"
        return None if int(version.split(".")[0]) >= 3 else f"openssl {version} is older than 3.0"

    def _cms(self, *words):
        return self.command(["openssl", "cms", *words])

    def _write(self, entity, *words):
        """Run a command that turns an entity into a protected one."""
        out = self.scratch()
        self.must(["openssl", "cms", "-in", self.scratch(entity), "-out", out, *words])
        return out.read_bytes()

    def sign_entity(self, entity, signers, form, digest, variant=None):
        words = ["-sign", "-md", digest, "-certfile", self.pki.intermediate]
        for signer in signers:
            words += ["-signer", signer.certificate, "-inkey", signer.key]
            if variant == "rsa-pss":
                # a salt as long as the digest, as everybody else has it
                words += ["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest"]
        words += ["-nodetach"] if form == "opaque" else []
        return self._write(entity, *words, *SIGN_VARIANTS.get(variant, []))

    def encrypt_entity(self, entity, recipients, cipher, transport, variant=None):
        words = ["-encrypt", f"-{cipher}", *ENCRYPT_VARIANTS.get(variant, [])]
        for recipient in recipients:
            # each -keyopt belongs to the recipient before it
            own = transport if recipient.key_type == "rsa" else f"ecdh-{recipient.key_type}"
            words += ["-recip", recipient.certificate, *TRANSPORT_OPTIONS[own]]
        return self._write(entity, *words)

    def verify(self, message):
        # Only the root is given: the intermediate must come inside the message.
        out = self.scratch()
        done = self._cms("-verify", "-in", self.scratch(message), "-out", out,
                         "-CAfile", self.pki.root, "-purpose", "smimesign")
        ok = done.returncode == 0
        return Outcome(ok, out.read_bytes() if ok else None, done.stderr.decode())

    def decrypt(self, message, recipient):
        out = self.scratch()
        done = self._cms("-decrypt", "-in", self.scratch(message), "-out", out,
                         "-recip", recipient.certificate, "-inkey", recipient.key)
        ok = done.returncode == 0
        return Outcome(ok, out.read_bytes() if ok else None, done.stderr.decode())
