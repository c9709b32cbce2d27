#!/bin/sh
# Wrong: unshare(1) is given the two the other way round.
for number in "$1" "$2"; do
	case ${number#-} in
	'' | *[!0-9]*)
		echo "usage: time BOOT-SECONDS MONO-SECONDS [CMD...]" >&2
		exit 2
		;;
	esac
done
first=$1 second=$2
shift 2
[ $# -gt 0 ] || set -- cat /proc/uptime
exec unshare --time --fork --monotonic "$first" --boottime "$second" -- "$@"
