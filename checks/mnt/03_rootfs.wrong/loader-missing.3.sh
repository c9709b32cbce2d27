#!/bin/sh
# Wrong: takes the third word of each line, and the loader's line has two.
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
	install -D -m 755 "$bin" "$dir$bin" || exit 1
	for file in $(ldd "$bin" 2>/dev/null | awk '$2 == "=>" { print $3 }'); do
		install -D -m 755 "$file" "$dir$file" || exit 1
	done
done
