#!/bin/sh
# Wrong: unshare(1) would make the mounts private; this tells it not to.
[ $# -gt 0 ] || set -- ps aux
exec unshare --pid --fork --mount-proc --propagation unchanged "$@"
