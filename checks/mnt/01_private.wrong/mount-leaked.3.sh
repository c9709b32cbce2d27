#!/bin/sh
# Wrong: keeps unshare(1) from making the mounts private.
[ $# -gt 0 ] || set -- cat /data/hello
mkdir -p /data
exec unshare --mount --propagation unchanged sh -c '
	mount -t tmpfs tmpfs /data || exit 1
	echo "hello from a script" >/data/hello
	exec "$@"' sh "$@"
