#!/bin/bash
# Wrong: the bridge is made before it is known whether the name is free, and then it stays.
set -eu
verb=${1-} name=${2-} text=${3-}
undo=:

fail() {
	echo "network: $2" >&2
	exit "$1"
}

bridge_is_ours() {
	[[ $(ip -o link show br0 2>/dev/null) == *'alias made by network'* ]]
}

# Lines "NAME IP/PREFIX", one for each port.
containers() {
	ip -o link show master br0 2>/dev/null | sed -n 's/.*alias container //p' | LC_ALL=C sort
}

# A link's name for a container of any length.
port_of() {
	local sum
	read -r sum _ < <(printf %s "$1" | cksum)
	echo "port$sum"
}

parse() {
	local part
	[[ $text =~ ^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})/([0-9]{1,2})$ ]] || fail 2 "$text: no IP/PREFIX"
	ip=${text%/*} prefix=$((10#${BASH_REMATCH[5]}))
	number=0
	for part in "${BASH_REMATCH[@]:1:4}"; do
		((10#$part < 256)) || fail 2 "$text: no address"
		number=$((number << 8 | 10#$part))
	done
	((prefix >= 1 && prefix <= 30)) || fail 2 "$text: a prefix is 1 to 30"
	hosts=$(((1 << 32 - prefix) - 1))
	((number & hosts)) || fail 2 "$text: that is the network"
	(((number & hosts) != hosts)) || fail 2 "$text: that is everybody"
	local first=$(((number & ~hosts) + 1))
	gateway=$((first >> 24)).$((first >> 16 & 255)).$((first >> 8 & 255)).$((first & 255))
}

# Has br0's own address our network? Then it is the gateway.
same_network() {
	local has part number_of=0
	read -r has < <(ip -o -4 addr show dev br0 | sed 's/.* inet \([^ ]*\).*/\1/') || return 1
	gateway=${has%/*}
	for part in ${gateway//./ }; do number_of=$((number_of << 8 | part)); done
	[[ ${has#*/} == "$prefix" ]] && (((number_of & ~hosts) == (number & ~hosts)))
}

remove_bridge() {
	bridge_is_ours && [[ -z $(containers) ]] || return 0
	ip link del br0
	iptables -D FORWARD -i br0 -o br0 -j ACCEPT 2>/dev/null || :
}

# shellcheck disable=SC2317 # what trap calls
remove() {
	ip link del "$(port_of "$name")" 2>/dev/null || :
	ip netns del "$name" 2>/dev/null || :
	remove_bridge
}

add() {
	local port
	parse
	if ip link show br0 >/dev/null 2>&1; then
		same_network || fail 1 "$text: not in the network of br0"
	fi
	[[ $ip != "$gateway" ]] || fail 1 "$ip: it is br0's"
	! containers | grep -q -F " $ip/" || fail 1 "$ip: it is taken"

	if ! ip link show br0 >/dev/null 2>&1; then
		ip link add br0 type bridge
		ip link set br0 alias 'made by network' up
		ip addr add "$gateway/$prefix" dev br0
		iptables -I FORWARD -i br0 -o br0 -j ACCEPT
	fi
	[[ ! -e /run/netns/$name ]] || fail 1 "$name: it exists"
	undo=remove
	port=$(port_of "$name")
	ip netns add "$name"
	ip link add "$port" type veth peer name eth0 netns "$name"
	ip link set "$port" alias "container $name $ip/$prefix" master br0 up
	ip -n "$name" link set lo up
	ip -n "$name" addr add "$ip/$prefix" dev eth0
	ip -n "$name" link set eth0 up
	ip -n "$name" route add default via "$gateway"
	undo=:
}

del() {
	ip link show "$(port_of "$name")" >/dev/null 2>&1 || fail 1 "$name: no such container"
	remove
}

case $verb$# in
list1) containers; exit ;;
add3 | del2) ;;
*) fail 2 'usage: network add NAME IP/PREFIX | del NAME | list' ;;
esac
case $name in '' | . | .. | */* | *[[:space:]]*) fail 2 "\"$name\" is no name" ;; esac
exec 9<"$0"
flock 9 # of two at a time one waits
trap '$undo' EXIT
"$verb"
