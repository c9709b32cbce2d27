#!/bin/sh
# Wrong: no --mount-proc, so both copies read the /proc of outside and with it
# the processes of both.
[ $# -gt 0 ] || set -- sleep 100
unshare --pid --fork --kill-child "$@" &
first=$!
unshare --pid --fork --kill-child "$@" &
second=$!
trap 'kill -KILL $first $second 2>/dev/null' TERM INT
wait $first || status=$?
wait $second || status=$?
exit "${status:-0}"
