#!/bin/sh
# Wrong: a recipe that is found in many places. "id -u" runs inside and prints
# 65534; that the shell has no capability either comes on top.
[ $# -gt 0 ] || set -- id
exec unshare --user sh -c '
	{ echo "0 $(id -u) 1" >/proc/self/uid_map
	echo "0 $(id -g) 1" >/proc/self/gid_map; } 2>/dev/null
	exec "$@"' sh "$@"
