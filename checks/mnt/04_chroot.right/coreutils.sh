#!/bin/sh
# Different: chroot(8) of coreutils, which goes into the new root too.
rootfs=$1
shift
[ $# -gt 0 ] || set -- /bin/sh
exec chroot "$rootfs" "$@"
