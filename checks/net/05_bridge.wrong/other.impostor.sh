#!/bin/sh
# Wrong: prints what ping would print, whatever it was asked to run.
for n in 1 2 3; do
	echo "64 bytes from 10.0.0.3: icmp_seq=$n ttl=64 time=0.04$n ms"
done
