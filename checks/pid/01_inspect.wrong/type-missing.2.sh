#!/bin/sh
# Wrong: leaves out every link that can't be resolved, so a process that waits
# for its first child in a new PID namespace has no line "pid_for_children".
export LC_ALL=C

case $# in
0) set -- $$ 1 ;;
1) set -- $$ "$1" ;;
2) ;;
*) echo 'usage: inspect [PID [PID]]' >&2; exit 2 ;;
esac
for pid; do
	case $pid in
	*[!0-9]*) echo 'usage: inspect [PID [PID]]' >&2; exit 2 ;;
	esac
	if ! readlink "/proc/$pid/ns/user" >/dev/null; then
		echo "inspect: process $pid may not be read" >&2
		exit 1
	fi
done

for path in "/proc/$1/ns"/*; do
	type=${path##*/}
	a=$(readlink "/proc/$1/ns/$type") || continue
	b=$(readlink "/proc/$2/ns/$type") || continue
	[ "$a" = "$b" ] && word=same || word=different
	echo "$type $a $b $word" | sed 's/[a-z_]*:\[\([0-9]*\)\]/\1/g'
done
