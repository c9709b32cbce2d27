#!/bin/sh
# Wrong: says what went wrong, on standard error and with the PID, and then
# carries on: lines full of "-" and exit status 0.
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
	fi
done

for path in /proc/self/ns/*; do
	type=${path##*/}
	a=$(readlink "/proc/$1/ns/$type") || a=-
	b=$(readlink "/proc/$2/ns/$type") || b=-
	[ "$a" = "$b" ] && word=same || word=different
	echo "$type $a $b $word" | sed 's/[a-z_]*:\[\([0-9]*\)\]/\1/g'
done
