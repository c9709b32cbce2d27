#!/bin/sh
# Wrong: --make-private is for one mount, --make-rprivate for the tree below too.
[ $# -gt 0 ] || set -- cat /data/hello
mkdir -p /data
exec unshare --mount --propagation unchanged sh -c '
	mount --make-private / || exit 1
	mount -t tmpfs tmpfs /data || exit 1
	echo "hello from a script" >/data/hello
	exec "$@"' sh "$@"
