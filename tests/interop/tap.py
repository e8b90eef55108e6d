# SPDX-License-Identifier: LGPL-2.1-or-later
"""TAP output, and the rule for cases whose feature is not there yet.

A case is a function that returns when its claim holds and raises otherwise.
What it raises decides what may happen to it:

  Skip     the claim cannot be tested here (a peer or a folder is missing)
  Unsafe   something that no missing feature excuses: a crash, a broken
           promise of the command line, a bad message accepted
  others   the claim does not hold
"""
import traceback


class Skip(Exception):
    """The case cannot run here; the text says why."""


class Unsafe(Exception):
    """A failure that stays one even for a case listed as pending."""


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def comment(self, text):
        for line in text.splitlines():
            print(f"# {line}", flush=True)

    def run(self, name, case, pending=None):
        """Run one case; return "ok", "FAIL" or "skip".

        pending names the feature a known gap waits for: the case runs all the
        same, so that the day it passes is seen.
        """
        try:
            case()
        except Skip as reason:
            return self.skip(name, str(reason))
        except Unsafe as failure:
            return self._not_ok(name, str(failure))
        except AssertionError as failure:
            if pending:
                return self.skip(name, f"needs {pending}")
            return self._not_ok(name, str(failure) or traceback.format_exc())
        except Exception:  # a defect of the suite or of a driver: show all of it
            return self._not_ok(name, traceback.format_exc())
        self._line("ok", name, "pending case passes now" if pending else None)
        return "ok"

    def skip(self, name, reason):
        self._line("ok", name, f"SKIP {reason}")
        return "skip"

    def finish(self):
        """The plan stands at the end: a run that dies half-way has none."""
        print(f"1..{self.count}", flush=True)

    def _not_ok(self, name, diagnostics):
        self.failed += 1
        self._line("not ok", name, None)
        self.comment(diagnostics)
        return "FAIL"

    def _line(self, verdict, name, remark):
        self.count += 1
        # "#" begins a directive
        name = " ".join(name.replace("#", "").split())
        remark = f" # {' '.join(remark.split())}" if remark else ""
        print(f"{verdict} {self.count} - {name}{remark}", flush=True)
