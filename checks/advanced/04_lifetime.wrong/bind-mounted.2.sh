#!/bin/sh
# Wrong: unshare(1) pins the namespace at a file, and nsenter(1) comes back by it.
[ $# -gt 0 ] || exit 2
type=$1
shift
[ $# -gt 0 ] || set -- ls -l /proc/self/ns
touch /tmp/lifetime
unshare "--$type=/tmp/lifetime" "$@"
nsenter "--$type=/tmp/lifetime" -- "$@"
status=$?
umount /tmp/lifetime
rm /tmp/lifetime
exit $status
