# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the smime program and holds it to its contract on every call.

A caller says what verdict it wants; what is checked here must be true whatever
the verdict is: no crash, an exit code that agrees with the summary, exactly one
JSON object, content on success and no file otherwise. A breach is Unsafe: no
pending feature excuses it.
"""
import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tap import Unsafe

USAGE = 2
VERIFIED = ("VERIFIED", "CONFIDENTIAL_VERIFIED")
SUMMARIES = ("UNPROTECTED", "CONFIDENTIAL", *VERIFIED, "INVALID", "LOCKED")
ENCRYPTION = ("enveloped", "auth-enveloped")
OPEN_MEMBERS = ("version", "summary", "reasons", "from", "layers", "headers", "defects")


def require(condition, promise, run):
    if not condition:
        raise Unsafe(f"{promise}\n{run}")


@dataclass
class Run:
    words: list
    code: int
    stdout: bytes
    stderr: str
    content: bytes | None = None  # what --out holds; None when there is no file
    report: dict | None = None

    def __str__(self):
        shown = self.stdout[:3000].decode(errors="replace")
        return f"{' '.join(self.words)}\nexit {self.code}\n{self.stderr}{shown}"

    @property
    def summary(self):
        return self.report["summary"] if self.report else None

    def layers(self, *kinds):
        """Layers of these kinds inside the cryptographic envelope."""
        return [layer for layer in self.report["layers"]
                if layer["kind"] in kinds and not layer["errant"]]

    def signers(self):
        return [signer for layer in self.layers("signed") for signer in layer["signers"]]

    def reason_codes(self):
        return [reason["code"] for reason in self.report["reasons"]]


class SmimeTool:
    def __init__(self, program, folder):
        self.program = str(program)
        self.folder = Path(folder)

    def scratch(self, content=None):
        """A new path; content None leaves it without a file."""
        path = Path(tempfile.mkdtemp(dir=self.folder)) / "file"
        if content is not None:
            path.write_bytes(content)
        return path

    def run(self, *words, stdin=b"", timeout=120):
        words = [self.program, *map(str, words)]
        try:
            done = subprocess.run(words, input=stdin, capture_output=True, timeout=timeout)
        except subprocess.TimeoutExpired:
            raise Unsafe(f"no answer after {timeout} s: {' '.join(words)}") from None
        run = Run(words, done.returncode, done.stdout, done.stderr.decode(errors="replace"))
        require(0 <= run.code <= 5, "the program ends with a code of its own, not by a signal", run)
        require("Sanitizer" not in run.stderr and "runtime error:" not in run.stderr,
                "no sanitizer complains", run)
        return run

    def write(self, verb, message, *words):
        """sign, encrypt or protect: the new message is in content.

        What is inside is compared byte for byte, so header fields stay outside unless the caller
        chooses; None among the words leaves them as the program has them by default.
        """
        if None in words:
            words = [word for word in words if word is not None]
        elif "--headers" not in words:
            words = ["--headers", "outside", *words]
        run = self.run(verb, *words, self.scratch(message))
        run.content = run.stdout if run.code == 0 else None
        require(run.code == 0 or not run.stdout, "a refusal writes nothing", run)
        require(run.code == 0 or run.stderr.strip(), "a refusal says why", run)
        return run

    def read(self, verb, message, *words):
        """open, verify, decrypt or decode, with the report and the content."""
        out = self.scratch()
        run = self.run(verb, "--json", "--out", out, *words, self.scratch(message))
        run.content = out.read_bytes() if out.exists() else None
        if run.code == USAGE:
            require(run.stderr.strip() and run.content is None, "usage errors say why", run)
            return run
        run.report = self._json(run)
        require(all(member in run.report for member in OPEN_MEMBERS), "members of open", run)
        require(run.summary in SUMMARIES, "a summary of the list", run)
        require((run.code == 0) == self._success(verb, run), "exit code against summary", run)
        if "--unverified" not in words:
            require((run.content is not None) == (run.code == 0), "content on success only", run)
        for layer in run.layers("enveloped"):
            require(layer["authenticated"] is False, "CBC is never authenticated", run)
        for signer in run.signers():
            require((signer["path"] is None) == (signer["certificate"] is None),
                    "a path for each certificate, whatever the signature is", run)
        if run.summary in VERIFIED:
            self._check_verified(run, verb != "decode")
        if run.summary == "CONFIDENTIAL" and run.signers():
            self._check_signed_outside(run)
        if run.code != 0:
            require(run.report["reasons"], "a refusal has a reason", run)
        return run

    def path(self, certificate, *words):
        run = self.run("path", "--json", *words, certificate)
        if run.code != USAGE:
            run.report = self._json(run)
            require(run.report.get("status") in ("valid", "invalid", "indeterminate"),
                    "a status of the list", run)
            require((run.code == 0) == (run.report["status"] == "valid"),
                    "exit code against status", run)
        return run

    def parse(self, message, may_fail=()):
        """The tree and its defects; codes besides 0 only where the caller expects them."""
        run = self.run("parse", "--json", self.scratch(message))
        run.report = self._json(run, errors="replace")
        require(run.code in (0, *may_fail), "a message with bytes in it is read", run)
        require((run.code == 0) == ("error" not in run.report), "exit code against error", run)
        if run.code == 0:
            self._check_places(run.report["root"], 0, len(message), "1", run)
        return run

    def part(self, file, path, *words):
        """The body of one part."""
        run = self.run("parse", "--part", path, *words, file)
        require(run.code == 0, "a part of the tree is written", run)
        return run.stdout

    def _check_places(self, entity, start, end, path, run):
        """Every entity lies in its parent's body, behind the ones before it."""
        place = entity["offset"]
        stop = place + entity["length"]
        require(entity["path"] == path, "paths count from 1", run)
        require(start <= place <= entity["body_offset"] <= stop <= end, f"place of {path}", run)
        at = entity["body_offset"]
        for number, child in enumerate(entity["children"], 1):
            self._check_places(child, at, stop, f"{path}.{number}", run)
            at = child["offset"] + child["length"]

    @staticmethod
    def _json(run, errors="strict"):
        try:
            report = json.loads(run.stdout.decode(errors=errors))
        except ValueError as error:
            raise Unsafe(f"standard output is not one JSON object: {error}\n{run}") from None
        require(isinstance(report, dict) and report.get("version", 1) == 1, "version 1", run)
        return report

    @staticmethod
    def _success(verb, run):
        if verb in ("open", "decode"):
            return run.summary not in ("INVALID", "LOCKED")
        if verb == "verify":
            return run.summary in VERIFIED
        encryption = run.layers(*ENCRYPTION)
        return bool(encryption) and all(
            any(recipient["opened"] for recipient in layer["recipients"]) for layer in encryption)

    @staticmethod
    def _check_signed_outside(run):
        """A signature is allowed around the encryption only, and has to be told of."""
        kinds = [layer["kind"] for layer in run.layers("signed", *ENCRYPTION)]
        require(kinds[-1] != "signed", "what is signed inside is verified or invalid", run)
        require("signature-outside" in run.reason_codes(), "it says where the signature is", run)
        require(all(s["status"] == "good" and s["path"]["status"] == "valid"
                    for s in run.signers()), "the signature outside is good", run)

    @staticmethod
    def _check_verified(run, is_mail):
        """What VERIFIED claims must stand in the details too."""
        signers = run.signers()
        require(signers and all(s["status"] == "good" for s in signers), "all signers good", run)
        require(all(s["path"]["status"] == "valid" for s in signers), "all paths valid", run)
        if is_mail:
            require(any(s["binding"] == "match" for s in signers), "a signer who is the sender", run)
            require(run.report["from"]["binding"] == "match", "From is the signer", run)
        encrypted = any(r["opened"] for layer in run.layers(*ENCRYPTION)
                        for r in layer["recipients"])
        require(encrypted == (run.summary == "CONFIDENTIAL_VERIFIED"),
                "CONFIDENTIAL says whether it was encrypted", run)
