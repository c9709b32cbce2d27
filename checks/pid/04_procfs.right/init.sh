#!/bin/sh
# Different: a shell stays as PID 1, mounts /proc with mount(8) and runs CMD as
# its child. The namespace is new all the same, and its /proc lists both.
[ $# -gt 0 ] || set -- ps aux
exec unshare --pid --mount --fork sh -c '
	mount -t proc proc /proc || exit 1
	"$@"
	exit $?' sh "$@"
