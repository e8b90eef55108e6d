#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Builds libsmime and shows what it is for, with the command `smime` and the openssl tool:
# Alice signs and encrypts a mail with an attachment for Bob, Bob opens it, and two mails are refused:
# one that was tampered with on the way, and one that somebody else wrote in Alice's name.
#
#     examples/quickstart.sh [--build-dir DIR] [--keep]
#
# On Debian and its relatives it installs what is missing first. Everything it makes lies in a
# temporary folder, which --keep leaves behind. The status is 0 only if all went as told.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$top/build-quickstart
keep=''
while [ $# -gt 0 ]; do
    case $1 in
    --build-dir)
        build=$2
        shift
        ;;
    --keep) keep=yes ;;
    *)
        sed -n '/^# Builds/,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
        exit 2
        ;;
    esac
    shift
done

# say TEXT : a headline; typed TEXT : a command that is run next; stop TEXT : not as promised
say() { printf '\n== %s\n' "$*"; }
typed() { printf '$ %s\n' "$*"; }
stop() {
    printf '\nNot as promised: %s\n' "$*" >&2
    exit 1
}

say 'Building libsmime'
# shellcheck source=tests/packages.sh
. "$top/tests/packages.sh"
need_packages build openssl
if [ ! -f "$build/build.ninja" ]; then
    meson setup --wrap-mode=nodownload -Dtests=disabled -Dexamples=enabled "$build" "$top" \
        >"$build.log" 2>&1 || { cat "$build.log"; stop 'meson could not set up the build.'; }
    mv "$build.log" "$build/setup.log"
fi
meson compile -C "$build" >"$build/compile.log" 2>&1 ||
    { cat "$build/compile.log"; stop 'it does not compile.'; }
PATH=$build/examples/smime:$PATH
printf 'The command is %s\n' "${build#"$top"/}/examples/smime/smime"

work=$(mktemp -d)
if [ -n "$keep" ]; then
    printf 'Everything made here is in %s\n' "$work"
else
    trap 'rm -rf "$work"' EXIT
fi
cd "$work"

say 'A throw-away CA, and an identity each for Alice and Bob'
cat >ca.cnf <<'CNF'
[req]
distinguished_name = name
prompt = no
[name]
CN = Throw-away CA
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[person]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = emailProtection
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = email:${ENV::ADDRESS}
CNF
export ADDRESS=''
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 \
    -config ca.cnf -extensions ca 2>openssl.log || { cat openssl.log; stop 'openssl made no CA.'; }

# One password a line; each is tried for every identity.
printf 'correct horse\nbattery staple\n' >pw
# make_identity NAME COMMON-NAME LINE-OF-PASSWORD : NAME.pem and NAME.p12
make_identity() {
    export ADDRESS=$1@example.org
    {
        openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -config ca.cnf \
            -subj "/CN=$2"
        openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \
            -extfile ca.cnf -extensions person -out "$1.pem"
        openssl pkcs12 -export -inkey "$1.key" -in "$1.pem" -certfile ca.pem \
            -passout "pass:$(sed -n "$3p" pw)" -out "$1.p12"
    } >openssl.log 2>&1 || { cat openssl.log; stop "openssl made no identity for $2."; }
    rm "$1.key" "$1.csr"
}
make_identity alice 'Alice Example' 1
make_identity bob 'Bob Example' 2
ls ca.pem alice.p12 bob.p12 bob.pem pw

say 'The mail: a text with an umlaut, and a picture'
python3 - <<'PYTHON'
import struct
import zlib


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


size = 160
rows = b"".join(
    b"\0" + bytes(value for x in range(size) for value in (x * y % 256, x ^ y, (x + y) % 256))
    for y in range(size)
)
with open("picture.png", "wb") as out:
    out.write(b"\x89PNG\r\n\x1a\n")
    out.write(chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)))
    out.write(chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))
PYTHON
{
    cat <<MAIL
From: Alice Example <alice@example.org>
To: Bob Example <bob@example.org>
Subject: The picture for Saturday
Date: $(LC_ALL=C date -R)
Message-ID: <quickstart@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_part"

This is a message in several parts.
--=_part
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Grüße aus Köln!

From here on it gets serious: the picture is attached.
--=_part
Content-Type: image/png; name="picture.png"
Content-Disposition: attachment; filename="picture.png"
Content-Transfer-Encoding: base64

MAIL
    base64 -w 76 picture.png
    echo '--=_part--'
} >mail.eml
sed -n '1,/base64/p' mail.eml
printf '[... %d bytes of picture.png]\n' "$(wc -c <picture.png)"

