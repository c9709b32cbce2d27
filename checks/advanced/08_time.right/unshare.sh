#!/bin/sh
# Different: unshare(1), which since Linux 6.2 needs no fork; and a shell that looks at the numbers.
for number in "$1" "$2"; do
	case ${number#-} in
	'' | *[!0-9]*)
		echo "usage: time BOOT-SECONDS MONO-SECONDS [CMD...]" >&2
		exit 2
		;;
	esac
done
boot=$1 mono=$2
shift 2
[ $# -gt 0 ] || set -- cat /proc/uptime
exec unshare --time --fork --boottime "$boot" --monotonic "$mono" -- "$@"
