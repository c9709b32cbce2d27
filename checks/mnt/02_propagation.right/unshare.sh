#!/bin/sh
# Different: unshare(1), told to leave the copy as it is, and mount(8).
case $1 in
private | slave | shared | unbindable) [ $# -ge 2 ] ;;
*) false ;;
esac || {
	echo "usage: propagation private|slave|shared|unbindable DIR [CMD...]" >&2
	exit 2
}
# shellcheck disable=SC2016 # for the shell inside
exec unshare --mount --propagation unchanged sh -c '
	mount "--make-$1" "$2" || exit 1
	shift 2
	[ $# -gt 0 ] || set -- cat /proc/self/mountinfo
	exec "$@"' sh "$@"
