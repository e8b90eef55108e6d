# SPDX-License-Identifier: LGPL-2.1-or-later
"""open: --expect-signed, --known, --learn, --isolate and --explain."""
from bench import MAIL, check

MISSING = "expected-signature-missing"


def codes(run):
    return [reason["code"] for reason in run.report["reasons"]]


def cases(bench):
    words = [*bench.trust, *bench.identity("bob-rsa")]

    def expected():
        file = bench.file(MAIL)
        run = bench.run("open", "--json", "--expect-signed", "Alice@EXAMPLE.com", file, expect=0)
        check(codes(run)[0] == MISSING, "first", run)
        check(run.stderr.startswith("A signature is missing: alice@example.com"), "leads", run)
        run = bench.run("open", "--json", "--expect-signed", "bob@example.com", file, expect=0)
        check(MISSING not in codes(run), "another address", run)
        run = bench.run("open", "--json", *words, "--expect-signed", "alice@example.com",
                        bench.file(bench.messages["clear"]), expect=0)
        check(MISSING not in codes(run), "signed", run)
        bench.run("open", "--expect-signed", "nobody", file, expect=2)
    yield "--expect-signed: an unsigned message is seen through", expected

    def known():
        file = bench.file(None).parent / "known"
        signed, plain = bench.file(bench.messages["clear"]), bench.file(MAIL)
        bench.run("open", "--learn", signed, expect=2)
        bench.run("open", "--known", file, plain, expect=5)
        bench.run("open", "--known", file, "--learn", plain, expect=0)
        check(not file.exists(), "nothing is learned from what is not verified", None)
        bench.run("open", *words, "--known", file, "--learn", signed, expect=0)
        check(file.exists(), "it is noted", None)
        run = bench.run("open", "--json", "--known", file, plain, expect=0)
        check(codes(run)[0] == MISSING, "known by now", run)
        file.write_bytes(file.read_bytes()[:-1])
        bench.run("open", "--known", file, plain, expect=3)
    yield "--known and --learn", known

    def explain():
        run = bench.run("open", "--explain", *words, bench.file(bench.messages["both-gcm"]),
                        expect=0)
        for text in ("Signed by alice@example.com, who is the sender. Not changed. Only you",
                     "structure:", "[layer 1: auth-enveloped, aes-256-gcm, opened, "
                     "authenticated]", "[layer 2: signed]", "recipient 1:", "signer 1:",
                     "path valid", "header:", "From: "):
            check(text in run.stderr, text, run)
    yield "--explain", explain

    def isolate():
        part = bench.messages["cbc"]
        part = part[part.index(b"Content-Type:"):]
        wrapped = (b"From: eve@example.com\r\nMIME-Version: 1.0\r\n"
                   b"Content-Type: multipart/mixed; boundary=w\r\n\r\n--w\r\n\r\nlook\r\n"
                   b"--w\r\n" + part + b"\r\n--w--\r\n")
        file = bench.file(wrapped)
        run = bench.run("open", "--json", *words, file, expect=0)
        layer = run.report["layers"][0]
        check(layer["errant"] and not layer["isolated"] and layer["part"] == "1.2" and
              layer["within"] == 0, "told where it stands", run)
        run = bench.run("open", *words, "--isolate", "1.2", file, expect=0)
        check(b"noon" in run.stdout and b"look" not in run.stdout, "its content alone", run)
        run = bench.run("open", "--json", *words, "--isolate", "0:1.2", file, expect=0)
        check(run.report["summary"] == "UNPROTECTED" and run.report["layers"][0]["isolated"],
              "nothing is raised", run)
        bench.run("open", *words, "--isolate", "1.1", file, expect=2)
        bench.run("open", *words, "--isolate", "x:1.1", file, expect=2)
    yield "--isolate", isolate

    def choose():
        words_ = [*bench.trust, "--untrusted", bench.pki.intermediate, "--untrusted",
                  bench.pki.certificate("bob-rsa")]
        run = bench.run("choose", *words_, "bob@example.com", expect=0)
        check(run.stdout.startswith(b"bob@example.com is encrypted to"), "the answer", run)
        run = bench.run("choose", "--json", *words_, "bob@example.com", expect=0)
        check(b'"chosen"' in run.stdout and b'"usable"' in run.stdout, "JSON", run)
        run = bench.run("choose", *words_, "alice@example.com", expect=1)
        check(b"No certificate" in run.stdout, "none", run)
        bench.run("choose", *words_, "bob", expect=2)
        bench.run("choose", *words_, expect=2)
    yield "choose", choose

    def policy():
        run = bench.run("policy", expect=0)
        check(b"reading.digest.sha1 refused\n" in run.stdout, "the default", run)
        run = bench.run("policy", "--policy", "legacy", expect=0)
        check(b"reading.digest.sha1 allowed\n" in run.stdout, "legacy", run)
        bench.run("policy", "--policy", "none", expect=2)
    yield "policy", policy

    def blind():
        folder = bench.file(None).parent
        alice = ["--identity", bench.pki.both("alice-rsa")]
        bob, blind = bench.pki.certificate("bob-rsa"), bench.pki.certificate("carol-rsa")
        mail = bench.file(MAIL.replace(b"To:", b"Bcc: carol@example.com\r\nTo:"))
        out = folder / "carol"
        run = bench.run("protect", *alice, "--to", bob, "--bcc", f"{blind}={out}", mail, expect=0)
        check(b"carol" not in run.stdout, "nobody sees whom", run)
        told = bench.run("open", "--json", *bench.trust, *bench.identity("carol-rsa"), out, expect=0)
        layer = told.report["layers"][0]
        check(told.report["summary"] == "CONFIDENTIAL_VERIFIED" and len(layer["recipients"]) == 2,
              "one recipient and the sender", told)
        bench.run("open", *bench.trust, *bench.identity("bob-rsa"), out, expect=1)
        bench.run("protect", *alice, "--to", bob, "--bcc", str(blind), mail, expect=2)
        bench.run("protect", *alice, "--to", bob, "--bcc", f"{blind}={out}", stdin=MAIL, expect=2)
        gone = folder / "gone"
        bench.run("protect", *alice, "--to", bob, "--bcc", f"{blind}={gone}", "--bcc",
                  f"{mail}={folder / 'x'}", mail, expect=3)
        check(not gone.exists(), "all or none", None)
    yield "--bcc: one message for each blind recipient", blind
