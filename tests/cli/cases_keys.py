# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keys and certificates in every form, passwords, and which key is used."""
from bench import MAIL, PASSWORD, check


def cases(bench):
    pki = bench.pki
    mail = bench.file(MAIL)
    password = ["--password-file", bench.password_file]

    def works(name, *words):
        """Signs as the sender and decrypts."""
        def case():
            signed = bench.run("sign", *words, mail, expect=0).stdout
            bench.run("verify", *bench.trust, "--untrusted", pki.intermediate,
                      bench.file(signed), expect=0)
            sealed = bench.run("encrypt", "--to", pki.certificate(name), mail, expect=0).stdout
            opened = bench.run("decrypt", *words, bench.file(sealed), expect=0)
            check(opened.stdout.endswith(b"at noon?\r\n"), "the content", opened)
        return case

    for name in ("alice-rsa", "alice-ec"):
        certificate = pki.certificate(name)
        keys = [("PKCS#8 in PEM", pki.key(name), []),
                ("PKCS#8 in DER", pki.pkcs8(name), []),
                ("the traditional form", pki.traditional(name), []),
                ("encrypted PKCS#8 in PEM", pki.pkcs8(name, "PEM", PASSWORD), password),
                ("encrypted PKCS#8 in DER", pki.pkcs8(name, "DER", PASSWORD), password)]
        for form, key, words in keys:
            yield (f"{name}: key as {form}, certificate in a second file",
                   works(name, "--identity", key, "--identity", certificate, *words))
        yield (f"{name}: the certificate first, in DER, then the key",
               works(name, "--identity", pki.der(name), "--identity", pki.key(name)))
        yield f"{name}: key and certificate in one file", works(name, *bench.identity(name))
        yield f"{name}: PKCS#12", works(name, "--identity", pki.p12(name), *password)
        yield (f"{name}: PKCS#12 with the empty password, no password file",
               works(name, "--identity", pki.p12(name, "")))
        yield (f"{name}: PKCS#12, options after the identity",
               works(name, *password, "--identity", pki.p12(name)))
    yield from password_cases(bench, mail, works)
    yield from choice_cases(bench, mail)
    yield from bad_files(bench, mail)


def password_cases(bench, mail, works):
    pki = bench.pki
    p12 = ["--identity", pki.p12("alice-rsa")]
    for shown, content in (("the last of several", b"no\nnope\nsecret\n"),
                           ("the first of several", b"secret\nno\n"),
                           ("without a last line end", b"no\nsecret"),
                           ("with CRLF", b"no\r\nsecret\r\n")):
        yield (f"a password file: {shown}",
               works("alice-rsa", *p12, "--password-file", bench.file(content)))
    yield "an empty line is the empty password", works(
        "alice-rsa", "--identity", pki.p12("alice-rsa", ""),
        "--password-file", bench.file(b"other\n\n"))
    yield "a password with blanks and other letters", works(
        "alice-rsa", "--identity", pki.p12("alice-rsa", " pass w\u00f6rd "),
        "--password-file", bench.file(" pass w\u00f6rd \n".encode()))

    def each_for_every():
        words = ["--identity", pki.p12("bob-rsa", "first"), "--identity",
                 pki.p12("carol-rsa", "second"), "--password-file", bench.file(b"second\nfirst\n")]
        for name in ("bob-rsa", "carol-rsa"):
            sealed = bench.run("encrypt", "--to", pki.certificate(name), mail, expect=0).stdout
            bench.run("decrypt", *words, bench.file(sealed), expect=0)
    yield "each password is tried for every identity", each_for_every

    def wrong(*words):
        def case():
            run = bench.run("sign", *words, mail, expect=1)
            check("password" in run.stderr, "the sentence says what is wrong", run)
            check(not run.stdout, "nothing is written", run)
            bench.one_sentence(run)
            sealed = bench.file(bench.messages["cbc"])
            opened = bench.run("open", "--json", *words, sealed, expect=1)
            check(opened.report["reasons"], "a reason", opened)
            check("password" in opened.stderr, "the sentence says what is wrong", opened)
        return case
    for form, file in (("PKCS#12", pki.p12("alice-rsa")),
                       ("encrypted PKCS#8 in PEM", pki.pkcs8("alice-rsa", "PEM", PASSWORD)),
                       ("encrypted PKCS#8 in DER", pki.pkcs8("alice-rsa", "DER", PASSWORD))):
        yield f"{form}: a wrong password ends with 1 and a sentence", wrong(
            "--identity", file, "--password-file", bench.file(b"wrong\n"))
        yield f"{form}: no password ends with 1 and a sentence", wrong("--identity", file)
        yield f"{form}: an empty password file ends with 1", wrong(
            "--identity", file, "--password-file", bench.file(b""))

    def no_password_file():
        bench.run("sign", *p12, "--password-file", bench.folder / "missing", mail, expect=5)
    yield "a password file that is not there ends with 5", no_password_file


