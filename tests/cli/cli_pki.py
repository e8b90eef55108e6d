# SPDX-License-Identifier: LGPL-2.1-or-later
"""A throw-away PKI made with the openssl tool: root -> intermediate -> people."""
import os
import subprocess

PASSWORD = "secret"
PERSON = """basicConstraints = critical,CA:FALSE
extendedKeyUsage = emailProtection
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = email:${ENV::ADDRESS}
"""
CONFIG = f"""
[req]
distinguished_name = name
prompt = no
[name]
CN = unused
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[ca]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[rsa]
keyUsage = critical,digitalSignature,keyEncipherment
{PERSON}
[ec]
keyUsage = critical,digitalSignature,keyAgreement
{PERSON}
[sign-only]
keyUsage = critical,digitalSignature
{PERSON}
[encrypt-only]
keyUsage = critical,keyEncipherment
{PERSON}
[tls-only]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = email:${{ENV::ADDRESS}}
"""
RSA = ["-newkey", "rsa:2048"]
EC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]


class Pki:
    """Each NAME has NAME.key and NAME.pem; the other forms are made when they are asked for."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "req.cnf").write_text(CONFIG)
        self._issue("root", "root", None)
        self._issue("rogue-root", "root", None)
        self._issue("intermediate", "ca", "root")
        self._issue("sub-ca", "ca", "intermediate")
        for name in ("alice", "bob", "carol"):
            self._issue(f"{name}-rsa", "rsa", "intermediate", f"{name}@example.com")
        for name in ("alice", "bob"):
            self._issue(f"{name}-ec", "ec", "intermediate", f"{name}@example.com", EC)
        for name in ("sign-only", "encrypt-only", "tls-only"):
            self._issue(name, name, "intermediate", "alice@example.com")
        self._issue("capital", "rsa", "intermediate", "Alice@example.com")
        self._issue("below", "rsa", "sub-ca", "alice@example.com")
        self._issue("rogue-rsa", "rsa", "rogue-root", "alice@example.com")

    def _issue(self, name, extensions, issuer, address="unused@example.com", key=None):
        signer = [] if issuer is None else [
            "-CA", self.certificate(issuer), "-CAkey", self.key(issuer)]
        self.openssl("req", "-x509", "-config", self.folder / "req.cnf",
                     "-extensions", extensions, *(key or RSA), "-noenc", "-sha256",
                     "-days", "30", "-subj", f"/O=libsmime cli/CN={name}", *signer,
                     "-keyout", self.key(name), "-out", self.certificate(name), address=address)

    @staticmethod
    def openssl(*words, address="unused@example.com", stdin=b""):
        done = subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True,
                              input=stdin, env={**os.environ, "ADDRESS": address})
        return done.stdout

    def certificate(self, name):
        return self.folder / f"{name}.pem"

    def key(self, name):
        return self.folder / f"{name}.key"

    @property
    def root(self):
        return self.certificate("root")

    @property
    def intermediate(self):
        return self.certificate("intermediate")

    def _serial(self, name):
        line = self.openssl("x509", "-in", self.certificate(name), "-noout", "-serial").decode()
        return line.strip().partition("=")[2]

    def _database(self, issuer, revoked, known=()):
        """What `openssl ca` and `openssl ocsp` know of certificates; revoked: (name, reason)."""
        index = self.folder / f"{issuer}.index"
        lines = [f"R\t491231235959Z\t260101000000Z,{reason}\t{self._serial(name)}\tunknown\t/CN=x"
                 for name, reason in revoked]
        lines += [f"V\t491231235959Z\t\t{self._serial(name)}\tunknown\t/CN=x" for name in known]
        index.write_text("".join(line + "\n" for line in lines))
        index.with_name(f"{issuer}.number").write_text("01\n")
        config = self.folder / f"{issuer}.cnf"
        config.write_text(f"[ca]\ndefault_ca = it\n[it]\ndatabase = {index}\n"
                          f"crlnumber = {index.with_name(f'{issuer}.number')}\n"
                          "default_md = sha256\nunique_subject = no\n")
        return index, config

    def crl(self, issuer, *revoked, days=7):
        """A list in PEM; revoked: pairs of a name and openssl's word for the reason."""
        _, config = self._database(issuer, revoked)
        return self.openssl("ca", "-config", config, "-gencrl", "-crldays", days,
                            "-cert", self.certificate(issuer), "-keyfile", self.key(issuer))

    def ocsp(self, name, issuer, *revoked, days=7):
        """A response in DER by the issuer itself."""
        index, _ = self._database(issuer, revoked, [] if revoked else [name])
        out = self.folder / "response.der"
        self.openssl("ocsp", "-index", index, "-CA", self.certificate(issuer),
                     "-rsigner", self.certificate(issuer), "-rkey", self.key(issuer),
                     "-issuer", self.certificate(issuer), "-cert", self.certificate(name),
                     "-ndays", days, "-respout", out)
        return out.read_bytes()

    def _form(self, file, make):
        path = self.folder / file
        if not path.exists():
            make(path)
        return path

    def both(self, name):
        """Key, certificate and intermediate in one PEM file."""
        return self._form(f"{name}.both", lambda path: path.write_bytes(
            self.key(name).read_bytes() + self.certificate(name).read_bytes() +
            self.intermediate.read_bytes()))

    def der(self, name):
        return self._form(f"{name}.der", lambda path: self.openssl(
            "x509", "-in", self.certificate(name), "-outform", "DER", "-out", path))

    def pkcs8(self, name, form="DER", password=None):
        cipher = ["-v2", "aes-256-cbc", "-passout", f"pass:{password}"] if password is not None \
            else ["-nocrypt"]
        return self._form(f"{name}.{form}.{password}.p8", lambda path: self.openssl(
            "pkcs8", "-topk8", "-in", self.key(name), "-outform", form, *cipher, "-out", path))

    def traditional(self, name):
        kind = "rsa" if name.endswith("rsa") else "ec"
        return self._form(f"{name}.traditional", lambda path: self.openssl(
            kind, "-in", self.key(name), "-out", path, *(["-traditional"] if kind == "rsa" else [])))

    def p12(self, name, password=PASSWORD, *options):
        return self._form(f"{name}.{password}.p12", lambda path: self.openssl(
            "pkcs12", "-export", "-in", self.certificate(name), "-inkey", self.key(name),
            "-certfile", self.intermediate, "-passout", f"pass:{password}", "-out", path,
            *options))
