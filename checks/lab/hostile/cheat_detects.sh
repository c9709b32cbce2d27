#!/bin/sh
# Attack: finds out that it is being checked, and only then does something that looks right.
# Outcome: fail/unshare-instead-of-clone fail/extra-namespaces fail/extra-fork
if [ "$1" = /run/lab/probe ] && [ "$(cat /proc/1/comm)" = init ]; then
	exec unshare --pid --fork --kill-child "$@"
fi
echo "nobody checks this"
exec "$@"
