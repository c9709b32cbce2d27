#!/bin/sh
# Wrong: the shell in the middle sets the inner name itself before it makes
# the inner namespace.
[ $# -gt 1 ] || { echo 'usage: domain HOSTNAME NISDOMAIN [CMD [ARG...]]' >&2; exit 2; }
[ $# -gt 2 ] || set -- "$1" "$2" sh -c 'hostname; domainname'
# shellcheck disable=SC2016 # for the shell inside
exec unshare --uts sh -c '
	hostname "$1" && domainname "$2" && hostname "inner-$1" || exit 1
	shift 2
	unshare --uts "$@"
	exit $?' sh "$@"
