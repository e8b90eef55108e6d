# SPDX-License-Identifier: LGPL-2.1-or-later
"""The documented members of what --json prints, and their types (docs/json.md)."""
import re

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
HEX = re.compile(r"([0-9a-f]{2})+")
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
OID = re.compile(r"\d+(\.\d+)+")
PART = re.compile(r"1(\.\d+)*")
SUMMARIES = {"UNPROTECTED", "CONFIDENTIAL", "VERIFIED", "CONFIDENTIAL_VERIFIED", "INVALID",
             "LOCKED", None}
BINDINGS = {"match", "mismatch", "no-address", "sender-only", "ambiguous", "missing",
            "not-applicable"}
ENCRYPTING = {"enveloped", "auth-enveloped", "encrypted"}
# "unknown": so malformed that nothing says what it was to be
KINDS = ENCRYPTING | {"signed", "compressed", "digested", "authenticated", "data", "unknown"}


class Walk:
    """Complains with the place and the run."""

    def __init__(self, run):
        self.run = run

    def check(self, condition, where, value):
        if not condition:
            raise AssertionError(f"JSON: {where} is {value!r}\n{self.run}")

    def members(self, value, names, where):
        self.check(isinstance(value, dict), where, value)
        for name in names.split():
            self.check(name in value, f"{where}.{name} (missing)", sorted(value))

    def text(self, value, where, pattern=None, null=False):
        if null and value is None:
            return
        self.check(isinstance(value, str), where, value)
        self.check(not pattern or pattern.fullmatch(value), where, value)

    def number(self, value, where, null=False):
        if null and value is None:
            return
        self.check(isinstance(value, int) and not isinstance(value, bool) and value >= 0, where,
                   value)

    def flag(self, value, where):
        self.check(isinstance(value, bool), where, value)

    def word(self, value, words, where):
        self.check(value in words, where, value)

    def list(self, value, each, where):
        self.check(isinstance(value, list), where, value)
        for index, item in enumerate(value):
            each(item, f"{where}[{index}]")


