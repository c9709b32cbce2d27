#!/bin/bash
# Measure the screen:  checks/lab/bench_screen.sh [PROCESSES]	5000 where none is given
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -o "$temp/bench_screen" "$here/checks/lab/bench_screen.c"
LAB_WORK=$temp/work HOME=$temp LC_ALL=C.UTF-8 \
	"$temp/bench_screen" "${LAB:-$here/build/lab}" "${1:-5000}"
