# pid/clone: one clone makes a PID namespace and its first process.

load ../lib/load

@test "the command is in a new PID namespace" {
	start
	new_namespace pid no-new-pid-namespace
}

@test "it shares every other namespace with outside" {
	start
	same_namespaces extra-namespaces cgroup ipc mnt net time user uts
}

@test "it is PID 1 there, one level below outside" {
	start
	[[ ${fact[cmd.inside]} == 1 ]] || fail_with extra-fork \
		"the command is PID 1 of its namespace" \
		"it is PID ${fact[cmd.inside]} there; PID 1 is another process"
	[[ ${fact[cmd.levels]} == $((${fact[outside.levels]} + 1)) ]] || fail_with other \
		"one PID namespace more than outside" \
		"the command's PIDs, from outside's level down: ${fact[cmd.nspid]}"
	seen "PID ${fact[cmd.inside]} inside, ${fact[cmd.nspid]%% *} outside"
	truth_if first-process 1 "2, as something else is PID 1 already" test "${fact[cmd.inside]}" = 1
	truth_if caller "where it was" "in the new one, too" \
		test "${fact[parent.ns.pid]}" = "${fact[outside.ns.pid]}"
	truth_if parent 0 "its parent's number outside" \
		test "${fact[parent.ns.pid]}" != "${fact[cmd.ns.pid]}"
	truth_if ps "those outside, too" "itself alone" \
		test "${fact[cmd.proc.ns]}" = "${fact[outside.ns.pid]}"
}

@test "clone made it: the caller's own children stay outside" {
	local who

	start
	for who in program parent; do
		[[ ${fact[$who.alive]:-0} == 1 ]] || continue
		[[ ${fact[$who.ns.pid_for_children]} == "${fact[$who.ns.pid]}" ]] ||
			fail_with unshare-instead-of-clone \
				"pid_for_children of the caller is its own pid:[${fact[$who.ns.pid]}]" \
				"it is pid:[${fact[$who.ns.pid_for_children]}]"
	done
}

@test "the program waits, and ends with the command's exit status" {
	exit_status_passes status-lost not-waited
}

@test "a command that dies of a signal shows as 128 plus its number" {
	signal_passes status-lost
}

@test "a command that can't be run shows as 127 or 126" {
	exec_failure_shows status-lost
}