say 'Alice signs and encrypts it for Bob, in one pass'
typed 'smime protect --identity alice.p12 --password-file pw --to bob.pem mail.eml > out.eml'
smime protect --identity alice.p12 --password-file pw --to bob.pem mail.eml >out.eml ||
    stop "smime protect ended with $?."

say 'What travels'
sed -n '/^\r*$/q;p' out.eml | tr -d '\r'
printf '[... %d lines of base64]\n' "$(sed '1,/^\r*$/d' out.eml | grep -c .)"
grep -qi '^content-type: *application/\(x-\)\{0,1\}pkcs7-mime' out.eml ||
    stop 'the mail is not an encrypted one.'
if grep -q 'Köln' out.eml; then
    stop 'the text can be read on the way.'
fi

say 'Bob opens it'
opening=(--trust ca.pem --identity bob.p12 --password-file pw)
typed "smime open ${opening[*]} --out content.eml out.eml"
smime open "${opening[@]}" --out content.eml out.eml ||
    stop "smime open ended with $?."
smime verify --json "${opening[@]}" --out again.eml out.eml >report.json 2>/dev/null ||
    stop "smime verify ended with $?."
python3 - <<'PYTHON' || stop 'the verdict is not that of a signed and encrypted mail.'
import json

with open("report.json", encoding="utf-8") as text:
    report = json.load(text)
print("summary:", report["summary"])
print("layers:", ", ".join(layer["kind"] for layer in report["layers"]))
raise SystemExit(report["summary"].upper() != "CONFIDENTIAL_VERIFIED")
PYTHON

say 'Is it what Alice sent?'
# Python's own mail parser reads both, so that nothing of libsmime judges itself.
python3 - <<'PYTHON' || stop 'what came out is not what went in.'
import email


def leaves(name):
    with open(name, "rb") as source:
        message = email.message_from_binary_file(source)
    for part in message.walk():
        if not part.is_multipart():
            data = part.get_payload(decode=True)
            if part.get_content_maintype() == "text":
                data = data.replace(b"\r\n", b"\n").rstrip(b"\n")
            if part.get_param("hp-legacy-display") == "1":
                # The subject went hidden, and is repeated here for readers that do not know that;
                # those that do leave out the lines in front of the first empty one (RFC 9788).
                data = data.split(b"\n\n", 1)[1]
            yield part.get_content_type(), part.get_filename(), data


sent, received = list(leaves("mail.eml")), list(leaves("content.eml"))
for kind, filename, data in received:
    print(f"{kind}, {filename or 'no name'}, {len(data)} bytes")
with open("picture.png", "rb") as picture:
    same = sent == received and received[1][2] == picture.read()
print("the same text and the same picture" if same else "not the same")
raise SystemExit(not same)
PYTHON

# refused NAME : Bob opens NAME.eml; it must be refused, and nothing may come out
refused() {
    local status=0
    typed "smime open ${opening[*]} --out $1.out $1.eml"
    smime open "${opening[@]}" --out "$1.out" "$1.eml" >"$1.stdout" || status=$?
    case $status in
    1 | 3) ;;
    0) stop "$1.eml was accepted." ;;
    *) stop "smime open ended with $status, which is no refusal." ;;
    esac
    if [ -e "$1.out" ] || [ -s "$1.stdout" ]; then
        stop "$1.eml was refused, and yet something came out."
    fi
    printf 'Refused (status %d), and not one byte of content came out.\n' "$status"
}

say 'One byte flipped on the way'
python3 - <<'PYTHON'
with open("out.eml", "rb") as source:
    mail = bytearray(source.read())
start = mail.index(b"\n\r\n" if b"\n\r\n" in mail else b"\n\n")
place = (start + len(mail)) // 2
while not chr(mail[place]).isalnum():
    place += 1
old = mail[place]
mail[place] = ord("A") if old != ord("A") else ord("B")
with open("flipped.eml", "wb") as out:
    out.write(mail)
print(f"byte {place} of {len(mail)}: {chr(old)} is now {chr(mail[place])}")
PYTHON
refused flipped

say 'Mallory, whom the same CA knows, writes in the name of Alice'
make_identity mallory 'Mallory Example' 1
typed 'smime protect --identity mallory.p12 --password-file pw --to bob.pem mail.eml > forged.eml'
smime protect --identity mallory.p12 --password-file pw --to bob.pem mail.eml >forged.eml 2>notes ||
    { cat notes; stop 'it could not be made.'; }
grep '^From:' forged.eml | tr -d '\r'
refused forged

say 'All as promised'
