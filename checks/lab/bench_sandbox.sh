#!/bin/sh
# A sandbox against bubblewrap, as root and as an ordinary user, in interleaved runs.
# usage: bench_sandbox.sh [ROUNDS]
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
temp=$(mktemp -d "${TMPDIR:-/tmp}/nslab-bench.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM

# A directory that an ordinary user may enter too, wherever the checkout is.
chmod 755 "$temp"
"${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -I"$here" -o "$temp/bench_sandbox" \
	"$here/checks/lab/bench_sandbox.c" "$here/build/libcommon.a" -lcap -pthread
cp "$here/build/init" "$temp/init"
"$temp/bench_sandbox" "${1:-100}"
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	setpriv --reuid=65533 --regid=65533 --clear-groups "$temp/bench_sandbox" "${1:-100}"
fi
