#!/bin/sh
# Different: unshare(1) of util-linux, which makes all mounts private without
# being asked, and a shell that mounts, writes and becomes CMD.
[ $# -gt 0 ] || set -- cat /data/hello
exec unshare --mount sh -c '
	mkdir -p /data && mount -t tmpfs tmpfs /data || exit 1
	echo "hello from a script" >/data/hello || exit 1
	exec "$@"' sh "$@"
