#!/bin/sh
# Wrong: root twice. The second user namespace owns none of the others.
[ $# -gt 0 ] || set -- bash
# shellcheck disable=SC2016 # for the shell inside
exec unshare --user --map-root-user --pid --fork --mount-proc --net --uts --ipc \
	sh -c 'hostname combined && ip link set lo up &&
	exec unshare --user --map-root-user "$@"' sh "$@"
