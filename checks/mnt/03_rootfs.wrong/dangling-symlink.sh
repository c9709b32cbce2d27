#!/bin/sh
# Wrong: cp -P keeps links as links, and what they lead to stays behind.
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

for bin in "$@"; do
	mkdir -p "$dir$(dirname "$bin")"
	cp -P "$bin" "$dir$bin" || exit 1
	ldd "$bin" 2>/dev/null | grep -o '/[^ ]*' | while read -r file; do
		mkdir -p "$dir$(dirname "$file")"
		cp -P "$file" "$dir$file"
	done
done
