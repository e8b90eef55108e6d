#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the smime program sends survives the way through mail servers.

    relays.py --smime PROGRAM

Signed, encrypted, and signed and encrypted mail, with bodies that relays like to change, goes
  - by SMTP through a Postfix into its Maildir,
  - by SMTP through the same Postfix, then by LMTP into a Dovecot, and comes back by IMAP,
  - by IMAP APPEND into that Dovecot, and comes back by IMAP,
and must be as good as before when it is opened, with its text and its attachment unchanged.
Prints TAP. Needs root, postfix, and dovecot with IMAP and LMTP.
"""
import argparse
import email
import email.policy
import itertools
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True  # leave nothing in the source tree
sys.path.insert(0, str(Path(__file__).resolve().parent))

import mailform  # noqa: E402
from mailservers import IMAP_DOMAIN, MAILDIR_DOMAIN, Dovecot, Postfix, wait_for  # noqa: E402
from pki import Pki  # noqa: E402
from smime_tool import SmimeTool  # noqa: E402
from tap import Skip, Tap, Unsafe  # noqa: E402

LINE_MAX = 998  # RFC 5322, 2.1.1, without the line end
ATTACHED = bytes(range(256)) * 20
WORD, OTHER_WORD = b"Thursday", b"Saturday"
TEXTS = {
    "umlauts": "We meet on Thursday.\nGrüße aus Köln, für 5 €\n",
    "long lines": f"{'long ' * 500}\n{'x' * 3000}\n{'Ärger ' * 300}\n",
    "From lines": "From now on\n\nFrom here\n>From there\nFrom \n",
    "trailing blanks": "one \ntwo\t\n   \n-- \nthree \t \n",
    "dots": ".\n..\n. \n.one\nend\n.\n",
    "no final line end": "Grüße\nFrom me",
    "empty lines": "\n\none\n\n\n",
}
LINE_ENDS = {"LF": mailform.to_lf, "CRLF": mailform.to_crlf}
VERBS = {"sign": ("sign",), "sign opaque": ("sign", "--opaque"), "encrypt": ("encrypt",),
         "protect": ("protect",), "protect opaque": ("protect", "--opaque")}
KEY_TYPES = ("rsa", "p256")
SUMMARY = {"sign": "VERIFIED", "encrypt": "CONFIDENTIAL", "protect": "CONFIDENTIAL_VERIFIED"}
HEADERS = {"defaults": (None,), **{f"headers {name}": ("--headers", name)
                              for name in ("none", "baseline", "shy")}}


def plain_mail(text, is_8bit=True):
    encoding = "8bit" if is_8bit else "7bit"
    return mailform.headers_from("alice@example.com", "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=") + (
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: {encoding}\n\n{text}").encode()


def mail_with_attachment(text):
    return mailform.headers_from("alice@example.com", "two parts") + (
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="parts"\n\n'
        "the preamble \n--parts\n"
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{text}\n--parts\n"
        "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
        'Content-Disposition: attachment; filename="all bytes"\n\n').encode() \
        + mailform.base64_lines(ATTACHED) + b"--parts--\n"


def bodies():
    """Name, text, and the mail around it."""
    for name, text in TEXTS.items():
        yield name, text, plain_mail(text, not text.isascii())
    text = "".join(TEXTS.values())
    yield "attachment", text, mail_with_attachment(text)


class Kind:
    """One way of sending: a verb with its options, header fields, a type of keys."""

    def __init__(self, form, headers, key_type):
        self.name = f"{form}, {headers}, {key_type}"
        self.verb, *self.words = [*VERBS[form], *HEADERS[headers]]
        self.key_type = key_type
        self.mails = []


@dataclass
class Sent:
    user: str  # for whom it is on the way: one for each mail
    title: str
    text: str
    attached: bool
    mail: bytes


class Tester:
    """Makes mails of every kind, and opens what comes back."""

    def __init__(self, program, pki, folder):
        self.tool, self.pki = SmimeTool(program, folder), pki
        self.kinds = [Kind(*words) for words in itertools.product(VERBS, HEADERS, KEY_TYPES)]

    def mails(self):
        return [sent for kind in self.kinds for sent in kind.mails]

    def _identity(self, name):
        """A PEM file: PKCS#12 would cost its key derivation again and again."""
        path = self.pki.folder / f"{name}.id"
        if not path.exists():
            path.write_bytes(self.pki[name].certificate.read_bytes()
                             + self.pki[name].key.read_bytes()
                             + self.pki.intermediate.read_bytes())
        return path

    def make(self, kind):
        words = list(kind.words)
        if kind.verb != "encrypt":
            words += ["--identity", self._identity(f"alice-{kind.key_type}")]
        if kind.verb != "sign":
            words += ["--to", self.pki[f"bob-{kind.key_type}"].certificate]
        for (body, text, mail), (line_ends, convert) in itertools.product(
                bodies(), LINE_ENDS.items()):
            run = self.tool.write(kind.verb, convert(mail), *words)
            assert run.code == 0, f"{body}, {line_ends}: refused\n{run}"
            kind.mails.append(Sent(f"m{len(self.mails())}", f"{body}, {line_ends}", text,
                                   body == "attachment", run.content))
        for sent in kind.mails:
            nothing_to_change(sent)

    def open(self, kind, mail):
        return self.tool.read("open", mail, "--trust", self.pki.root,
                              "--identity", self._identity(f"bob-{kind.key_type}"))

    def came_back(self, kind, arrived):
        for sent in kind.mails:
            assert sent.user in arrived, f"{sent.title}: did not arrive"
            run = self.open(kind, arrived[sent.user])
            assert run.summary == SUMMARY[kind.verb], f"{sent.title}\n{run}"
            check_content(sent, run.content)

    def change_is_seen(self, kind, arrived):
        """Otherwise all the above would say nothing."""
        sent = next(sent for sent in kind.mails if WORD in sent.mail)
        mail = arrived[sent.user]
        assert mail.count(WORD) == 1, mail
        run = self.open(kind, mail.replace(WORD, OTHER_WORD))
        if run.summary != "INVALID":
            raise Unsafe(str(run))


