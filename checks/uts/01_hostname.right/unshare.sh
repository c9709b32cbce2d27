#!/bin/sh
# Different: unshare(1) makes the namespace, hostname(1) sets the name in it.
if [ $# -eq 0 ]; then
	echo 'usage: hostname NAME [CMD [ARG...]]' >&2
	exit 2
fi
[ $# -gt 1 ] || set -- "$1" hostname
# shellcheck disable=SC2016 # for the shell inside
exec unshare --uts sh -c 'hostname "$0" || exit 1; exec "$@"' "$@"
