#!/bin/sh
# Wrong: a recipe that is found in many places. "id -u" runs inside and prints
# 65534; that the shell has no capability either comes on top.
[ $# -gt 0 ] || set -- id
# shellcheck disable=SC2016 # for the shell inside
exec unshare --user sh -c '
	me=$(id -u) group=$(id -g)
	{ printf "0 %s 1\n" "$me" >/proc/self/uid_map
	printf "0 %s 1\n" "$group" >/proc/self/gid_map; } 2>/dev/null
	exec "$@"' sh "$@"
