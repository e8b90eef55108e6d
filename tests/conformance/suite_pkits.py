# SPDX-License-Identifier: LGPL-2.1-or-later
"""NIST PKITS: 249 certificate paths with CRLs and policies, and 224 messages.

Each case runs with everything it asks for: as a path, with its CRLs and, where
they are not its subject, without; among 12, 40 and 200 unrelated certificates
in no order; and as the message that brings the same certificates and CRLs.
"""
import json
import random
import re

from context import as_pem
from tap import Unsafe

AT = ["--at", "2011-04-15T00:00:00Z"]
ANY_POLICY = "2.5.29.32.0"
FLAGS = {"explicit": "--explicit-policy", "mapinhibit": "--inhibit-mapping",
         "anyinhibit": "--inhibit-any"}
DSA = ("4.1.4", "4.1.5", "4.1.6")  # refused but by the legacy policy
# The subject of these groups is not revocation: they are decided without CRLs
# too. Not so 4.4, 4.14, 4.15, and elsewhere the ones that are invalid by a CRL.
GROUPS_ABOUT_CRLS = ("4.4.", "4.14.", "4.15.")
CASES_ABOUT_CRLS = ("4.5.2", "4.5.5", "4.5.7", "4.5.8", "4.7.4", "4.7.5")


def cases(ctx):
    for case in json.loads(ctx.read("expected.json")):
        name = f"{case['test']} {case['name']}"
        yield f"{name}: with CRLs", lambda c=case, n=name: path(ctx, c, n, crls=True)
        if case["initial_policy_set"] == "anyPolicy" and not case["flags"]:
            yield f"{name}: signed message", lambda c=case, n=name: signed_message(ctx, c, n)
        if case["test"].startswith(GROUPS_ABOUT_CRLS) or case["test"] in CASES_ABOUT_CRLS:
            continue
        yield f"{name}: without revocation", lambda c=case, n=name: path(ctx, c, n, crls=False)
    for count in (12, 40, 200):
        for case in json.loads(ctx.read("expected.json")):
            name = f"{case['test']} {case['name']}"
            yield (f"{name}: among {count} others",
                   lambda c=case, n=name, k=count: path(ctx, c, n, crls=True, others=k))


def policy_oids(text):
    """NIST-test-policy-N is 2.16.840.1.101.3.2.1.48.N."""
    names = [name for name in text.split(",") if name]
    return sorted(ANY_POLICY if name == "anyPolicy" else
                  "2.16.840.1.101.3.2.1.48." + name.rsplit("-", 1)[1] for name in names)


def strangers(ctx, case, count):
    """One file with certificates of other cases in it, always the same for a case."""
    rng = random.Random(f"{case['name']} {count}")
    files = sorted(ctx.path("certs").glob("*.crt"))
    return ctx.tool.scratch(b"".join(as_pem(f.read_bytes()) for f in rng.sample(files, count)))


def path(ctx, case, name, crls, others=0):
    anchor, *chain = [ctx.path("certs", f"{c}.crt") for c in case["certs"]]
    words = [*AT, "--use", "any", "--trust", anchor]
    if case["test"] in DSA:
        words.append("--legacy")
    if others:
        words += ["--untrusted", strangers(ctx, case, others)]
    for certificate in chain[:-1]:
        words += ["--untrusted", certificate]
    for crl in case["crls"] if crls else []:
        words += ["--crl", ctx.path("crls", f"{crl}.crl")]
    words += ["--revocation", "all" if crls else "off"]
    if case["initial_policy_set"] != "anyPolicy":
        words += [w for oid in policy_oids(case["initial_policy_set"])
                  for w in ("--policy-oid", oid)]
    words += [FLAGS[flag] for flag in case["flags"]]
    run = ctx.tool.path(chain[-1], *words)
    assert run.report, f"an option without its machinery\n{run}"
    good = run.report["status"] == "valid"
    wanted = ctx.expected(name, "valid" if case["should_validate"] else "invalid")
    if good and wanted == "invalid":
        raise Unsafe(f"an invalid path accepted\n{run}")
    assert good == (wanted == "valid"), f"wanted {wanted}\n{run}"
    if not good:
        decided(run.report, run)
    else:
        wanted_set = policy_oids(case["user_constrained_policy_set"])
        assert sorted(run.report["policies"]) == wanted_set, f"wanted {wanted_set}\n{run}"


def decided(answer, run):
    """"Cannot do this yet" is a safe answer but not the verdict asked for."""
    reason = f"{answer['reason']} {answer['text']}".lower()
    assert "support" not in reason and "not evaluated" not in reason, str(run)


def signed_message(ctx, case, name):
    """The message that brings the same certificates along."""
    title = re.sub(r"^Section\d+|Subpart\d+$", "", case["name"])
    anchor = ctx.path("certs", f"{case['certs'][0]}.crt")
    run = ctx.tool.read("open", ctx.read("smime", f"Signed{title}.eml"), *AT,
                        "--revocation", "all", "--trust", anchor,
                        *(["--policy", "legacy"] if case["test"] in DSA else []))
    [signer] = run.signers()
    good = bool(signer["path"]) and signer["path"]["status"] == "valid"
    if good and not case["should_validate"]:
        raise Unsafe(f"an invalid path accepted\n{run}")
    wanted = ctx.expected(f"{name}: signed message",
                          "good" if case["should_validate"] else "refused")
    assert good == case["should_validate"], str(run)
    # most of the certificates hold no address
    verified = wanted == "good" and signer["binding"] == "match"
    assert run.summary == ("VERIFIED" if verified else "INVALID"), \
        str(run)
    if good:
        assert (signer["status"] == "good") == (wanted == "good"), str(run)
    elif signer["path"]:
        decided(signer["path"], run)
