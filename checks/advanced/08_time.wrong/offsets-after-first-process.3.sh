#!/bin/sh
# Wrong: as time_namespaces(7) has it, the shell inside writes the offsets of its children. Since
# Linux 6.2 the exec of that shell has already entered the namespace.
case ${1#-}$2 in *[!0-9]* | '') exit 2 ;; esac
[ $# -ge 2 ] || { echo "usage: time BOOT MONO [CMD...]" >&2; exit 2; }
boot=$1 mono=$2
shift 2
[ $# -gt 0 ] || set -- cat /proc/uptime
# shellcheck disable=SC2016 # for the inner shell
BOOT=$boot MONO=$mono exec unshare --time -- sh -c '
	printf "boottime %s 0\nmonotonic %s 0\n" "$BOOT" "$MONO" >/proc/$$/timens_offsets || exit 1
	"$@"' sh "$@"
