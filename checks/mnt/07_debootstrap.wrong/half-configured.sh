#!/bin/sh
# Wrong: only the first stage, which unpacks. No package is configured.
[ $# -ge 1 ] || exit 2
container=lxc exec debootstrap --foreign --variant=minbase "${2:-stable}" "$1" "${3:-http://deb.debian.org/debian}"
