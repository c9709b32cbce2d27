#!/bin/sh
# Wrong: keeps the caller who it is, which takes a map as well.
[ $# -gt 0 ] || set -- id
exec unshare --user --map-current-user "$@"
