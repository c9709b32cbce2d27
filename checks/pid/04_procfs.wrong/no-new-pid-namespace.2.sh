#!/bin/sh
# Wrong: no --fork, so CMD never enters the new PID namespace. unshare(1) then
# does not mount /proc from inside either.
[ $# -gt 0 ] || set -- ps aux
exec unshare --pid --mount-proc "$@"
