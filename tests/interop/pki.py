# SPDX-License-Identifier: LGPL-2.1-or-later
"""A throw-away PKI made with the openssl tool.

root -> intermediate -> one certificate per person and key type. "rogue" is
Alice's name and address under a root that nobody trusts.
"""
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "secret"

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = unused
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[intermediate]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[rsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation,keyEncipherment
extendedKeyUsage = emailProtection
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = email:${ENV::ADDRESS}
[ec]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation,keyAgreement
extendedKeyUsage = emailProtection
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = email:${ENV::ADDRESS}
"""

KEY_OPTIONS = {
    "rsa": ["-newkey", "rsa:2048"],
    "p256": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "p384": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
    "p521": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"],
}

# One way of writing PKCS#12 for each generation of readers.
PKCS12_FORMS = {
    "pbes2-aes256": [],
    "pbes2-aes128-sha1": ["-certpbe", "AES-128-CBC", "-keypbe", "AES-128-CBC",
                          "-macalg", "sha1"],
    "legacy": ["-legacy"],  # RC2-40 and 3DES: all that gpgsm 2.2 reads
}


@dataclass
class Identity:
    name: str
    address: str
    key_type: str  # one of KEY_OPTIONS
    folder: Path

    @property
    def certificate(self):
        return self.folder / f"{self.name}.pem"

    @property
    def key(self):
        return self.folder / f"{self.name}.key"

    @property
    def p12(self):
        return self.p12_form("pbes2-aes256")

    def p12_form(self, form):
        return self.folder / f"{self.name}.{form}.p12"


class Pki:
    def __init__(self, folder):
        self.folder = folder
        self.config = folder / "req.cnf"
        self.config.write_text(CONFIG)
        self.password_file = folder / "password"
        self.password_file.write_text(PASSWORD + "\n")
        self.identities = {}
        self.root = self._issue("root", "rsa", "root", issuer=None)
        self.intermediate = self._issue("intermediate", "rsa", "intermediate", issuer="root")
        for name, key_types in (("alice", KEY_OPTIONS), ("bob", KEY_OPTIONS),
                                ("carol", ["rsa"]), ("mallory", ["rsa", "p256"])):
            for key_type in key_types:
                self._person(f"{name}-{key_type}", f"{name}@example.com", key_type,
                             "intermediate", chain=[self.intermediate, self.root])
        rogue_root = self._issue("rogue-root", "rsa", "root", issuer=None)
        self._person("rogue-rsa", "alice@example.com", "rsa", "rogue-root", chain=[rogue_root])

    def __getitem__(self, name):
        return self.identities[name]

    def _person(self, name, address, key_type, issuer, chain):
        identity = Identity(name, address, key_type, self.folder)
        self.identities[name] = identity
        self._issue(name, key_type, "rsa" if key_type == "rsa" else "ec", issuer, address)
        chain_file = self.folder / f"{name}.chain"
        chain_file.write_bytes(b"".join(c.read_bytes() for c in chain))
        for form in PKCS12_FORMS:
            self.write_p12(identity, form)

    def write_p12(self, identity, form):
        """Write it, or write it anew with another salt."""
        self._openssl("pkcs12", "-export", "-in", identity.certificate, "-inkey", identity.key,
                      "-certfile", self.folder / f"{identity.name}.chain",
                      "-name", identity.name, "-passout", f"pass:{PASSWORD}",
                      "-out", identity.p12_form(form), *PKCS12_FORMS[form])

    def _issue(self, name, key_type, extensions, issuer, address="unused@example.com"):
        certificate = self.folder / f"{name}.pem"
        sign_with = [] if issuer is None else [
            "-CA", self.folder / f"{issuer}.pem", "-CAkey", self.folder / f"{issuer}.key"]
        self._openssl("req", "-x509", "-config", self.config, "-extensions", extensions,
                      *KEY_OPTIONS[key_type], "-noenc", "-sha256", "-days", "30",
                      "-subj", f"/O=libsmime interop/CN={name}", *sign_with,
                      "-keyout", self.folder / f"{name}.key", "-out", certificate,
                      address=address)
        return certificate

    def _openssl(self, *words, address="unused@example.com"):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True,
                       env={**os.environ, "ADDRESS": address})

    def fingerprint(self, certificate):
        """SHA-1 in hexadecimal: how gpgsm names certificates."""
        done = subprocess.run(["openssl", "x509", "-in", certificate, "-noout",
                               "-fingerprint", "-sha1"], check=True, capture_output=True)
        return done.stdout.decode().split("=")[1].strip().replace(":", "")
