#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Count what a test run found, test by test, and say it in one line.

    summary.py run [--log NAME] [--partial] [--results FILE] BUILDDIR
        reads the log of `meson test` (meson-logs/NAME.json, "testlog" if not given)
    summary.py total --skips LIST RESULTS...
        adds up the result files STAGE.results that `run` and the stages of CI wrote; a skip
        that no line of LIST allows is a failure

A program that speaks TAP counts as many tests as it has TAP lines; each is named
PROGRAM/SUBTEST. Any other program is one test, and exit status 77 is a skip. A TAP program that
crashes, runs out of time, ends with an error without naming it, or does not keep to its plan is
one failure more, whatever it printed before. Unless --partial is given, a test that the build
knows and the log does not is a failure.

The last line is "N passed, N failed, N skipped"; the exit status is 0 if none failed and at
least one passed.
"""

import argparse
import fnmatch
import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

DIAGNOSTIC_LINES = 40

TEST_LINE = re.compile(r"(not )?ok\b(?:\s+(\d+)\b)?(?:\s*-)?\s*(.*)")
PLAN_LINE = re.compile(r"1\.\.(\d+)\s*(?:#\s*(.*))?$")
DIRECTIVE = re.compile(r"(?:^|\s)#\s*(skip\S*|todo\S*)\s*(.*)$", re.IGNORECASE)
# Check writes FILE:TESTCASE:TEST: MESSAGE
CHECK_NAME = re.compile(r"\S+\.(?:c|cc|cpp|h):([^:]+):([^:]+): ?(.*)$")


class Outcome(NamedTuple):
    """What became of one test."""

    result: str  # "pass", "fail" or "skip"
    name: str
    why: str


def tail(text, lines=DIAGNOSTIC_LINES):
    """The last lines, without what meson itself adds to standard error."""
    kept = [line for line in text.splitlines() if not line.startswith("(test program exited ")]
    while kept and not kept[-1].strip():
        kept.pop()
    return kept[-lines:]


def split_description(text):
    """The name of a TAP line and what it says beside the name."""
    check = CHECK_NAME.match(text)
    if check:
        return f"{check[1]}/{check[2]}", "" if check[3] == "Passed" else check[3]
    return text, ""


class TapReader:
    """One program's TAP, line by line."""

    def __init__(self, program):
        self.program = program
        self.outcomes = []
        self.problems = []
        self.plan = None
        self.skip_all = None
        self.seen = 0
        self.notes = None  # diagnostics of the failure at hand

    def test_line(self, match):
        failed, number, rest = match.groups()
        self.seen += 1
        if number is not None and int(number) != self.seen:
            self.problems.append(f"test number {number} stands where {self.seen} is due")
        directive = DIRECTIVE.search(rest)
        if directive:
            rest = rest[: directive.start()]
        name, message = split_description(rest.strip())
        name = f"{self.program}/{name or self.seen}"
        self.notes = None
        if directive and directive[1].lower().startswith("skip") and not failed:
            self.outcomes.append(["skip", name, [directive[2].strip() or "no reason given"]])
        elif failed:
            self.notes = [message] if message else []
            self.outcomes.append(["fail", name, self.notes])
        else:
            self.outcomes.append(["pass", name, []])

    def plan_line(self, match):
        if self.plan is not None:
            self.problems.append("more than one plan")
        self.plan = int(match[1])
        if self.plan == 0:
            reason = re.sub(r"(?i)^skip\S*\s*", "", match[2] or "")
            self.skip_all = reason.strip() or "no reason given"

    def read(self, text):
        for line in text.splitlines():
            test, plan = TEST_LINE.match(line), PLAN_LINE.match(line)
            if test:
                self.test_line(test)
            elif plan:
                self.plan_line(plan)
            elif line.startswith("Bail out!"):
                self.problems.append(line)
                self.notes = None
            elif self.notes is not None and line.strip():
                self.notes.append(line)
        if self.skip_all is not None and self.seen == 0:
            self.outcomes.append(["skip", self.program, [self.skip_all]])
        elif self.plan is None:
            self.problems.append(f"no plan; {self.seen} tests seen")
        elif self.plan != self.seen:
            self.problems.append(f"{self.plan} tests planned, {self.seen} seen")


def ending(entry):
    """How a program ended, if that alone makes it fail."""
    code = entry.get("returncode", 0)
    if entry["result"] == "TIMEOUT":
        return f"timed out after {entry['duration']:.0f} s"
    if entry["result"] == "INTERRUPT":
        return "interrupted"
    if code < 0:
        return f"killed by signal {-code}"
    if code > 128:
        return f"exit status {code} (signal {code - 128}?)"
    return ""


