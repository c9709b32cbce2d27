#!/bin/sh
# Wrong: del removes the mount; the name stays in the list.
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
	unshare --net="$path" true || { rm "$path"; fail 1 "$name: can't be made"; }
	;;
del2)
	good_name
	umount --lazy "$path" || exit 1
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
