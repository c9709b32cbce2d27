#!/bin/sh
# Different: unshare(1) twice, in the background. It ignores SIGTERM itself, so
# the trap kills both for good, and --kill-child takes their PID 1 along.
[ $# -gt 0 ] || set -- sleep 100
unshare --pid --fork --mount-proc --kill-child "$@" &
first=$!
unshare --pid --fork --mount-proc --kill-child "$@" &
second=$!
trap 'kill -KILL $first $second 2>/dev/null' TERM INT
status=0
wait $first || status=$?
wait $second || status=$?
exit $status
