#!/bin/sh
# Wrong: binds the /proc that is there over itself. A new mount, but of the same
# file system, which still belongs to outside.
[ $# -gt 0 ] || set -- ps aux
exec unshare --pid --mount --fork sh -c 'mount --bind /proc /proc && exec "$@"' sh "$@"
