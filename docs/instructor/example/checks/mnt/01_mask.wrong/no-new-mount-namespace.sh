#!/bin/sh
# Wrong: the mount is made where everybody is.
mount --bind /dev/null "$1" || exit 1
shift
exec "$@"
