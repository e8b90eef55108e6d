#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs each fuzz target for a short while, beginning with seeds made here; speaks TAP.
#
#     run-smoke.sh SECONDS|replay CONFORMANCE_DIR|'' ARTIFACT_DIR TARGET...
#
# A target is a libFuzzer program called fuzz_KIND, or with `replay` one that only runs the files
# it is given. Its seeds are
#   - messages, CMS structures, certificates, lists and OCSP responses made afresh with the openssl
#     tool, addressed to the keys and certificates in identity.pem (RSA) and identity-ec.pem beside
#     this script,
#   - the files in seeds/KIND beside this script,
#   - what fits in the folder of outside test data, where that exists.
# An input that makes a target fail is kept in ARTIFACT_DIR.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
seconds=$1 conformance=$2 artifacts=$3
shift 3

if [ $# -eq 0 ]; then
    echo '1..0 # SKIP no fuzz targets'
    exit 0
fi
if ! command -v openssl >/dev/null 2>&1; then
    echo '1..0 # SKIP no openssl tool to make seeds with'
    exit 0
fi

# What GnuTLS 3.7 itself loses on malformed keys is not ours to fail for; every allocation of the
# library is still watched here, and its use of GnuTLS in the unit tests.
export LSAN_OPTIONS="${LSAN_OPTIONS:+$LSAN_OPTIONS:}suppressions=$here/lsan.supp:print_suppressions=0"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$artifacts"

# take_identity NAME FILE : NAME.key and NAME.pem, as fuzz_open has them
take_identity() {
    openssl pkey -in "$here/$2" -out "$1.key"
    openssl x509 -in "$here/$2" -out "$1.pem"
}

# What every kind of seed is made of: keys, certificates, mails, CMS structures.
make_material() {
    take_identity rsa identity.pem
    take_identity ec identity-ec.pem

    mkdir mails cms certs crls ocsps
    printf 'Content-Type: text/plain\r\n\r\nHello, world.\r\n' >mails/plain
    cat >mails/lf <<'MAIL'
From: Fuzz <fuzz@example.org>
To: a@example.org,
 b@example.org
Subject: =?utf-8?Q?=C3=BC?=
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

=C3=BC=20=
x
From here
MAIL
    sed 's/$/\r/' >mails/mixed <<'MAIL'
From: fuzz@example.org
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="a b"

preamble
--a b
Content-Type: multipart/alternative;
 boundary=c

--c

one
--c
Content-Type: text/html

<p>two
--c--
--a b
Content-Type: application/octet-stream; name*0="x";
 name*1="y.bin"
Content-Transfer-Encoding: base64

AAECAwQFBgcICQ==
--a b
Content-Type: message/rfc822

From: x@example.org

in
--a b--
epilogue
MAIL

    local signer to=() digest
    for signer in rsa ec; do
        to=(-recip "$signer.pem")
        openssl x509 -in $signer.pem -outform DER -out certs/$signer.der
        openssl pkcs8 -topk8 -nocrypt -in $signer.key -outform DER -out certs/$signer.p8
        openssl pkcs12 -export -inkey $signer.key -in $signer.pem -passout pass: \
            -iter 1 -out certs/$signer.p12
        for digest in sha256 sha512; do
            openssl cms -sign -binary -nodetach -md $digest -in mails/mixed -signer $signer.pem \
                -inkey $signer.key -outform DER -out cms/opaque-$signer-$digest
            openssl cms -sign -binary -md $digest -in mails/mixed -signer $signer.pem \
                -inkey $signer.key -from fuzz@example.org -out mails/clear-$signer-$digest
        done
        openssl cms -sign -binary -nodetach -stream -indef -in mails/plain -signer $signer.pem \
            -inkey $signer.key -outform DER -out cms/opaque-$signer-indefinite
        openssl cms -encrypt -binary -aes-256-cbc -in mails/clear-$signer-sha256 "${to[@]}" \
            -outform DER -out cms/cbc-$signer
        openssl cms -encrypt -binary -aes-256-gcm -in mails/clear-$signer-sha256 "${to[@]}" \
            -outform DER -out cms/gcm-$signer
        openssl cms -encrypt -binary -aes-128-cbc -in mails/clear-$signer-sha256 \
            -from fuzz@example.org -out mails/cbc-$signer "${to[@]}"
        openssl cms -encrypt -binary -aes-128-gcm -in mails/clear-$signer-sha256 \
            -from fuzz@example.org -out mails/gcm-$signer "${to[@]}"
    done
    openssl cms -encrypt -binary -aes-256-cbc -in mails/plain -recip rsa.pem \
        -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256 -outform DER -out cms/oaep
    openssl cms -sign -binary -nodetach -in mails/plain -signer rsa.pem -inkey rsa.key \
        -signer ec.pem -inkey ec.key -outform DER -out cms/two-signers
    openssl cms -sign -binary -nodetach -in cms/gcm-rsa -econtent_type 1.2.840.113549.1.9.16.1.23 \
        -signer rsa.pem -inkey rsa.key -outform DER -out cms/nested
    local key=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f cipher
    for cipher in -aes-128-cbc -aes-256-gcm; do
        openssl cms -encrypt -binary $cipher -in mails/plain -secretkey ${key:0:32} \
            -secretkeyid 6b6964 -outform DER -out cms/shared$cipher
    done
    openssl cms -encrypt -binary -aes-256-cbc -in mails/plain -pwri_password secret -outform DER \
        -out cms/password
    openssl cms -EncryptedData_encrypt -binary -aes-256-cbc -in mails/plain -secretkey $key \
        -outform DER -out cms/encrypted
    openssl cms -digest_create -binary -in mails/plain -outform DER -out cms/digested
    openssl cms -sign -binary -in mails/plain -signer ec.pem -inkey ec.key -outform PEM \
        -out cms/detached
    # data, of indefinite length, in a constructed string
    printf '\060\200\006\011\052\206\110\206\367\015\001\007\001\240\200\044\200' >cms/data
    printf '\004\002hi\000\000\000\000\000\000' >>cms/data
}

# Revocation lists and OCSP responses, with nobody, one and several on them, all by ec.pem.
make_evidence() {
    local serial number=0 reason section digest
    serial=$(openssl x509 -in ec.pem -noout -serial)
    serial=${serial#serial=}
    cat >ca.cnf <<'CONFIG'
[ca]
default_ca = it
[it]
database = index
crlnumber = number
default_md = sha256
unique_subject = no
[delta]
2.5.29.27 = critical,DER:020101
[scope]
issuingDistributionPoint = critical,@point
[point]
fullname = URI:http://example.org/a.crl
indirectCRL = TRUE
onlysomereasons = keyCompromise
CONFIG
    printf '01\n' >number
    for reason in '' R,keyCompromise R,certificateHold R,superseded; do
        if [ -n "$reason" ]; then
            printf 'R\t491231235959Z\t260101000000Z,%s\t%s\tunknown\t/CN=x\n' \
                "${reason#R,}" "$serial" >index
            printf 'R\t491231235959Z\t260102000000Z\t%s\tunknown\t/CN=y\n' 0102 00FF >>index
        else
            printf 'V\t491231235959Z\t\t%s\tunknown\t/CN=x\n' "$serial" >index
        fi
        for section in '' delta scope; do
            number=$((number + 1))
            openssl ca -config ca.cnf -gencrl -crldays 7 -cert ec.pem -keyfile ec.key \
                ${section:+-crlexts $section} -out crls/$number.pem
            openssl crl -in crls/$number.pem -outform DER -out crls/$number.der
        done
        for digest in -sha1 -sha256; do
            openssl ocsp -index index -CA ec.pem -rsigner ec.pem -rkey ec.key -issuer ec.pem \
                $digest -cert ec.pem -serial 0x0102 -ndays 7 -respout ocsps/$number$digest
        done
    done
    printf '\060\003\012\001\006' >ocsps/unauthorized
}

# outside FOLDER... : those of them that are there
outside() {
    local folder
    for folder in "$@"; do
        if [ -n "$conformance" ] && [ -d "$conformance/$folder" ]; then
            printf '%s\n' "$conformance/$folder"
        fi
    done
}

# seed_folders KIND : the folders that a target of this kind starts from
seed_folders() {
    case $1 in
    *claims* | *ess* | *known*) printf '%s\n' "$work/certs" ;;
    *mime* | *write*) printf '%s\n' "$work/mails" && outside mime/mime4j/testmsgs mime/python-email \
        mime/stalwart/rfc mime/stalwart/legacy thunderbird rfc9788 ;;
    *open* | *verify* | *decrypt*) printf '%s\n' "$work/mails" "$work/cms" &&
        outside thunderbird rfc9788 fuzz-seeds/cms fuzz-seeds/gnutls-pkcs7 ;;
    *crl*) printf '%s\n' "$work/crls" && outside fuzz-seeds/crl ;;
    *ocsp*) printf '%s\n' "$work/ocsps" && outside fuzz-seeds/ocsp openssl-ocsp ;;
    *cert* | *key* | *x509* | *path*) printf '%s\n' "$work/certs" &&
        outside fuzz-seeds/x509 fuzz-seeds/crl ;;
    *) printf '%s\n' "$work/cms" "$work/certs" &&
        outside fuzz-seeds/cms fuzz-seeds/x509 fuzz-seeds/gnutls-pkcs7 ;;
    esac
    if [ -d "$here/seeds/$1" ]; then
        printf '%s\n' "$here/seeds/$1"
    fi
}

