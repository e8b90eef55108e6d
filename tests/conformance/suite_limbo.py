# SPDX-License-Identifier: LGPL-2.1-or-later
"""x509-limbo: certificate paths that implementations have got wrong.

They are cases of TLS, judged as paths for any use. limbo-elsewhere.tsv lists
the ones whose expected result rests on rules that mail does not have.
"""
import fnmatch
import json

from context import HERE, table
from tap import Unsafe


def cases(ctx):
    elsewhere = {pattern: 0 for pattern, _ in table(HERE / "limbo-elsewhere.tsv")}
    for case in json.loads(ctx.read("limbo-core.json"))["testcases"]:
        wanted = "valid" if case["expected_result"] == "SUCCESS" else "refused"
        if wanted == "refused":
            for pattern in elsewhere:
                if fnmatch.fnmatchcase(case["id"], pattern):
                    elsewhere[pattern] += 1
        yield case["id"], lambda c=case, w=wanted: judge(ctx, c, w, elsewhere)
    yield ("every line of limbo-elsewhere.tsv is in use",
           lambda: check_used(elsewhere))


def judge(ctx, case, wanted, elsewhere):
    words = ["--use", "any"]
    if case["validation_time"]:
        words += ["--at", case["validation_time"].replace("+00:00", "Z")]
    for option, member in (("--trust", "trusted_certs"),
                           ("--untrusted", "untrusted_intermediates"), ("--crl", "crls")):
        if case[member]:
            words += [option, ctx.tool.scratch("\n".join(case[member]).encode())]
    if case["crls"]:
        words += ["--revocation", "leaf"]
    name = case["expected_peer_name"]
    if name and name["kind"] == "RFC822":
        words += ["--email", name["value"]]
    run = ctx.tool.path(ctx.tool.scratch(case["peer_certificate"].encode()), *words)
    good = bool(run.report) and run.report["status"] == "valid"
    listed = wanted == "refused" and any(fnmatch.fnmatchcase(case["id"], p) for p in elsewhere)
    if good and wanted == "refused" and not listed:
        raise Unsafe(f"an invalid path accepted\n{run}")
    if listed and not good:
        # a pattern may cover cases that are refused here as well
        return
    assert good == (wanted == "valid" or listed), f"wanted {wanted}\n{run}"


def check_used(elsewhere):
    stale = [pattern for pattern, count in elsewhere.items() if not count]
    assert not stale, f"no case fits: {stale}"