def choice_cases(bench, mail):
    pki = bench.pki

    def joined(*names):
        return bench.file(b"".join(pki.both(name).read_bytes() for name in names))

    def several():
        run = bench.run("sign", "--identity", joined("alice-rsa", "alice-ec"), mail, expect=2)
        check("CN=alice-rsa" in run.stderr and "CN=alice-ec" in run.stderr, "both named", run)
        bench.run("protect", "--identity", joined("alice-rsa", "alice-ec"), "--to",
                  pki.certificate("bob-rsa"), mail, expect=2)
        bench.run("sign", "--identity", joined("alice-rsa", "alice-ec"), bench.folder / "missing",
                  expect=2)
    yield "several keys that can sign in one file: a usage error that names them", several

    def one_of_two():
        signed = bench.run("sign", "--identity", joined("encrypt-only", "sign-only"), mail,
                           expect=0).stdout
        run = bench.run("verify", "--json", *bench.trust, bench.file(signed), expect=0)
        check("CN=sign-only" in run.report["layers"][0]["signers"][0]["certificate"]["subject"],
              "the one that can sign", run)
    yield "the key that is usable for the job is taken", one_of_two

    def refused():
        for name in ("encrypt-only", "tls-only"):
            run = bench.run("sign", *bench.identity(name), mail, expect=1)
            bench.one_sentence(run)
        for name in ("sign-only", "tls-only"):
            run = bench.run("encrypt", "--to", pki.certificate(name), mail, expect=1)
            bench.one_sentence(run)
    yield "an unsuitable certificate is refused with 1", refused

    def first_of_file():
        file = bench.file(pki.certificate("bob-rsa").read_bytes() +
                          pki.certificate("carol-rsa").read_bytes())
        sealed = bench.file(bench.run("encrypt", "--to", file, mail, expect=0).stdout)
        bench.run("decrypt", *bench.identity("bob-rsa"), sealed, expect=0)
        run = bench.run("decrypt", "--json", *bench.identity("carol-rsa"), sealed, expect=1)
        check(run.report["summary"] == "LOCKED", "for Bob alone", run)
        check(len(run.report["layers"][0]["recipients"]) == 1, "one recipient", run)
    yield "--to takes the file's first certificate", first_of_file

    def to_self():
        words = [*bench.identity("alice-rsa"), "--to", pki.certificate("bob-rsa")]
        for extra, code in (([], 0), (["--no-self"], 1)):
            sealed = bench.file(bench.run("protect", *words, *extra, mail, expect=0).stdout)
            bench.run("decrypt", *bench.identity("alice-rsa"), sealed, expect=code)
            bench.run("decrypt", *bench.identity("bob-rsa"), sealed, expect=0)
        run = bench.run("protect", *bench.identity("sign-only"), "--to",
                        pki.certificate("bob-rsa"), mail, expect=1)
        check("--no-self" in run.stderr and not run.stdout, "says what can be done", run)
    yield "protect encrypts to the sender too, unless --no-self", to_self

    for option, values in (("--cipher", ("auto", "aes-256-gcm", "aes-256-cbc", "aes-128-gcm",
                                         "aes-128-cbc")),
                           ("--key-transport", ("auto", "oaep", "rsa-v1.5")),
                           ("--oaep-digest", ("sha256", "sha384", "sha512"))):
        for value in values:
            def encrypt(option=option, value=value):
                more = ["--key-transport", "oaep"] if option == "--oaep-digest" else []
                sealed = bench.run("encrypt", "--to", pki.certificate("bob-rsa"), option, value,
                                   *more, mail, expect=0).stdout
                run = bench.run("decrypt", "--json", *bench.identity("bob-rsa"),
                                bench.file(sealed), expect=0)
                layer = run.report["layers"][0]
                check(option != "--cipher" or value in ("auto", layer["algorithm"]), "cipher", run)
                check(layer["authenticated"] == ("gcm" in layer["algorithm"]), "GCM alone", run)
                wanted = {"oaep": "rsa-oaep", "rsa-v1.5": "rsa-v1.5"}.get(value)
                check(not wanted or layer["recipients"][0]["algorithm"] == wanted, value, run)
            yield f"encrypt {option} {value}", encrypt
    for digest in ("sha256", "sha384", "sha512"):
        def sign(digest=digest):
            for more in ([], ["--opaque"]):
                signed = bench.run("sign", *bench.identity("alice-rsa"), "--digest", digest,
                                   *more, mail, expect=0).stdout
                check((b"multipart/signed" in signed) != bool(more), "clear or opaque")
                run = bench.run("verify", "--json", *bench.trust, bench.file(signed), expect=0)
                check(run.report["layers"][0]["signers"][0]["digest"] == digest, digest, run)
        yield f"sign --digest {digest}, clear and --opaque", sign


def bad_files(bench, mail):
    pki = bench.pki
    missing, garbage, empty = bench.folder / "missing", bench.file(b"garbage\n"), bench.file(b"")
    broken = bench.file(pki.der("alice-rsa").read_bytes()[:-5])
    broken_pem = bench.file(pki.certificate("alice-rsa").read_bytes().replace(b"MII", b"AAA", 1))
    lines = {"--identity": ("sign", "open"), "--to": ("encrypt",), "--untrusted": ("open", "path"),
             "--trust": ("open", "path")}
    for option, verbs in lines.items():
        for verb in verbs:
            for shown, file, code in (("missing", missing, 5), ("garbage", garbage, 3),
                                      ("empty", empty, 3), ("cut off", broken, 3),
                                      ("broken PEM", broken_pem, 3),
                                      ("a directory", bench.folder, 5)):
                if shown == "a directory" and option == "--trust":
                    continue
                operand = pki.certificate("alice-rsa") if verb == "path" else mail
                json = ["--json"] if verb in ("open", "path") else []

                def case(words=(verb, *json, option, file, operand), code=code):
                    run = bench.run(*words, expect=code)
                    bench.one_sentence(run)
                yield f"{verb} {option} with a file that is {shown} ends with {code}", case
