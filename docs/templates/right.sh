#!/bin/sh
# TO BE WRITTEN: the same by other means.
[ $# -gt 0 ] || set -- id
exec "$@"