def nothing_to_change(sent):
    """A relay may turn 8 bits into 7, break long lines, and quote "From ".

    Those of today leave blanks at the ends of lines alone, so these may stand as they are.
    """
    where = f"{sent.title}\n{sent.mail[:3000]!r}"
    assert sent.mail.isascii(), f"8-bit bytes: {where}"
    assert mailform.to_crlf(sent.mail) == sent.mail, f"a line end that is not CRLF: {where}"
    assert b"\r" not in sent.mail.replace(b"\r\n", b""), f"a lone CR: {where}"
    _, body = mailform.split_fields(sent.mail)
    for line in body.split(b"\r\n"):
        assert len(line) <= LINE_MAX, f"a long line: {where}"
        assert not line.startswith(b"From "), f"a From line: {where}"


def check_content(sent, content):
    root = email.message_from_bytes(content, policy=email.policy.default)
    parts = list(root.iter_parts()) if sent.attached else [root]
    text = mailform.shown_text(parts[0])
    assert text == sent.text.encode(), f"{sent.title}: other text\n{text!r}"
    if sent.attached:
        assert parts[1].get_content() == ATTACHED, f"{sent.title}: another attachment"


# Three ways. Each returns what came back: user: mail.

def submit(postfix, mails):
    with postfix.connect() as smtp:
        for sent in mails:
            refused = smtp.sendmail("alice@example.com", [
                f"{sent.user}@{domain}" for domain in (MAILDIR_DOMAIN, IMAP_DOMAIN)], sent.mail)
            assert not refused, f"{sent.title}: {refused}"


def by_user(mails):
    """Whom they were delivered to stands in the topmost field of that name."""
    users = {}
    for mail in mails:
        user = email.message_from_bytes(mail)["Delivered-To"].partition("@")[0]
        assert user not in users, f"{user} has two mails"
        users[user] = mail
    return users


