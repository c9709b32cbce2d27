#!/bin/sh
# Wrong: becomes root of a user namespace first, as if root were not root enough.
[ $# -gt 0 ] || set -- ip addr
# shellcheck disable=SC2016 # for the shell inside
exec unshare --user --map-root-user --net sh -c 'ip link set lo up || exit 1; exec "$@"' sh "$@"