def tap_outcomes(program, entry):
    reader = TapReader(program)
    reader.read(entry.get("stdout") or "")
    problems = reader.problems
    code = entry.get("returncode", 0)
    failed = any(outcome[0] == "fail" for outcome in reader.outcomes)
    if ending(entry):
        problems.insert(0, ending(entry))
    elif code == 77 and reader.seen == 0:
        return exit_outcomes(program, entry)
    elif code != 0 and not failed:
        problems.insert(0, f"exit status {code}")
    if problems:
        reader.outcomes.append(["fail", program, problems])
    for outcome in reversed(reader.outcomes):
        if outcome[0] == "fail":
            outcome[2] = outcome[2][:DIAGNOSTIC_LINES] + tail(entry.get("stderr") or "")
            break
    return [Outcome(result, name, "\n".join(why)) for result, name, why in reader.outcomes]


def exit_outcomes(program, entry):
    said = tail(entry.get("stdout") or "") + tail(entry.get("stderr") or "")
    result = entry["result"]
    if result in ("OK", "EXPECTEDFAIL"):
        return [Outcome("pass", program, "")]
    if result == "SKIP":
        return [Outcome("skip", program, said[-1].strip() if said else "no reason given")]
    how = ending(entry) or f"{result.lower()}, exit status {entry.get('returncode')}"
    return [Outcome("fail", program, "\n".join([how] + said))]


def read_run(build, log, partial):
    """The outcomes of one run of `meson test`."""
    known = {}
    for test in json.loads((build / "meson-info" / "intro-tests.json").read_text()):
        known[test["name"]] = test["protocol"]
    path = build / "meson-logs" / (log + ".json")
    if not path.exists():
        return [Outcome("fail", "meson test", "it left no log")]
    outcomes = []
    seen = set()
    for line in path.read_text(errors="replace").splitlines():
        entry = json.loads(line)
        name = entry["name"]
        if name not in known:  # "project:suite / name"
            name = name.partition(" / ")[2] or name
        seen.add(name)
        read = tap_outcomes if known.get(name) == "tap" else exit_outcomes
        outcomes += read(name, entry)
    if not partial:
        for name in known:
            if name not in seen:
                outcomes.append(Outcome("fail", name, "it did not run"))
    if not outcomes:
        outcomes.append(Outcome("fail", "meson test", "no test ran"))
    return outcomes


def read_results(paths):
    outcomes = []
    for path in paths:
        for line in path.read_text().splitlines():
            outcome = Outcome(**json.loads(line))
            if outcome.name != path.stem:
                outcome = outcome._replace(name=f"{path.stem}: {outcome.name}")
            outcomes.append(outcome)
    return outcomes


def write_results(path, outcomes):
    with open(path, "w", encoding="utf-8") as out:
        for outcome in outcomes:
            out.write(json.dumps(outcome._asdict()) + "\n")


def read_skips(path):
    """Lines of two globs, name and reason, with at least two blanks between them."""
    allowed = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        fields = re.split(r"\t+|  +", line, maxsplit=1)
        if len(fields) != 2:
            sys.exit(f"{path}:{number}: a name, two blanks and a reason are wanted")
        allowed.append((fields[0], fields[1].strip()))
    return allowed


def judge_skips(outcomes, allowed):
    """Skips that no line allows become failures."""
    judged = []
    for outcome in outcomes:
        if outcome.result == "skip":
            bare = outcome.name.partition(": ")[2]
            if not any(
                any(name and fnmatch.fnmatchcase(name, glob) for name in (outcome.name, bare))
                and fnmatch.fnmatchcase(outcome.why, reason)
                for glob, reason in allowed
            ):
                why = "skipped, and not on the list of skips: " + outcome.why
                outcome = Outcome("fail", outcome.name, why)
        judged.append(outcome)
    return judged


def report(outcomes):
    """Every skip and failure, and the closing line; the exit status."""
    for outcome in outcomes:
        if outcome.result == "skip":
            print(f"SKIP {outcome.name}: {' '.join(outcome.why.split())}")
    for outcome in outcomes:
        if outcome.result == "fail":
            print(f"FAIL {outcome.name}")
            for line in outcome.why.splitlines():
                print(f"     {line}")
    count = {key: sum(o.result == key for o in outcomes) for key in ("pass", "fail", "skip")}
    print(f"{count['pass']} passed, {count['fail']} failed, {count['skip']} skipped", flush=True)
    return 0 if count["fail"] == 0 and count["pass"] > 0 else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run")
    run.add_argument("--log", default="testlog")
    run.add_argument("--partial", action="store_true")
    run.add_argument("--results", type=Path)
    run.add_argument("build", type=Path)
    total = commands.add_parser("total")
    total.add_argument("--skips", type=Path, required=True)
    total.add_argument("results", type=Path, nargs="+")
    args = parser.parse_args()

    sys.stdout.reconfigure(errors="backslashreplace")
    if args.command == "run":
        outcomes = read_run(args.build, args.log, args.partial)
        if args.results:
            write_results(args.results, outcomes)
    else:
        outcomes = judge_skips(read_results(args.results), read_skips(args.skips))
    return report(outcomes)


if __name__ == "__main__":
    sys.exit(main())
