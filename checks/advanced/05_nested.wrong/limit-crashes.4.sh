#!/bin/sh
# Wrong: where it goes no deeper, the command runs as deep as it got.
if [ "$1" = --at ]; then
	shift
else
	case ${1:-0} in
	0* | *[!0-9]*) exit 2 ;;
	esac
fi
levels=$1
shift
if [ "$levels" -gt 0 ] && unshare --pid --fork true 2>/dev/null; then
	unshare --mount --pid --fork "$0" --at $((levels - 1)) "$@"
	exit
fi
[ $# -gt 0 ] || set -- grep NSpid /proc/self/status
mount -t proc proc /proc
exec "$@"
