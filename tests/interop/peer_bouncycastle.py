# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bouncy Castle with JavaMail, which does the MIME.

BouncyCastle.java is compiled at the start and runs until the end, one request
a line. The intermediate must come inside the message: only the root is given.
"""
import shutil
import subprocess
import tempfile
from pathlib import Path

import mailform
import pki
from peer import Outcome, Peer

SOURCE = Path(__file__).with_name("BouncyCastle.java")
LIBRARY = Path("/usr/share/java")  # where Debian puts what Java programs share
JARS = ("bcprov", "bcpkix", "bcutil", "bcmail", "javax.mail", "javax.activation")


class Driver(Peer):
    name = "bouncycastle"
    capabilities = frozenset(
        ["sign:untrusted", "verify:from", "verify:definite-length", "decrypt:definite-length"]
        + [f"{verb}:{feature}" for verb in ("sign", "verify") for feature in
           ("clear", "opaque", "rsa", "ecdsa", "ecdsa-p384", "ecdsa-p521", "rsa-pss",
            "sha256", "sha384", "sha512", "several", "no-attributes", "key-identifier")]
        + [f"{verb}:{feature}" for verb in ("encrypt", "decrypt") for feature in
           ("aes-128-cbc", "aes-256-cbc", "aes-128-gcm", "aes-256-gcm",
            "rsa-v1.5", "rsa-oaep", "rsa-oaep-sha1", "rsa-oaep-sha384", "rsa-oaep-sha512",
            "ecdh-p256", "ecdh-p384", "ecdh-p521", "several", "key-identifier")])
    keeps_entity = False  # JavaMail adds a Content-Transfer-Encoding
    server = None

    def available(self):
        for program in ("java", "javac"):
            if not shutil.which(program):
                return f"{program} not found"
        jars = [LIBRARY / f"{name}.jar" for name in JARS]
        missing = [jar.name for jar in jars if not jar.exists()]
        if missing:
            return f"not in {LIBRARY}: {' '.join(missing)}"
        classes = tempfile.mkdtemp(dir=self.folder)
        path = ":".join(map(str, [classes, *jars]))
        done = self.command(["javac", "-nowarn", "-Xlint:none", "-cp", path, "-d", classes,
                             SOURCE], timeout=300)
        if done.returncode != 0:
            return f"javac refuses {SOURCE.name}: {done.stderr.decode(errors='replace')}"
        self.server = subprocess.Popen(
            ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", f"-Dpassword={pki.PASSWORD}",
             "-cp", path, SOURCE.stem],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self.name = f"bouncycastle {self._answer().removeprefix('ready ')}"
        return None

    def close(self):
        if self.server:
            self.server.stdin.close()
            self.server.wait(timeout=60)
            self.server.stdout.close()

    def _answer(self):
        answer = self.server.stdout.readline().rstrip("\n")
        if not answer:
            raise RuntimeError(f"{self.name} has died")
        return answer

    def _ask(self, verb, data, *words):
        """What it answers, and what it wrote."""
        out = self.scratch()
        request = [verb, self.scratch(data), out, *words]
        self.server.stdin.write("\t".join(map(str, request)) + "\n")
        self.server.stdin.flush()
        return self._answer(), out.read_bytes()

    def _write(self, *request):
        answer, data = self._ask(*request)
        if answer != "ok":
            raise RuntimeError(f"{self.name}: {request[0]}: {answer}")
        return data

    def _judge(self, *request):
        # a damaged message ends in any exception there is
        answer, content = self._ask(*request)
        return Outcome(answer == "ok", content if answer == "ok" else None, answer)

    def sign_entity(self, entity, signers, form, digest, variant=None):
        return self._write("sign", entity, form, digest, variant or "-",
                           *(signer.p12 for signer in signers))

    def encrypt_entity(self, entity, recipients, cipher, transport, variant=None):
        return self._write("encrypt", mailform.to_crlf(entity), cipher, transport, variant or "-",
                           *(recipient.certificate for recipient in recipients))

    def verify(self, message):
        return self._judge("verify", message, self.pki.root)

    def decrypt(self, message, recipient):
        return self._judge("decrypt", message, recipient.p12)

    def open(self, message, recipient):
        outer = self.decrypt(message, recipient)
        if not outer.ok:
            return outer
        headers, _ = mailform.split_message(message)  # From stands outside
        return self.verify(mailform.join_message(headers, outer.content))