# run_target PROGRAM KIND : libFuzzer's own report goes to $work/KIND.log
run_target() {
    local folders
    mapfile -t folders < <(seed_folders "$2")
    if [ "$seconds" = replay ]; then
        find "${folders[@]}" -type f -print0 |
            timeout -k 10 600 xargs -0 "$1" >"$work/$2.log" 2>&1
        return
    fi
    mkdir "$work/corpus-$2"
    timeout -k 10 $((seconds * 6 + 120)) "$1" -max_total_time="$seconds" -timeout=10 \
        -rss_limit_mb=2560 -max_len=65536 -print_final_stats=1 \
        -artifact_prefix="$artifacts/$2-" "$work/corpus-$2" "${folders[@]}" \
        >"$work/$2.log" 2>&1 </dev/null
}

echo "1..$#"
if ! (cd "$work" && make_material && make_evidence) >"$work/seeds.log" 2>&1; then
    echo 'Bail out! the seeds could not be made'
    sed 's/^/# /' "$work/seeds.log"
    exit 1
fi

number=0
status=0
for program in "$@"; do
    number=$((number + 1))
    kind=${program##*/fuzz_}
    if run_target "$program" "$kind"; then
        if [ "$seconds" = replay ]; then
            runs=$(wc -l <"$work/$kind.log")
        else
            runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$kind.log")
        fi
        echo "ok $number - $kind"
        echo "# $kind: ${runs:-no} inputs"
    else
        status=1
        echo "not ok $number - $kind"
        grep -v -e '^#[0-9]' -e '^INFO:' "$work/$kind.log" | tail -n 60 | sed 's/^/# /'
    fi
done
exit $status
