#!/bin/sh
# Different: unshare(1) of util-linux. Its --mount-proc makes the mount namespace
# too, and makes the whole tree private without being asked.
[ $# -gt 0 ] || set -- ps aux
exec unshare --pid --fork --mount-proc "$@"
