# lab doctor on machines that lack something: conditions are imitated in
# namespaces that end with the command.

# shellcheck disable=SC2034,SC2154 # json and session: see lab.bash

load lab

needs_user_namespaces() {
	unshare --user --map-root-user true 2>/dev/null || skip "no user namespaces here"
}

# in_room OPTION... -- COMMAND: with bash as root of new namespaces; user namespaces only
# where an ordinary user needs one, or where OPTION says so.
in_room() {
	local options=()

	[[ $(id -u) -eq 0 ]] || options=(--user --map-root-user)
	while [[ $1 != -- ]]; do options+=("$1") && shift; done
	run --separate-stderr timeout -k 5 60 unshare "${options[@]}" bash -ec "$2" </dev/null 3>&-
}

# line STATE TEXT: a line of output
line() {
	grep -q "^$1 *.*$2" <<<"$output"
}

@test "doctor: where the sandbox works it says so and exits 0" {
	needs_user_namespaces
	lab doctor
	[[ $status -eq 0 ]] || skip "no sandbox here: $output"
	line ok "programs run in a sandbox"
	line ok "namespaces can be made: cgroup ipc mnt net pid user uts"
	line ok "/proc of its own"
	grep -q "newuidmap\|subordinate\|more than one uid" <<<"$output"
	line ok "found:.* cc"
	line ok "networks can be built"
	[[ -z $stderr ]]
	nothing_left
}

@test "doctor: which Debian mirror there is; none is asked for it" {
	NSLAB_MIRROR="http://127.0.0.1:9/debian sid" lab doctor
	line ok "a Debian mirror is configured.*: sid of http://127.0.0.1:9/debian"
	NSLAB_MIRROR=nonsense lab doctor
	line limited "mnt/debootstrap can't be checked"
	grep -q 'remedy: .*NSLAB_MIRROR="URL SUITE"' <<<"$output"
}

@test "doctor: every line has a state, every lack has a remedy" {
	lab doctor --json
	json=$output
	[[ $(value .schema) == nslab/doctor/v1 ]]
	[[ $(value '.findings | length') -gt 5 ]]
	[[ $(value '[.findings[] | select(.state | IN("ok", "limited", "missing") | not)] | length') -eq 0 ]]
	[[ $(value '[.findings[] | select(.state != "ok" and .remedy == "")] | length') -eq 0 ]]
	[[ $(value '[.findings[].name] | length') -eq $(value '[.findings[].name] | unique | length') ]]
	[[ $(value .works) == "$([[ $status -eq 0 ]] && echo true || echo false)" ]]
}

@test "doctor: no user namespaces left, by the sysctl" {
	needs_user_namespaces
	in_room --user --map-root-user -- "echo 0 >/proc/sys/user/max_user_namespaces; '$LAB' doctor"
	[[ -n $output ]] || skip "the limit can't be set here: $stderr"
	[[ $status -eq 3 ]]
	line missing "because the limit user.max_user_namespaces is 0"
	grep -q "remedy: .*sysctl -w user.max_user_namespaces=" <<<"$output"
}

@test "doctor: no network namespaces left, by the sysctl" {
	needs_user_namespaces
	in_room --user --map-root-user -- "echo 0 >/proc/sys/user/max_net_namespaces; '$LAB' doctor"
	[[ -n $output ]] || skip "the limit can't be set here: $stderr"
	[[ $status -eq 3 ]]
	line missing "because the limit user.max_net_namespaces is 0"
	line missing "namespaces can't be made: net"
}

@test "doctor: in a chroot" {
	needs_user_namespaces
	mkdir root
	in_room --mount --propagation private -- "mount --rbind / root; chroot root '$LAB' doctor"
	[[ $status -eq 3 ]]
	line missing "because this process runs in a chroot"
	grep -q "remedy: .*pivot_root" <<<"$output"
}

