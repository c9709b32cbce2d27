#!/bin/sh
# Wrong: makes the namespace and sets lo up in it, for a shell that ends before CMD runs.
[ $# -gt 0 ] || set -- ip addr
unshare --net ip link set lo up || exit 1
exec "$@"
