# SPDX-License-Identifier: LGPL-2.1-or-later
"""Full disks, files that cannot be read, and input made to exhaust: a sentence and a code."""
import resource
import signal
import subprocess

from bench import MAIL, check

READERS = ("open", "verify", "decrypt")


def cases(bench):
    pki = bench.pki
    mail = bench.file(MAIL)
    big = MAIL + b"The quick brown fox jumps over the lazy dog. All of it, again.\r\n" * 4000
    identity, to = bench.identity("alice-rsa"), ["--to", pki.certificate("bob-rsa")]
    reading = [*bench.trust, *bench.identity("bob-rsa")]
    writers = {"sign": identity, "encrypt": to, "protect": [*identity, *to]}
    large = bench.file(big)

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails instead
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))

    def run(*words, **options):
        words = [bench.tool.program, *map(str, words)]
        done = subprocess.run(words, stderr=subprocess.PIPE, timeout=120, check=False,
                              stdin=subprocess.DEVNULL, **options)
        return done.returncode, f"{' '.join(words)}\nexit {done.returncode}\n{done.stderr.decode()}"

    def full(*words):
        def case():
            with open("/dev/full", "wb") as output:
                code, shown = run(*words, stdout=output)
            check(code == 5, "exit 5", shown)
            check(len(shown.splitlines()) > 2, "a sentence", shown)
        return case
    for verb, words in writers.items():
        yield f"{verb} onto a full disk ends with 5", full(verb, *words, mail)
        yield f"{verb} of much onto a full disk ends with 5", full(verb, *words, large)
    for name in ("plain", "clear", "cbc", "gcm", "both-gcm"):
        verb = {"clear": "verify", "cbc": "decrypt"}.get(name, "open")
        file = bench.file(bench.messages[name])
        yield f"{verb} of {name} onto a full disk ends with 5", full(verb, *reading, file)
        yield (f"{verb} --json of {name} onto a full disk ends with 5",
               full(verb, "--json", *reading, file))
    yield "parse onto a full disk ends with 5", full("parse", mail)
    yield "parse --json onto a full disk ends with 5", full("parse", "--json", mail)
    yield "parse --part onto a full disk ends with 5", full("parse", "--part", "1", mail)
    yield "parse --part of much onto a full disk ends with 5", full("parse", "--part", "1", large)
    yield "path --json onto a full disk ends with 5", full(
        "path", "--json", pki.certificate("alice-rsa"))
    yield "5 before 1: a refusal as JSON onto a full disk", full(
        "open", "--json", bench.file(bench.messages["changed"]))
    yield "5 before 3: garbage as JSON onto a full disk", full(
        "open", "--json", bench.file(bench.messages["garbage-cms"]))

    def out_on_full_disk():
        messages = {"plain": big}
        for name, words in (("clear", ["sign", *identity]),
                            ("cbc", ["encrypt", *to, "--cipher", "aes-256-cbc"]),
                            ("gcm", ["encrypt", *to, "--cipher", "aes-256-gcm"])):
            messages[name] = bench.run(*words, large, expect=0).stdout
        for name, message in messages.items():
            file, folder = bench.file(message), bench.file(None).parent
            (folder / "old").write_bytes(b"old")
            for out in ("new", "old"):
                code, shown = run("open", *reading, "--out", folder / out, file,
                                  preexec_fn=limited, restore_signals=False,
                                  stdout=subprocess.DEVNULL)
                check(code == 5, f"exit 5 ({name})", shown)
                check([path.name for path in folder.iterdir()] == ["old"], "no half file", shown)
                check((folder / "old").read_bytes() == b"old", "the old one stays", shown)
    yield "--out onto a full disk ends with 5 and leaves no half file", out_on_full_disk

    def reader_gone():
        for words in (["sign", *identity, large], ["open", large], ["parse", "--part", "1", large]):
            process = subprocess.Popen([bench.tool.program, *map(str, words)],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            process.stdout.close()
            errors = process.stderr.read().decode()
            check(process.wait() == 5 and errors, "exit 5 and a sentence", errors)
            process.stderr.close()
    yield "a pipe that nobody reads ends with 5", reader_gone
    yield from unreadable(bench, mail, writers)
    yield from exhausting(bench, writers)


def unreadable(bench, mail, writers):
    missing, empty = bench.folder / "missing", bench.file(b"")

    def ends(code, *words, json=False):
        def case():
            run = bench.run(*words, expect=code)
            check(json or not run.stdout, "nothing on standard output", run)
            bench.one_sentence(run) if code == 5 else None
        return case
    complete = {**writers, "parse": [], **{verb: bench.trust for verb in READERS}}
    for verb, words in complete.items():
        yield f"{verb}: a message that is not there ends with 5", ends(5, verb, *words, missing)
        yield f"{verb}: a directory as message ends with 5", ends(5, verb, *words, bench.folder)
        yield f"{verb}: an empty message ends with 3", ends(3, verb, *words, empty)
        yield f"{verb}: an empty message from standard input ends with 3", ends(3, verb, *words)
        if verb in READERS or verb == "parse":
            for shown, file, code in (("not there", missing, 5), ("empty", empty, 3)):
                yield (f"{verb} --json: a message that is {shown} ends with {code} and one object",
                       ends(code, verb, "--json", *words, file, json=True))


def exhausting(bench, writers):
    nested = b"From: alice@example.com\r\nMIME-Version: 1.0\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(100000)) + b"\r\n"
    messages = {
        "100,000 nested parts": (nested, 4),
        "100,000 nested messages": (b"Content-Type: message/rfc822\r\n\r\n" * 100000, 4),
        "100,000 parts": (b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" +
                          b"--b\r\n\r\nx\r\n" * 100000 + b"--b--\r\n", 4),
        "a header of 2 MiB": (b"X-A: " + b"a" * (2 << 20) + b"\r\n\r\nx\r\n", 4),
        "a header of 300,000 fields": (b"A: b\r\n" * 300000 + b"\r\nx\r\n", 4),
    }
    huge = {"4 GiB in ten bytes": b"\x30\x84\xff\xff\xff\xff\x06\x09\x2a\x86",
            "2^63 bytes in ten bytes": b"\x30\x88\x7f\xff\xff\xff\xff\xff\xff\xff"}

    def ends(code, *words, file):
        def case():
            run = bench.run(*words, file, expect=code)
            # what is being encrypted goes out as it comes
            check(words[0] in ("encrypt", "parse") or "--json" in words or not run.stdout,
                  "nothing on standard output", run)
            check(run.stderr.strip(), "a sentence", run)
        return case
    for shown, (message, code) in messages.items():
        file = bench.file(message)
        for verb in (*READERS, "parse"):
            for more in ([], ["--json"]):
                yield (f"{verb} {' '.join(more)} of {shown} ends with {code}",
                       ends(code, verb, *more, file=file))
        yield f"sign of {shown} ends with {code}", ends(code, "sign", *writers["sign"], file=file)
        yield (f"encrypt of {shown} ends with {code}",
               ends(code, "encrypt", *writers["encrypt"], file=file))
    header = (b"From: alice@example.com\r\nMIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime"
              b"; smime-type=%s\r\nContent-Transfer-Encoding: binary\r\n\r\n")
    for shown, cms in huge.items():
        for kind in (b"signed-data", b"enveloped-data", b"authEnveloped-data"):
            file = bench.file(header % kind + cms)
            yield (f"open --json of {kind.decode()} with {shown} ends with 3",
                   ends(3, "open", "--json", *bench.identity("bob-rsa"), file=file))
        key = bench.file(cms)
        yield (f"an identity with {shown} ends with 3",
               ends(3, "open", "--identity", key, file=bench.file(MAIL)))
        yield f"a certificate with {shown} ends with 3", ends(3, "path", file=key)
