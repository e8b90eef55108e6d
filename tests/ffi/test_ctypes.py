#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Uses libsmime from Python, through nothing but its shared library.

    test_ctypes.py libsmime.so

Prints TAP. What it is after is the interface as another language meets it: that plain C types,
handles and callbacks with user_data and destroy are enough.
"""
import gc
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from ctypes import (POINTER, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint32, c_uint64,
                    c_void_p)
from pathlib import Path

sys.dont_write_bytecode = True  # leave nothing in the source tree
HERE = Path(__file__).resolve().parent
for neighbour in ("interop", "abi", "ffi"):
    sys.path.insert(0, str(HERE.parent / neighbour))

import pki  # noqa: E402
import public_api  # noqa: E402
import smime_ctypes as smime  # noqa: E402
from tap import Tap  # noqa: E402

CONTENT = (b"Content-Type: multipart/mixed; boundary=\"parts\"\r\n\r\n"
           b"--parts\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
           b"We meet on Thursday.\r\n"
           b"--parts\r\nContent-Type: application/octet-stream; name*=utf-8''caf%C3%A9.bin\r\n"
           b"Content-Transfer-Encoding: base64\r\n\r\n"
           b"AAECAwQFBgcICQ==\r\n"
           b"--parts--\r\n")
MESSAGE = (b"From: Alice <alice@example.com>\r\nTo: bob@example.com\r\nSubject: ctypes\r\n"
           b"Date: Thu, 01 Jan 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\n" + CONTENT)
BODY = CONTENT.split(b"\r\n\r\n", 1)[1]
CHUNKS = (1, 7, 61, 4093)

# What stands for a C type; handles come apart from these.
STANDS_FOR = {
    "void": [None], "int": [c_int], "size_t": [c_size_t], "int32_t": [c_int32],
    "uint32_t": [c_uint32], "int64_t": [c_int64], "uint64_t": [c_uint64],
    "smime_status": [c_int32],
    "const char *": [c_char_p], "const void *": [c_char_p], "void *": [c_char_p, c_void_p],
    "const uint8_t *": [c_void_p], "const char **": [POINTER(c_char_p)],
    "uint8_t **": [POINTER(c_void_p)], "size_t *": [POINTER(c_size_t)],
    "int32_t *": [POINTER(c_int32)], "int64_t *": [POINTER(c_int64)],
    "uint64_t *": [POINTER(c_uint64)], "smime_status *": [POINTER(c_int32)],
    "smime_write_function": [smime.WRITE_FUNCTION], "void (*)(void *)": [smime.END_FUNCTION],
}


def skip_all(reason):
    print(f"1..0 # SKIP {reason}")
    sys.exit(0)


def why_not_loadable(path):
    """Programs that nobody built for it cannot load what a sanitizer has gone through."""
    if ".so" not in path.name:
        return f"{path.name} is no shared library; ctypes needs one"
    code = path.read_bytes()
    for mark, name in ((b"__asan_init", "AddressSanitizer"), (b"__tsan_init", "ThreadSanitizer"),
                       (b"__msan_init", "MemorySanitizer")):
        if mark in code:
            return f"the library is built with {name}: python3 would have to be preloaded with it"
    if not shutil.which("openssl"):
        return "openssl not found: no certificates to work with"
    return None


def raises(status, function, *arguments):
    """That the call fails with this status; the error."""
    try:
        function(*arguments)
    except smime.Error as error:
        assert error.status == status, error
        assert error.detail, "an error without a text"
        return error
    raise AssertionError(f"no error where {status} is due")


def push_pull(job, data, chunk, room=None):
    """All of data through a job in small pieces; what comes out."""
    output = bytearray()

    def drain():
        while piece := job.read(room or chunk):
            output.extend(piece)

    for start in range(0, len(data), chunk):
        piece = data[start:start + chunk]
        while piece:
            piece = piece[job.write(piece):]
            drain()
    job.finish()
    drain()
    return bytes(output)


class Collector(smime.Sink):
    def __init__(self, fail_after=None):
        super().__init__()
        self.data = bytearray()
        self.fail_after = fail_after

    def write(self, data):
        if self.fail_after is not None and len(self.data) >= self.fail_after:
            raise OSError("the disk is full")
        self.data.extend(data)


class Cases:
    def __init__(self, folder):
        people = pki.Pki(folder)
        self.root = smime.Cert.read(people.root.read_bytes())
        self.intermediate = smime.Cert.read(people.intermediate.read_bytes())
        self.store = smime.Store([self.root])
        self.files = people
        self.alice, self.bob, self.bob_ec, self.mallory, self.rogue = (
            self.identity(name)
            for name in ("alice-rsa", "bob-rsa", "bob-p256", "mallory-rsa", "rogue-rsa"))

    def identity(self, name):
        [identity] = smime.Bag(self.files[name].p12.read_bytes(), password=pki.PASSWORD).identities
        return identity

    def protect(self, signer=None, recipients=(), **settings):
        job = smime.Protect()
        if signer:
            job.sign(signer)
        for recipient in recipients:
            job.encrypt_to(recipient.cert)
        if signer and recipients:
            job.no_self()
        job.set_legacy_display(0)  # the content is to be BODY to the byte
        for name, value in settings.items():
            getattr(job, f"set_{name}")(value)
        return job

    def open(self, mail, *identities, **settings):
        job = smime.Open(self.store, identities, **settings)
        content = job.run(mail)
        return job.report, content

    # The declarations themselves

    def declarations_match_the_headers(self):
        headers = (HERE.parent.parent / "include" / "smime").glob("*.h")
        declared = {declaration.parts()[1]: declaration for header in sorted(headers)
                    for declaration in public_api.declarations(header)
                    if declaration.is_function()}
        for name, (result, *arguments) in smime.FUNCTIONS.items():
            c_result, _, parameters = declared[name].parts()
            # a callback written out has a name of its own inside
            parameters = parameters.replace("(*discard)", "(*)").replace("(*destroy)", "(*)")
            parameters = parameters.replace("(void *user_data)", "(void *)")
            c_arguments = [] if parameters == "void" else parameters.split(",")
            assert len(c_arguments) == len(arguments), name
            if "SMIME_MUST_CHECK" in declared[name].text:
                assert c_result == "smime_status" and result is smime.Status, name
            else:
                self._same_type(name, c_result, result)
            for c_type, own in zip(c_arguments, arguments):
                self._same_type(name, c_type.strip(), own)

    @staticmethod
    def _same_type(function, c_type, own):
        if "(*)" not in c_type:  # without the parameter's name
            c_type = re.fullmatch(r"((?:const )?\w+(?: \*+)?) ?\w*", c_type)[1]
        handle = re.fullmatch(r"(?:const )?smime_(\w+) (\*\*?)", c_type)
        if c_type in STANDS_FOR:
            wanted = STANDS_FOR[c_type]
        elif handle[2] == "**":
            wanted = [POINTER(c_void_p)]
        else:
            wanted = [c_void_p, getattr(smime, handle[1].capitalize())]
        assert own in wanted, f"{function}: {c_type} against {own}"

    # Cases

    def version_and_statuses(self):
        number, text = smime.version()
        assert text == f"{number >> 16}.{number >> 8 & 255}.{number & 255}", (number, text)
        known = {name: (number, category) for number, name, _, category in smime.statuses()}
        assert known["SMIME_OK"] == (0, 0) and known["SMIME_E_NOMEM"] == (-101, 2), known
        assert all(number < 0 for name, (number, _) in known.items() if "_E_" in name), known

    def certificates(self):
        cert = self.alice.cert
        assert cert.emails == ["alice@example.com"], cert.emails
        assert "alice-rsa" in cert.subject, cert.subject
        assert cert.is_for("ALICE@example.com") == 2 and cert.is_for("bob@example.com") == 0
        first, last = cert.validity
        assert first <= time.time() + 5 and last - first >= 29 * 86400, cert.validity
        again = smime.Cert.read(cert.der)
        assert (again.sha256, again.der) == (cert.sha256, cert.der)
        raises(-401, smime.Cert.read, b"no certificate")

    def bags(self):
        data = self.files["alice-rsa"].p12.read_bytes()
        bag = smime.Bag(data, password=pki.PASSWORD)
        assert len(bag.certs) == 3 and len(bag.identities) == 1, bag.certs
        raises(smime.E_PASSWORD, smime.Bag, data)
        both = [self.files["alice-p256"].key.read_bytes(),
                self.files["alice-p256"].certificate.read_bytes()]
        assert len(smime.Bag(*both).identities) == 1  # a key finds its certificate across files
        identity = bag.identities[0]
        bag.close()
        assert identity.cert.emails == ["alice@example.com"], "what was taken out stays"

    def sign_and_open(self):
        for opaque, digest, name in ((0, smime.DIGEST_SHA256, "sha256"),
                                     (1, smime.DIGEST_SHA512, "sha512")):
            mail = self.protect(self.alice, opaque=opaque, digest=digest).run(MESSAGE)
            report, content = self.open(mail)
            assert report.summary == "VERIFIED" and report.status == 0, report.reasons
            assert report.from_address == "alice@example.com" and report.text
            assert content.endswith(BODY), content
            [layer] = report.layers
            assert (layer.kind, layer.errant, layer.algorithm) == ("signed", False, None), layer
            [signer] = layer.signers
            assert (signer.status, signer.digest, signer.signature) == ("good", name, "rsa-v1.5")
            assert signer.matches_from and signer.cert.sha256 == self.alice.cert.sha256
            assert abs(signer.time - time.time()) < 600, signer.time
            assert [c.sha256 for c in signer.path.certs] == [
                c.sha256 for c in (self.alice.cert, self.intermediate, self.root)]
            assert ("Subject", "ctypes") in [header[:2] for header in report.headers]

    def refuse_what_was_changed(self):
        mail = self.protect(self.alice).run(MESSAGE)
        report, content = self.open(mail.replace(b"Thursday", b"Saturday"))
        assert report.summary == "INVALID" and content is None, report.summary
        assert report.reasons and all(code and text for code, text in report.reasons)
        assert report.layers[0].signers[0].status == "bad"
        report, content = self.open(mail.replace(b"From: Alice <alice@", b"From: Bob <bob@"))
        assert report.summary == "INVALID" and content is None, report.summary
        report, content = self.open(self.protect(self.rogue).run(MESSAGE))
        assert report.summary == "INVALID" and content is None, report.summary
        assert report.layers[0].signers[0].path.status != "valid"
        report, content = self.open(mail.replace(b"Thursday", b"Saturday"),
                                    release=smime.RELEASE_UNVERIFIED)
        assert report.summary == "INVALID" and b"Saturday" in content

    def encrypt_and_open(self):
        for cipher, name, kind in ((smime.CIPHER_AES_256_CBC, "aes-256-cbc", "enveloped"),
                                   (smime.CIPHER_AES_256_GCM, "aes-256-gcm", "auth-enveloped")):
            mail = self.protect(None, [self.bob, self.bob_ec], cipher=cipher).run(MESSAGE)
            assert b"Thursday" not in mail
            for position, reader in enumerate((self.bob, self.bob_ec)):
                report, content = self.open(mail, reader)
                assert report.summary == "CONFIDENTIAL" and content.endswith(BODY), report.text
                [layer] = report.layers
                assert (layer.kind, layer.algorithm) == (kind, name), layer
                assert layer.authenticated == (kind == "auth-enveloped"), layer
                assert [r.kind for r in layer.recipients] == ["ktri", "kari"], layer
                assert [r.opened for r in layer.recipients] == [position == 0, position == 1]
            report, content = self.open(mail, self.mallory)
            assert report.summary == "LOCKED" and content is None, report.summary

    def sign_then_encrypt(self):
        job = self.protect(self.alice, [self.bob])
        mail = job.run(MESSAGE)
        assert job.notes and all(job.notes), "the choice of the cipher is worth a note"
        report, content = self.open(mail, self.bob)
        assert report.summary == "CONFIDENTIAL_VERIFIED", report.reasons
        assert [layer.kind for layer in report.layers] == ["enveloped", "signed"]
        assert content.endswith(BODY)

    def push_and_pull(self):
        for signer, recipients in ((self.alice, []), (None, [self.bob]),
                                   (self.alice, [self.bob])):
            for chunk in CHUNKS:
                mail = push_pull(self.protect(signer, recipients), MESSAGE, chunk, room=13)
                job = smime.Open(self.store, [self.bob])
                content = push_pull(job, mail, chunk)
                assert content.endswith(BODY), (chunk, content)
                assert job.report.summary == (
                    "CONFIDENTIAL_VERIFIED" if signer and recipients
                    else "VERIFIED" if signer else "CONFIDENTIAL"), chunk
                assert job.read(10) == b"", "the end stays the end"

    def sinks(self):
        for chunk in CHUNKS:
            job, sink = self.protect(self.alice, [self.bob]), Collector()
            job.set_sink(sink)
            assert push_pull(job, MESSAGE, chunk) == b"", "output went to the sink"
            job.close()
            reader, content = smime.Open(self.store, [self.bob]), Collector()
            reader.set_sink(content)
            push_pull(reader, bytes(sink.data), chunk)
            assert reader.report.summary == "CONFIDENTIAL_VERIFIED"
            assert bytes(content.data).endswith(BODY)
            reader.close()
            for used in (sink, content):
                assert (used.destroyed, used.discarded) == (1, 0), vars(used)

    def destroy_comes_once(self):
        unused, replaced, late = Collector(), Collector(), Collector()
        job = self.protect(self.alice)
        job.set_sink(unused)
        job.close()
        assert unused.destroyed == 1, "a job that was never started"
        job = self.protect(self.alice)
        job.set_sink(replaced)
        while job.write(MESSAGE[:100]) == 0:
            pass
        raises(smime.E_STATE, job.set_sink, late)
        assert (late.destroyed, replaced.destroyed) == (1, 0), "the refused one, at once"
        job.close()
        assert (late.destroyed, replaced.destroyed) == (1, 1)
        parser, part = smime.Parser(), Collector()
        parser.select("1.2", smime.PART_DECODED)
        parser.set_sink(part)
        push_pull(parser, MESSAGE, 7)
        del parser
        gc.collect()
        assert part.destroyed == 1 and bytes(part.data) == bytes(range(10))

    def sinks_that_fail(self):
        sink = Collector(fail_after=1)
        job = self.protect(self.alice)
        job.set_sink(sink)
        error = raises(smime.E_CALLBACK, push_pull, job, MESSAGE * 20, 50)
        assert isinstance(error.__cause__, OSError), error.__cause__
        raises(smime.E_CALLBACK, job.write, b"more")  # the job stays where it is
        assert sink.discarded <= 1 and sink.destroyed == 0
        job.close()
        assert sink.destroyed == 1

    def taken_back(self):
        mail = self.protect(self.alice).run(MESSAGE).replace(b"Thursday", b"Saturday")
        job, sink = smime.Open(self.store, release=smime.RELEASE_AT_ONCE), Collector()
        job.set_sink(sink)
        push_pull(job, mail, 61)
        assert job.report.summary == "INVALID" and b"Saturday" in sink.data
        assert sink.discarded == 1, "what was handed out too early is taken back"

    def file_descriptors(self):
        with tempfile.TemporaryFile() as plain, tempfile.TemporaryFile() as mail, \
                tempfile.TemporaryFile() as content:
            plain.write(MESSAGE)
            plain.flush()
            os.lseek(plain.fileno(), 0, os.SEEK_SET)
            self.protect(self.alice, [self.bob]).run_fd(plain.fileno(), mail.fileno())
            os.lseek(mail.fileno(), 0, os.SEEK_SET)
            job = smime.Open(self.store, [self.bob])
            job.run_fd(mail.fileno(), content.fileno())
            assert job.report.summary == "CONFIDENTIAL_VERIFIED"
            content.seek(0)
            assert content.read().endswith(BODY)

    def paths(self):
        check, cert = smime.Path.check, self.alice.cert
        knows = smime.Store([self.root], [self.intermediate])
        path = check(knows, cert, smime.USE_SIGN, "alice@example.com")
        assert (path.status, path.reason, path.fault) == ("valid", "valid", -1), path.text
        assert [c.sha256 for c in path.certs] == [
            c.sha256 for c in (cert, self.intermediate, self.root)]
        refused = {
            "another address": check(knows, cert, email="bob@example.com"),
            "another root": check(knows, self.rogue.cert),
            "no intermediate": check(self.store, cert),
            "no store": check(None, cert),
            "too late": check(knows, cert, policy=smime.Policy(time=int(time.time()) + 10 ** 9)),
        }
        for why, path in refused.items():
            assert path.status != "valid" and path.reason != "valid" and path.text, why
        assert refused["too late"].status == "invalid", refused["too late"].text

    def parser(self):
        for chunk in CHUNKS:
            parser = smime.Parser()
            parser.select("1.2", smime.PART_DECODED)
            assert push_pull(parser, MESSAGE, chunk) == bytes(range(10))
            root = parser.root
            assert (root.path, root.type) == ("1", "multipart/mixed")
            assert root.parameters == {"boundary": "parts"}, root.parameters
            assert root.span == (0, len(MESSAGE)), root.span
            text, attachment = root.children
            assert (text.type, text.parameters) == ("text/plain", {"charset": "utf-8"})
            assert (attachment.filename, attachment.encoding) == ("café.bin", "base64")
            assert attachment.decoded_length == 10 and not attachment.children
            start, end = attachment.span
            assert MESSAGE[start:end].endswith(b"AAECAwQFBgcICQ=="), MESSAGE[start:end]
            assert parser.entity("1.2").path == "1.2" and parser.entity("1.3") is None
            assert parser.defects == [], parser.defects
            del parser
            gc.collect()
            assert attachment.type == "application/octet-stream", "it holds its parser"

    def parser_defects_and_limits(self):
        parser = smime.Parser()
        push_pull(parser, b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n", 7)
        [(code, kind, offset, text)] = parser.defects
        assert (code, kind) == ("duplicate-field", smime.DEFECT_STRUCTURAL), code
        assert offset <= 26 and text, (offset, text)
        shallow = smime.Policy(limits={smime.LIMIT_DEPTH: 1})
        raises(smime.E_LIMIT_DEPTH, push_pull, smime.Parser(shallow), MESSAGE, 7)

    def errors(self):
        raises(smime.E_NO_WORK, smime.Protect().run, MESSAGE)
        raises(smime.E_INVALID_ARG, smime.Protect().sign, None)
        raises(smime.E_INVALID_ARG, smime.Protect().set_digest, 99)
        raises(smime.E_INVALID_ARG, smime.Policy, 99)
        raises(smime.E_CERT_UNSUITABLE, smime.Protect().encrypt_to, self.root)
        raises(smime.E_STATE, lambda: smime.Open().report)
        job = self.protect(self.alice)
        job.run(MESSAGE)
        raises(smime.E_STATE, job.write, MESSAGE)
        try:  # not the library's doing, but what declared types are for
            smime.Store([self.alice])
            raise AssertionError("an identity passed for a certificate")
        except Exception as error:
            assert "Cert wanted" in str(error), error

    def reports_outlive_their_jobs(self):
        mail = self.protect(self.alice).run(MESSAGE)
        signer = self.open(mail)[0].layers[0].signers[0]
        gc.collect()
        assert signer.path.status == "valid" and signer.cert.emails == ["alice@example.com"]

    def threads(self):
        mail = self.protect(self.alice, [self.bob]).run(MESSAGE)
        summaries, rounds = [], 10

        def work():
            for _ in range(rounds):
                summaries.append(self.open(mail, self.bob)[0].summary)

        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert summaries == ["CONFIDENTIAL_VERIFIED"] * rounds * len(workers), summaries


NAMES = {
    "declarations_match_the_headers": "types: what Python declares is what the headers say",
    "version_and_statuses": "status: the version and the list of statuses",
    "certificates": "cert: fields, addresses, the exact bytes",
    "bags": "bag: PKCS#12 and PEM, the password",
    "sign_and_open": "sign: clear and opaque, and every field of the report",
    "refuse_what_was_changed": "open: changed content, another From, another root: no content",
    "encrypt_and_open": "encrypt: RSA and ECDH, CBC and GCM, a stranger is locked out",
    "sign_then_encrypt": "protect: signed and encrypted, with notes",
    "push_and_pull": "push and pull in odd sizes",
    "sinks": "sinks: callbacks in odd sizes",
    "destroy_comes_once": "sinks: destroy is called exactly once, whatever happens",
    "sinks_that_fail": "sinks: a Python exception ends the job and comes out again",
    "taken_back": "sinks: discard, when content was handed out too early",
    "file_descriptors": "file descriptors",
    "paths": "path: valid, and five that are not",
    "parser": "parser: the tree, parameters, one part decoded",
    "parser_defects_and_limits": "parser: defects and a limit",
    "errors": "errors: statuses become exceptions",
    "reports_outlive_their_jobs": "references: parts of a report outlive it and its job",
    "threads": "threads: a store and keys in four at once",
}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    library = Path(sys.argv[1])
    reason = why_not_loadable(library)
    if reason:
        skip_all(reason)
    try:
        smime.load(library)
    except OSError as error:
        if "__sanitizer_" in str(error) or "__ubsan_" in str(error):
            skip_all(f"the library is built for programs of its own: {error}")
        raise
    unraisable = []
    sys.unraisablehook = lambda event: unraisable.append(repr(event.exc_value))
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="smime-ctypes-") as name:
        cases = Cases(Path(name))
        for method, title in NAMES.items():
            tap.run(title, getattr(cases, method))

    def quiet():
        gc.collect()
        assert not unraisable, unraisable
        assert not smime.Sink._by_number, "sinks that were never destroyed"

    tap.run("callbacks: none failed unseen, none is left", quiet)
    tap.finish()


if __name__ == "__main__":
    main()
