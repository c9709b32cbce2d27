#!/bin/sh
# Wrong: a named namespace. ip-netns(8) adds a mount namespace for its own /sys, and the name
# stays behind.
[ $# -gt 0 ] || set -- ip addr
ip netns add lab-new && ip -n lab-new link set lo up || exit 1
exec ip netns exec lab-new "$@"
