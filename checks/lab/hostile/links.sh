#!/bin/sh
# Attack: as many network links as there is time for, in two namespaces.
# Outcome: fail/other
{
	echo link add bridge0 type bridge
	for i in $(seq 1 1000); do
		echo "link add d$i type dummy"
	done
	for i in $(seq 1 600); do
		echo "link add a$i type veth peer name b$i"
		echo "link set a$i master bridge0 up"
	done
} | timeout -s KILL 20 ip -batch - -force >/dev/null 2>&1
exit 1
