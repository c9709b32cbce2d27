#!/bin/sh
# Wrong: the recipe that is found everywhere. It works until there is a firewall.
# shellcheck disable=SC2317 # what trap calls
[ $# -gt 0 ] || set -- ping -c 3 198.51.100.1
name=nat-$$
child=
was=$(cat /proc/sys/net/ipv4/ip_forward)

rules() { # -A or -D
	iptables -t nat "$1" POSTROUTING -s 10.0.0.0/24 ! -o veth-host -j MASQUERADE
}

clean() {
	rules -D 2>/dev/null
	echo "$was" >/proc/sys/net/ipv4/ip_forward
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
ip link add veth-host type veth peer name veth-blue netns "$name"
ip addr add 10.0.0.1/24 dev veth-host
ip link set veth-host up
ip -n "$name" addr add 10.0.0.2/24 dev veth-blue
ip -n "$name" link set veth-blue up
ip -n "$name" link set lo up
ip -n "$name" route add default via 10.0.0.1
echo 1 >/proc/sys/net/ipv4/ip_forward
rules -A
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
