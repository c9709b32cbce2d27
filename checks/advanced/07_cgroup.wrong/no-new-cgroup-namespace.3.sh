#!/bin/sh
# Wrong: what it prints is what a new namespace would show.
[ $# -gt 0 ] || { echo "0::/"; exit 0; }
exec "$@"
