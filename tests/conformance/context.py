# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a suite needs to judge outside data with the smime program."""
import base64
import fnmatch
from pathlib import Path

import mailform
from smime_tool import VERIFIED, SmimeTool
from tap import Unsafe

HERE = Path(__file__).resolve().parent
# Suites whose data does not stand in a folder of their name.
FOLDERS = {"mime4j": "mime/mime4j/testmsgs", "stalwart": "mime/stalwart",
           "python-email": "mime/python-email/data"}


def table(path):
    """Rows of a tab-separated file, without comments."""
    return [line.split("\t") for line in path.read_text().splitlines()
            if line.strip() and not line.startswith("#")]


class Context:
    """One suite's view: its data folder, its known gaps and differences."""

    def __init__(self, suite, data, program, folder, differences):
        self.suite = suite
        self.all_data = Path(data)
        self.tool = SmimeTool(program, folder)
        self.differences = [row for row in differences if row.suite == suite]

    def path(self, *parts):
        """A file of the suite's own data."""
        return self.all_data.joinpath(FOLDERS.get(self.suite, self.suite), *parts)

    def read(self, *parts):
        return self.path(*parts).read_bytes()

    def passwords(self, *words):
        return ["--password-file", self.tool.scratch("".join(w + "\n" for w in words).encode())]

    def identity(self, *files):
        """An --identity file out of key and certificate files of any form."""
        return ["--identity", self.tool.scratch(b"".join(as_pem(f.read_bytes()) for f in files))]

    def expected(self, case, value):
        """The outcome to assert: outside data's, or the documented other one."""
        for row in self.differences:
            if fnmatch.fnmatchcase(case, row.case):
                assert value == row.there, (
                    f"DIFFERENCES.md says the data wants {row.there!r}, it wants {value!r}")
                row.used = True
                return row.here
        return value


def as_pem(data):
    """PEM as it is; DER by its shape: a certificate, or a PKCS#8 key."""
    if b"-----BEGIN" in data:
        return data + b"\n"
    # both are SEQUENCEs: Certificate begins with a SEQUENCE, PrivateKeyInfo with an INTEGER
    header = 2 if data[1] < 0x80 else 2 + (data[1] & 0x7F)
    label = b"CERTIFICATE" if data[header] == 0x30 else b"PRIVATE KEY"
    return (b"-----BEGIN %s-----\n" % label + base64.encodebytes(data)
            + b"-----END %s-----\n" % label)


def post_quantum_locked(ctx, cms):
    """The recipient is listed, and stays closed without a key."""
    run = ctx.tool.read("decode", cms)
    refused(run, "no key", "LOCKED")
    kinds = [r["kind"] for layer in run.report["layers"] for r in layer["recipients"]]
    assert kinds == ["kemri"], str(run)


def post_quantum_unsigned(ctx, cms):
    """Nothing is said to be signed by an algorithm that cannot be computed."""
    run = ctx.tool.read("decode", cms)
    refused(run, "no trust", "INVALID")
    assert run.signers() and "good" not in [s["status"] for s in run.signers()], str(run)


def mail_around(cms, smime_type, sender="somebody@example.com"):
    """A message whose body is this bare CMS object (DER or PEM)."""
    return mailform.join_message(
        mailform.headers_from(sender, "outside data"),
        mailform.wrap_opaque(mailform.pem_to_der(cms), smime_type))


def refused(run, what, *summaries):
    """No success, no verified claim, and no content left the program."""
    if run.code == 0 or run.summary in VERIFIED or run.content is not None:
        raise Unsafe(f"{what}: accepted\n{run}")
    assert run.code != 2, f"{what}: a usage error is no judgement\n{run}"
    assert not summaries or run.summary in summaries, f"{what}: wanted {summaries}\n{run}"


def succeeded(run, *summaries):
    assert run.code == 0, str(run)
    assert not summaries or run.summary in summaries, f"wanted {summaries}\n{run}"


def same_text(got, wanted, run):
    """Equal but for line ends: outside data has been through many hands."""
    assert got is not None and mailform.to_lf(got) == mailform.to_lf(wanted), \
        f"content differs: {got!r}\nwanted: {wanted!r}\n{run}"
