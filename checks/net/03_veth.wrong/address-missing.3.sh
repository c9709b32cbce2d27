#!/bin/sh
# Wrong: configures the end, then moves it. Moving takes the address away, and sets the
# link down.
# shellcheck disable=SC2317 # what trap calls
[ $# -gt 0 ] || set -- ping -c 3 10.0.0.1
name=veth-$$
child=

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
ip netns add "$name"
ip link add veth-host type veth peer name veth-blue
ip addr add 10.0.0.2/24 dev veth-blue
ip link set veth-blue up
ip link set veth-blue netns "$name"
ip addr add 10.0.0.1/24 dev veth-host
ip link set veth-host up
ip -n "$name" link set lo up
set +e

nsenter --net="/run/netns/$name" -- "$@" &
child=$!
wait "$child"
status=$?
# A wait that a signal has ended is not the end of CMD.
while kill -0 "$child" 2>/dev/null; do
	wait "$child"
	status=$?
done
exit "$status"
