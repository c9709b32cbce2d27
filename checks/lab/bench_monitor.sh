#!/bin/sh
# The solution of advanced/monitor against lsns, which it shall need at most half the time of, and
# against lsns for the one type that it tells of: medians of interleaved runs, and peak memory.
# usage: bench_monitor.sh [PROCESSES [ROUNDS]]
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
temp=$(mktemp -d "${TMPDIR:-/tmp}/nslab-bench.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM

if ! command -v lsns >/dev/null; then
	echo "monitor: not measured, lsns (util-linux) is not installed"
	exit 0
fi
"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -o "$temp/bench_scan" "$here/checks/lab/bench_scan.c"
"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -o "$temp/monitor" "$here/solutions/advanced/11_monitor.c"
"$temp/bench_scan" 2 "${1:-0}" "${2:-0}" lsns -- "$temp/monitor" pid
"$temp/bench_scan" 2 "${1:-0}" "${2:-0}" lsns --type pid -- "$temp/monitor" pid
