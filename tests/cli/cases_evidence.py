# SPDX-License-Identifier: LGPL-2.1-or-later
"""--crl, --ocsp, --revocation and certificate policies of `smime path` and `smime verify`."""
import base64

from bench import check

PEM = "-----BEGIN {0}-----\n{1}-----END {0}-----\n"


def pem(label, der):
    return PEM.format(label, base64.encodebytes(der).decode()).encode()


def der(text):
    body = text.split(b"-----")[2]
    return base64.b64decode(body)


def cases(bench):
    pki = bench.pki
    leaf = pki.certificate("alice-rsa")
    whole = [*bench.trust, "--untrusted", pki.intermediate]
    good = pki.crl("intermediate")
    revoked = pki.crl("intermediate", ("alice-rsa", "keyCompromise"))
    other = pki.crl("intermediate", ("bob-rsa", "superseded"))
    above = pki.crl("root")
    answer = pki.ocsp("alice-rsa", "intermediate")
    answer_revoked = pki.ocsp("alice-rsa", "intermediate", ("alice-rsa", "superseded"))

    def path(code, *words, reason=None, state=None, source=None, status=None):
        def case():
            run = bench.run("path", "--json", *whole, *words, leaf, expect=code)
            report = run.report
            told = report["revocation"][0] if report["revocation"] else {}
            check(not reason or report["reason"] == reason, f"reason {reason}", run)
            check(not status or report["status"] == status, f"status {status}", run)
            check(not state or told["state"] == state, f"state {state}", run)
            check(not state or told["source"] == source, f"source {source}", run)
            bench.run("path", *whole, *words, leaf, expect=code)
        return case

    def crl(content):
        return ["--crl", bench.file(content)]

    def ocsp(content):
        return ["--ocsp", bench.file(content)]

    def mode(name):
        return ["--revocation", name]

    yield "without evidence nothing is known", path(0, state="not-checked")
    forms = {"PEM": good, "DER": der(good), "PEM with text around": b"today:\n" + good + b"end\n"}
    for name, content in forms.items():
        yield f"a list that does not name it, {name}", path(
            0, *crl(content), state="good", source="crl")
    forms = {"PEM": revoked, "DER": der(revoked)}
    for name, content in forms.items():
        yield f"a list that names it, {name}", path(
            1, *crl(content), reason="revoked", status="invalid", state="revoked", source="crl")
    forms = {"PEM": pem("OCSP RESPONSE", answer), "DER": answer}
    for name, content in forms.items():
        yield f"a response that says good, {name}", path(
            0, *ocsp(content), state="good", source="ocsp")
    forms = {"PEM": pem("OCSP RESPONSE", answer_revoked), "DER": answer_revoked}
    for name, content in forms.items():
        yield f"a response that says revoked, {name}", path(
            1, *ocsp(content), reason="revoked", state="revoked", source="ocsp")

    everything = ["--revocation", "all"]
    yield "several lists in one file, PEM", path(0, *everything, *crl(above + good))
    yield "several lists in one file, DER", path(0, *everything, *crl(der(above) + der(good)))
    yield "several lists in several files", path(0, *everything, *crl(above), *crl(good))
    yield "list and response together", path(0, *everything, *crl(above), *ocsp(answer))
    yield "several responses in one file, DER", path(
        1, *ocsp(answer + answer_revoked), reason="revoked")
    yield "several responses in one file, PEM", path(
        1, *ocsp(pem("OCSP RESPONSE", answer) + pem("OCSP RESPONSE", answer_revoked)),
        reason="revoked")
    yield "a list with others on it", path(0, *crl(other), state="good", source="crl")
    yield "certificates beside a list do no harm", path(
        0, *crl(pki.root.read_bytes() + good), state="good", source="crl")

    yield "off: a revoked certificate passes", path(0, *mode("off"), *crl(revoked),
                                                   state="not-checked")
    yield "use: nothing at hand is no fault", path(0, *mode("use"), state="not-checked")
    yield "leaf: it has to be known", path(1, *mode("leaf"), reason="revocation-unknown",
                                           status="indeterminate")
    yield "leaf: it is known", path(0, *mode("leaf"), *crl(good))
    yield "leaf: what is above need not be known", path(0, *mode("leaf"), *ocsp(answer))
    yield "all: what is above has to be known", path(1, *mode("all"), *crl(good),
                                                     reason="revocation-unknown")
    yield "all: a revoked CA", path(
        1, *mode("all"), *crl(good + pki.crl("root", ("intermediate", "CACompromise"))),
        reason="revoked")
    yield "a list of tomorrow a year ago is from after the moment", path(
        1, *mode("leaf"), *crl(good), "--at", "2001-01-01T00:00:00Z")

    yield "a list in --ocsp is none", path(3, *ocsp(good))
    yield "a response in --crl is none", path(3, *crl(answer))
    yield "a certificate in --crl is no list", path(3, *crl(pki.root.read_bytes()))
    yield "an empty file ends with 3", path(3, *crl(b""))
    yield "garbage ends with 3", path(3, *ocsp(b"garbage"))
    yield "half a list ends with 3", path(3, *crl(der(good)[:-9]))
    yield "a file that is not there ends with 5", path(5, "--crl", bench.folder / "missing")

    def skipped():
        cut = pem("X509 CRL", der(good)[:-9])
        run = bench.run("path", *whole, *crl(cut + good), leaf, expect=0)
        check("left out" in run.stderr, "what is malformed is told", run)
    yield "a malformed list beside a good one is left out", skipped

    def members():
        run = bench.run("path", "--json", *whole, *crl(revoked), leaf, expect=1)
        told, above_it, anchor = run.report["revocation"]
        check(told["reason"] == "key-compromise", "why", run)
        check(told["revoked_at"] == "2026-01-01T00:00:00Z", "when", run)
        check(told["this_update"] < told["next_update"], "dates of the list", run)
        check(above_it["state"] == anchor["state"] == "not-checked", "of those above", run)
        check(run.report["tried"][0]["reason"] == "revoked", "the attempt", run)
        check(run.report["tried"][0]["length"] == 3, "and its length", run)
    yield "revocation[] says when, why and from where", members
    yield from policy_cases(bench, path)
    yield from verify_cases(bench, crl, ocsp, good, revoked, answer_revoked)


