#!/bin/sh
# Different: unshare(1), which makes all mounts private by itself, and mount(8).
# shellcheck disable=SC2016 # for the shell inside
[ $# -gt 1 ] || set -- "$1" cat "$1"
exec unshare --mount sh -c 'mount --bind /dev/null "$1" || exit 1; shift; exec "$@"' sh "$@"
