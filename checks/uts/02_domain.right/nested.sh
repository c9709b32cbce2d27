#!/bin/sh
# Different: unshare(1) in unshare(1). The outer shell does not exec: it
# stays, and with it the namespace in the middle.
if [ $# -lt 2 ]; then
	echo 'usage: domain HOSTNAME NISDOMAIN [CMD [ARG...]]' >&2
	exit 2
fi
[ $# -gt 2 ] || set -- "$1" "$2" sh -c 'hostname; domainname'
# shellcheck disable=SC2016 # for the shell inside
exec unshare --uts sh -c '
	hostname "$1" && domainname "$2" || exit 1
	host=inner-$1
	shift 2
	unshare --uts sh -c "hostname \"\$0\" || exit 1; exec \"\$@\"" "$host" "$@"
	exit $?' sh "$@"
