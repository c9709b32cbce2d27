#!/bin/bash
# Different: nsenter(1), which wants to be told the type. The link of an open descriptor
# knows it, or the mount table where PATH is a mount.
if [ $# = 0 ]; then
	echo "usage: join PATH [CMD [ARG...]]" >&2
	exit 2
fi
path=$1
shift
[ $# -gt 0 ] || set -- bash
exec {fd}<"$path" || exit 1
type=$(findmnt -rno FSROOT -M "$path" || readlink "/proc/$$/fd/$fd")
exec {fd}<&-
case $type in
mnt:\[*) option=--mount ;;
net:\[* | uts:\[* | ipc:\[* | pid:\[* | user:\[* | cgroup:\[* | time:\[*) option=--${type%%:*} ;;
*)
	echo "join: $path is no namespace" >&2
	exit 1
	;;
esac
exec nsenter --preserve-credentials "$option=$path" -- "$@"
