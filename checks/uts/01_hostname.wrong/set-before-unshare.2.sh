#!/bin/sh
# Wrong: hostname(1) runs before unshare(1).
[ $# -gt 0 ] || { echo 'usage: hostname NAME [CMD [ARG...]]' >&2; exit 2; }
hostname "$1" || exit 1
shift
[ $# -gt 0 ] || set -- hostname
exec unshare --uts "$@"
