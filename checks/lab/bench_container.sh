#!/bin/bash
# The container runtime of the course (solutions/advanced/09_container.c) against unshare,
# bubblewrap, crun and runc, as far as they are installed: the same root file system, the
# same namespaces, a static program that ends at once. Everything is rootless and runs in a
# lab shell, where crun and runc find a cgroup file system as they want it. Fails if one of
# them is faster, or if the floor, the same system calls and nothing else, is faster by far.
# usage: bench_container.sh [ROUNDS]
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
lab=${LAB:-$here/build/lab}
temp=$(mktemp -d "${TMPDIR:-/tmp}/nslab-bench.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM

# Both are built as what runs in every sandbox: static, with musl where there is one, whose
# programs start in a fifth of the time. The kernel's headers are not musl's. The same as a
# learner builds it is measured, too.
# shellcheck disable=SC2207 # words
static=($(cat "$here/build/static-cc") -std=gnu11 -O2 -idirafter /usr/include
	-idirafter "/usr/include/$("${CC:-cc}" -print-multiarch 2>/dev/null)")
"${static[@]}" -o "$temp/container" "$here/solutions/advanced/09_container.c"
"${static[@]}" -o "$temp/bench" "$here/checks/lab/bench_container.c"
"${CC:-cc}" -std=gnu11 -O2 -o "$temp/dynamic" "$here/solutions/advanced/09_container.c"
echo 'int main(void) { return 0; }' >"$temp/nothing.c"
"${static[@]}" -o "$temp/nothing" "$temp/nothing.c"

# What the bundle of crun and runc says: as much as the others do, and no more.
cat >"$temp/config.json" <<'JSON'
{ "ociVersion": "1.0.2",
  "process": { "args": ["/nothing"], "cwd": "/", "env": ["PATH=/bin"], "noNewPrivileges": true,
    "user": { "uid": 0, "gid": 0 },
    "capabilities": { "bounding": ["CAP_KILL"], "effective": ["CAP_KILL"], "permitted": ["CAP_KILL"] } },
  "root": { "path": "/rootfs" },
  "hostname": "container",
  "mounts": [
    { "destination": "/proc", "type": "proc", "source": "proc" },
    { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755", "size=64k"] },
    { "destination": "/dev/pts", "type": "devpts", "source": "devpts",
      "options": ["newinstance", "ptmxmode=0666", "mode=0620"] },
    { "destination": "/dev/shm", "type": "tmpfs", "source": "tmpfs", "options": ["mode=1777"] },
    { "destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["mode=1777"] } ],
  "linux": {
    "uidMappings": [{ "containerID": 0, "hostID": UID, "size": 1 }],
    "gidMappings": [{ "containerID": 0, "hostID": GID, "size": 1 }],
    "namespaces": [{ "type": "user" }, { "type": "pid" }, { "type": "mount" }, { "type": "network" },
      { "type": "uts" }, { "type": "ipc" }, { "type": "cgroup" }] } }
JSON

cat >"$temp/inside.sh" <<'INSIDE'
set -eu
cd "$(dirname "$0")"
PATH=$PATH:/usr/sbin:/sbin
cp nothing /rootfs/nothing
sed -i "s/UID/$(id -u)/; s/GID/$(id -g)/" config.json
export XDG_RUNTIME_DIR=$PWD/state
mkdir "$XDG_RUNTIME_DIR"

# peer NAME COMMAND...: if there is such a command
peer() {
	command -v "$2" >/dev/null || { echo "$1: not installed" >&2; return 0; }
	line=$1
	shift
	for word; do line="$line	$word"; done
	printf '%s\n' "$line"
}
{
	peer container ./container /rootfs /nothing
	peer floor ./bench floor /rootfs /nothing
	peer "container, dynamic" ./dynamic /rootfs /nothing
	peer unshare unshare --user --map-root-user --pid --fork --mount --net --uts --ipc --cgroup \
		--root=/rootfs --mount-proc /nothing
	peer bwrap bwrap --unshare-all --uid 0 --gid 0 --hostname container --bind /rootfs / \
		--proc /proc --dev /dev --tmpfs /tmp /nothing
	peer crun crun --cgroup-manager=disabled run --bundle . bench
	peer runc runc run --bundle . bench
} >peers
exec ./bench "$1" peers
INSIDE

echo "a container from start to exit, rootless, $(nproc) CPUs, Linux $(uname -r):"
tar -C "$temp" -c container dynamic bench nothing config.json inside.sh |
	"$lab" shell --user -c "mkdir /tmp/bench && tar -C /tmp/bench -x && sh /tmp/bench/inside.sh ${1:-40}"
