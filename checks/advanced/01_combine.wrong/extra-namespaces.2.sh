#!/bin/sh
# Wrong: a time namespace on top.
[ $# -gt 0 ] || set -- bash
# shellcheck disable=SC2016 # for the shell inside
exec unshare --user --map-root-user --pid --fork --mount-proc --net --uts --ipc --time \
	sh -c 'hostname combined && ip link set lo up && exec "$@"' sh "$@"