class Answer(Walk):
    def certificate(self, value, where):
        self.members(value, "subject issuer serial sha256 not_before not_after", where)
        self.text(value["subject"], f"{where}.subject")
        self.text(value["issuer"], f"{where}.issuer")
        self.text(value["serial"], f"{where}.serial", HEX)
        self.text(value["sha256"], f"{where}.sha256", re.compile("[0-9a-f]{64}"))
        self.text(value["not_before"], f"{where}.not_before", TIME)
        self.text(value["not_after"], f"{where}.not_after", TIME)

    def revocation(self, value, where):
        self.members(value, "certificate state source text this_update next_update revoked_at "
                     "reason", where)
        self.number(value["certificate"], f"{where}.certificate")
        self.word(value["state"], {"not-checked", "good", "revoked", "unknown"}, f"{where}.state")
        self.word(value["source"], {None, "crl", "ocsp"}, f"{where}.source")
        self.text(value["text"], f"{where}.text")
        for name in ("this_update", "next_update", "revoked_at"):
            self.text(value[name], f"{where}.{name}", TIME, null=True)
        self.text(value["reason"], f"{where}.reason", CODE, null=True)
        self.check((value["source"] is None) == (value["this_update"] is None),
                   f"{where}.this_update, of a source", value)
        self.check((value["state"] == "revoked") == (value["revoked_at"] is not None) ==
                   (value["reason"] is not None), f"{where}.revoked_at", value)

    def attempt(self, value, where):
        self.members(value, "reason text length last", where)
        self.text(value["reason"], f"{where}.reason", CODE)
        self.text(value["text"], f"{where}.text")
        self.number(value["length"], f"{where}.length")
        self.certificate(value["last"], f"{where}.last")

    def path(self, value, where="path"):
        self.members(value, "status reason text certificates policies revocation work tried",
                     where)
        self.word(value["status"], {"valid", "invalid", "indeterminate"}, f"{where}.status")
        self.text(value["reason"], f"{where}.reason", CODE)
        self.text(value["text"], f"{where}.text")
        self.list(value["certificates"], self.certificate, f"{where}.certificates")
        self.list(value["policies"], lambda v, w: self.text(v, w, OID), f"{where}.policies")
        self.list(value["revocation"], self.revocation, f"{where}.revocation")
        self.check([told["certificate"] for told in value["revocation"]] ==
                   list(range(len(value["certificates"]))),
                   f"{where}.revocation, one for each certificate", value["revocation"])
        if value["work"] is not None:  # null: the program failed before there was an answer
            self.members(value["work"], "steps signatures", f"{where}.work")
            for name in ("steps", "signatures"):
                self.number(value["work"][name], f"{where}.work.{name}")
        self.list(value["tried"], self.attempt, f"{where}.tried")

    def reason(self, value, where):
        self.members(value, "code text layer signer certificate offset", where)
        self.text(value["code"], f"{where}.code", CODE)
        self.text(value["text"], f"{where}.text")
        for name in ("layer", "signer", "certificate", "offset"):
            self.number(value[name], f"{where}.{name}", null=True)

    def recipient(self, value, where):
        self.members(value, "kind identifier algorithm opened", where)
        self.word(value["kind"], {"ktri", "kari", "kekri", "pwri", "kemri", "ori"},
                  f"{where}.kind")
        self.text(value["identifier"], f"{where}.identifier", null=True)
        self.text(value["algorithm"], f"{where}.algorithm", null=True)
        self.flag(value["opened"], f"{where}.opened")

    def signer(self, value, where):
        self.members(value, "status certificate emails digest signature signing_time countersigns attributes "
                     "path binding",
                     where)
        self.word(value["status"], {"good", "bad", "indeterminate"}, f"{where}.status")
        if value["certificate"] is not None:
            self.certificate(value["certificate"], f"{where}.certificate")
        self.list(value["emails"], self.text, f"{where}.emails")
        self.text(value["digest"], f"{where}.digest", null=True)
        self.text(value["signature"], f"{where}.signature", null=True)
        self.text(value["signing_time"], f"{where}.signing_time", TIME, null=True)
        self.number(value["countersigns"], f"{where}.countersigns", null=True)
        self.list(value["attributes"], self.attribute, f"{where}.attributes")
        if value["path"] is not None:
            self.path(value["path"], f"{where}.path")
        self.word(value["binding"], BINDINGS, f"{where}.binding")

    def attribute(self, value, where):
        self.members(value, "type signed values", where)
        self.text(value["type"], f"{where}.type")
        self.flag(value["signed"], f"{where}.signed")
        self.text(value["values"], f"{where}.values")

    def layer(self, value, where):
        self.members(value, "kind errant isolated within part algorithm content_type recipients signers covers", where)
        self.word(value["kind"], KINDS, f"{where}.kind")
        self.flag(value["errant"], f"{where}.errant")
        self.flag(value["isolated"], f"{where}.isolated")
        self.number(value["within"], f"{where}.within", null=True)
        self.text(value["part"], f"{where}.part", PART, null=True)
        self.check(value["errant"] == (value["within"] is not None), f"{where}.within", value)
        self.text(value["content_type"], f"{where}.content_type", null=True)
        self.text(value["algorithm"], f"{where}.algorithm", null=True)
        self.check(("authenticated" in value) == (value["kind"] in ENCRYPTING),
                   f"{where}.authenticated, on encryption layers only", value)
        if "authenticated" in value:
            self.flag(value["authenticated"], f"{where}.authenticated")
        self.list(value["recipients"], self.recipient, f"{where}.recipients")
        self.list(value["signers"], self.signer, f"{where}.signers")
        if value["covers"] is not None:
            covers = value["covers"]
            self.members(covers, "layer offset length parts", f"{where}.covers")
            for name in ("layer", "offset", "length"):
                self.number(covers[name], f"{where}.covers.{name}")
            self.list(covers["parts"], lambda v, w: self.text(v, w, PART), f"{where}.covers.parts")

    def header(self, value, where):
        self.members(value, "name value protection inside outside", where)
        self.text(value["outside"], f"{where}.outside", null=True)
        self.text(value["name"], f"{where}.name")
        self.text(value["value"], f"{where}.value")
        self.word(value["protection"], {"none", "signed", "encrypted", "signed-and-encrypted"},
                  f"{where}.protection")

    def part(self, value, where):
        self.members(value, "layer path type", where)
        self.number(value["layer"], f"{where}.layer")
        self.text(value["path"], f"{where}.path", PART)
        self.text(value["type"], f"{where}.type")

    def defect(self, value, where):
        self.members(value, "code class offset text", where)
        self.text(value["code"], f"{where}.code", CODE)
        self.word(value["class"], {"cosmetic", "recoverable", "structural"}, f"{where}.class")
        self.number(value["offset"], f"{where}.offset")
        self.text(value["text"], f"{where}.text")

    def open(self, value):
        self.members(value, "version summary reasons from layers parts headers defects", "open")
        self.word(value["version"], {1}, "version")
        self.word(value["summary"], SUMMARIES, "summary")
        self.list(value["reasons"], self.reason, "reasons")
        self.members(value["from"], "address display_name binding other", "from")
        self.text(value["from"]["other"], "from.other", null=True)
        self.text(value["from"]["address"], "from.address", null=True)
        self.text(value["from"]["display_name"], "from.display_name", null=True)
        self.word(value["from"]["binding"], BINDINGS, "from.binding")
        self.list(value["layers"], self.layer, "layers")
        self.list(value["parts"], self.part, "parts")
        self.list(value["headers"], self.header, "headers")
        self.list(value["defects"], self.defect, "defects")

    def entity(self, value, where="root"):
        self.members(value, "path type parameters disposition filename encoding offset body_offset "
                     "length decoded_length children safe_filename headers hazards", where)
        self.text(value["path"], f"{where}.path", PART)
        self.text(value["type"], f"{where}.type")
        self.check(isinstance(value["parameters"], dict) and
                   all(isinstance(item, str) for item in value["parameters"].values()),
                   f"{where}.parameters", value["parameters"])
        self.text(value["disposition"], f"{where}.disposition", null=True)
        self.text(value["filename"], f"{where}.filename", null=True)
        self.text(value["encoding"], f"{where}.encoding", null=True)
        for name in ("offset", "body_offset", "length", "decoded_length"):
            self.number(value[name], f"{where}.{name}")
        self.text(value["safe_filename"], f"{where}.safe_filename", null=True)
        self.list(value["headers"], self.field, f"{where}.headers")
        for hazard in value["hazards"]:
            self.word(hazard, HAZARDS, f"{where}.hazards")
        self.list(value["children"], self.entity, f"{where}.children")

    def field(self, value, where):
        self.members(value, "name value offset", where)
        self.text(value["name"], f"{where}.name")
        self.text(value["value"], f"{where}.value")
        self.number(value["offset"], f"{where}.offset")


