#!/bin/sh
# Wrong: no cable at all. Inside has both addresses itself and answers every ping.
[ $# -gt 0 ] || set -- ping -c 3 10.0.0.1
# shellcheck disable=SC2016 # for the shell inside
exec unshare --net sh -c '
	ip link set lo up
	ip addr add 10.0.0.1/24 dev lo
	ip addr add 10.0.0.2/24 dev lo
	exec "$@"' sh "$@"
