# SPDX-License-Identifier: LGPL-2.1-or-later
"""mutt in its classic S/MIME mode, where it runs openssl for the CMS.

mutt has no other way in than its screen: it gets a pseudo terminal and the keys
to press, and its debug log repeats what it tells its user. It finds the CMS
object and the signed part itself, and compares From with the certificate.
"""
import os
import pty
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import mailform
from peer import Outcome, Peer

SECONDS = 60
KEY = "11111111.0"  # how mutt's key store calls the one key and certificate in it
GOOD = "S/MIME signature successfully verified."
# Lines of mutt's that take it back, or make it worth nothing
BAD = ("S/MIME signature could NOT be verified.",
       "S/MIME certificate owner does not match sender.",
       "Part of this message has not been signed.",
       "Decryption failed")
CONFIGURATION = """
set folder="{home}" spoolfile="{home}/box" mbox_type=Maildir tmpdir="{home}" move=no
set sleep_time=0 wait_key=no quit=yes
set crypt_use_gpgme=no crypt_verify_sig=yes smime_is_default=yes
set smime_keys="{home}/keys" smime_certificates="{home}/certificates"
set smime_default_key={key} smime_decrypt_use_default_key=yes
set smime_ca_location="{root}"
set smime_decrypt_command="openssl cms -decrypt -inform DER -in %f -inkey %k -recip %c \
    | tee {home}/decrypted"
set smime_verify_command="openssl smime -verify -inform DER -in %s %C -content %f \
    -purpose smimesign"
set smime_verify_opaque_command="openssl smime -verify -inform DER -in %s %C \
    -purpose smimesign | tee {home}/verified"
set smime_pk7out_command="openssl pkcs7 -inform DER -in %f -outform PEM"
set smime_get_cert_command="openssl pkcs7 -print_certs -in %f"
set smime_get_signer_cert_command="openssl smime -verify -in %f -noverify -signer %c \
    -out /dev/null"
set smime_get_cert_email_command="openssl x509 -in %f -noout -email"
push "<display-message><exit><exit>"
"""


class Driver(Peer):
    name = "mutt"
    # It only reads here. authEnveloped-data is nothing that it knows, and the line it waits for
    # comes from "openssl smime" alone, which has no PSS and no key identifiers.
    capabilities = frozenset(
        ["verify:from"]
        + [f"verify:{feature}" for feature in
           ("clear", "opaque", "rsa", "ecdsa", "ecdsa-p384", "ecdsa-p521",
            "sha256", "sha384", "sha512", "several", "no-attributes", "definite-length")]
        + [f"decrypt:{feature}" for feature in
           ("aes-128-cbc", "aes-256-cbc", "rsa-v1.5", "rsa-oaep", "rsa-oaep-sha1",
            "rsa-oaep-sha384", "rsa-oaep-sha512", "ecdh-p256", "ecdh-p384", "ecdh-p521",
            "several", "key-identifier", "definite-length")])

    def available(self):
        for program in ("mutt", "openssl"):
            if not shutil.which(program):
                return f"{program} not found"
        told = self.must(["mutt", "-v"]).stdout.decode(errors="replace")
        for feature in ("CRYPT_BACKEND_CLASSIC_SMIME", "DEBUG"):
            if f"+{feature}" not in told.split():
                return f"mutt is built without {feature}"
        self.name = " ".join(told.split("\n")[0].split()[:2]).lower()
        return None

    def _home(self, message, identity):
        home = Path(tempfile.mkdtemp(dir=self.folder))
        for folder in ("cur", "new", "tmp"):
            (home / "box" / folder).mkdir(parents=True)
        # a Maildir, since nothing may be put before "From " at the start of a line
        (home / "box" / "new" / "1.1.interop").write_bytes(message)
        for folder, file in (("keys", identity.key), ("certificates", identity.certificate)):
            (home / folder).mkdir()
            shutil.copy(file, home / folder / KEY)
            (home / folder / ".index").write_text(f"{identity.address} {KEY} interop ? t\n")
        (home / "muttrc").write_text(
            CONFIGURATION.format(home=home, key=KEY, root=self.pki.root))
        return home

    def _show(self, message, identity):
        """Let mutt show the message; its home afterwards, and what it told."""
        home = self._home(message, identity)
        screen, terminal = pty.openpty()
        mutt = subprocess.Popen(
            ["mutt", "-n", "-d", "1", "-F", home / "muttrc", "-f", home / "box"],
            stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
            env={**os.environ, "HOME": str(home), "TERM": "vt100", "LC_ALL": "C"})
        os.close(terminal)
        try:
            self._press_return(screen, mutt)
        finally:
            mutt.kill()
            mutt.wait()
            os.close(screen)
        return home, (home / ".muttdebug0").read_text(errors="replace")

    def _press_return(self, screen, mutt):
        """The keys have no passphrase, but mutt asks for one."""
        seen, end = b"", time.monotonic() + SECONDS
        while mutt.poll() is None:
            if time.monotonic() > end:
                raise RuntimeError(f"{self.name} does not come to an end: {seen[-500:]!r}")
            if not select.select([screen], [], [], 0.2)[0]:
                continue
            try:
                seen += os.read(screen, 4096)
            except OSError:  # the other side is closed
                break
            if b"passphrase" in seen:
                os.write(screen, b"\r")
                seen = b""

    @staticmethod
    def _taken(home, name):
        path = home / name
        return path.read_bytes() if path.exists() else b""

    def _judge_signature(self, message, home, told):
        ok = GOOD in told and not any(bad in told for bad in BAD)
        if not ok:
            return Outcome(False, None, told)
        return Outcome(True, self._taken(home, "verified") or mailform.unwrap(message).content,
                       told)

    def verify(self, message):
        home, told = self._show(message, self.pki["bob-rsa"])
        return self._judge_signature(message, home, told)

    def decrypt(self, message, recipient):
        home, told = self._show(message, recipient)
        content = self._taken(home, "decrypted")
        ok = bool(content) and not any(bad in told for bad in BAD)
        return Outcome(ok, content if ok else None, told)

    def open(self, message, recipient):
        home, told = self._show(message, recipient)
        return self._judge_signature(self._taken(home, "decrypted"), home, told)
