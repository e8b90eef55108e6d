# SPDX-License-Identifier: LGPL-2.1-or-later
"""Cases that are no plain exchange: keys, certificates, time, sending rules.

They need OpenSSL as the other side.
"""
import email
import email.policy

import mailform
import pki
from exchange import ENTITY, message
from tap import Unsafe

AWKWARD_TEXT = "Grüße\nFrom now on all lines matter\n.\nlast line\n"


class Further:
    def __init__(self, subject, openssl):
        self.subject, self.openssl = subject, openssl
        self.tool, self.pki = subject.tool, subject.pki
        self.trust = ["--trust", self.pki.root]

    def cases(self):
        for form in pki.PKCS12_FORMS:
            yield f"PKCS#12 {form}: signs with the password, refuses without", (
                lambda f=form: self._pkcs12(f))
        yield "keys: PEM key and certificate in one file", self._pem_identity
        yield "certificates: left out of the message, found with --untrusted", self._untrusted
        yield "time: before and after the certificates' validity, refused", self._time
        yield "sign: 8-bit text and From lines arrive unchanged at openssl", self._awkward
        yield "sign: LF and CRLF input give the same signed content", self._line_ends
        yield "sign: the curve chooses the digest where nobody did", self._default_digest
        yield "protect: the sender can read it, unless --no-self", self._to_self
        yield "open: signed inside encrypted inside signed", self._triple_wrap
        yield "open: signed around encrypted is CONFIDENTIAL, not verified", self._signed_outside
        yield "open: signed part beside an unsigned one is not VERIFIED", self._errant

    def _pkcs12(self, form):
        p12 = self.pki["alice-rsa"].p12_form(form)
        identity = ["--identity", p12, "--password-file", self.pki.password_file]
        run = self.tool.write("sign", message(), *identity)
        assert run.code == 0, str(run)
        outcome = self.openssl.verify(run.content)
        assert outcome.ok, outcome.detail
        wrong = self.tool.scratch(b"not the password\n")
        run = self.tool.write("sign", message(), "--identity", p12, "--password-file", wrong)
        assert run.code == 1, str(run)

    def _pem_identity(self):
        for name in ("alice-rsa", "alice-p256"):
            alice = self.pki[name]
            both = self.tool.scratch(alice.key.read_bytes() + alice.certificate.read_bytes())
            run = self.tool.write("sign", message(), "--identity", both)
            assert run.code == 0, str(run)
            # no chain in the file, so none in the message
            assert not self.openssl.verify(run.content).ok, "where is the intermediate from?"
            outcome = self.subject.verify(run.content, "--untrusted", self.pki.intermediate)
            assert outcome.ok, outcome.detail

    def _untrusted(self):
        alice = self.pki["alice-rsa"]
        headers, entity = mailform.split_message(message())
        mail = mailform.join_message(headers, self.openssl.sign_entity(
            entity, [alice], "opaque", "sha256", "no-certificates"))
        missing = self.subject.verify(mail)
        if missing.ok:
            raise Unsafe(missing.detail)
        found = self.subject.verify(mail, "--untrusted", alice.certificate,
                                    "--untrusted", self.pki.intermediate)
        assert found.ok, found.detail
        # a certificate from the message or the command line is no anchor
        untrusted = self.tool.read("verify", mail, "--untrusted", alice.certificate,
                                   "--untrusted", self.pki.intermediate,
                                   "--untrusted", self.pki.root)
        if untrusted.code == 0:
            raise Unsafe(str(untrusted))

    def _time(self):
        mail = self.openssl.sign(message(), [self.pki["alice-rsa"]], "clear", "sha256")
        for moment in ("2001-01-01T00:00:00Z", "2101-01-01T00:00:00Z"):
            run = self.tool.read("verify", mail, *self.trust, "--at", moment)
            if run.code == 0:
                raise Unsafe(str(run))
            [signer] = run.signers()
            assert signer["status"] == "good" and signer["path"]["status"] == "invalid", str(run)

    def _awkward(self):
        entity = ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
                  + AWKWARD_TEXT).encode()
        for form in ("clear", "opaque"):
            mail = self.subject.sign(message(entity), [self.pki["alice-rsa"]], form, "sha256")
            outcome = self.openssl.verify(mail)
            assert outcome.ok, outcome.detail
            assert max(outcome.content) < 0x80, "8-bit bytes in the signed part"
            assert b"\nFrom " not in outcome.content, "an mbox reader would change this"
            part = email.message_from_bytes(outcome.content, policy=email.policy.default)
            assert mailform.to_lf(part.get_content().encode()) == AWKWARD_TEXT.encode(), part

    def _line_ends(self):
        contents = []
        for convert in (mailform.to_lf, mailform.to_crlf):
            mail = self.subject.sign(convert(message()), [self.pki["alice-rsa"]],
                                     "clear", "sha256")
            outcome = self.openssl.verify(mail)
            assert outcome.ok, outcome.detail
            contents.append(mailform.split_fields(outcome.content)[1])
        assert contents[0] == contents[1] == mailform.split_fields(ENTITY)[1], contents

    def _default_digest(self):
        for name, digest in (("rsa", "sha256"), ("p256", "sha256"),
                             ("p384", "sha384"), ("p521", "sha512")):
            alice = self.pki[f"alice-{name}"]
            run = self.tool.write("sign", message(), "--identity", alice.p12,
                                  "--password-file", self.pki.password_file)
            assert run.code == 0, str(run)
            outcome = self.openssl.verify(run.content)
            assert outcome.ok, outcome.detail
            [layer] = self.subject.verify(run.content).report["layers"]
            assert [s["digest"] for s in layer["signers"]] == [digest], f"{name}: {layer}"

    def _to_self(self):
        alice, bob = self.pki["alice-rsa"], self.pki["bob-rsa"]
        words = ["--identity", alice.p12, "--password-file", self.pki.password_file,
                 "--to", bob.certificate]
        with_self = self.tool.write("protect", message(), *words)
        without = self.tool.write("protect", message(), *words, "--no-self")
        assert with_self.code == without.code == 0, f"{with_self}\n{without}"
        for reader, mail, can_read in (
                (bob, with_self, True), (alice, with_self, True),
                (bob, without, True), (alice, without, False)):
            outcome = self.openssl.decrypt(mail.content, reader)
            assert outcome.ok == can_read, f"{reader.name} {can_read}\n{outcome.detail}"

    def _triple_wrap(self):
        alice, bob = self.pki["alice-rsa"], self.pki["bob-rsa"]
        headers, entity = mailform.split_message(message())
        inner = self.openssl.sign_entity(entity, [alice], "clear", "sha256")
        middle = self.openssl.encrypt_entity(inner, [bob], "aes-256-cbc", "rsa-v1.5")
        for form in ("clear", "opaque"):
            mail = mailform.join_message(
                headers, self.openssl.sign_entity(middle, [alice], form, "sha256"))
            outcome = self.subject.open(mail, bob)
            assert outcome.ok and outcome.content == ENTITY, outcome.detail
            kinds = [layer["kind"] for layer in outcome.report["layers"]]
            assert kinds == ["signed", "enveloped", "signed"], outcome.detail
            # the outer signature counts too
            damaged = self.subject.open(mailform.flip_last(mail), bob)
            if damaged.ok:
                raise Unsafe(damaged.detail)
            # but does not stop the reading
            outer, _, inner = damaged.report["layers"]
            assert outer["signers"][0]["status"] == "bad", damaged.detail
            assert inner["signers"][0]["status"] == "good", damaged.detail

    def _signed_outside(self):
        alice, bob = self.pki["alice-rsa"], self.pki["bob-rsa"]
        headers, entity = mailform.split_message(message())
        inner = self.openssl.encrypt_entity(entity, [bob], "aes-256-gcm", "rsa-oaep")
        words = [*self.trust, "--identity", bob.p12, "--password-file", self.pki.password_file]
        for form in ("clear", "opaque"):
            mail = mailform.join_message(
                headers, self.openssl.sign_entity(inner, [alice], form, "sha256"))
            run = self.tool.read("open", mail, *words)
            assert run.summary == "CONFIDENTIAL" and run.content == ENTITY, str(run)
            run = self.tool.read("verify", mail, *words)
            assert run.code == 1, str(run)
            for what, bad in (("damaged", mailform.flip_last(mail)),
                              ("another From", mailform.change_from(mail, "eve@example.com"))):
                run = self.tool.read("open", bad, *words)
                if run.code == 0:
                    raise Unsafe(f"{what}\n{run}")
                assert run.summary == "INVALID", f"{what}\n{run}"

    def _errant(self):
        headers, entity = mailform.split_message(message())
        signed = self.openssl.sign_entity(entity, [self.pki["alice-rsa"]], "clear", "sha256")
        mixed = (b'Content-Type: multipart/mixed; boundary="outer"\r\n\r\n--outer\r\n'
                 b"Content-Type: text/plain\r\n\r\nPay at once.\r\n--outer\r\n"
                 + mailform.to_crlf(signed) + b"\r\n--outer--\r\n")
        run = self.tool.read("open", mailform.join_message(headers, mixed), *self.trust)
        if run.summary != "UNPROTECTED":
            raise Unsafe(str(run))
        assert [layer["errant"] for layer in run.report["layers"]] == [True], str(run)
