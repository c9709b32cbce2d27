#!/bin/sh
# Different: a script that starts itself one level down. unshare(1) may not be PID 1 itself:
# it hands a signal on by dying of it, which no PID 1 can.
if [ "$1" = --at ]; then
	shift
else
	case ${1:-0} in
	0* | *[!0-9]*)
		echo "usage: nested DEPTH [CMD [ARG...]]" >&2
		exit 2
		;;
	esac
fi
levels=$1
shift
if [ "$levels" -gt 0 ]; then
	unshare --mount --pid --fork "$0" --at $((levels - 1)) "$@"
	exit
fi
[ $# -gt 0 ] || set -- grep NSpid /proc/self/status
mount -t proc proc /proc || exit 1
exec "$@"
