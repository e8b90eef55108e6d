# SPDX-License-Identifier: LGPL-2.1-or-later
"""GMime, which does the MIME itself and leaves the CMS to gpgsm.

gmime_peer.c is compiled at the start. The GnuPG home is one like peer_gpgsm's;
what gpgsm is to do stands in its configuration file, since GMime has no words
for it, and an imitation of pinentry knows the password.
"""
import os
import shutil
import subprocess
from pathlib import Path

import peer_gpgsm
import pki
from peer import Outcome

SOURCE = Path(__file__).with_name("gmime_peer.c")
PINENTRY = f"""#!/bin/sh
echo OK
while read -r word rest; do
    case $word in
    GETPIN) echo "D {pki.PASSWORD}" ;;
    BYE) echo OK; exit ;;
    esac
    echo OK
done
"""
SETTINGS = ("disable-dirmngr", "disable-crl-checks", "include-certs -2")


class Driver(peer_gpgsm.Driver):
    name = "gmime"
    capabilities = peer_gpgsm.Driver.capabilities - {"sign:several"}
    keeps_entity = False  # it may add a Content-Transfer-Encoding

    def available(self):
        if not shutil.which("cc") or not shutil.which("pkg-config"):
            return "cc or pkg-config not found"
        flags = self.command(["pkg-config", "--cflags", "--libs", "gmime-3.0"])
        if flags.returncode != 0:
            return "gmime-3.0 not found by pkg-config"
        reason = super().available()
        if reason:
            return reason
        gpgsm = self.name
        version = self.must(["pkg-config", "--modversion", "gmime-3.0"]).stdout.decode().strip()
        self.name = f"gmime {version} ({gpgsm})"
        self.program = self.scratch()
        done = self.command(["cc", "-w", "-o", self.program, SOURCE,
                             *flags.stdout.decode().split()])
        if done.returncode != 0:
            return f"cc refuses {SOURCE.name}: {done.stderr.decode(errors='replace')}"
        pinentry = self.home / "pinentry"
        pinentry.write_text(PINENTRY)
        pinentry.chmod(0o700)
        with (self.home / "gpg-agent.conf").open("a") as configuration:
            configuration.write(f"pinentry-program {pinentry}\n")
        self.must(["gpgconf", "--homedir", self.home, "--kill", "gpg-agent"])
        return None

    def _gmime(self, verb, data, *users, settings=()):
        """Run the program: exit code, what it wrote, what it said."""
        (self.home / "gpgsm.conf").write_text("\n".join([*SETTINGS, *settings, ""]))
        out = self.scratch()
        done = subprocess.run([self.program, verb, self.scratch(data), out, *users],
                              env={**os.environ, "GNUPGHOME": str(self.home)},
                              capture_output=True, timeout=60)
        said = done.stderr.decode(errors="replace")
        if done.returncode not in (0, 1):
            raise RuntimeError(f"{self.name}: {verb}: exit {done.returncode}: {said}")
        return done.returncode, out.read_bytes(), said

    def sign_entity(self, entity, signers, form, digest, variant=None):
        [signer] = signers
        return self._gmime(form, entity, self._user(signer),
                           settings=[f"digest-algo {digest}"])[1]

    def encrypt_entity(self, entity, recipients, cipher, transport, variant=None):
        return self._gmime("encrypt", entity, *map(self._user, recipients),
                           settings=[f"cipher-algo {peer_gpgsm.CIPHER_OID[cipher]}"])[1]

    def _judge(self, verb, message):
        code, content, said = self._gmime(verb, message)
        return Outcome(code == 0, content if code == 0 else None, said)

    def verify(self, message):
        return self._judge("verify", message)

    def decrypt(self, message, recipient):
        with peer_gpgsm.OnlyKey(self, recipient):
            return self._judge("decrypt", message)
