#!/bin/sh
# Wrong: prints what ping would print. No packet has gone anywhere.
echo 'PING 198.51.100.1 (198.51.100.1) 56(84) bytes of data.'
for n in 1 2 3; do
	echo "64 bytes from 198.51.100.1: icmp_seq=$n ttl=63 time=0.08$n ms"
done
printf '\n--- 198.51.100.1 ping statistics ---\n3 packets transmitted, 3 received, 0%% packet loss\n'
[ $# -gt 0 ] || exit 0
# shellcheck disable=SC2016 # for the shell inside
exec unshare --net sh -c 'ip link set lo up; exec "$@"' sh "$@"
