#!/bin/sh
# Wrong: --mount makes a mount namespace and mounts nothing in it. /proc is still
# the one of outside. (set -m makes sh take the terminal back.)
[ $# -gt 0 ] || set -- bash
[ -t 0 ] && set -m
unshare --pid --fork --mount "$@"
exit $?
