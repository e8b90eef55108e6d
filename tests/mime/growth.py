#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bad mails of growing size: reading costs no more than their bytes, and the limits hold.

    growth.py --growth PROGRAM --smime PROGRAM [KIND]...

For each kind that the program growth knows, the time of the CPU is taken at a quarter, a half and
the whole of its largest count, with all limits lifted. Twice the bytes may cost 2.6 times the time;
linear is 2, and a machine is not quiet. Then smime parse reads the largest with the limits that
everybody has. Prints TAP.
"""
import argparse
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # leave nothing in the source tree
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "interop"))

from tap import Tap, Unsafe  # noqa: E402

RATIO = 2.6
TRIES = 5  # the fastest counts: other work on the machine only adds
SHORT = 2e6  # ns; below, nothing can be said

# What is within the limits that everybody has; the others end with 4.
WITHIN = ("segments-in-parts", "lines-in-levels", "boundary", "base64", "quoted-printable", "blanks",
          "hyphens")


def timed(program, kind, count):
    done = subprocess.run([program, kind, str(count)], capture_output=True, text=True)
    if done.returncode != 0:
        raise Unsafe(f"{kind} {count}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return int(done.stdout.split()[2])


def linear(program, kind, largest):
    counts = [largest // 4, largest // 2, largest]
    best = [timed(program, kind, count) for count in counts]
    for _ in range(TRIES):
        worst = max(later / max(sooner, SHORT) for sooner, later in zip(best, best[1:]))
        if worst < RATIO:
            return
        best = [min(time, timed(program, kind, count)) for time, count in zip(best, counts)]
    raise AssertionError(f"{kind}: {counts} cost {best} ns: {worst:.1f} times for twice the bytes")


def limited(growth, smime, kind, largest):
    with subprocess.Popen([growth, "--print", kind, str(largest)], stdout=subprocess.PIPE) as feed:
        done = subprocess.run([smime, "parse", "--json", "/dev/stdin"], stdin=feed.stdout,
                              capture_output=True, timeout=60)
        feed.stdout.close()  # it may still write: nobody reads
    wanted = 0 if kind in WITHIN else 4
    assert done.returncode == wanted, f"{kind}: exit {done.returncode}, not {wanted}\n{done.stderr}"


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--growth", required=True)
    parser.add_argument("--smime", required=True)
    parser.add_argument("kind", nargs="*")
    options = parser.parse_args()
    kinds = subprocess.run([options.growth, "--kinds"], capture_output=True, text=True, check=True)
    tap = Tap()
    for kind, largest in (line.split() for line in kinds.stdout.splitlines()):
        if options.kind and kind not in options.kind:
            continue
        tap.run(f"{kind}: twice the bytes, twice the time",
                lambda k=kind, n=int(largest): linear(options.growth, k, n))
        tap.run(f"{kind}: {'read' if kind in WITHIN else 'a limit'} by default",
                lambda k=kind, n=int(largest): limited(options.growth, options.smime, k, n))
    tap.finish()


if __name__ == "__main__":
    main()
