#!/bin/sh
# shellcheck disable=SC2016 # names, not words of the shell's
# Attack: leaves files in its directory whose names are options, commands and lines, and hands
#	its directory on as something else.
# Outcome: fail/other
cd /work || exit 1
touch -- -rf --help '$(reboot)' '`reboot`' "$(printf 'new\nline')" "$(printf 'n%.0s' $(seq 255))"
ln -s /etc/shadow records
ln -s / root
mkfifo fifo
rm -f "$0"
mkdir "$0"
exit 1
