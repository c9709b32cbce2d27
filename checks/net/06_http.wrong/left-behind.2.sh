#!/bin/sh
# Wrong: ip_forward stays 1.
# shellcheck disable=SC2086,SC2317 # rules are words; what trap calls
if [ $# -lt 1 ]; then
	echo 'usage: http DIR [CMD [ARG...]]' >&2
	exit 2
fi
cd -- "$1" || exit 1
shift
[ $# -gt 0 ] || set -- python3 -m http.server 8000
PATH=$PATH:/usr/sbin:/sbin
child=
name=http-$$
masquerade='POSTROUTING -s 10.0.0.0/24 ! -o veth-host -j MASQUERADE'
out='FORWARD -i veth-host -j ACCEPT'
back='FORWARD -o veth-host -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'

clean() {
	{
		iptables -t nat -D $masquerade
		iptables -D $out
		iptables -D $back
		ip link del veth-host
		ip netns del "$name"
	} 2>/dev/null
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
iptables -t nat -A $masquerade
iptables -I $out
iptables -I $back
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
