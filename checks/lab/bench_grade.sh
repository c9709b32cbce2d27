#!/bin/bash
# A large class: generated submissions, right, wrong and hostile, graded one at a time and then two at
# a time. Every grade must be the one that its submission was made for, nothing may be left behind,
# memory must not grow with the class, and two processors must be worth having.
#
#	checks/lab/bench_grade.sh [STUDENTS [JOBS]]	200 and 2 where none is given
set -eu

students=${1:-200}
jobs=${2:-2}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
lab=${LAB:-$here/build/lab}
temp=$(mktemp -d "${TMPDIR:-/tmp}/nslab-bench.XXXXXX")
trap 'rm -rf "$temp"' EXIT
export TMPDIR=$temp/tmp LAB_WORK=$temp/work
mkdir "$TMPDIR" "$temp/class"
cd "$temp"

solution=$here/solutions/pid/02_clone.c
starter=$here/phases/pid/02_clone.c
wrong=("$here"/checks/pid/02_clone.wrong/*.c)

# submission NUMBER: a directory or an archive, and what is to come out as "NAME VERDICT CAUSE" in the
# file expected ("-": any cause, "fail|timeout": either). Of twenty one is hostile, five are wrong.
submission() {
	local i=$1 name file at

	name=$(printf 's%04d' "$i")
	file=class/$name/pid/02_clone.c
	mkdir -p "${file%/*}"
	case $((i % 20)) in
	0 | 1 | 2 | 3)
		at=${wrong[i % ${#wrong[@]}]}
		cp "$at" "$file"
		at=${at##*/}
		echo "$name fail ${at%%.*}"
		;;
	4)
		cp "$starter" "$file"
		echo "$name fail not-started"
		;;
	5)
		hostile $((i / 20 % 5)) "$name" >"$file"
		;;
	*)
		cp "$solution" "$file"
		echo "$name pass -"
		;;
	esac
	# A name's number says nothing about the form.
	case $((i % 7)) in
	1) tar -C "class/$name" -czf "class/$name.tar.gz" . && rm -r "class/$name" ;;
	2) (cd "class/$name" && zip -qr "../$name.zip" .) && rm -r "class/$name" ;;
	esac
}

# hostile KIND NAME: the program; its outcome goes to the third descriptor.
hostile() {
	echo '#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(void) {'
	case $1 in
	0) echo 'for (int i = 0; i < 1000000; i++) fork();' && echo "$2 fail|timeout -" >&3 ;;
	1) echo 'for (;;) kill(-1, SIGKILL);' && echo "$2 fail|timeout -" >&3 ;;
	2) echo 'for (;;) puts("{\"verdict\":\"pass\"}");' && echo "$2 fail|timeout -" >&3 ;;
	3) echo 'for (;;) { char *p = malloc(1 << 24); if (p) memset(p, 1, 1 << 24); }' && echo "$2 fail|timeout -" >&3 ;;
	4) echo 'if (fork() == 0) { setsid(); for (;;) pause(); }' && echo "$2 fail|timeout -" >&3 ;;
	esac
	echo 'return 0; }'
}

# grade JOBS RESULTS CLASS: sets seconds and kilobytes (the most that lab grade itself had in memory).
grade() {
	local from status=0

	from=$EPOCHREALTIME
	"$here/checks/lab/peak.py" peak "$lab" grade "$3" --only pid/clone --seed 1 -j "$1" --results "$2" >report 2>log || status=$?
	[ $status -eq 0 ] || { grep error log >&2; echo "bench_grade: lab grade -j$1 ended with $status" >&2; exit 1; }
	seconds=$(awk -v from="$from" -v to="$EPOCHREALTIME" 'BEGIN { print to - from }')
	kilobytes=$(<peak)
}

# judge RESULTS: how many grades are not what their submission was made for; says which.
judge() {
	jq -r '[.student, .verdict, (if .cause == "" then "-" else .cause end)] | @tsv' "$1" | sort >got
	sort expected | join - got | awk '{
		if ($4 !~ "^(" $2 ")$" || ($3 != "-" && $3 != $5)) { print "  " $1 ": " $4 " " $5 ", expected " $2 " " $3; n++ }
	} END { exit n > 0 }' >&2 && [ "$(wc -l <got)" -eq "$students" ]
}

for ((i = 0; i < students; i++)); do submission "$i"; done 3>>expected >>expected
echo "grading $students submissions ($(grep -c pass expected) right, $(grep -cE '(fail|timeout) ' expected) wrong or hostile)"
# A few of them first: what they take is what a class takes that does not pile up.
mkdir few
for i in 0 1 2 3 4 5 6 7 8 9; do cp -r class/s000"$i"* few; done
grade "$jobs" few.jsonl few && few=$kilobytes
grade 1 one.jsonl class && one=$seconds
grade "$jobs" many.jsonl class
for results in one.jsonl many.jsonl; do
	judge "$results" || { echo "bench_grade: $results: not every grade is right" >&2; exit 1; }
done
[ $((kilobytes - few)) -le 8192 ] || { echo "bench_grade: memory grows with the class: $few KiB for 10, $kilobytes KiB for $students" >&2; exit 1; }
left=$(find "$TMPDIR" -mindepth 1; pgrep -f "$temp" | grep -vx $$ || true)
[ -z "$left" ] || { echo "bench_grade: left behind: $left" >&2; exit 1; }
awk -v one="$one" -v many="$seconds" -v jobs="$jobs" -v n="$students" -v cpus="$(nproc)" -v few="$few" -v all="$kilobytes" 'BEGIN {
	ratio = one / many
	printf "one at a time: %.1f s, %.2f s a submission\n", one, one / n
	printf "%d at a time:   %.1f s, %.2f times as fast (%s; at least 1.6 on two processors, this machine has %d)\n",
		jobs, many, ratio, (ratio >= 1.6 ? "good" : "TOO SLOW"), cpus
	printf "memory of lab grade: %d KiB for 10 submissions, %d KiB for %d\n", few, all, n
	printf "every grade is right, both times, and nothing is left behind\n"
}'
