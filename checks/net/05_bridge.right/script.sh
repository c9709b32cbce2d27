#!/bin/sh
# Different: ip(8), moved links, and a rule of iptables(8) for what br0 passes on. The
# shell waits for CMD and ends it when it is told to.
# shellcheck disable=SC2317 # what trap calls
[ $# -gt 0 ] || set -- ping -c 3 10.0.0.3
child=
accept='FORWARD -i br0 -o br0 -j ACCEPT'

# shellcheck disable=SC2086 # words of a rule
clean() {
	iptables -D $accept 2>/dev/null
	for link in port1 port2 br0; do ip link del $link 2>/dev/null; done
	ip netns del ns1 2>/dev/null
	ip netns del ns2 2>/dev/null
}

stop() {
	[ -n "$child" ] || exit 1
	kill "$child" 2>/dev/null
}

# plug NUMBER: namespace nsNUMBER, on the bridge
plug() {
	ip netns add "ns$1"
	ip link add "port$1" type veth peer name "wire$1"
	ip link set "wire$1" netns "ns$1" name eth0
	ip link set "port$1" master br0 up
	ip -n "ns$1" addr add "10.0.0.$(($1 + 1))/24" dev eth0
	ip -n "ns$1" link set eth0 up
	ip -n "ns$1" link set lo up
}

trap clean EXIT
trap stop TERM INT
set -e
ip link add br0 type bridge
ip addr add 10.0.0.1/24 dev br0
ip link set br0 up
# shellcheck disable=SC2086
iptables -I $accept
plug 1
plug 2
set +e

nsenter --net=/run/netns/ns1 -- "$@" &
child=$!
wait "$child"
status=$?
# A wait that a signal has ended is not the end of CMD.
while kill -0 "$child" 2>/dev/null; do
	wait "$child"
	status=$?
done
exit "$status"
