#!/bin/sh
# Wrong: sets the name in one namespace and runs CMD in another, which is a
# copy of outside's.
[ $# -gt 0 ] || { echo 'usage: hostname NAME [CMD [ARG...]]' >&2; exit 2; }
unshare --uts hostname "$1" || exit 1
shift
[ $# -gt 0 ] || set -- hostname
exec unshare --uts "$@"
