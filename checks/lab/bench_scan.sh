#!/bin/sh
# The namespace scan against lsns: medians of interleaved runs, and peak memory.
# usage: bench_scan.sh [PROCESSES [ROUNDS]]
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
lab=${LAB:-$here/build/lab}
temp=$(mktemp -d "${TMPDIR:-/tmp}/nslab-bench.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM

if ! command -v lsns >/dev/null; then
	echo "scan: not measured, lsns (util-linux) is not installed"
	exit 0
fi
"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -o "$temp/bench_scan" "$here/checks/lab/bench_scan.c"
"$temp/bench_scan" 5 "${1:-0}" "${2:-0}" lsns -- "$lab" ns --all
