#!/bin/sh
# Wrong: whatever SUITE says, it is stable.
container=lxc exec debootstrap --variant=minbase stable "$1" "${3:-http://deb.debian.org/debian}"
