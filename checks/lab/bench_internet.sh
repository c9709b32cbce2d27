#!/bin/bash
# What checks of networks leave on the machine: links, network namespaces, rules and
# processes before and after many in a row, and what the simulated internet costs.
#
#	checks/lab/bench_internet.sh [RUNS]	200 where none is given
set -eu

runs=${1:-200}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
lab=${LAB:-$here/build/lab}
temp=$(mktemp -d "${TMPDIR:-/tmp}/nslab-bench.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM
PATH=$PATH:/usr/sbin:/sbin

# Every network namespace that the kernel has, also those that nothing shows any more: only
# root may read how many.
namespaces() {
	awk '$1 == "net_namespace" { print $2; found = 1 } END { exit !found }' /proc/slabinfo 2>/dev/null ||
		lsns -t net -n -o NS 2>/dev/null | wc -l
}

# Of this user, and not what others run meanwhile: who has this process for an ancestor.
processes() {
	ps -e -o pid=,ppid=,comm= | awk -v root=$$ '
		{ parent[$1] = $2; name[$1] = $3 }
		END {
			for (pid in parent) {
				for (at = parent[pid]; at > 1 && at != root; at = parent[at]);
				if (at == root && name[pid] ~ /^(internet.test|observe|init|bats)$/)
					n++
			}
			print n + 0
		}'
}

state() {
	echo "links: $(cut -d: -f1 -s /proc/net/dev | xargs)"
	echo "rules: $( (nft list ruleset; iptables-legacy-save) 2>/dev/null | grep -vc '^#' || :)"
	echo "processes: $(processes)"
}

state >"$temp/before"
before=$(namespaces)
begin=${EPOCHREALTIME/[.,]/}
for ((i = 1; i <= runs; i++)); do
	id=net/veth file=03_veth
	((i % 10)) || id=net/nat file=04_nat
	"$lab" check $id --source "$here/solutions/net/$file.c" >"$temp/out" 2>&1 || {
		echo "bench_internet: run $i, $id, failed:" >&2
		cat "$temp/out" >&2
		exit 1
	}
done
end=${EPOCHREALTIME/[.,]/}
# The kernel takes namespaces apart when it has time.
for ((wait = 0; wait < 50 && $(namespaces) > before; wait++)); do
	read -r -t 0.2 <> <(:) || :
done
state >"$temp/after"
diff "$temp/before" "$temp/after" || { echo "bench_internet: that has changed" >&2; exit 1; }
echo "$runs checks of networks in a row: $(((end - begin) / 1000 / runs)) ms each; left: $(($(namespaces) - before)) network namespaces, no link, rule or process"

# time_of ARG...: the median of a sandbox with a shell in it, in microseconds.
time_of() {
	for ((i = 0; i < 21; i++)); do
		begin=${EPOCHREALTIME/[.,]/}
		"$lab" shell "$@" -c :
		echo $((${EPOCHREALTIME/[.,]/} - begin))
	done | sort -n | sed -n 11p
}
without=$(time_of)
with=$(time_of --internet)
echo "a sandbox with a shell: $without us; with the simulated internet: $with us"
