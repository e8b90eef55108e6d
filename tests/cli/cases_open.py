# SPDX-License-Identifier: LGPL-2.1-or-later
"""open, verify and decrypt: exit codes, content, --out, --unverified, and the object they print."""
import os

from bench import ENTITY, MAIL, check

# message: summary, exit codes of open, verify, decrypt; with trust in the root and Bob's key
EXPECTED = {
    "plain": ("UNPROTECTED", 0, 1, 1),
    "clear": ("VERIFIED", 0, 0, 1),
    "opaque": ("VERIFIED", 0, 0, 1),
    "changed": ("INVALID", 1, 1, 1),
    "forged": ("INVALID", 1, 1, 1),
    "stranger": ("INVALID", 1, 1, 1),
    "cbc": ("CONFIDENTIAL", 0, 1, 0),
    "gcm": ("CONFIDENTIAL", 0, 1, 0),
    "both-cbc": ("CONFIDENTIAL_VERIFIED", 0, 0, 0),
    "both-gcm": ("CONFIDENTIAL_VERIFIED", 0, 0, 0),
    "signed-gcm-changed": ("INVALID", 1, 1, 0),
    "gcm-changed": ("INVALID", 1, 1, 1),
    "cut": ("INVALID", 3, 3, 3),
    "garbage-cms": ("INVALID", 3, 3, 3),
}
VERBS = ("open", "verify", "decrypt")
# What --unverified adds on exit 1: all but what did not open or whose tag is wrong.
UNVERIFIED = ("changed", "forged", "stranger", "plain", "clear", "signed-gcm-changed")


def content_of(name, message):
    """The bytes inside the protection."""
    if name == "plain":
        return MAIL
    if name in ("changed", "signed-gcm-changed"):
        return ENTITY.replace(b"noon", b"nine")
    return ENTITY


def cases(bench):
    words = [*bench.trust, *bench.identity("bob-rsa")]
    for name, (summary, *codes) in EXPECTED.items():
        for verb, code in zip(VERBS, codes):
            yield (f"{verb} of {name}: {summary}, {code}; content on 0 alone",
                   one(bench, verb, name, summary, code, words))
    yield from key_cases(bench, words)
    yield from out_cases(bench, words)
    yield from option_cases(bench, words)
    yield from object_cases(bench, words)


def one(bench, verb, name, summary, code, words):
    def case():
        message = bench.messages[name]
        file, folder = bench.file(message), bench.file(None).parent
        expected = content_of(name, message)
        told = bench.run(verb, "--json", *words, file, expect=code)
        check(told.report["summary"] == summary, summary, told)
        check(summary not in ("INVALID", "LOCKED") or told.report["reasons"], "a reason", told)
        plain = bench.run(verb, *words, file, expect=code)
        check(plain.stdout == (expected if code == 0 else b""), "content on exit 0 alone", plain)
        check(plain.stderr == told.stderr and plain.stderr.strip(), "the verdict", plain)
        check(len(plain.stderr.splitlines()) == 1 + len(told.report["reasons"]),
              "one sentence, and one line for each reason", plain)
        for more in ([], ["--json"]):
            out = folder / "content"
            run = bench.run(verb, *words, *more, "--out", out, file, expect=code)
            check(out.exists() == (code == 0), "--out on exit 0 alone", run)
            check(more or not run.stdout, "nothing but the object on standard output", run)
            if out.exists():
                check(out.read_bytes() == expected, "the content in --out", run)
                out.unlink()
            check(not list(folder.iterdir()), "no other file is left", run)
        run = bench.run(verb, *words, "--unverified", file, expect=code)
        wanted = code == 0 or (code == 1 and name in UNVERIFIED) or \
            (code == 1 and verb == "verify" and summary == "CONFIDENTIAL")
        if not (verb == "decrypt" and code == 1):
            check(run.stdout == (expected if wanted else b""), "--unverified", run)
    return case


