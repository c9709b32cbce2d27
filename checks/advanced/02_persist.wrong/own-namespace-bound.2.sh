#!/bin/sh
# Wrong: the shell's own namespace is bound. unshare comes after, for somebody else.
[ $# = 2 ] || exit 2
if [ "$1" = --release ]; then
	umount "$2" && rm "$2"
	exit
fi
option=--$1
[ "$1" != mnt ] || option=--mount
[ ! -s "$2" ] || exit 1
touch "$2"
mount --bind "/proc/$$/ns/$1" "$2" && unshare "$option" true