def check_open(report, run):
    Answer(run).open(report)


def check_path(report, run):
    answer = Answer(run)
    answer.members(report, "version", "path")
    answer.word(report["version"], {1}, "version")
    answer.path(report)


def check_parse(report, run):
    answer = Answer(run)
    answer.members(report, "version root defects", "parse")
    answer.word(report["version"], {1}, "version")
    if report["root"] is not None:
        answer.entity(report["root"])
    answer.list(report["defects"], answer.defect, "defects")


HAZARDS = {"8bit", "long-line", "from-line", "trailing-blank", "control", "header-8bit"}

def check_choose(value, run):
    walk = Answer(run)
    walk.members(value, "version chosen text candidates", "choose")
    walk.word(value["version"], {1}, "version")
    if value["chosen"] is not None:
        walk.certificate(value["chosen"], "chosen")
    walk.text(value["text"], "text")

    def candidate(each, where):
        walk.members(each, "certificate reason text", where)
        walk.certificate(each["certificate"], f"{where}.certificate")
        walk.text(each["reason"], f"{where}.reason", CODE)
        walk.text(each["text"], f"{where}.text")

    walk.list(value["candidates"], candidate, "candidates")


CHECKS = {"open": check_open, "verify": check_open, "decrypt": check_open, "path": check_path,
          "parse": check_parse, "choose": check_choose}
