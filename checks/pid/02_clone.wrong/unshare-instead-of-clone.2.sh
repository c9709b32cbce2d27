#!/bin/sh
# Wrong: unshare(1) makes the namespace the way its name says, with unshare(2)
# and a fork. The exercise asks for the other way.
[ $# -gt 0 ] || set -- ps aux
exec unshare --pid --fork "$@"
