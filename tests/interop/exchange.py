# SPDX-License-Identifier: LGPL-2.1-or-later
"""What one implementation writes and another one reads.

Every exchange has its counterparts: the same message damaged, claimed by
somebody else, or opened with the wrong key must be refused, so that a reader
that says yes to everything fails.
"""

import mailform
from tap import Unsafe

DIGESTS = ("sha256", "sha384", "sha512")
SIGNERS = {"rsa": "alice-rsa", "ecdsa": "alice-p256",
           "ecdsa-p384": "alice-p384", "ecdsa-p521": "alice-p521"}
RECIPIENTS = {"rsa-v1.5": "bob-rsa", "rsa-oaep": "bob-rsa", "rsa-oaep-sha1": "bob-rsa",
              "rsa-oaep-sha384": "bob-rsa", "rsa-oaep-sha512": "bob-rsa",
              "ecdh-p256": "bob-p256", "ecdh-p384": "bob-p384", "ecdh-p521": "bob-p521"}
STRANGERS = {transport: "mallory-rsa" if transport.startswith("rsa") else "mallory-p256"
             for transport in RECIPIENTS}
CIPHERS = ("aes-128-cbc", "aes-256-cbc", "aes-128-gcm", "aes-256-gcm")

RSA_PSS = bytes.fromhex("2a864886f70d01010a")  # id-RSASSA-PSS
WORD, OTHER_WORD = b"Thursday", b"Saturday"
ENTITY = (
    b'Content-Type: multipart/mixed; boundary="parts"\r\n\r\n'
    b"a preamble\r\n"
    b"--parts\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"We meet on " + WORD + b" at the caf=C3=A9.\r\n\r\n-- =20\r\nAlice\r\n\r\n"
    b"--parts\r\n"
    b"Content-Type: application/octet-stream\r\n"
    b"Content-Transfer-Encoding: base64\r\n"
    b'Content-Disposition: attachment; filename="all-bytes"\r\n\r\n'
    + mailform.base64_lines(bytes(range(256)) * 4) +
    b"--parts--\r\n")
NO_FINAL_LINE_END = b"Content-Type: text/plain\r\n\r\nWe meet on " + WORD

LINE_ENDS = {"as written": bytes, "LF": mailform.to_lf, "CRLF": mailform.to_crlf}


def message(entity=ENTITY):
    return mailform.join_message(mailform.headers_from("alice@example.com"), entity)


