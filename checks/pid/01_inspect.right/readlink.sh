#!/bin/sh
# Different: a shell script that reads the text of the links, "uts:[4026531838]",
# with readlink(1) and never looks behind them. The text holds the inode too.
export LC_ALL=C

usage()
{
	echo 'usage: inspect [PID [PID]]' >&2
	exit 2
}

inode()
{
	link=$(readlink "/proc/$1/ns/$2") || link='[-]'
	link=${link#*\[}
	echo "${link%]}"
}

case $# in
0) set -- $$ 1 ;;
1) set -- $$ "$1" ;;
2) ;;
*) usage ;;
esac

for pid; do
	case $pid in
	'' | *[!0-9]*) usage ;;
	esac
done
for pid; do
	if ! readlink "/proc/$pid/ns/user" >/dev/null; then
		echo "inspect: process $pid may not be read" >&2
		exit 1
	fi
done

for path in "/proc/$1/ns"/*; do
	type=${path##*/}
	a=$(inode "$1" "$type")
	b=$(inode "$2" "$type")
	if [ "$a" = "$b" ]; then
		echo "$type $a $b same"
	else
		echo "$type $a $b different"
	fi
done
