#!/bin/sh
# shellcheck disable=SC2034 # how often
# Attack: mounts that double with every command, until the kernel refuses more.
# Outcome: fail/other
mkdir /tmp/a /tmp/a/b
mount -t tmpfs x /tmp/a
mkdir /tmp/a/b
mount --make-rshared /tmp/a
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do
	mount --rbind /tmp/a /tmp/a/b 2>/dev/null || break
done
exit 1
