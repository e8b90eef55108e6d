#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Builds libsmime and runs every test.
#
#     tests/run.sh [--build-dir DIR] [--results FILE] [MESON TEST ARGUMENT...]
#
# On Debian and its relatives it installs what is missing first; elsewhere it names what is missing
# and stops. The last line says how many tests passed, failed and were skipped; the lines before it
# name each skip and each failure with the reason. With arguments for `meson test` (a test's name,
# --suite unit, ...) only those tests run.
#
#     --build-dir DIR   where to build; default: build-tests beside this folder's parent
#     --results FILE    writes each test's outcome there as well, one JSON object a line
#
# SMIME_CONFORMANCE_DIR, if set, is the folder of outside test data (Meson option conformance_dir).
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$top/build-tests
results=''
while [ $# -gt 0 ]; do
    case $1 in
    --build-dir)
        build=$2
        shift 2
        ;;
    --results)
        results=$2
        shift 2
        ;;
    -h | --help)
        sed -n '/^# Builds/,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    *) break ;;
    esac
done

# The closing lines when there is no test to count: NAME and the end of a log
give_up() {
    printf 'FAIL %s\n' "$1"
    if [ -n "$results" ]; then
        printf '{"result": "fail", "name": "%s", "why": "see above"}\n' "$1" >"$results"
    fi
    echo '0 passed, 1 failed, 0 skipped'
    exit 1
}

# shellcheck source=tests/packages.sh
. "$top/tests/packages.sh"
need_packages build openssl test peer || give_up packages

options=(-Dtests=enabled -Dexamples=enabled --buildtype=debugoptimized --wrap-mode=nodownload)
if [ -n "${SMIME_CONFORMANCE_DIR:-}" ]; then
    options+=("-Dconformance_dir=$(cd "$SMIME_CONFORMANCE_DIR" && pwd)")
fi
if [ -f "$build/build.ninja" ]; then
    meson setup --reconfigure "${options[@]}" "$build" "$top" >"$build/reconfigure.log" 2>&1 ||
        meson setup --wipe "${options[@]}" "$build" "$top" || give_up configure
else
    meson setup "${options[@]}" "$build" "$top" || give_up configure
fi
meson compile -C "$build" || give_up build

# An old log must not be counted as this run's.
rm -f "$build/meson-logs/testlog.json"
partial=()
if [ $# -gt 0 ]; then
    partial=(--partial)
fi
# Failures are read from the log, so meson's own status says nothing more.
meson test -C "$build" --no-rebuild "$@" || true
echo
exec python3 "$top/tests/summary.py" run "${partial[@]}" ${results:+--results "$results"} "$build"
