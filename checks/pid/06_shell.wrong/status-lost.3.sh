#!/bin/sh
# Wrong: ends with the status of its last command, which is not the shell's.
[ $# -gt 0 ] || set -- bash
[ -t 0 ] && set -m
unshare --pid --fork --mount-proc "$@"
echo "The namespace is gone." >&2
