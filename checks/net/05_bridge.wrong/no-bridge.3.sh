#!/bin/sh
# Wrong: routed, not bridged. Outside hands packets on between two cables and answers for
# whoever is behind the other.
# shellcheck disable=SC2317 # what trap calls
[ $# -gt 0 ] || set -- ping -c 3 10.0.0.3
forward=$(cat /proc/sys/net/ipv4/ip_forward)

clean() {
	ip netns del ns1 2>/dev/null
	ip netns del ns2 2>/dev/null
	echo "$forward" >/proc/sys/net/ipv4/ip_forward
}

plug() {
	ip netns add "ns$1"
	ip link add "port$1" type veth peer name eth0 netns "ns$1"
	ip addr add 10.0.0.1/32 dev "port$1"
	ip link set "port$1" up
	ip route add "10.0.0.$(($1 + 1))" dev "port$1"
	echo 1 >"/proc/sys/net/ipv4/conf/port$1/proxy_arp"
	ip -n "ns$1" addr add "10.0.0.$(($1 + 1))/24" dev eth0
	ip -n "ns$1" link set eth0 up
}

trap clean EXIT
plug 1
plug 2
echo 1 >/proc/sys/net/ipv4/ip_forward
nsenter --net=/run/netns/ns1 -- "$@"
