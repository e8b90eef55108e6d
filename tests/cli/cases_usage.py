# SPDX-License-Identifier: LGPL-2.1-or-later
"""Options: where they may stand, which there are, and what a mistake ends with."""
from bench import MAIL, check

COMMANDS = ("sign", "encrypt", "protect", "open", "verify", "decrypt", "path", "parse")
READERS = ("open", "verify", "decrypt")

def cases(bench):
    pki = bench.pki
    mail = bench.file(MAIL)
    leaf = pki.certificate("alice-rsa")
    identity, to = bench.identity("alice-rsa"), ["--to", pki.certificate("bob-rsa")]
    # a complete command line for each command, without its operand
    complete = {"sign": identity, "encrypt": to, "protect": [*identity, *to],
                "path": bench.trust, "parse": [], **{verb: bench.trust for verb in READERS}}
    operand = {**{verb: mail for verb in COMMANDS}, "path": leaf}

    def usage(*words, sentence=True):
        def case():
            run = bench.run(*words, expect=2)
            if sentence:
                bench.one_sentence(run)
        return case

    yield "no command is a usage error", usage(sentence=False)
    yield "a command that there is not is a usage error", usage("frobnicate")
    for verb in COMMANDS:
        yield (f"{verb}: an unknown option is a usage error",
               usage(verb, *complete[verb], "--frobnicate", operand[verb]))
        yield (f"{verb}: two operands are a usage error",
               usage(verb, *complete[verb], operand[verb], operand[verb]))
        yield (f"{verb}: an unknown short option is a usage error",
               usage(verb, *complete[verb], "-x", operand[verb]))

    foreign = {"sign": "--out", "encrypt": "--identity", "protect": "--json", "open": "--to",
               "verify": "--email", "decrypt": "--digest", "path": "--identity", "parse": "--trust"}
    for verb, option in foreign.items():
        yield (f"{verb}: {option} belongs to others and is a usage error",
               usage(verb, *complete[verb], option, "x", operand[verb]))

    for words in (("sign", mail), ("encrypt", mail), ("protect", *identity, mail),
                  ("protect", *to, mail), ("path",), ("path", "--json"),
                  ("parse", "--decode", mail), ("sign", "--identity"),
                  ("open", mail, "--trust"), ("parse", "--part")):
        shown = " ".join(str(word) if str(word)[0] == "-" else "X" for word in words[1:])
        yield f"{words[0]} {shown} lacks something and is a usage error", usage(*words)

    for verb, option in (("sign", "--digest"), ("encrypt", "--cipher"),
                         ("encrypt", "--key-transport"), ("encrypt", "--oaep-digest"),
                         ("open", "--policy"), ("open", "--revocation"), ("open", "--at"),
                         ("path", "--at"), ("path", "--use"), ("path", "--revocation")):
        for value in ("nonsense", ""):
            yield (f"{verb} {option} {value!r} is a usage error",
                   usage(verb, *complete[verb], option, value, operand[verb]))
    for value in ("2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T25:00:00Z",
                  "2026-02-30T00:00:00Z", "2026-01-01T00:00:00", "tomorrow"):
        yield (f"--at {value} is a usage error",
               usage("open", "--at", value, mail))

    yield from sequence_cases(bench, mail, leaf, usage)


def sequence_cases(bench, mail, leaf, usage):
    pki = bench.pki
    clear = bench.file(bench.messages["clear"])

    def before_and_after():
        orders = [["verify", *bench.trust, "--json", clear],
                  ["verify", clear, *bench.trust, "--json"],
                  ["verify", "--json", clear, *bench.trust]]
        answers = [bench.run(*words, expect=0).stdout for words in orders]
        check(answers[0] == answers[1] == answers[2], "one answer for any order")
        bench.run("path", leaf, *bench.trust, "--untrusted", pki.intermediate, expect=0)
        bench.run("parse", clear, "--part", "1.1", expect=0)
    yield "options stand before or after operands", before_and_after

    def repeated():
        signed = bench.run("sign", *bench.identity("alice-rsa"), *bench.identity("bob-rsa"), mail,
                           expect=0).stdout
        run = bench.run("open", "--json", "--trust", pki.certificate("rogue-root"),
                        "--trust", pki.root, bench.file(signed))
        signers = run.report["layers"][0]["signers"]
        check(len(signers) == 2 and all(s["path"]["status"] == "valid" for s in signers),
              "two signers, each with a path", run)
        both = bench.run("encrypt", "--to", pki.certificate("alice-rsa"),
                         "--to", pki.certificate("bob-ec"), mail, expect=0).stdout
        for name in ("alice-rsa", "bob-ec"):
            bench.run("decrypt", *bench.identity("carol-rsa"), *bench.identity(name),
                      bench.file(both), expect=0)
    yield "what is marked with ... may be repeated and all of it counts", repeated

    def once_only():
        for words in (("open", "--at", "2026-01-01T00:00:00Z", "--at", "2026-01-01T00:00:00Z"),
                      ("open", "--out", "x", "--out", "y"),
                      ("parse", "--part", "1", "--part", "1")):
            bench.run(*words, mail, expect=2)
    yield "what is not marked is not given twice", once_only

    def standard_input():
        run = bench.run("verify", *bench.trust, stdin=bench.messages["clear"], expect=0)
        again = bench.run("verify", *bench.trust, "-", stdin=bench.messages["clear"], expect=0)
        check(run.stdout == again.stdout and run.stdout, "the same content", again)
        bench.run("parse", "-", stdin=MAIL, expect=0)
        bench.run("sign", *bench.identity("alice-rsa"), stdin=MAIL, expect=0)
    yield "an operand that is absent or - is standard input", standard_input

    missing, garbage, empty = bench.folder / "missing", bench.file(b"garbage\n"), bench.file(b"")
    yield "2 before 5: an unknown option and a file that is not there", usage(
        "open", "--frobnicate", "--trust", missing, missing)
    yield "2 before 5: a bad --at and a file that is not there", usage(
        "open", "--trust", missing, "--at", "x", missing)
    wrong = ["--identity", pki.p12("bob-rsa")]
    for code, beaten, words in (
            (5, "3 in --trust", ("open", "--trust", garbage, missing)),
            (5, "3 in --identity", ("open", "--identity", garbage, missing)),
            (5, "1 for a password", ("open", *wrong, missing)),
            (5, "3 in the first --trust", ("open", "--trust", garbage, "--trust", missing, mail)),
            (5, "1 for a password, in --trust", ("open", *wrong, "--trust", missing, mail)),
            (5, "3 in MESSAGE", ("open", "--trust", missing, empty)),
            (5, "3 in MESSAGE, --out", ("open", "--out", missing / "x", empty)),
            (3, "1 for a password", ("open", *wrong, "--trust", garbage, mail)),
            (5, "3 in --identity, of sign", ("sign", "--identity", garbage, missing)),
            (5, "1 for a password, of sign", ("sign", *wrong, missing)),
            (5, "1 of the certificate, of encrypt",
             ("encrypt", "--to", pki.certificate("sign-only"), missing)),
            (5, "3 in --trust, of path", ("path", "--trust", garbage, missing)),
            (3, "1 of the path", ("path", "--trust", garbage, leaf))):
        def case(code=code, words=words):
            bench.run(*words, expect=code)
        yield f"{code} before {beaten}", case
