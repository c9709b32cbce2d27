#!/bin/sh
# Different: the bridges are in a fourth namespace, which has no firewall and no address;
# outside has no part in it.
# shellcheck disable=SC2317 # what trap calls
[ $# -gt 0 ] || set -- sleep infinity
child=
names='a b c triangle'

clean() {
	for name in $names; do ip netns del "$name" 2>/dev/null; done
}

stop() {
	[ -n "$child" ] || exit 1
	kill "$child" 2>/dev/null
}

trap clean EXIT
trap stop TERM INT
set -e
for name in $names; do
	ip netns add "$name"
	ip netns exec "$name" sysctl -q -w net.ipv4.ip_forward=0
done
while read -r bridge name link address; do
	ip -n triangle link add "$bridge" up type bridge 2>/dev/null || :
	ip -n triangle link add "$name-$link" master "$bridge" up type veth peer name "$link" netns "$name"
	ip -n "$name" addr add "$address" dev "$link"
	ip -n "$name" link set "$link" up
done <<LEGS
br-ab a to-b 10.1.0.2/24
br-ab b to-a 10.1.0.3/24
br-bc b to-c 10.2.0.2/24
br-bc c to-b 10.2.0.3/24
LEGS
set +e

nsenter --net=/run/netns/b -- "$@" &
child=$!
wait "$child"
status=$?
while kill -0 "$child" 2>/dev/null; do
	wait "$child"
	status=$?
done
exit "$status"
