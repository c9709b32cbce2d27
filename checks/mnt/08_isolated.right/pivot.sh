#!/bin/sh
# Different: all by tools. After the swap the shell has no tools but those that
# ROOTFS has, and goes on with them.
rootfs=$1
shift
[ $# -gt 0 ] || set -- /bin/sh
# shellcheck disable=SC2016 # for the shell inside
exec unshare --pid --mount --net --fork sh -c '
	ip link set lo up && mount --bind "$0" "$0" && cd "$0" &&
	mount -t proc proc proc && pivot_root . . &&
	/bin/busybox umount -l . && cd / || exit 1
	exec "$@"' "$rootfs" "$@"