@test "doctor: in a user namespace without maps" {
	needs_user_namespaces
	run --separate-stderr timeout -k 5 60 unshare --user "$LAB" doctor </dev/null
	[[ $status -eq 3 ]]
	line missing "uid or gid has no place in the map"
	grep -q "remedy: .*uid_map" <<<"$output"
}

@test "doctor: a masked /proc" {
	needs_user_namespaces
	# Every procfs in sight: one that is whole is enough for a fresh one.
	in_room --mount --pid --fork --mount-proc -- "
		for proc in \$(findmnt --noheadings --list --output TARGET --types proc); do
			mount -t tmpfs none \"\$proc/tty\"
		done
		'$LAB' doctor"
	[[ $status -eq 3 ]]
	line missing "no fresh /proc.*/proc/tty"
	grep -q "remedy: .*systempaths=unconfined" <<<"$output"
}

@test "doctor: a /proc of another PID namespace" {
	needs_user_namespaces
	in_room --pid --fork -- "'$LAB' doctor"
	[[ $status -eq 3 ]]
	line missing "because /proc shows another PID namespace"
	grep -q "remedy: .*mount -t proc" <<<"$output"
}

@test "doctor: root of a container with 65536 ids has a sandbox" {
	local holder room inside='' deadline=$((SECONDS + 20))

	[[ $(id -u) -eq 0 ]] || return 0 # only root can write such maps
	needs_user_namespaces
	timeout 60 unshare --user --kill-child --fork sleep 1000 3>&- &
	holder=$!
	while [[ -z $inside || $(readlink "/proc/$inside/ns/user") == "$(readlink /proc/self/ns/user)" ]]; do
		((SECONDS < deadline))
		inside=$(pgrep -P "$holder" || true)
	done
	echo "0 100000 65536" >"/proc/$inside/gid_map"
	echo "0 100000 65536" >"/proc/$inside/uid_map"
	# The checkout may be root's alone: this root is another.
	room=$(mktemp -d /tmp/nslab-doctor.XXXXXX)
	chmod 755 "$room"
	cp "$LAB" "${LAB%/*}/init" "$room"
	run --separate-stderr timeout -k 5 60 nsenter --user --target "$inside" -S 0 -G 0 "$room/lab" doctor </dev/null 3>&-
	rm -r "$room"
	kill "$holder"
	wait "$holder" || :
	line ok "programs run in a sandbox"
}

@test "doctor: root of a user namespace with one id, unless that may be the machine's root" {
	needs_user_namespaces
	in_room --user --map-root-user -- "'$LAB' doctor"
	if [[ $(id -u) -eq 0 ]]; then
		[[ $status -eq 3 ]]
		line missing "root is the only id"
	else
		line ok "programs run in a sandbox"
	fi
}

@test "doctor: what is not on PATH is named with what follows" {
	mkdir bin
	ln -s "$(type -P bats)" bin/
	run --separate-stderr env PATH="$PWD/bin" "$LAB" doctor </dev/null
	# Root maps ids without it.
	[[ $(id -u) -eq 0 ]] || line limited "no newuidmap"
	line missing "no cc: programs can't be compiled"
	line limited "no ip"
	line ok "found: bats"
	[[ $(id -u) -eq 0 ]] || grep -q "remedy: .*uidmap" <<<"$output"
	grep -q "remedy: make deps" <<<"$output"
}

@test "doctor: a small root file system needs a busybox without libraries" {
	"${CC:-cc}" -static -o static -x c - <<<'int main(void) { return 0; }' || return 0
	run --separate-stderr env NSLAB_BUSYBOX="$PWD/static" "$LAB" doctor </dev/null
	line ok "a static busybox is there"
	run --separate-stderr env NSLAB_BUSYBOX="$alone" "$LAB" doctor </dev/null
	line limited "busybox.*: exercises that change the root can't be checked"
	grep -q "remedy: make deps installs it" <<<"$output"
	nothing_left
}
