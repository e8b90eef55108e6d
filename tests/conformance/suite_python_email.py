# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python's own odd mails, and files that are no mail at all.

Each is read, whole and cut short, without a crash; and where Python's parser reports a defect one of
its kind is reported here. What is compared has a name such as "msg_29.txt: InvalidHeaderDefect" for
DIFFERENCES.md.
"""
import email
import email.policy

# Python's classes of defects, and what says the same here.
SAME = {
    "CloseBoundaryNotFoundDefect": {"part-unclosed"},
    "FirstHeaderLineIsContinuationDefect": {"leading-fold"},
    "InvalidBase64CharactersDefect": {"bad-base64", "base64-after-end", "base64-cut"},
    "InvalidBase64LengthDefect": {"bad-base64", "base64-after-end", "base64-cut"},
    "InvalidBase64PaddingDefect": {"bad-base64", "base64-after-end", "base64-cut"},
    "InvalidHeaderDefect": {"type-syntax", "boundary-missing", "encoding-unknown"},
    "InvalidMultipartContentTransferEncodingDefect": {"encoded-composite"},
    "MisplacedEnvelopeHeaderDefect": {"header-junk", "field-name"},
    "MissingHeaderBodySeparatorDefect": {"header-junk", "header-unended", "header-cut"},
    "NoBoundaryInMultipartDefect": {"boundary-missing"},
    "StartBoundaryNotFoundDefect": {"multipart-empty", "boundary-repeated"},
    "UndecodableBytesDefect": {"header-8bit"},
}
# It follows each defect that leaves a multipart without parts.
ECHO = "MultipartInvariantViolationDefect"
STRUCTURE = ("content-type", "content-transfer-encoding", "content-disposition", "mime-version")


def cases(ctx):
    for file in sorted(ctx.path().iterdir()):
        mail = file.read_bytes()
        yield f"{file.name}: read", lambda m=mail: ctx.tool.parse(m)
        yield f"{file.name}: cut short", lambda m=mail: cut_short(ctx, m)
        for defect in sorted(python_defects(mail)):
            yield f"{file.name}: {defect}", lambda f=file, d=defect: told(ctx, f, d)


def python_defects(mail):
    """Names of classes: of the entities, of their encodings, and of the fields that decide."""
    message = email.message_from_bytes(mail, policy=email.policy.default)
    found = set()
    for part in message.walk():
        if not part.is_multipart():
            part.get_payload(decode=True)  # adds to part.defects
        found |= {type(d).__name__ for d in part.defects}
        for name, value in part.items():
            if name.lower() in STRUCTURE:
                found |= {type(d).__name__ for d in value.defects}
    return found - {ECHO}


def cut_short(ctx, mail):
    """At twenty places, the first byte alone among them."""
    for number in range(1, 21):
        ctx.tool.parse(mail[:max(1, len(mail) * number // 21)])


def told(ctx, file, defect):
    assert defect in SAME, f"a class that SAME does not know: {defect}"
    run = ctx.tool.parse(file.read_bytes())
    codes = {d["code"] for d in run.report["defects"]}
    wanted = ctx.expected(f"{file.name}: {defect}", "reported")
    got = "reported" if codes & SAME[defect] else "not reported"
    assert got == wanted, f"wanted one of {SAME[defect]}, got {codes}\n{run}"
