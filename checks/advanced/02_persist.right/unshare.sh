#!/bin/bash
# Different: unshare(1) pins what it makes, but for a user namespace, where it would
# have to mount from inside. Where FILE lies in a shared mount, a mount namespace needs a
# private one.
usage() {
	echo "usage: persist net|uts|ipc|user|mnt FILE; persist --release FILE" >&2
	exit 2
}

pin_user() {
	coproc INSIDE { exec unshare --user sh -c 'echo ready; read -r _'; }
	read -r _ <&"${INSIDE[0]}" || exit 1
	# shellcheck disable=SC2153 # set by coproc
	mount --bind "/proc/$INSIDE_PID/ns/user" "$1"
}

[ $# = 2 ] || usage
if [ "$1" = --release ]; then
	umount "$2" || exit 1
	while umount "$2" 2>/dev/null; do
		:
	done
	rm "$2"
	exit
fi
case $1 in
net | uts | ipc | user | mnt) ;;
*) usage ;;
esac
if [ -s "$2" ]; then
	echo "persist: $2 is not empty" >&2
	exit 1
fi
touch "$2" || exit 1
case $1 in
user) pin_user "$2" ;;
mnt)
	mount --bind "$2" "$2" && mount --make-private "$2" || exit 1
	unshare --mount="$2" true
	;;
*) unshare "--$1=$2" true ;;
esac
