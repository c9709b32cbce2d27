#!/bin/bash
# Building the network of net/bridge: the solution against the same by ip(8) commands, and
# by ip -batch. Interleaved runs, each in a network of its own, from the start to the moment
# in which a command runs in ns1; the best of them counts, since a busy machine only adds.
# Fails where the solution takes more than a tenth of the commands' time, or half of the
# batches'.
# usage: bench_topology.sh [ROUNDS]
# shellcheck disable=SC2016 # scripts for other shells
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
rounds=${1:-15}
temp=$(mktemp -d "${TMPDIR:-/tmp}/nslab-bench.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM

for need in ip unshare pkg-config; do
	command -v "$need" >/dev/null || {
		echo "topology: not measured, $need is not installed"
		exit 0
	}
done
pkg-config --exists libnl-route-3.0 || {
	echo "topology: not measured, libnl-route-3.0 is not installed"
	exit 0
}
unshare --user --map-root-user --net --mount true 2>/dev/null || {
	echo "topology: not measured, user namespaces are not to be had here"
	exit 0
}

# The moment in microseconds, then the command, if there is one: begins and ends a run.
cat >"$temp/now.c" <<'NOW'
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	printf("%lld\n", now.tv_sec * 1000000LL + now.tv_nsec / 1000);
	fflush(stdout);
	if (argc > 1)
		execvp(argv[1], argv + 1);
	return argc > 1;
}
NOW
# shellcheck disable=SC2046 # several words
"${CC:-cc}" -std=gnu11 -O2 -o "$temp/solution" "$here/solutions/net/05_bridge.c" \
	$(pkg-config --cflags --libs libnl-route-3.0)
"${CC:-cc}" -O2 -o "$temp/now" "$temp/now.c"

# The commands, one a line: "ip WORDS", or "in NAME WORDS" inside of a namespace.
commands() {
	echo 'ip link add br0 type bridge'
	echo 'ip addr add 10.0.0.1/24 dev br0'
	echo 'ip link set br0 up'
	for n in 1 2; do
		echo "ip netns add ns$n"
		echo "ip link add veth-ns$n type veth peer name veth-ns$n-br"
		echo "ip link set veth-ns$n netns ns$n"
		echo "ip link set veth-ns$n-br master br0"
		echo "ip link set veth-ns$n-br up"
		echo "in ns$n addr add 10.0.0.$((n + 1))/24 dev veth-ns$n"
		echo "in ns$n link set veth-ns$n up"
		echo "in ns$n link set lo up"
	done
}

{
	echo 'set -e'
	commands | sed 's/^in \(ns.\)/ip netns exec \1 ip/'
	echo 'exec ip netns exec ns1 "$NOW"'
} >"$temp/commands"

commands | sed -n 's/^ip //p' >"$temp/batch"
for name in ns1 ns2; do commands | sed -n "s/^in $name //p" >"$temp/batch.$name"; done
cat >"$temp/batches" <<'BATCHES'
set -e
ip -batch "$TEMP/batch"
ip -n ns1 -batch "$TEMP/batch.ns1"
ip -n ns2 -batch "$TEMP/batch.ns2"
exec ip netns exec ns1 "$NOW"
BATCHES

# once WAY: microseconds until a command runs in ns1, in a new network with a /run of its own.
once() {
	local command=(sh "$temp/$1") begin end

	[[ $1 != program ]] || command=("$temp/solution" "$temp/now")
	NOW=$temp/now TEMP=$temp unshare --user --map-root-user --net --mount sh -c '
		mount -t tmpfs run /run && exec "$NOW" "$@"' sh "${command[@]}" >"$temp/run"
	{ read -r begin && read -r end; } <"$temp/run"
	echo $((end - begin))
}

best() {
	sort -n "$temp/times.$1" | head -n 1
}

for way in program commands batches; do once $way >/dev/null; done
for ((round = 0; round < rounds; round++)); do
	for way in program commands batches; do once $way >>"$temp/times.$way"; done
done

program=$(best program)
failed=0
# compare WAY NAME AT_LEAST: how many times the solution's time, in tenths
compare() {
	local other tenths

	other=$(best "$1")
	tenths=$((other * 10 / program))
	printf 'topology: %-22s %7d us, %3d.%d times the solution (at least %d)\n' \
		"$2" "$other" $((tenths / 10)) $((tenths % 10)) "$3"
	((tenths >= $3 * 10)) || failed=1
}

printf 'topology: %-22s %7d us, the best of %d\n' 'net/bridge, in process' "$program" "$rounds"
compare commands "$(wc -l <"$temp/commands") lines of commands" 10
compare batches 'ip -batch, three of them' 2
exit $failed
