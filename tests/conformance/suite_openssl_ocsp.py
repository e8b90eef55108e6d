# SPDX-License-Identifier: LGPL-2.1-or-later
"""OpenSSL's OCSP responses of 2012, by the issuer (ND1 to ND3) and by a delegate (D1 to D3), and
the same with something wrong, which the beginning of the name tells. Each is the only proof that a
certificate was not revoked. They are signed with SHA-1: the legacy policy reads them."""
import base64
import datetime
import re

from tap import Unsafe

RESPONSES = {"": True, "ISOP": False, "WRID": False, "WINH": False, "WIKH": False,
             "WKDOSC": False, "ISDOSC": False}
# another issuer's certificate; that its own signature is broken does not matter to who trusts it
ISSUERS = {"ISIC": True, "WSNIC": False, "WKIC": False}
SETS = ("ND1", "ND2", "ND3", "D1", "D2", "D3")


def cases(ctx):
    for name in SETS:
        for prefix, good in RESPONSES.items():
            if ctx.path(join(prefix, name) + ".ors").exists():
                yield join(prefix, name), lambda p=prefix, n=name, g=good: judge(ctx, n, p, "", g)
        for prefix, good in ISSUERS.items():
            yield join(prefix, name), lambda p=prefix, n=name, g=good: judge(ctx, n, "", p, g)
        yield f"{name}, out of date", lambda n=name: judge(ctx, n, "", "", False, later=True)
        yield f"{name}, default policy", lambda n=name: judge(ctx, n, "", "", False, legacy=False)


def join(prefix, name):
    return f"{prefix}_{name}" if prefix else name


def one(ctx, pattern):
    [file] = ctx.path().glob(pattern)
    return file


def judge(ctx, name, response, issuer, good, later=False, legacy=True):
    der = base64.b64decode(ctx.read(join(response, name) + ".ors"))
    produced, this_update, next_update = [
        datetime.datetime.strptime(t.decode(), "%Y%m%d%H%M%S")
        for t in re.findall(rb"\x18\x0f(\d{14})Z", der)[:3]]
    hour = datetime.timedelta(hours=1)  # clocks may differ by less
    at = next_update + hour if later else max(produced, this_update) + hour
    run = ctx.tool.path(one(ctx, f"{name}_Cert_*.pem"), "--use", "any", "--revocation", "leaf",
                        "--trust", one(ctx, join(issuer, name) + "_Issuer_*.pem"),
                        "--ocsp", ctx.tool.scratch(der),
                        "--at", at.isoformat() + "Z",
                        *(["--legacy"] if legacy else []))
    assert run.report, str(run)
    valid = run.report["status"] == "valid"
    if valid and not good:
        raise Unsafe(f"accepted\n{run}")
    assert valid == good, str(run)
    if good:
        assert run.report["revocation"][0]["state"] == "good", str(run)
        assert run.report["revocation"][0]["source"] == "ocsp", str(run)
