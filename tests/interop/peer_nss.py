# SPDX-License-Identifier: LGPL-2.1-or-later
"""NSS's cmsutil.

It knows CMS but no MIME, so mailform does that half. Its exit status says
nothing about a signature: with -h it writes what it found, and there each
signer has a status. Nobody shares a data base, so whoever decrypts has no key
but his own, and the one that verifies knows nothing but the root.
"""
import ctypes
import ctypes.util
import re
import shutil

import mailform
import pki
from peer import Outcome, Peer

EMAIL_SIGNER = "4"  # certUsageEmailSigner


class Driver(Peer):
    name = "nss"
    # 3.87 has no ECDH, OAEP or GCM, and chooses the cipher itself
    capabilities = frozenset(
        ["sign:untrusted", "encrypt:aes-128-cbc", "decrypt:aes-128-cbc", "decrypt:aes-256-cbc",
         "verify:rsa-pss", "verify:several", "verify:no-attributes", "verify:key-identifier",
         "verify:definite-length",
         "decrypt:key-identifier", "decrypt:definite-length"]
        + [f"{verb}:{feature}" for verb in ("sign", "verify") for feature in
           ("clear", "opaque", "rsa", "ecdsa", "ecdsa-p384", "ecdsa-p521",
            "sha256", "sha384", "sha512")]
        + [f"{verb}:{feature}" for verb in ("encrypt", "decrypt") for feature in
           ("rsa-v1.5", "several")])

    def available(self):
        for program in ("cmsutil", "certutil", "pk12util"):
            if not shutil.which(program):
                return f"{program} not found"
        self.name = f"nss {self._version()}"
        self.databases = {}
        return None

    @staticmethod
    def _version():
        """The programs do not tell."""
        library = ctypes.util.find_library("nss3")
        if not library:
            return "?"
        version = ctypes.CDLL(library).NSS_GetVersion
        version.restype = ctypes.c_char_p
        return version().decode()

    def _database(self, name, certificates=(), p12=None):
        """The data base of this name, made on first use."""
        if name not in self.databases:
            folder = self.pki.folder / f"nss-{name}"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            database = self.databases[name] = f"sql:{folder}"
            self.must(["certutil", "-N", "-d", database, "--empty-password"])
            for certificate in certificates:
                trust = "CT,C,C" if certificate.stem.endswith("root") else ",,"
                self.must(["certutil", "-A", "-d", database, "-n", certificate.stem,
                           "-t", trust, "-i", certificate])
            if p12:
                self.must(["pk12util", "-d", database, "-i", p12, "-W", pki.PASSWORD])
        return self.databases[name]

    def _identity(self, identity):
        # it signs only what it would accept itself, the rogue's too
        roots = [self.pki.root, self.pki.folder / "rogue-root.pem"]
        return self._database(identity.name, roots, identity.p12)

    def _cmsutil(self, *words):
        """What came out; empty when it ends early."""
        out = self.scratch()
        done = self.command(["cmsutil", *words, "-o", out])
        return done.returncode, out.read_bytes(), done.stderr.decode(errors="replace")

    def _write(self, *words):
        code, cms, said = self._cmsutil(*words)
        if code != 0:
            raise RuntimeError(f"{self.name}: {words}\n{said}")
        return cms

    def sign_entity(self, entity, signers, form, digest, variant=None):
        [signer] = signers
        content = mailform.to_crlf(entity)
        cms = self._write(
            "-S", "-G", "-d", self._identity(signer), "-N", signer.name, "-H", digest.upper(),
            "-i", self.scratch(content), *(["-T"] if form == "clear" else []))
        if form == "opaque":
            return mailform.wrap_opaque(cms, "signed-data")
        return mailform.wrap_clear(content, cms, digest)

    def encrypt_entity(self, entity, recipients, cipher, transport, variant=None):
        everybody = self._database("encrypt", [
            self.pki.root, self.pki.intermediate,
            *(i.certificate for i in self.pki.identities.values() if i.key_type == "rsa")])
        names = [word for recipient in recipients for word in ("-r", recipient.name)]
        return mailform.wrap_opaque(
            self._write("-E", "-d", everybody, *names,
                        "-i", self.scratch(mailform.to_crlf(entity))), "enveloped-data")

    def verify(self, message):
        wrapped = mailform.unwrap(message)
        words = ["-D", "-d", self._database("verify", [self.pki.root]), "-u", EMAIL_SIGNER,
                 "-i", self.scratch(wrapped.cms)]
        if wrapped.content is not None:
            words += ["-c", self.scratch(wrapped.content)]
        code, found, said = self._cmsutil(*words, "-h", "1", "-n")
        found = found.decode(errors="replace")
        count = re.search(r"\bnsigners=(\d+);", found)
        statuses = re.findall(r"\bsigner\d+\.status=(\w+);", found)
        ok = (code == 0 and bool(count) and len(statuses) == int(count[1]) > 0
              and set(statuses) == {"GoodSignature"})
        content = self._cmsutil(*words)[1] if ok else None
        return Outcome(ok, content, said + found)

    def decrypt(self, message, recipient):
        code, content, said = self._cmsutil(
            "-D", "-d", self._identity(recipient),
            "-i", self.scratch(mailform.unwrap(message).cms))
        return Outcome(code == 0, content if code == 0 else None, said)
