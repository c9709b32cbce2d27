#!/bin/sh
# Different: /bin and the others are links into usr, as on the machine itself, and
# links stay links: each is copied with what it leads to, step by step.
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
for name in usr/bin usr/lib usr/lib64 proc sys dev tmp; do
	mkdir -p "$dir/$name" || exit 1
done
chmod 1777 "$dir/tmp"
for name in bin lib lib64; do
	[ -e "$dir/$name" ] || ln -s "usr/$name" "$dir/$name"
done

# The directory of a file without links, the last part as it is.
plain() {
	echo "$(realpath "$(dirname "$1")")/$(basename "$1")"
}

inside() { # PATH: where it belongs in the new root
	case $1 in
	/bin/* | /lib/* | /lib64/*) echo "$dir/usr$1" ;;
	*) echo "$dir$1" ;;
	esac
}

copy() {
	one=$(plain "$1")
	to=$(inside "$one")
	[ ! -e "$to" ] || return 0
	mkdir -p "$(dirname "$to")"
	cp -P "$one" "$to" || exit 1
	if [ -h "$one" ]; then
		case $(readlink "$one") in
		/*) copy "$(readlink "$one")" ;;
		*) copy "$(dirname "$one")/$(readlink "$one")" ;;
		esac
	fi
}

# Where the machine has no merged usr, or a path goes through another link.
reach() {
	copy "$1"
	to=$(inside "$1")
	[ -e "$to" ] || [ -h "$to" ] || {
		mkdir -p "$(dirname "$to")"
		ln -s "$(plain "$1")" "$to"
	}
}

for bin in "$@"; do
	reach "$bin"
	if [ "$(head -c 2 "$bin" | tr -d '\0')" = '#!' ]; then
		bin=$(sed -n '1s/^#! *\([^ ]*\).*/\1/p' "$bin")
		reach "$bin"
	fi
	for file in $(ldd "$bin" 2>/dev/null | grep -o '/[^ ]*'); do
		reach "$file"
	done
done
