#!/bin/bash
# Different: debootstrap is not told anything. It finds a mknod that makes what
# there may be: an empty file with outside's device mounted on it.
if [[ ${1:-} == --inside ]]; then
	shift
	mkdir -p /run/shim
	cat >/run/shim/mknod <<'SHIM'
#!/bin/bash
while [[ $1 == -* ]]; do shift 2; done
: >"$1"
[[ $1 != */dev/* || ! -e /dev/${1##*/} ]] || mount --bind "/dev/${1##*/}" "$1"
SHIM
	chmod 755 /run/shim/mknod
	PATH=/run/shim:$PATH debootstrap --variant=minbase "$2" "$1" "$3"
	status=$?
	rm -r /run/shim
	exit $status
fi
(($# >= 1 && $# <= 3)) || { echo "usage: debootstrap DIR [SUITE [MIRROR]]" >&2; exit 2; }
exec unshare --mount "$0" --inside "$1" "${2:-stable}" "${3:-http://deb.debian.org/debian}"
