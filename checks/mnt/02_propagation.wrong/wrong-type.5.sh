#!/bin/sh
# Wrong: binds the directory on itself first, "to have a mount". The bind mount on top
# is changed; with --make-slave only that one, and what is below stays as it was.
case $1 in
private | slave | shared | unbindable) [ $# -ge 2 ] ;;
*) false ;;
esac || {
	echo "usage: propagation private|slave|shared|unbindable DIR [CMD...]" >&2
	exit 2
}
# shellcheck disable=SC2016 # for the shell inside
exec unshare --mount --propagation unchanged sh -c '
	mount --bind "$2" "$2" && mount --make-private "$2" || exit 1
	mount "--make-$1" "$2" || exit 1
	shift 2
	[ $# -gt 0 ] || set -- cat /proc/self/mountinfo
	exec "$@"' sh "$@"
