# SPDX-License-Identifier: LGPL-2.1-or-later
"""smime path: anchors, purposes, moments, addresses, and the object it prints."""
import hashlib
import shutil

from bench import check


def cases(bench):
    pki = bench.pki
    leaf = pki.certificate("alice-rsa")
    chain = ["--untrusted", pki.intermediate]
    whole = [*bench.trust, *chain]

    def path(code, *words, reason=None, certificate=leaf, status=None):
        def case():
            run = bench.run("path", "--json", *words, certificate, expect=code)
            report = run.report
            check((code == 0) == (report["status"] == "valid"), "0 for valid alone", run)
            check(not reason or report["reason"] == reason, f"reason {reason}", run)
            check(not status or report["status"] == status, f"status {status}", run)
            bench.run("path", *words, certificate, expect=code)
        return case

    yield "a chain to an anchor is valid", path(0, *whole, reason="valid")
    yield "without --trust there is no anchor", path(1, *chain, reason="no-anchor")
    yield "an anchor that does not fit is none", path(
        1, "--trust", pki.certificate("rogue-root"), *chain, reason="no-anchor")
    yield "without the intermediate there is no way to the anchor", path(1, *bench.trust)
    yield "an intermediate can be the anchor", path(0, "--trust", pki.intermediate)
    yield "a leaf can be the anchor", path(0, "--trust", leaf)
    yield "a DER certificate is read", path(0, *whole, certificate=pki.der("alice-rsa"))

    def directory():
        folder = bench.folder / "anchors"
        folder.mkdir()
        shutil.copy(pki.root, folder / "root.pem")
        shutil.copy(pki.der("rogue-root"), folder / "other.der")
        (folder / "README").write_text("anchors\n")
        (folder / "below").mkdir()
        bench.run("path", "--trust", folder, *chain, leaf, expect=0)
        bench.run("path", "--trust", folder, pki.certificate("rogue-rsa"), expect=0)
    yield "--trust takes a directory", directory

    def many_in_one_file():
        both = bench.file(pki.certificate("rogue-root").read_bytes() + pki.root.read_bytes())
        bench.run("path", "--trust", both, *chain, leaf, expect=0)
    yield "--trust takes a file with several certificates, each an anchor", many_in_one_file

    late, early = ["--at", "2099-01-01T00:00:00Z"], ["--at", "2001-01-01T00:00:00Z"]
    yield "--at in the far future: expired", path(1, *whole, *late, reason="expired")
    yield "--at in the past: not yet valid", path(1, *whole, *early, reason="not-yet-valid")
    yield "an anchor's own validity counts", path(1, "--trust", leaf, *late, reason="expired")
    yield "an anchor's own path length counts", path(
        1, "--trust", pki.intermediate, "--untrusted", pki.certificate("sub-ca"),
        certificate=pki.certificate("below"))
    yield "a CA below one that allows none is refused", path(
        1, *whole, "--untrusted", pki.certificate("sub-ca"),
        certificate=pki.certificate("below"))

    def moments():
        begin = bench.run("path", "--json", *whole, leaf).report["certificates"][0]["not_before"]
        hour = int(begin[11:13])
        shifted = f"{begin[:11]}{(hour + 1) % 24:02}{begin[13:19]}.25+01:00"
        bench.run("path", *whole, "--at", begin, leaf, expect=0)
        if hour < 23:
            bench.run("path", *whole, "--at", shifted, leaf, expect=0)
    yield "--at takes seconds' fractions and offsets", moments

    yield "--use sign on a certificate for signing", path(
        0, *whole, "--use", "sign", certificate=pki.certificate("sign-only"))
    yield "--use sign is the default", path(1, *whole, certificate=pki.certificate("encrypt-only"))
    yield "--use encrypt on a certificate for signing", path(
        1, *whole, "--use", "encrypt", certificate=pki.certificate("sign-only"))
    yield "--use encrypt on a certificate for encryption", path(
        0, *whole, "--use", "encrypt", certificate=pki.certificate("encrypt-only"))
    yield "--use any on either", path(
        0, *whole, "--use", "any", certificate=pki.certificate("encrypt-only"))
    yield "a certificate for TLS servers is not for mail", path(
        1, *whole, certificate=pki.certificate("tls-only"))
    yield "--email that fits", path(0, *whole, "--email", "alice@example.com")
    yield "--email with another domain case", path(0, *whole, "--email", "alice@EXAMPLE.com")
    yield "--email of another", path(1, *whole, "--email", "bob@example.com")
    yield "--revocation off and use", path(0, *whole, "--revocation", "off")
    yield "a certificate that is none ends with 3", path(
        3, *whole, certificate=bench.file(b"no certificate\n"))
    yield "a certificate file that is not there ends with 5", path(
        5, *whole, certificate=bench.folder / "missing")
    yield "an anchor file that is not there ends with 5", path(5, "--trust", bench.folder / "no")
    yield "an anchor file that is empty ends with 3", path(3, "--trust", bench.file(b""))
    yield from object_cases(bench, leaf, whole)


def object_cases(bench, leaf, whole):
    pki = bench.pki

    def certificates():
        report = bench.run("path", "--json", *whole, leaf, expect=0).report
        names = ("alice-rsa", "intermediate", "root")
        check(len(report["certificates"]) == 3, "leaf, intermediate, root", report)
        for told, name in zip(report["certificates"], names):
            file = pki.certificate(name)
            der = pki.der(name).read_bytes()
            check(told["sha256"] == hashlib.sha256(der).hexdigest(), "sha256", told)
            lines = pki.openssl("x509", "-in", file, "-noout", "-serial", "-subject", "-issuer",
                                "-dates", "-nameopt", "RFC2253",
                                "-dateopt", "iso_8601").decode().splitlines()
            shown = dict(line.split("=", 1) for line in lines)
            check(told["serial"] == shown["serial"].lower(), "serial", told)
            check(told["subject"] == shown["subject"], "subject", (told, shown))
            check(told["issuer"] == shown["issuer"], "issuer", (told, shown))
            for ours, theirs in (("not_before", "notBefore"), ("not_after", "notAfter")):
                check(told[ours] == shown[theirs].replace(" ", "T"), ours, (told, shown))
        check(report["policies"] == [] or all(isinstance(p, str) for p in report["policies"]),
              "policies", report)
        check(len(report["revocation"]) == 3, "one state for each certificate", report)
        check(report["work"]["signatures"] >= 1 and report["work"]["steps"] >= 1, "work", report)
    yield "certificates[] is leaf first, and each member is what openssl says", certificates

    def for_people():
        good = bench.run("path", *whole, leaf, expect=0)
        bad = bench.run("path", leaf, expect=1)
        check(not good.stdout and not bad.stdout, "nothing on standard output", bad)
        check("no-anchor" in bad.stderr and good.stderr.strip(), "the verdict for people", bad)
    yield "without --json the verdict goes to standard error", for_people

    def embedded():
        """The signer's path in open has the members of what path prints."""
        report = bench.run("verify", "--json", *bench.trust,
                           bench.file(bench.messages["clear"]), expect=0).report
        own = bench.run("path", "--json", *whole, leaf, expect=0).report
        inside = report["layers"][0]["signers"][0]["path"]
        check(inside["certificates"] == own["certificates"], "the same certificates", inside)
        check(set(own) - set(inside) <= {"version"}, "the same members", inside)
    yield "open tells a signer's path as path does", embedded
