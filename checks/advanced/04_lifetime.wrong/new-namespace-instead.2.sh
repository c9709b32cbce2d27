#!/bin/sh
# Wrong: two namespaces, one after the other. They may even have the same inode.
[ $# -gt 0 ] || exit 2
type=$1
shift
[ $# -gt 0 ] || set -- ls -l /proc/self/ns
unshare "--$type" "$@"
unshare "--$type" "$@"
