#!/bin/sh
# Wrong: as many ".." as you like end at the root directory of the process.
[ $# -eq 1 ] || { echo "usage: escape FILE" >&2; exit 2; }
cd / && exec cat "../../../../../../../..$1"
