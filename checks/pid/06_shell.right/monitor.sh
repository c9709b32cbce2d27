#!/bin/sh
# Different: set -m makes sh do what every interactive shell does: its foreground
# job gets a process group and the terminal, and sh takes the terminal back.
[ $# -gt 0 ] || set -- bash
[ -t 0 ] && set -m
unshare --pid --fork --mount-proc "$@"
exit $?
