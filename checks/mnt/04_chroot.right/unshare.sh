#!/bin/sh
# Different: unshare(1) unshares nothing here; it can change the root too.
rootfs=$1
shift
[ $# -gt 0 ] || set -- /bin/sh
exec unshare --root "$rootfs" --wd / "$@"
