#!/bin/sh
# Wrong: gives lo its address and forgets to set it up.
[ $# -gt 0 ] || set -- ip addr
# shellcheck disable=SC2016 # for the shell inside
exec unshare --net sh -c 'ip addr add 127.0.0.1/8 dev lo || exit 1; exec "$@"' sh "$@"
