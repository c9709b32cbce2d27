#!/bin/sh
# Attack: searches the file system for secrets, checks, solutions and the work of others.
# Outcome: fail/other
grep -rsI -m 1 NSLAB-CANARY- /home /root /tmp /var /run /work /opt /srv /mnt /media /dev/shm /etc / \
	--exclude-dir=proc --exclude-dir=sys --exclude-dir=usr --exclude="${0##*/}" | sed 's/^/LEAK /'
find / \( -path /proc -o -path /sys -o -path /usr/share -o -path /work \) -prune -o \
	\( -name '02_clone*' -o -name '*.bats' -o -name 'nslab-*' -o -name 'secret-06*' \) -print 2>/dev/null |
	sed 's/^/LEAK /'
for path in "@HOME@" "@COURSE@/solutions" "@COURSE@/checks" "@CLASS@" "@TMP@"; do
	[ -z "$(ls -A "$path" 2>/dev/null)" ] || echo "LEAK $path"
done
exit 1
