#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The ABI of the library against the one that was recorded.

    check-abi.py LIBRARY INCLUDE-DIR RECORD...

abidiff must find nothing but added symbols. A record is made with abidw (see docs/abi.md) and is
named libsmime-SOVERSION-MACHINE.abi; without the tool or a record for this machine the test is
skipped (77).
"""

import platform
import re
import shutil
import subprocess
import sys


def main(library, include, *records):
    if not shutil.which("abidiff"):
        print("abidiff is not installed")
        return 77
    machine = platform.machine()
    fitting = [r for r in records if re.search(r"-%s\.abi$" % re.escape(machine), r)]
    if not fitting:
        print("no ABI is recorded for", machine)
        return 77
    for record in fitting:
        command = ["abidiff", "--no-added-syms", "--headers-dir2", include, record, library]
        done = subprocess.run(command, capture_output=True, text=True)
        print(done.stdout, done.stderr)
        if done.returncode != 0:
            print("the ABI differs from", record)
            return 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
