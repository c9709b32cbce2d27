#!/bin/sh
# Wrong: the bridges are exchanged: a and b hang on br-bc.
# shellcheck disable=SC2317 # what trap calls
[ $# -gt 0 ] || set -- sleep infinity
child=

accept() { # -I or -D
	for bridge in br-ab br-bc; do
		iptables "$1" FORWARD -i $bridge -o $bridge -j ACCEPT
	done
}

clean() {
	accept -D 2>/dev/null
	for name in a b c; do ip netns del "$name" 2>/dev/null; done
	for link in a0 b0 b1 c0 br-ab br-bc; do ip link del "$link" 2>/dev/null; done
}

stop() {
	[ -n "$child" ] || exit 1
	kill "$child" 2>/dev/null
}

# cable BRIDGE PORT NAME LINK ADDRESS
cable() {
	ip link add "$2" type veth peer name "$4" netns "$3"
	ip link set "$2" master "$1" up
	ip -n "$3" addr add "$5/24" dev "$4"
	ip -n "$3" link set "$4" up
}

trap clean EXIT
trap stop TERM INT
set -e
for name in a b c; do
	ip netns add $name
	ip -n $name link set lo up
	nsenter --net=/run/netns/$name sysctl -q -w net.ipv4.ip_forward=0
done
for bridge in br-ab br-bc; do
	ip link add $bridge type bridge
	ip link set $bridge up
done
accept -I
cable br-bc a0 a eth0 10.1.0.2
cable br-bc b0 b eth0 10.1.0.3
cable br-ab b1 b eth1 10.2.0.2
cable br-ab c0 c eth0 10.2.0.3
set +e

nsenter --net=/run/netns/b -- "$@" &
child=$!
wait "$child"
status=$?
# A wait that a signal has ended is not the end of CMD.
while kill -0 "$child" 2>/dev/null; do
	wait "$child"
	status=$?
done
exit "$status"
