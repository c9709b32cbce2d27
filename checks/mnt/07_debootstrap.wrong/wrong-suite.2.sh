#!/bin/sh
# Wrong: the suite is the one this machine has, whatever SUITE says.
# shellcheck source=/dev/null
. /etc/os-release
container=lxc exec debootstrap --variant=minbase "$VERSION_CODENAME" "$1" "${3:-http://deb.debian.org/debian}"
