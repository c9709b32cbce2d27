#!/bin/sh
# Different: unshare(1) makes root, setpriv(1) bounds it. The exec that
# follows does the rest: root gets what the bounding set allows.
usage()
{
	echo "caps: $1" >&2
	exit 2
}

[ $# -gt 0 ] || usage 'caps LIST [CMD [ARG...]]'
list=$1
shift
[ $# -gt 0 ] || set -- sh -c 'grep Cap /proc/self/status'

keep=-all
if [ "$list" != none ]; then
	for name in $(echo "$list" | tr , ' '); do
		setpriv --list-caps | grep -qx "${name#cap_}" || usage "unknown capability: $name"
		keep=$keep,+${name#cap_}
	done
fi
exec unshare --user --map-root-user setpriv --bounding-set "$keep" -- "$@"
