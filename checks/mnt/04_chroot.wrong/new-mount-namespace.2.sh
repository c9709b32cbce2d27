#!/bin/sh
# Wrong: unshare(1) with a namespace around the right chroot.
rootfs=$1
shift
[ $# -gt 0 ] || set -- /bin/sh
exec unshare --mount --root "$rootfs" --wd / "$@"
