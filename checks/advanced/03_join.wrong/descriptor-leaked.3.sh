#!/bin/bash
# Wrong: the shell keeps the file open to look at its type, and the command inherits it.
[ $# -gt 0 ] || exit 2
path=$1
shift
[ $# -gt 0 ] || set -- bash
exec 7<"$path" || exit 1
type=$(findmnt -rno FSROOT -M "$path" || readlink "/proc/$$/fd/7")
type=${type%%:*}
exec nsenter --preserve-credentials "--${type/mnt/mount}=$path" -- "$@"
