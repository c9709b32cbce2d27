#!/bin/sh
# Wrong: copies what the program itself names, and not what those libraries need.
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

interpreter() {
	sed -n '1s/^#! *\([^ ]*\).*/\1/p' "$1" | tr -d '\0'
}

for bin in "$@"; do
	install -D -m 755 "$bin" "$dir$bin" || exit 1
	if [ "$(head -c 2 "$bin" | tr -d '\0')" = '#!' ]; then
		bin=$(interpreter "$bin")
		install -D -m 755 "$bin" "$dir$bin" || exit 1
	fi
	ldd "$bin" 2>/dev/null | grep -v '=>' | grep -o '/[^ ]*' | while read -r loader; do
		install -D -m 755 "$loader" "$dir$loader"
	done
	# The first library that is listed, and the C library.
	ldd "$bin" 2>/dev/null | grep '=> /' | sed 's/.*=> //; s/ .*//' |
		sed -n '1p; /libc\.so/p; /libc\.musl/p' | while read -r file; do
		install -D -m 755 "$file" "$dir$file"
	done
done
