# SPDX-License-Identifier: LGPL-2.1-or-later
"""Peak memory of each job on a large message, each in a fresh process."""
import os
import subprocess

from bench import check

LIMIT_KIB = 10 * 1024
HEADER = (b"From: alice@example.com\r\nTo: bob@example.com\r\nSubject: large\r\n"
          b"Date: Sun, 01 Nov 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\n")


def write_message(path, size):
    """A multipart with one large text and one large base64 part."""
    line = b"All work and no play makes Jack a dull boy; so it is with every line.....\r\n"
    encoded = b"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\r\n"
    with open(path, "wb") as file:
        file.write(HEADER + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n')
        for header, block in ((b"Content-Type: text/plain\r\n\r\n", line * 13000),
                              (b"Content-Type: application/octet-stream\r\n"
                               b"Content-Transfer-Encoding: base64\r\n\r\n", encoded * 13000)):
            file.write(b"--b\r\n" + header)
            for _ in range(max(1, size // 2 // len(block))):
                file.write(block)
        file.write(b"--b--\r\n")


def cases(bench):
    mib = 1024 if os.environ.get("SMIME_TEST_LARGE") == "1" else 64
    folder = bench.folder / "large"
    folder.mkdir()
    message = folder / "message"
    write_message(message, mib << 20)
    alice, bob = bench.identity("alice-rsa"), bench.identity("bob-rsa")
    to = ["--to", bench.pki.certificate("bob-rsa")]

    def job(words, source, target, remove=()):
        """One process; smime's own exit code is handed through."""
        def case():
            note = folder / "peak"
            command = [bench.peak, note, bench.tool.program, *words]
            if source == "pipe":
                feeder = subprocess.Popen(["cat", message], stdout=subprocess.PIPE)
                stdin = feeder.stdout
            else:
                command.append(source)
                stdin = subprocess.DEVNULL
            with open(target, "wb") as output:
                done = subprocess.run([str(word) for word in command], stdin=stdin, stdout=output,
                                      stderr=subprocess.PIPE, check=False)
            if source == "pipe":
                stdin.close()
                feeder.wait()
            check(done.returncode == 0, "exit 0", done.stderr.decode())
            check(target.stat().st_size > mib << 18, "everything is written", target)
            peak = int(note.read_text())
            print(f"# peak {peak} KiB: smime {words[0]}", flush=True)
            check(bench.sanitized or peak < LIMIT_KIB, f"{peak} KiB are less than {LIMIT_KIB}")
            for path in remove:
                path.unlink()
        return case

    def path(name):
        return folder / name

    limit = "in little memory" if not bench.sanitized else "(memory not measured: sanitizer)"
    claim = f"{mib} MiB {limit}"
    yield f"sign, {claim}", job(["sign", *alice], message, path("clear"))
    yield f"verify, {claim}", job(["verify", *bench.trust], path("clear"), path("out"))
    yield f"sign from a pipe, {claim}", job(["sign", *alice], "pipe", path("clear"),
                                            [path("clear")])
    yield f"sign opaque, {claim}", job(["sign", "--opaque", *alice], message, path("opaque"))
    yield f"verify opaque, {claim}", job(["verify", *bench.trust], path("opaque"), path("out"),
                                         [path("opaque")])
    for cipher in ("aes-256-cbc", "aes-256-gcm"):
        yield f"encrypt {cipher}, {claim}", job(["encrypt", *to, "--cipher", cipher], message,
                                                path("sealed"))
        yield f"decrypt {cipher}, {claim}", job(["decrypt", *bob], path("sealed"), path("out"))
        yield f"protect {cipher}, {claim}", job(["protect", *alice, *to, "--cipher", cipher],
                                                message, path("sealed"))
        yield f"open {cipher}, {claim}", job(["open", *bench.trust, *bob], path("sealed"),
                                             path("out"), [path("sealed")])
    yield f"parse --part --decode, {claim}", job(["parse", "--part", "1.1", "--decode"], message,
                                                 path("out"))