def key_cases(bench, words):
    def locked():
        for name in ("cbc", "gcm", "both-cbc", "both-gcm"):
            file = bench.file(bench.messages[name])
            keys = [[]] if name.startswith("both") else [[], bench.identity("alice-rsa")]
            for more in (*keys, bench.identity("carol-rsa")):
                for verb in VERBS:
                    run = bench.run(verb, "--json", *bench.trust, *more, file, expect=1)
                    check(run.report["summary"] == "LOCKED", "LOCKED", run)
                    run = bench.run(verb, "--unverified", *bench.trust, *more, file, expect=1)
                    check(not run.stdout, "not one byte", run)
    yield "without the key: LOCKED, 1, and not one byte", locked

    def no_trust():
        run = bench.run("verify", "--json", bench.file(bench.messages["clear"]), expect=1)
        check("no-anchor" in [r["code"] for r in run.report["reasons"]], "no-anchor", run)
    yield "no --trust, no anchor", no_trust

    def unverified_prefixes():
        """A message that ends early gives nothing that its tag did not pass."""
        message = bench.messages["both-gcm"]
        for cut in range(200, len(message) - 1, len(message) // 40):
            run = bench.run("open", "--unverified", *words, stdin=message[:cut])
            check(run.code in (1, 3) and not run.stdout, "not one byte", run)
    yield "a prefix of a GCM message gives not one byte, also with --unverified", \
        unverified_prefixes


def out_cases(bench, words):
    def replaced():
        out = bench.file(b"old content")
        bench.run("open", *words, "--out", out, bench.file(bench.messages["clear"]), expect=0)
        check(out.read_bytes() == ENTITY, "the new content")
        check(out.stat().st_mode & 0o777 == 0o666 & ~umask(), "the mode that the umask asks for")
        bench.run("open", *words, "--out", out, bench.file(bench.messages["changed"]), expect=1)
        check(out.read_bytes() == ENTITY, "a failure leaves what was there")
        bench.run("open", "--unverified", *words, "--out", out,
                  bench.file(bench.messages["changed"]), expect=1)
        check(b"nine" in out.read_bytes(), "--unverified replaces it")
    yield "--out replaces its target on success, and a failure leaves it", replaced

    def kept_to_oneself():
        out = bench.file(b"old content")
        out.chmod(0o600)
        bench.run("open", *words, "--out", out, bench.file(bench.messages["clear"]), expect=0)
        check(out.stat().st_mode & 0o777 == 0o600, "who may read it stays as it was")
    yield "--out keeps the mode of what it replaces", kept_to_oneself

    def not_decrypted():
        broken = bytearray(bench.messages["both-gcm"])
        broken[len(broken) * 3 // 4] ^= 1
        for verb in ("open", "verify", "decrypt"):
            out = bench.file(b"old content")
            bench.run(verb, "--unverified", *words, *bench.identity("bob-rsa"), "--out", out,
                      bench.file(bytes(broken)))
            check(out.read_bytes() == b"old content", "the old content is still there")
    yield "--unverified --out leaves its target when nothing was decrypted", not_decrypted

    def onto_itself():
        file = bench.file(bench.messages["clear"])
        bench.run("open", *words, "--out", file, file, expect=0)
        check(file.read_bytes() == ENTITY, "the content")
    yield "--out may be MESSAGE itself", onto_itself

    def nowhere():
        for out in (bench.folder / "missing" / "x", bench.folder):
            before = sorted(path.name for path in bench.folder.iterdir())
            run = bench.run("open", "--json", *words, "--out", out,
                            bench.file(bench.messages["clear"]), expect=5)
            check(run.report["reasons"], "a reason", run)
            check(before == sorted(path.name for path in bench.folder.iterdir()), "no file left")
    yield "--out that cannot be written ends with 5 and leaves no file", nowhere


def umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def option_cases(bench, words):
    pki = bench.pki

    def at():
        file = bench.file(bench.messages["clear"])
        for when, reason in (("2001-01-01T00:00:00Z", "not-yet-valid"),
                             ("2099-01-01T00:00:00Z", "expired")):
            run = bench.run("verify", "--json", *words, "--at", when, file, expect=1)
            check(reason in [r["code"] for r in run.report["reasons"]], reason, run)
    yield "--at is the moment of validation", at

    def signed_by_openssl(certificate, key, *more, mail=MAIL):
        body = mail.partition(b"\r\n\r\n")[2]
        return b"From: alice@example.com\r\n" + pki.openssl(
            "cms", "-sign", "-binary", "-text", "-crlfeol", "-signer", certificate, "-inkey", key,
            *more, stdin=body)

    def untrusted():
        message = bench.file(signed_by_openssl(pki.certificate("alice-rsa"), pki.key("alice-rsa")))
        bare = bench.file(signed_by_openssl(pki.certificate("alice-rsa"), pki.key("alice-rsa"),
                                            "-nocerts"))
        middle = ["--untrusted", pki.intermediate]
        bench.run("verify", *bench.trust, message, expect=1)
        bench.run("verify", *bench.trust, *middle, message, expect=0)
        bench.run("verify", *middle, message, expect=1)
        bench.run("verify", "--trust", pki.intermediate, message, expect=0)
        bench.run("verify", "--trust", pki.certificate("alice-rsa"), message, expect=0)
        bench.run("verify", *bench.trust, *middle, bare, expect=1)
        bench.run("verify", *bench.trust, *middle, "--untrusted", pki.certificate("alice-rsa"),
                  bare, expect=0)
    yield "--untrusted helps to find a path and trusts nobody", untrusted

    def policy():
        old = bench.file(signed_by_openssl(pki.certificate("alice-rsa"), pki.key("alice-rsa"),
                                           "-md", "sha1"))
        middle = [*bench.trust, "--untrusted", pki.intermediate]
        bench.run("verify", *middle, old, expect=1)
        bench.run("verify", *middle, "--policy", "default", old, expect=1)
        run = bench.run("verify", "--json", *middle, "--policy", "legacy", old, expect=0)
        check("weak-algorithm" in [r["code"] for r in run.report["reasons"]], "marked", run)
        case = bench.file(signed_by_openssl(pki.certificate("capital"), pki.key("capital")))
        bench.run("verify", *middle, case, expect=0)
        run = bench.run("verify", "--json", *middle, "--policy", "strict", case, expect=1)
        check(run.report["from"]["binding"] == "mismatch", "the case of the local part", run)
    yield "--policy: legacy reads SHA-1, strict minds the case of the local part", policy

    def revocation():
        file = bench.file(bench.messages["clear"])
        for mode in ("off", "use"):
            bench.run("verify", *words, "--revocation", mode, file, expect=0)
    yield "--revocation off and use", revocation


def object_cases(bench, words):
    def covers():
        for name in ("clear", "opaque", "both-cbc", "both-gcm"):
            message = bench.messages[name]
            run = bench.run("open", "--json", *words, bench.file(message), expect=0)
            layers = run.report["layers"]
            signed = [index for index, layer in enumerate(layers) if layer["kind"] == "signed"][0]
            where = layers[signed]["covers"]
            check(where["length"] == len(ENTITY) and where["parts"] == ["1"], "covers", run)
            check(where["layer"] == signed + 1, "the content of the signed layer", run)
            check(where["offset"] == 0, "from its first byte", run)
    yield "covers says which bytes are signed", covers

    def members():
        run = bench.run("open", "--json", *words, bench.file(bench.messages["both-gcm"]), expect=0)
        report = run.report
        check([layer["kind"] for layer in report["layers"]] == ["auth-enveloped", "signed"],
              "outermost first", run)
        outer, inner = report["layers"]
        check(outer["authenticated"] is True and outer["algorithm"] == "aes-256-gcm", "GCM", run)
        check([r["opened"] for r in outer["recipients"]].count(True) == 1, "one opened", run)
        check(all(r["kind"] == "ktri" for r in outer["recipients"]), "ktri", run)
        signer = inner["signers"][0]
        check(signer["emails"] == ["alice@example.com"] and signer["status"] == "good" and
              signer["binding"] == "match" and signer["digest"] == "sha256" and
              signer["signature"] == "rsa-v1.5" and signer["path"]["status"] == "valid",
              "the signer", run)
        check(report["from"] == {"address": "alice@example.com", "display_name": "Alice Example",
                                 "binding": "match", "other": None}, "from", run)
        headers = {header["name"]: header["value"] for header in report["headers"]}
        check(headers["Subject"] == "Lunch", "headers", run)
    yield "the members of a signed and encrypted message", members

    def bad_bytes():
        message = MAIL.replace(b"Lunch", b"\xff\xfe L\xc3\xbcnch").replace(b"Alice E", b"\xe4 E")
        run = bench.run("open", "--json", bench.file(message), expect=0)
        values = [header["value"] for header in run.report["headers"]]
        check(any("\ufffd" in value and "L\u00fcnch" in value for value in values),
              "U+FFFD for bad bytes", run)
    yield "strings are UTF-8, bad bytes U+FFFD", bad_bytes

    def from_forms():
        for field, address, binding in (
                (b"a@example.com, b@example.com", None, "not-applicable"),
                (b"undisclosed:;", None, "not-applicable")):
            message = MAIL.replace(b"Alice Example <alice@example.com>", field)
            run = bench.run("open", "--json", bench.file(message), expect=0)
            check(run.report["from"]["address"] == address, "null unless exactly one", run)
            check(run.report["from"]["binding"] == binding, binding, run)
        run = bench.run("verify", "--json", *words, bench.file(
            bench.messages["clear"].replace(b"From: ", b"From: eve@example.com\r\nFrom: ", 1)),
            expect=1)
        check(run.report["from"]["binding"] == "ambiguous", "two From fields", run)
        check(run.report["from"]["address"] is None, "null unless exactly one", run)
    yield "from.address is null unless there is exactly one", from_forms