def from_maildir(postfix, count):
    new = postfix.maildir / "new"
    wait_for(f"{count} mails in the Maildir",
             lambda: new.exists() and len(list(new.iterdir())) >= count)
    arrived = by_user(path.read_bytes() for path in new.iterdir())
    for mail in arrived.values():
        assert b"\nReceived: " in mail and b"\r" not in mail, f"not from Postfix\n{mail}"
    return arrived


def fetch(imap, folder):
    _, [count] = imap.select(folder, readonly=True)
    if int(count) == 0:
        return []
    status, answer = imap.fetch("1:*", "(BODY.PEEK[])")
    assert status == "OK", answer
    return [item[1] for item in answer if isinstance(item, tuple)]


def from_imap(dovecot, count):
    def all_mails():
        mails = fetch(imap, "INBOX")
        return mails if len(mails) >= count else None

    with dovecot.login() as imap:
        mails = wait_for(f"{count} mails over IMAP", all_mails)
    arrived = by_user(mails)
    for mail in arrived.values():
        assert b" with LMTP" in mail and mailform.to_crlf(mail) == mail, \
            f"not from Dovecot\n{mail}"
    return arrived


def append(dovecot, mails):
    with dovecot.login() as imap:
        imap.create("Appended")
        for sent in mails:
            status, answer = imap.append("Appended", None, None, sent.mail)
            assert status == "OK", f"{sent.title}: {answer}"
        got = fetch(imap, "Appended")
    assert len(got) == len(mails), f"{len(got)} mails of {len(mails)}"
    return {sent.user: mail for sent, mail in zip(mails, got)}


class Ways:
    """The servers, and what came back each way; a way that cannot be gone says why."""
    NAMES = ("SMTP, Maildir", "SMTP, LMTP, IMAP", "IMAP APPEND, IMAP")

    def __init__(self, folder):
        self.folder, self.servers, self.arrived = folder, [], {}
        self.missing = None  # why there are no servers

    def go(self, mails):
        try:
            for server in (Postfix, Dovecot):
                server.require()
            self._start()
        except Skip as reason:
            self.missing = str(reason)
            raise
        dovecot, postfix = self.servers
        submit(postfix, mails)
        for name, arrived in zip(self.NAMES, (
                from_maildir(postfix, len(mails)), from_imap(dovecot, len(mails)),
                append(dovecot, mails))):
            self.arrived[name] = arrived

    def _start(self):
        self.servers.append(Dovecot(self.folder))
        self.servers.append(Postfix(self.folder, self.servers[0].lmtp_port))
        for server in self.servers:
            server.start()

    def close(self):
        for server in self.servers:
            server.close()


def run(program, folder, tap):
    tester = Tester(program, Pki(folder), folder)
    for kind in tester.kinds:
        tap.run(f"{kind.name}: nothing in it that a relay may change",
                lambda k=kind: tester.make(k))
    ways = Ways(folder)
    try:
        tap.run("Postfix and Dovecot take and deliver all of it", lambda: ways.go(tester.mails()))
    finally:
        ways.close()
    for way in ways.NAMES if ways.missing else ():
        tap.skip(f"{way}: all kinds", ways.missing)
    for way, arrived in ways.arrived.items():
        for kind in tester.kinds:
            tap.run(f"{way}: {kind.name}: comes back as it was sent",
                    lambda k=kind, a=arrived: tester.came_back(k, a))
        for kind in tester.kinds[:len(KEY_TYPES)]:
            tap.run(f"{way}: {kind.name}: a change on the way is seen",
                    lambda k=kind, a=arrived: tester.change_is_seen(k, a))
    tap.finish()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smime", required=True)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and stop the servers
    with tempfile.TemporaryDirectory(prefix="smime-relays-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the servers' own users have to pass
        run(options.smime, folder, Tap())


if __name__ == "__main__":
    main()
