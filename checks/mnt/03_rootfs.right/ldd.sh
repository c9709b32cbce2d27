#!/bin/sh
# Different: a shell script around ldd(1) and install(1). What is a link outside
# becomes a file.
[ $# -ge 2 ] || {
	echo "usage: rootfs DIR BIN..." >&2
	exit 2
}
dir=$1
shift
for bin in "$@"; do
	[ -x "$bin" ] || {
		echo "rootfs: $bin: not found" >&2
		exit 1
	}
done
mkdir -p "$dir" || exit 1
for name in bin lib lib64 usr proc sys dev tmp; do
	mkdir -p "$dir/$name" || exit 1
done
chmod 1777 "$dir/tmp"

copy() {
	[ ! -e "$dir$1" ] || return 0
	install -D -m 755 "$1" "$dir$1" || exit 1
	case $(head -c 2 "$1" | tr -d '\0') in
	'#!') copy "$(sed -n '1s/^#! *\([^ ]*\).*/\1/p' "$1")" ;;
	*) ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r file; do copy "$file"; done ;;
	esac
}
for bin in "$@"; do
	copy "$bin"
done
