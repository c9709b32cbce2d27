#!/bin/sh
# Wrong: what the link says is written down. A number keeps nothing.
[ $# = 2 ] || exit 2
if [ "$1" = --release ]; then
	rm "$2"
	exit
fi
option=--$1
[ "$1" != mnt ] || option=--mount
[ ! -s "$2" ] || exit 1
unshare "$option" readlink "/proc/self/ns/$1" >"$2"
