#!/bin/sh
# Wrong: the class is there, and nothing is put into it: htb has no default.
# shellcheck disable=SC2317 # what trap calls
usage() {
	echo 'usage: shape KBIT [CMD [ARG...]]' >&2
	exit 2
}

case ${1-} in
'' | *[!0-9]*) usage ;;
esac
[ "$1" -gt 0 ] || usage
kbit=$1
shift
[ $# -gt 0 ] || set -- sleep infinity
child=
name=shape-$$

clean() {
	ip link del veth-host 2>/dev/null
	ip netns del "$name" 2>/dev/null
}

stop() {
	[ -n "$child" ] || exit 1
	kill "$child" 2>/dev/null
}

trap clean EXIT
trap stop TERM INT
set -e
ip netns add $name
ip link add veth-host type veth peer name veth-blue netns $name
ip addr add 10.0.0.1/24 dev veth-host
ip link set veth-host up
ip -n $name addr add 10.0.0.2/24 dev veth-blue
ip -n $name link set veth-blue up
ip -n $name link set lo up
tc -n $name qdisc add dev veth-blue root handle 1: htb
tc -n $name class add dev veth-blue parent 1: classid 1:1 htb rate "${kbit}kbit"
set +e

nsenter --net=/run/netns/$name -- "$@" &
child=$!
wait "$child"
status=$?
# A wait that a signal has ended is not the end of CMD.
while kill -0 "$child" 2>/dev/null; do
	wait "$child"
	status=$?
done
exit "$status"
