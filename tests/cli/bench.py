# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the cases work with: the program, a throw-away PKI, and messages made once."""
import functools
import json

from cli_pki import PASSWORD, Pki
from smime_tool import SmimeTool

import schema

MAIL = (b"From: Alice Example <alice@example.com>\r\nTo: bob@example.com\r\n"
        b"Subject: Lunch\r\nDate: Sun, 01 Nov 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=us-ascii\r\n\r\nHello Bob,\r\nat noon?\r\n")
ENTITY = (b"Content-Type: text/plain; charset=us-ascii\r\n\r\nHello Bob,\r\nat noon?\r\n")


def check(condition, promise, run=None):
    if not condition:
        raise AssertionError(f"{promise}\n{run if run is not None else ''}")


class Bench:
    def __init__(self, smime, peak, sanitizer, folder):
        folder.mkdir()
        (folder / "pki").mkdir()
        (folder / "work").mkdir()
        self.peak = peak
        self.sanitized = sanitizer != "none"
        self.folder = folder
        self.tool = SmimeTool(smime, folder / "work")
        self.pki = Pki(folder / "pki")
        self.password_file = self.file(f"{PASSWORD}\n".encode())

    @property
    def trust(self):
        return ["--trust", self.pki.root]

    def file(self, content):
        return self.tool.scratch(content)

    def run(self, *words, stdin=b"", expect=None):
        """Any call. With --json and any exit but 2: one object of the documented shape."""
        run = self.tool.run(*words, stdin=stdin)
        words = [str(word) for word in words]
        if expect is not None:
            check(run.code == expect, f"exit {expect}", run)
        if run.code == 2:
            check(not run.stdout, "nothing on standard output after a usage error", run)
        if run.code not in (0, 1) or words[0] in ("sign", "encrypt", "protect"):
            check(run.code == 0 or run.stderr.strip(), "a sentence on standard error", run)
        if "--json" in words and run.code != 2:
            run.report = self.one_object(run)
            schema.CHECKS[words[0]](run.report, run)
        return run

    @staticmethod
    def one_object(run):
        text = run.stdout.decode("utf-8")  # strict: JSON here is UTF-8
        try:
            report, end = json.JSONDecoder().raw_decode(text)
        except ValueError as error:
            raise AssertionError(f"not JSON: {error}\n{run}") from None
        check(not text[end:].strip(), "exactly one object", run)
        return report

    @staticmethod
    def one_sentence(run):
        lines = run.stderr.splitlines()
        check(len(lines) == 1 and len(lines[0].split()) > 3, "one sentence", run)

    @functools.cached_property
    def messages(self):
        """Name: message. Made with the program; what other programs read stands in interop."""
        pki, tool = self.pki, self.tool
        alice, bob = ["--identity", pki.both("alice-rsa")], ["--to", pki.certificate("bob-rsa")]
        mail = self.file(MAIL)
        made = {
            "plain": MAIL,
            "clear": self._made("sign", *alice, mail),
            "opaque": self._made("sign", *alice, "--opaque", mail),
            "stranger": self._made("sign", "--identity", pki.both("rogue-rsa"), mail),
            "cbc": self._made("encrypt", *bob, "--cipher", "aes-256-cbc", mail),
            "gcm": self._made("encrypt", *bob, "--cipher", "aes-256-gcm", mail),
            "both-cbc": self._made("protect", *alice, *bob, "--cipher", "aes-256-cbc", mail),
            "both-gcm": self._made("protect", *alice, *bob, "--cipher", "aes-256-gcm", mail),
        }
        made["changed"] = made["clear"].replace(b"noon", b"nine")
        made["forged"] = made["clear"].replace(b"alice@example.com", b"carol@example.com", 1)
        made["signed-gcm-changed"] = self._made("encrypt", *bob, "--cipher", "aes-256-gcm",
                                                self.file(made["changed"]))
        made["gcm-changed"] = self.change_cms(made["gcm"])
        made["cut"] = made["opaque"][:len(made["opaque"]) * 2 // 3]
        made["garbage-cms"] = (b"From: alice@example.com\r\nMIME-Version: 1.0\r\nContent-Type: "
                               b"application/pkcs7-mime; smime-type=enveloped-data\r\n"
                               b"Content-Transfer-Encoding: base64\r\n\r\nAAAAAAAAAAAA\r\n")
        return made

    def _made(self, *words):
        """Content is compared byte for byte: the header fields stay outside."""
        return self.run(words[0], "--headers", "outside", *words[1:], expect=0).stdout

    @staticmethod
    def change_cms(message):
        """One character of the base64 in the middle of the ciphertext is another one."""
        at = len(message) * 3 // 4
        while message[at:at + 1] in b"\r\n=" or message[at + 1:at + 2] in b"\r\n=":
            at += 1
        other = b"A" if message[at:at + 1] != b"A" else b"B"
        return message[:at] + other + message[at + 1:]

    def identity(self, name):
        return ["--identity", self.pki.both(name)]


__all__ = ["Bench", "ENTITY", "MAIL", "PASSWORD", "check"]
