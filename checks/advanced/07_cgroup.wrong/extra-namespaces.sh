#!/bin/sh
# Wrong: a whole container for a name.
[ $# -gt 0 ] || set -- cat /proc/self/cgroup
exec unshare --cgroup --mount --uts --ipc -- "$@"
