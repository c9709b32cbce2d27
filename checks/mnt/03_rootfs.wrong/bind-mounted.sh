#!/bin/sh
# Wrong: binds the machine's directories into the new root. It runs, and it is no
# file system of its own: what is changed there is changed here.
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

mkdir -p "$dir/etc" "$dir/srv" "$dir/run"
for name in bin lib lib64 usr srv run; do
	[ ! -e "/$name" ] || mount --rbind "/$name" "$dir/$name" || exit 1
done
