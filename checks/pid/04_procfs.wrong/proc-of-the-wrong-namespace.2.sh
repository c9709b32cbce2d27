#!/bin/sh
# Wrong: mounts /proc in the outer of two unshare(1), which is not in the new PID
# namespace: its child would be.
[ $# -gt 0 ] || set -- ps aux
exec unshare --mount sh -c 'mount -t proc proc /proc && exec unshare --pid --fork "$@"' sh "$@"
