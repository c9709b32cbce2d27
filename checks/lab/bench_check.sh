#!/bin/bash
# From save to verdict: the median time of `lab check pid/clone` on the solution,
# beside what compiling the same file costs without any sandbox. The runs are
# interleaved, so that whatever else the machine does slows down both.
#
#	checks/lab/bench_check.sh [RUNS]	20 where none is given
set -eu

runs=${1:-20}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
lab=${LAB:-$here/build/lab}
source=$here/solutions/pid/02_clone.c
temp=$(mktemp -d "${TMPDIR:-/tmp}/nslab-bench.XXXXXX")
trap 'rm -rf "$temp"' EXIT

# timed FILE COMMAND...: append the milliseconds it took; its failure ends the bench.
timed() {
	local file=$1 from to

	shift
	from=${EPOCHREALTIME/[.,]/}
	"$@" >"$temp/out" 2>&1 || {
		echo "bench_check: failed: $*" >&2
		cat "$temp/out" >&2
		exit 1
	}
	to=${EPOCHREALTIME/[.,]/}
	echo $(((to - from) / 1000)) >>"$temp/$file"
}

median() {
	sort -n "$temp/$1" | awk '{ at[NR] = $1 } END { print (at[int((NR + 1) / 2)] + at[int(NR / 2) + 1]) / 2 }'
}

for ((i = 0; i < runs; i++)); do
	timed check "$lab" check pid/clone --source "$source"
	timed cc "${CC:-cc}" -std=gnu11 -O1 -g -Wall -Wextra -o "$temp/clone" "$source"
done
check=$(median check) cc=$(median cc)
awk -v check="$check" -v cc="$cc" -v runs="$runs" 'BEGIN {
	printf "save to verdict, pid/clone: %g ms (%s; at most 600 ms)\n", check, check <= 600 ? "good" : "TOO SLOW"
	printf "plain cc of the same file:  %g ms; ratio %.1f; medians of %d interleaved runs\n", cc, check / cc, runs
}'
