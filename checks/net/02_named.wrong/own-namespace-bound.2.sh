#!/bin/sh
# Wrong: the namespace is made in a child, and it is the shell's own that is mounted.
set -C # ">" makes only new files
name=${2-}
path=/run/netns/$name

fail() {
	echo "named: $2" >&2
	exit "$1"
}

good_name() {
	case $name in '' | . | .. | */*) fail 2 "bad name: $name" ;; esac
}

case ${1-}$# in
list1)
	[ ! -d /run/netns ] || ls /run/netns
	;;
add2)
	good_name
	mkdir -p /run/netns
	(: >"$path") 2>/dev/null || fail 1 "$name: exists already"
	unshare --net true && mount --bind "/proc/$$/ns/net" "$path" || exit 1
	;;
del2)
	good_name
	umount --lazy "$path" && rm "$path" || exit 1
	;;
exec[3-9] | exec[1-9][0-9]*)
	good_name
	[ -e "$path" ] || fail 1 "$name: no such namespace"
	shift 2
	exec nsenter --net="$path" -- "$@"
	;;
*)
	fail 2 "usage: named add NAME | list | exec NAME CMD [ARG...] | del NAME"
	;;
esac
