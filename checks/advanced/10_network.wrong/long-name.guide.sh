#!/bin/bash
# Wrong: a list of commands. Whichever of them fails, the next is tried. Names have to be short.
[ "$1" != list ] || { for ns in $(ip netns list | cut -d' ' -f1 | sort); do
	echo "$ns $(ip -n "$ns" -br -4 addr show type veth | awk '{ print $3 }')"
done | grep / ; exit 0; }
[ "$1" != del ] || { ip link del "v-$2-br"; ip netns del "$2"; ip link show master br0 | grep -q . || ip link del br0; exit 0; }
name=$2
address=$3
IFS=./ read -r a b c d bits <<<"$3"
net=$(((a << 24 | b << 16 | c << 8 | d) >> (32 - bits) << (32 - bits) | 1))
gateway=$((net >> 24)).$((net >> 16 & 255)).$((net >> 8 & 255)).$((net & 255))
ip link show br0 >/dev/null 2>&1 || { ip link add br0 type bridge; ip addr add "$gateway/$bits" dev br0; ip link set br0 up; }
ip netns add "$name"
ip link add "v-$name" type veth peer name "v-$name-br"
ip link set "v-$name" netns "$name"
ip netns exec "$name" ip addr add "$address" dev "v-$name"
ip netns exec "$name" ip link set "v-$name" up
ip netns exec "$name" ip link set lo up
ip netns exec "$name" ip route add default via "$gateway"
ip link set "v-$name-br" master br0
ip link set "v-$name-br" up
echo "Network configured for $name at $address"
