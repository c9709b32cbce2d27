#!/bin/sh
# Wrong: --map-root-user alone maps the caller and nobody else.
[ $# -gt 0 ] || set -- cat /proc/self/uid_map
exec unshare --user --map-root-user "$@"