class Exchange:
    """All cases for one writer and one reader; yields (row, name, case)."""

    def __init__(self, writer, reader):
        self.writer, self.reader = writer, reader
        self.pki = writer.pki

    def cases(self):
        yield from self._signed()
        yield from self._encrypted()
        yield from self._signed_and_encrypted()
        yield from self._several()
        yield from self._variants()

    def _both(self, write_verb, read_verb, *features):
        return self.writer.can(write_verb, *features) and self.reader.can(read_verb, *features)

    # Judging

    def _good(self, outcome, entity, what):
        assert outcome.ok, f"{what}: refused\n{outcome.detail}"
        got, wanted = mailform.to_crlf(outcome.content), mailform.to_crlf(entity)
        if not self.writer.keeps_entity:
            # compare what the writer has no business to touch
            (fields, got), (own, wanted) = map(mailform.split_fields, (got, wanted))
            missing = [field for field in own if field not in fields]
            assert not missing, f"{what}: header fields lost: {missing}"
        assert got == wanted, f"{what}: content differs\n{got!r}\n{wanted!r}"

    @staticmethod
    def _refused(outcome, what, *summaries):
        if outcome.ok:
            raise Unsafe(f"{what}: accepted\n{outcome.detail}")
        if outcome.report and summaries:
            assert outcome.report["summary"] in summaries, f"{what}\n{outcome.detail}"

    # Signed

    def _signed(self):
        for form in ("clear", "opaque"):
            for algorithm in SIGNERS:
                for digest in DIGESTS:
                    features = (form, algorithm, digest)
                    row = f"sign {form} {algorithm} {digest}"
                    if not self._both("sign", "verify", *features):
                        yield row, None, None
                        continue
                    yield row, f"{row}: accepted with its content", (
                        lambda f=features: self._accept_signed(*f))
                    yield row, f"{row}: damaged or misattributed, refused", (
                        lambda f=features: self._refuse_signed(*f))

    def _sign(self, form, algorithm, digest, entity=ENTITY, variant=None):
        signer = self.pki[SIGNERS[algorithm]]
        return self.writer.sign(message(entity), [signer], form, digest, variant)

    def _accept_signed(self, form, algorithm, digest, entity=ENTITY, variant=None):
        mail = self._sign(form, algorithm, digest, entity, variant)
        assert (RSA_PSS in mailform.unwrap(mail).cms) == (variant == "rsa-pss"), "not as asked"
        for line_ends, convert in LINE_ENDS.items():
            outcome = self.reader.verify(convert(mail))
            self._good(outcome, entity, line_ends)
            for layer in (outcome.report or {"layers": []})["layers"]:
                assert [s["digest"] for s in layer["signers"]] == [digest], outcome.detail
                assert (layer["signers"][0]["signature"] == "rsa-pss") == (variant == "rsa-pss"), \
                    outcome.detail

    def _refuse_signed(self, form, algorithm, digest, variant=None):
        mail = self._sign(form, algorithm, digest, variant=variant)
        if form == "clear":
            assert mail.count(WORD) == 1
            changed = mail.replace(WORD, OTHER_WORD)
        else:
            changed = mailform.flip_first(mail)
        self._refused(self.reader.verify(changed), "changed content", "INVALID")
        self._refused(self.reader.verify(mailform.flip_last(mail)), "changed signature", "INVALID")
        if self.reader.can("verify", "from"):
            claimed = mailform.change_from(mail, "bob@example.com")
            self._refused(self.reader.verify(claimed), "another From", "INVALID")
        if algorithm == "rsa" and "sign:untrusted" in self.writer.capabilities:
            rogue = self.writer.sign(message(), [self.pki["rogue-rsa"]], form, digest)
            self._refused(self.reader.verify(rogue), "untrusted root", "INVALID")

    # Encrypted

    def _encrypted(self):
        for cipher in CIPHERS:
            for transport in RECIPIENTS:
                features = (cipher, transport)
                row = f"encrypt {cipher} {transport}"
                if not self._both("encrypt", "decrypt", *features):
                    yield row, None, None
                    continue
                yield row, f"{row}: opened with its content", (
                    lambda f=features: self._accept_encrypted(*f))
                yield row, f"{row}: damaged or with a wrong key, refused", (
                    lambda f=features: self._refuse_encrypted(*f))

    def _encrypt(self, cipher, transport, entity=ENTITY, variant=None):
        recipient = self.pki[RECIPIENTS[transport]]
        return self.writer.encrypt(message(entity), [recipient], cipher, transport, variant)

    def _accept_encrypted(self, cipher, transport, entity=ENTITY, variant=None):
        mail = self._encrypt(cipher, transport, entity, variant)
        for line_ends, convert in LINE_ENDS.items():
            outcome = self.reader.decrypt(convert(mail), self.pki[RECIPIENTS[transport]])
            self._good(outcome, entity, line_ends)
            if outcome.report:
                self._check_encryption_report(outcome, cipher, transport)

    @staticmethod
    def _check_encryption_report(outcome, cipher, transport):
        [layer] = outcome.report["layers"]
        assert outcome.report["summary"] == "CONFIDENTIAL", outcome.detail
        assert layer["algorithm"] == cipher, outcome.detail
        assert layer["kind"] == ("auth-enveloped" if "gcm" in cipher else "enveloped")
        [recipient] = layer["recipients"]
        assert recipient["kind"] == ("kari" if "ecdh" in transport else "ktri"), outcome.detail
        # the report does not tell OAEP's hash
        name = "rsa-oaep" if transport.startswith("rsa-oaep") else transport
        assert recipient["algorithm"] == name, outcome.detail

    def _refuse_encrypted(self, cipher, transport):
        mail = self._encrypt(cipher, transport)
        recipient, stranger = self.pki[RECIPIENTS[transport]], self.pki[STRANGERS[transport]]
        self._refused(self.reader.decrypt(mail, stranger), "a stranger's key", "LOCKED")
        outcome = self.reader.decrypt(mailform.flip_longest(mail), recipient)
        if "gcm" in cipher:
            self._refused(outcome, "changed ciphertext", "INVALID")
            self._refused(self.reader.decrypt(mailform.flip_last(mail), recipient),
                          "changed tag", "INVALID")
        elif outcome.ok:  # CBC cannot tell; but the content cannot be the same
            assert mailform.to_crlf(outcome.content) != ENTITY, outcome.detail

    # Both

    def _signed_and_encrypted(self):
        for form in ("clear", "opaque"):
            for algorithm, cipher, transport in (
                    ("rsa", "aes-256-cbc", "rsa-v1.5"), ("ecdsa", "aes-128-cbc", "ecdh-p256"),
                    ("rsa", "aes-256-gcm", "rsa-oaep"), ("ecdsa", "aes-256-gcm", "ecdh-p256")):
                features = (form, algorithm, cipher, transport)
                row = f"sign+encrypt {' '.join(features)}"
                if not (self._both("sign", "verify", form, algorithm, "sha256")
                        and self._both("encrypt", "decrypt", cipher, transport)):
                    yield row, None, None
                    continue
                yield row, f"{row}: accepted with its content", (
                    lambda f=features: self._accept_protected(*f))
                yield row, f"{row}: damaged, misattributed or with a wrong key, refused", (
                    lambda f=features: self._refuse_protected(*f))

    def _protect(self, form, algorithm, cipher, transport):
        return self.writer.protect(
            message(), self.pki[SIGNERS[algorithm]], [self.pki[RECIPIENTS[transport]]],
            form, "sha256", cipher, transport)

    def _accept_protected(self, form, algorithm, cipher, transport):
        mail = self._protect(form, algorithm, cipher, transport)
        self._good(self.reader.open(mail, self.pki[RECIPIENTS[transport]]), ENTITY, "open")

    def _refuse_protected(self, form, algorithm, cipher, transport):
        mail = self._protect(form, algorithm, cipher, transport)
        recipient, stranger = self.pki[RECIPIENTS[transport]], self.pki[STRANGERS[transport]]
        self._refused(self.reader.open(mail, stranger), "a stranger's key", "LOCKED")
        # CBC: padding may survive, the signature inside must not
        self._refuse_unless_driver_fails(mailform.flip_longest(mail), recipient)
        if self.reader.can("verify", "from"):
            claimed = mailform.change_from(mail, "bob@example.com")
            self._refused(self.reader.open(claimed, recipient), "another From", "INVALID")

    def _refuse_unless_driver_fails(self, mail, recipient):
        try:
            outcome = self.reader.open(mail, recipient)
        except (AssertionError, ValueError, IndexError, AttributeError):
            # a driver that unwraps MIME itself may find none in the garbage
            assert self.reader.keeps_entity, "the program under test must cope"
            return
        self._refused(outcome, "changed ciphertext", "INVALID")

    # Several signers, several recipients

    def _several(self):
        for form in ("clear", "opaque"):
            row = f"sign {form} several"
            if not self._both("sign", "verify", form, "rsa", "sha256", "several"):
                yield row, None, None
                continue
            yield row, f"{row}: accepted when all are good, refused when one is not", (
                lambda f=form: self._several_signers(f))
        row = "encrypt several"
        if self._both("encrypt", "decrypt", "aes-256-cbc", "rsa-v1.5", "several"):
            yield row, f"{row}: each recipient opens it, nobody else", self._several_recipients
        else:
            yield row, None, None

    def _several_signers(self, form):
        second = "alice-p256" if self._both("sign", "verify", "ecdsa") else "carol-rsa"
        signers = [self.pki["alice-rsa"], self.pki[second]]
        mail = self.writer.sign(message(), signers, form, "sha256")
        outcome = self.reader.verify(mail)
        self._good(outcome, ENTITY, "two signers")
        if outcome.report:
            assert len(outcome.report["layers"][0]["signers"]) == 2, outcome.detail
        # SET OF sorts the signers, so this hits either of them
        self._refused(self.reader.verify(mailform.flip_last(mail)), "one bad signer", "INVALID")
        strangers = self.writer.sign(
            message(), [self.pki["carol-rsa"], self.pki["mallory-rsa"]], form, "sha256")
        if self.reader.can("verify", "from"):
            self._refused(self.reader.verify(strangers), "no signer is the sender", "INVALID")

    def _several_recipients(self):
        names = ["bob-rsa", "carol-rsa"]
        if self._both("encrypt", "decrypt", "ecdh-p256"):
            names.append("bob-p256")
        mail = self.writer.encrypt(message(), [self.pki[name] for name in names],
                                   "aes-256-cbc", "rsa-v1.5")
        for name in names:
            self._good(self.reader.decrypt(mail, self.pki[name]), ENTITY, name)
        self._refused(self.reader.decrypt(mail, self.pki["mallory-rsa"]), "mallory", "LOCKED")

    # Other ways of writing the same thing

    def _variants(self):
        for variant in ("rsa-pss", "no-attributes", "key-identifier", "definite-length"):
            for form in ("clear", "opaque"):
                row = f"sign {form} {variant}"
                if not self._both("sign", "verify", variant, form, "rsa", "sha256"):
                    yield row, None, None
                    continue
                yield row, f"{row}: accepted with its content", (
                    lambda f=form, v=variant: self._accept_signed(f, "rsa", "sha256", variant=v))
                yield row, f"{row}: damaged or misattributed, refused", (
                    lambda f=form, v=variant: self._refuse_signed(f, "rsa", "sha256", variant=v))
        for variant in ("key-identifier", "definite-length"):
            for transport in ("rsa-v1.5", "ecdh-p256"):
                row = f"encrypt aes-256-cbc {transport} {variant}"
                if not self._both("encrypt", "decrypt", variant, "aes-256-cbc", transport):
                    yield row, None, None
                    continue
                yield row, f"{row}: opened with its content", (
                    lambda t=transport, v=variant: self._accept_encrypted(
                        "aes-256-cbc", t, variant=v))
        if self._both("sign", "verify", "clear", "opaque", "rsa", "sha256"):
            for form in ("clear", "opaque"):
                row = f"sign {form} no final line end"
                yield row, f"{row}: accepted with its content", (
                    lambda f=form: self._accept_signed(f, "rsa", "sha256", NO_FINAL_LINE_END))
