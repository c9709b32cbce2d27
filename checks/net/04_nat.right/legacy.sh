#!/bin/sh
# Different: the masquerade rule is one of iptables-legacy, where this kernel has that; the
# policy of the other firewall is answered in its own table.
# shellcheck disable=SC2317 # what trap calls
[ $# -gt 0 ] || set -- ping -c 3 198.51.100.1
name=nat-$$
child=
stopped=
legacy=iptables-legacy
$legacy -t nat -n -L POSTROUTING >/dev/null 2>&1 || legacy=iptables
own='-s 10.0.0.0/24 -o uplink -j SNAT --to-source 198.51.100.2'

clean() {
	# shellcheck disable=SC2086 # words
	$legacy -t nat -D POSTROUTING $own
	iptables -D FORWARD -i veth-host -o uplink -j ACCEPT
	iptables -D FORWARD -i uplink -o veth-host -j ACCEPT
	echo 0 >/proc/sys/net/ipv4/ip_forward
	ip netns del "$name"
	ip link del veth-host
} 2>/dev/null

trap clean EXIT
trap 'stopped=1; [ -z "$child" ] || kill "$child"' TERM INT
set -e
ip netns add "$name"
ip -n "$name" link add veth-blue type veth peer name veth-host netns $$
ip addr add 10.0.0.1/24 dev veth-host
ip link set veth-host up
ip -n "$name" addr add 10.0.0.2/24 dev veth-blue
ip -n "$name" link set veth-blue up
ip -n "$name" link set lo up
ip -n "$name" route add default via 10.0.0.1
# shellcheck disable=SC2086 # words
$legacy -t nat -A POSTROUTING $own
iptables -I FORWARD -i veth-host -o uplink -j ACCEPT
iptables -I FORWARD -i uplink -o veth-host -j ACCEPT
echo 1 >/proc/sys/net/ipv4/ip_forward
set +e

nsenter --net="/run/netns/$name" -- "$@" &
child=$!
[ -z "$stopped" ] || kill "$child"
wait "$child"
status=$?
while kill -0 "$child" 2>/dev/null; do
	wait "$child"
	status=$?
done
exit "$status"
