#!/bin/sh
# Wrong: unshare(1) makes the namespaces, and then only chroots.
rootfs=$1
shift
[ $# -gt 0 ] || set -- /bin/sh
exec unshare --pid --mount --fork --mount-proc="$rootfs/proc" chroot "$rootfs" "$@"
