# SPDX-License-Identifier: LGPL-2.1-or-later
"""GnuPG's gpgsm.

It knows CMS but no MIME, so mailform does that half. It lives in a GnuPG home
of its own, directly under /tmp because the agent's socket path must be short,
and its agent is stopped at the end.
"""
import shutil
import tempfile
from pathlib import Path

import mailform
import pki
from peer import Outcome, Peer

# gpgsm takes names only for ciphers whose default mode it can guess
CIPHER_OID = {"aes-128-cbc": "2.16.840.1.101.3.4.1.2",
              "aes-256-cbc": "2.16.840.1.101.3.4.1.42"}
MINE = ("alice-rsa", "bob-rsa", "carol-rsa", "mallory-rsa")


class Driver(Peer):
    name = "gpgsm"
    # 2.2 crashes on a PKCS#12 with an EC key, and has no P-521, OAEP, ECDH or GCM
    capabilities = frozenset(
        ["sign:rsa", "sign:several",
         "verify:rsa", "verify:ecdsa", "verify:ecdsa-p384", "verify:rsa-pss",
         "verify:several"]
        + [f"{verb}:{feature}" for verb in ("sign", "verify") for feature in
           ("clear", "opaque", "sha256", "sha384", "sha512")]
        + [f"{verb}:{feature}" for verb in ("encrypt", "decrypt") for feature in
           ("aes-128-cbc", "aes-256-cbc", "rsa-v1.5", "several")])
    home = None

    def can(self, verb, *features):
        # "a 256 bit hash is not valid for a 384 bit ECC key"
        return super().can(verb, *features) and not {"ecdsa-p384", "sha256"} <= set(features)

    def available(self):
        for program in ("gpgsm", "gpg-agent", "gpgconf"):
            if not shutil.which(program):
                return f"{program} not found"
        version = self.must(["gpgsm", "--version"]).stdout.decode().split("\n")[0].split()[-1]
        self.name = f"gpgsm {version}"
        self.home = Path(tempfile.mkdtemp(prefix="sm", dir="/tmp"))
        # cheap protection for throw-away keys: half a second less for each use
        (self.home / "gpg-agent.conf").write_text("s2k-count 65536\n")
        # S: trusted as an S/MIME root; relax: no demands beyond RFC 5280 on it
        (self.home / "trustlist.txt").write_text(
            f"{self.pki.fingerprint(self.pki.root)} S relax\n")
        self._gpgsm("--import", self.pki.root, self.pki.intermediate)
        for name in MINE:
            self._import_p12(self.pki[name])
        return None

    def _import_p12(self, identity):
        # 2.2 cannot read about one file in a hundred; it depends on the salt
        for _ in range(4):
            done = self.command(self._words("--import", identity.p12_form("legacy")),
                                self._stdin())
            if done.returncode == 0:
                return
            self.pki.write_p12(identity, "legacy")
        raise RuntimeError(f"{self.name} imports no PKCS#12: {done.stderr.decode()}")

    def close(self):
        if self.home:
            self.command(["gpgconf", "--homedir", self.home, "--kill", "all"])
            shutil.rmtree(self.home, ignore_errors=True)

    def _words(self, *words):
        return ["gpgsm", "--homedir", self.home, "--batch", "--yes", "--no-tty", "--quiet",
                "--pinentry-mode", "loopback", "--passphrase-fd", "0", "--status-fd", "1",
                "--disable-dirmngr", "--disable-crl-checks", *words]

    def _stdin(self):
        return pki.PASSWORD.encode() + b"\n"

    def _gpgsm(self, *words):
        return self.must(self._words(*words), self._stdin())

    def _ask(self, *words):
        """Run gpgsm for a verdict: its status lines, and all it said."""
        done = self.command(self._words(*words), self._stdin())
        text = done.stdout.decode(errors="replace")
        status = [line.split()[1] for line in text.splitlines() if line.startswith("[GNUPG:] ")]
        return done.returncode, status, done.stderr.decode(errors="replace") + text

    def _user(self, identity):
        return "0x" + self.pki.fingerprint(identity.certificate)

    def sign_entity(self, entity, signers, form, digest, variant=None):
        content = mailform.to_crlf(entity)
        out = self.scratch()
        users = [word for s in signers for word in ("--local-user", self._user(s))]
        self._gpgsm("--digest-algo", digest, "--include-certs", "-2", *users, "--output", out,
                    "--sign" if form == "opaque" else "--detach-sign", self.scratch(content))
        if form == "opaque":
            return mailform.wrap_opaque(out.read_bytes(), "signed-data")
        return mailform.wrap_clear(content, out.read_bytes(), digest)

    def encrypt_entity(self, entity, recipients, cipher, transport, variant=None):
        out = self.scratch()
        users = [word for r in recipients for word in ("--recipient", self._user(r))]
        self._gpgsm("--cipher-algo", CIPHER_OID[cipher], *users, "--output", out,
                    "--encrypt", self.scratch(mailform.to_crlf(entity)))
        return mailform.wrap_opaque(out.read_bytes(), "enveloped-data")

    def verify(self, message):
        wrapped = mailform.unwrap(message)
        cms = self.scratch(wrapped.cms)
        if wrapped.content is None:
            out = self.scratch()
            code, status, text = self._ask("--output", out, "--verify", cms)
            content = out.read_bytes()
        else:
            code, status, text = self._ask("--verify", cms, self.scratch(wrapped.content))
            content = wrapped.content
        # one GOODSIG and one TRUST_FULLY for each signer
        ok = (code == 0 and "GOODSIG" in status
              and status.count("GOODSIG") == status.count("TRUST_FULLY")
              and not {"BADSIG", "ERRSIG"} & set(status))
        return Outcome(ok, content if ok else None, text)

    def decrypt(self, message, recipient):
        # gpgsm takes whichever key it has. To decrypt as one recipient is to
        # have no other key: that is why each call gets its own view below.
        with OnlyKey(self, recipient):
            out = self.scratch()
            _, status, text = self._ask(
                "--output", out, "--decrypt", self.scratch(mailform.unwrap(message).cms))
        # the exit code also counts the recipients it could not serve
        ok = "DECRYPTION_OKAY" in status
        return Outcome(ok, out.read_bytes() if ok else None, text)


class OnlyKey:
    """Hides the private keys of everybody else from the agent for a while."""

    def __init__(self, driver, identity):
        self.driver, self.identity = driver, identity

    def __enter__(self):
        keygrip = self._keygrip()
        store = self.driver.home / "private-keys-v1.d"
        self.hidden = [(key, key.with_suffix(".hidden")) for key in store.glob("*.key")
                       if key.stem != keygrip]
        for key, away in self.hidden:
            key.rename(away)

    def __exit__(self, *_):
        for key, away in self.hidden:
            away.rename(key)

    def _keygrip(self):
        listing = self.driver.must(self.driver._words(
            "--with-keygrip", "--with-colons", "--list-keys",
            self.driver._user(self.identity)), b"").stdout.decode()
        return next(line.split(":")[9] for line in listing.splitlines()
                    if line.startswith("grp:"))
