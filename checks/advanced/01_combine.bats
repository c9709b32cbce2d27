# advanced/combine: five namespaces, and a sixth, a user namespace, that owns them.

load ../lib/load
load ../lib/inside
load ../lib/trace

OWNED=(pid net mnt uts ipc)

# begun: the program on a probe, or why an ordinary user gets no further.
begun() {
	local i

	start_many 1 && return 0
	finish 0 || :
	if [[ $status != 42 ]] && traced; then
		for i in "${!call_what[@]}"; do
			[[ ${call_what[i]} == @(unshare|clone) && ${call_error[i]} == 1 &&
				" ${call_text[i]} " != *' user '* &&
				${call_user[i]} == "${fact[outside.ns.user]}" ]] || continue
			stop_here
			fail_with type-missing "six new namespaces, one of them a user namespace" \
				"without one the kernel refuses the rest (${call_text[i]}): $(error_word 1)"
		done
	fi
	no_start other
}

@test "the command is in new user, PID, network, mount, UTS and IPC namespaces" {
	local type missing=''

	begun
	for type in user "${OWNED[@]}"; do
		[[ ${fact[cmd.ns.$type]} != "${fact[outside.ns.$type]}" ]] || missing+="$type "
	done
	[[ -z $missing ]] || fail_with type-missing \
		"six new namespaces: user ${OWNED[*]}" "the command shares with outside: $missing"
	seen "new: user:[${fact[cmd.ns.user]}] and ${OWNED[*]}"
}

@test "its user namespace owns the other five" {
	local type

	begun
	for type in "${OWNED[@]}"; do
		[[ ${fact[cmd.owner.$type]} == "${fact[cmd.ns.user]}" ]] || fail_with wrong-owner \
			"$type:[${fact[cmd.ns.$type]}] is owned by the command's user:[${fact[cmd.ns.user]}]" \
			"its owner is user:[${fact[cmd.owner.$type]}]"
	done
	truth_if owner "the new one" "the one that the caller is in" \
		test "${fact[cmd.owner.net]}" = "${fact[cmd.ns.user]}"
	seen "all five are owned by user:[${fact[cmd.ns.user]}]"
}

@test "it shares the cgroup and time namespaces with outside" {
	begun
	same_namespaces extra-namespaces cgroup time
	truth_if rest "cgroup and time" nothing \
		test "${fact[cmd.ns.cgroup]}" = "${fact[outside.ns.cgroup]}"
}

@test "it is root inside, and the caller outside" {
	begun
	[[ ";${fact[cmd.uid_map]};" == *";0 ${fact[outside.uid]} "* &&
		";${fact[cmd.gid_map]};" == *";0 ${fact[outside.gid]} "* ]] || fail_with other \
		"uid_map and gid_map lead from 0 to ${fact[outside.uid]} and ${fact[outside.gid]}" \
		"uid_map \"${fact[cmd.uid_map]}\", gid_map \"${fact[cmd.gid_map]}\""
	[[ ${fact[cmd.cap.eff]} == "${fact[outside.cap.all]}" ]] || fail_with other \
		"every capability inside: CapEff ${fact[outside.cap.all]}" "CapEff ${fact[cmd.cap.eff]}"
	[[ ${fact[cmd.euid]} == "${fact[outside.uid]}" ]] || fail_with other \
		"user ${fact[outside.uid]} outside" "user ${fact[cmd.euid]}"
	seen "uid 0 inside is ${fact[cmd.euid]} outside"
}

@test "its /proc shows its own PID namespace" {
	begun
	[[ ${fact[cmd.proc.ns]} == "${fact[cmd.ns.pid]}" ]] || fail_with proc-not-mounted \
		"a proc mount of pid:[${fact[cmd.ns.pid]}] at /proc" \
		"/proc shows pid:[${fact[cmd.proc.ns]}], with PIDs ${fact[cmd.proc.pids]}"
	seen "/proc lists PIDs ${fact[cmd.proc.pids]}"
	outside_unchanged other
}

@test "its host name is combined, outside's is not" {
	begun
	read_uts outside cmd
	[[ ${uts[cmd.hostname]} == combined ]] || fail_with other \
		"the host name \"combined\" inside" "it is \"${uts[cmd.hostname]}\""
	[[ ${uts[outside.hostname]} != combined ]] || fail_with other \
		"outside keeps its host name" "it is \"combined\" too"
}

@test "its only link is lo, and lo is up" {
	begun
	links cmd
	[[ ${answer[links]} == lo && ${answer[lo]} == 'up '*127.0.0.1/8* ]] || fail_with other \
		"lo alone, up, with 127.0.0.1/8" "${answer[links]}: ${answer[lo]:--}"
	seen "inside: lo ${answer[lo]}"
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other
	exec_failure_shows other
}
