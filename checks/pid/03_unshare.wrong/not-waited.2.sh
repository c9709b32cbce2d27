#!/bin/sh
# Wrong: puts unshare(1) into the background, and a script does not wait for
# what it has in the background.
[ $# -gt 0 ] || set -- ps aux
unshare --pid --fork "$@" &
