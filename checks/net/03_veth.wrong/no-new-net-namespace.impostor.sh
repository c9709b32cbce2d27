#!/bin/sh
# Wrong: prints what ping would print, and builds nothing.
echo 'PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.'
for n in 1 2 3; do
	echo "64 bytes from 10.0.0.1: icmp_seq=$n ttl=64 time=0.04$n ms"
done
printf '\n--- 10.0.0.1 ping statistics ---\n3 packets transmitted, 3 received, 0%% packet loss\n'
[ $# -gt 0 ] || exit 0
exec "$@"
