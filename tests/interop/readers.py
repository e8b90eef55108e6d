#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mutt and GMime read what is sent with the defaults, however the header fields are protected.

    readers.py --smime PROGRAM

run.py names cipher and digest, which is how it meets all of them; here nothing is named but who
signs, who is to read it, and --headers. What is damaged or somebody else's must be refused.
Prints TAP. What a reader has no means for stands in pending.tsv.
"""
import argparse
import importlib
import itertools
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True  # leave nothing in the source tree
sys.path.insert(0, str(Path(__file__).resolve().parent))

import mailform  # noqa: E402
from exchange import ENTITY  # noqa: E402
from pki import Pki  # noqa: E402
from run import check_available, pending_table  # noqa: E402
from smime_tool import SmimeTool  # noqa: E402
from tap import Tap, Unsafe  # noqa: E402

READERS = ("mutt", "gmime")
HEADERS = {"defaults": (None,), **{f"headers {name}": ("--headers", name)
                              for name in ("none", "baseline", "shy")}}
FORMS = {"clear": (), "opaque": ("--opaque",)}
KEY_TYPES = {"rsa": ("rsa", "rsa-v1.5"), "p256": ("ecdsa", "ecdh-p256")}  # signs, encrypts
SUBJECT = b"Only for Bob"
HIDES = ("defaults", "headers baseline", "headers shy")


def message():
    return mailform.join_message(
        mailform.headers_from("alice@example.com", SUBJECT.decode()), ENTITY)


class Reader:
    """All cases of one reader; cases() yields a name and a function each."""

    def __init__(self, peer, tool):
        self.peer, self.tool, self.pki = peer, tool, peer.pki

    def cases(self):
        for headers, (form, options), key in itertools.product(HEADERS, FORMS.items(), KEY_TYPES):
            yield f"sign {form}, {key}, {headers}", (
                lambda h=headers, o=options, f=form, k=key: self._signed(h, f, o, k))
        for headers, key in itertools.product(HEADERS, KEY_TYPES):
            yield f"encrypt to {key}, {headers}", (
                lambda h=headers, k=key: self._encrypted(h, k))
        for headers, (form, options), key, to in itertools.product(
                HEADERS, FORMS.items(), KEY_TYPES, KEY_TYPES):
            yield f"protect {form}, {key}, encrypt to {to}, {headers}", (
                lambda h=headers, o=options, f=form, k=key, t=to: self._both(h, f, o, k, t))

    def _need(self, verb, *features):
        assert self.peer.can(verb, *features), f"it cannot {verb} {' '.join(features)}"

    def _write(self, verb, headers, *words):
        run = self.tool.write(verb, message(), *HEADERS[headers], *words)
        assert run.code == 0, str(run)
        outer = mailform.split_fields(run.content)[0]
        is_hidden = verb != "sign" and headers in HIDES
        assert any(SUBJECT in field for field in outer) != is_hidden, f"Subject: {outer}"
        return run.content

    def _identity(self, name):
        return ["--identity", self.pki[name].p12, "--password-file", self.pki.password_file]

    def _accepted(self, outcome, headers):
        assert outcome.ok, f"refused\n{outcome.detail}"
        fields, body = mailform.split_fields(mailform.to_crlf(outcome.content))
        assert mailform.shown_parts(outcome.content) == mailform.shown_parts(ENTITY), (
            f"another content\n{outcome.content}")
        assert headers in HIDES or body == mailform.split_fields(ENTITY)[1], "another body"
        assert any(SUBJECT in field for field in fields), f"fields inside: {fields}"

    @staticmethod
    def _refused(outcome, what):
        if outcome.ok:
            raise Unsafe(f"{what}: accepted\n{outcome.detail}")

    def _signed(self, headers, form, options, key):
        self._need("verify", form, KEY_TYPES[key][0], "sha256")
        mail = self._write("sign", headers, *options, *self._identity(f"alice-{key}"))
        self._accepted(self.peer.verify(mail), headers)
        self._refused(self.peer.verify(mailform.flip_last(mail)), "a changed signature")
        if self.peer.can("verify", "from"):
            claimed = mailform.change_from(mail, "bob@example.com")
            self._refused(self.peer.verify(claimed), "another From")

    def _encrypted(self, headers, key):
        self._need("decrypt", KEY_TYPES[key][1])
        mail = self._write("encrypt", headers, "--to", self.pki[f"bob-{key}"].certificate)
        self._accepted(self.peer.decrypt(mail, self.pki[f"bob-{key}"]), headers)
        self._refused(self.peer.decrypt(mail, self.pki[f"mallory-{key}"]), "a stranger's key")

    def _both(self, headers, form, options, key, to):
        self._need("verify", form, KEY_TYPES[key][0], "sha256")
        self._need("decrypt", KEY_TYPES[to][1])
        bob = self.pki[f"bob-{to}"]
        mail = self._write("protect", headers, *options, *self._identity(f"alice-{key}"),
                           "--to", bob.certificate)
        self._accepted(self.peer.open(mail, bob), headers)
        if self.peer.can("verify", "from"):
            claimed = mailform.change_from(mail, "bob@example.com")
            self._refused(self.peer.open(claimed, bob), "another From")


def run(program, folder, tap):
    pki, pending = Pki(folder), pending_table()
    scratch = folder / "scratch"
    scratch.mkdir()
    tool = SmimeTool(program, scratch)
    for name in READERS:
        peer = importlib.import_module(f"peer_{name}").Driver(pki, scratch)
        try:
            if tap.run(f"reader {name} is ready", lambda: check_available(peer)) != "ok":
                continue
            for title, case in Reader(peer, tool).cases():
                title = f"{peer.name} reads: {title}"
                tap.run(title, case, pending(title))
        finally:
            peer.close()
    tap.finish()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smime", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="smime-readers-") as name:
        run(options.smime, Path(name), Tap())


if __name__ == "__main__":
    main()
