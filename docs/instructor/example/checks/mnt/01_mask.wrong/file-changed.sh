#!/bin/sh
# Wrong: a mount namespace has mounts of its own, and no files.
# shellcheck disable=SC2016 # for the shell inside
exec unshare --mount sh -c ': >"$1" || exit 1; shift; exec "$@"' sh "$@"
