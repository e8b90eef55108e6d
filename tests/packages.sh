# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# What building, the quick start, the tests and CI need, in one list. To be sourced.
#
#     need_packages GROUP...
#
# makes sure that everything in the named groups is there. Where apt-get exists, what is missing
# is installed with it (through sudo when not root); nothing is asked of apt when nothing is
# missing. Elsewhere, what is missing is named and the function fails.

# group, Debian package, how to see that it is there: tool:NAME, module:PKG-CONFIG-NAME,
# header:FILE, file:PATH, or none when only dpkg can tell.
#
# "peer" holds what only some tests talk to. Such a package may be missing from an older or newer
# release: the tests that want it are then skipped, and say so. Mail servers are in "ci" though only
# a test talks to them: nobody's own machine gets a new mail server for having run the tests.
PACKAGE_TABLE='
build       gcc               tool:cc
build       libc6-dev         header:stdio.h
build       meson             tool:meson
build       ninja-build       tool:ninja
build       pkg-config        tool:pkg-config
build       python3           tool:python3
build       libgnutls28-dev   module:gnutls
build       nettle-dev        module:hogweed
build       libgmp-dev        header:gmp.h
build       libtasn1-6-dev    module:libtasn1
build       libtasn1-bin      tool:asn1Parser
build       zlib1g-dev        module:zlib
build       libjson-c-dev     module:json-c
openssl     openssl           tool:openssl
test        check             module:check
test        g++               tool:g++
peer        libssl-dev        module:libcrypto
peer        gnupg             tool:gpg
peer        gpgsm             tool:gpgsm
peer        gpg-agent         tool:gpg-agent
peer        libnss3-tools     tool:cmsutil
peer        libbcmail-java    file:/usr/share/java/bcmail.jar
peer        default-jdk-headless tool:javac
peer        libgmime-3.0-dev  module:gmime-3.0
peer        mutt              tool:mutt
peer        valgrind          tool:valgrind
peer        abigail-tools     tool:abidiff
peer        mandoc            tool:mandoc
ci          clang             tool:clang
ci          libclang-rt-dev   none
ci          llvm              tool:llvm-symbolizer
ci          postfix           tool:postfix
ci          dovecot-imapd     file:/usr/lib/dovecot/imap
ci          dovecot-lmtpd     file:/usr/lib/dovecot/lmtp
ci          locales           file:/usr/share/i18n/locales/tr_TR
'

# packages_in GROUP... : lines "package probe"
packages_in() {
    local group wanted package probe
    while read -r group package probe; do
        for wanted in "$@"; do
            if [ "$group" = "$wanted" ]; then
                printf '%s %s\n' "$package" "$probe"
            fi
        done
    done <<<"$PACKAGE_TABLE"
}

# probe_finds PROBE : is it there, whoever put it there?
probe_finds() {
    local what=${1#*:}
    case $1 in
    tool:*) command -v "$what" >/dev/null 2>&1 ;;
    module:*) command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "$what" ;;
    header:*) printf '#include <%s>\n' "$what" | cc -E -x c - >/dev/null 2>&1 ;;
    file:*) [ -e "$what" ] ;;
    *) return 1 ;;
    esac
}

# packages_missing GROUP... : lines "package probe" of what is not there
packages_missing() {
    local package probe installed=''
    if command -v dpkg-query >/dev/null 2>&1; then
        # shellcheck disable=SC2046 # one word per package is meant
        installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' \
            $(packages_in "$@" | cut -d ' ' -f 1) 2>/dev/null || true)
    fi
    packages_in "$@" | while read -r package probe; do
        case $'\n'$installed$'\n' in
        *$'\n'"installed $package"$'\n'*) continue ;;
        esac
        if [ "$probe" = none ] && ! command -v apt-get >/dev/null 2>&1; then
            continue # nothing to see it by; what uses it will tell
        fi
        probe_finds "$probe" || printf '%s %s\n' "$package" "$probe"
    done
}

# packages_group NAME : the group of one package
packages_group() {
    local group package probe
    while read -r group package probe; do
        if [ "$package" = "$1" ]; then
            printf '%s\n' "$group"
        fi
    done <<<"$PACKAGE_TABLE"
}

# as_root COMMAND... : directly or through sudo
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo -- "$@"
    else
        echo "This needs root, and there is no sudo: $*" >&2
        return 1
    fi
}

need_packages() {
    local missing package probe absent='' wanted=() optional
    missing=$(packages_missing "$@")
    if [ -z "$missing" ]; then
        return 0
    fi

    if ! command -v apt-get >/dev/null 2>&1; then
        while read -r package probe; do
            optional=''
            if [ "$(packages_group "$package")" = peer ]; then
                optional=' (some tests are skipped without it)'
            else
                absent=yes
            fi
            echo "missing: ${probe/:/ } (in Debian: package $package)$optional" >&2
        done <<<"$missing"
        if [ -n "$absent" ]; then
            echo 'This system has no apt-get: install what is missing, then try again.' >&2
            return 1
        fi
        return 0
    fi

    echo "Installing with apt: $(cut -d ' ' -f 1 <<<"$missing" | tr '\n' ' ')" >&2
    as_root apt-get -q update >&2 || return 1
    while read -r package probe; do
        if [ "$(packages_group "$package")" = peer ] &&
            ! LC_ALL=C apt-cache policy "$package" | grep -q 'Candidate: [^(]'; then
            echo "apt does not offer $package; the tests that want it are skipped." >&2
            continue
        fi
        wanted+=("$package")
    done <<<"$missing"
    if [ "${#wanted[@]}" -gt 0 ]; then
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends \
                install "${wanted[@]}" >&2 || return 1
    fi
}