def policy_cases(bench, path):
    def usage(*words):
        def case():
            run = bench.run("path", *bench.trust, *words, bench.pki.root, expect=2)
            check(words[0] in run.stderr, "the option is named", run)
        return case

    for oid in ("", "1", "1.2.", "3.1", "1.40", "1.2.x", "01.2", "1.2.99999999999999999999"):
        yield f"--policy-oid {oid!r} is none", usage("--policy-oid", oid)
    yield "--revocation with another word", usage("--revocation", "maybe")
    yield "a policy that nobody asks for", path(0, "--policy-oid", "1.2.3")
    yield "a policy that has to hold, and does not", path(
        1, "--policy-oid", "1.2.3", "--explicit-policy", reason="policy")
    yield "any policy has to hold, and none does", path(1, "--explicit-policy", reason="policy")
    yield "anyPolicy and mapping inhibited, and not missed", path(
        0, "--inhibit-any", "--inhibit-mapping", "--policy-oid", "2.5.29.32.0")


def verify_cases(bench, crl, ocsp, good, revoked, answer_revoked):
    trust = [*bench.trust, "--untrusted", bench.pki.intermediate]

    def verify(code, *words, summary, state=None):
        def case():
            run = bench.run("verify", "--json", *trust, *words,
                            bench.file(bench.messages["clear"]), expect=code)
            check(run.report["summary"] == summary, summary, run)
            told = run.report["layers"][0]["signers"][0]["path"]["revocation"][0]["state"]
            check(not state or told == state, state, run)
        return case

    yield "verify with a good list", verify(0, *crl(good), summary="VERIFIED", state="good")
    yield "verify with a list that revokes the signer", verify(
        1, *crl(revoked), summary="INVALID", state="revoked")
    yield "verify with a response that revokes the signer", verify(
        1, *ocsp(answer_revoked), summary="INVALID", state="revoked")
    yield "verify with --revocation off", verify(
        0, *crl(revoked), "--revocation", "off", summary="VERIFIED", state="not-checked")
    yield "verify where the signer has to be known", verify(
        1, "--revocation", "leaf", summary="INVALID")
    yield "verify where the signer is known", verify(
        0, "--revocation", "leaf", *crl(good), summary="VERIFIED", state="good")
