#!/bin/sh
# Wrong: the status of the loop is that of its last command, which succeeds.
dir=$1
[ $# -ge 2 ] || {
	echo "usage: rootfs DIR BIN..." >&2
	exit 2
}
shift
mkdir -p "$dir" || exit 1
for name in bin lib lib64 usr proc sys dev tmp; do
	mkdir -p "$dir/$name" || exit 1
done
chmod 1777 "$dir/tmp"

copy() {
	install -D -m 755 "$1" "$dir$1" || return
	case $(head -c 2 "$1" | tr -d '\0') in
	'#!') copy "$(sed -n '1s/^#! *\([^ ]*\).*/\1/p' "$1")" ;;
	*) ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r file; do
		install -D -m 755 "$file" "$dir$file"
	done ;;
	esac
}
for bin in "$@"; do
	copy "$bin"
done
exit 0
