# pid/unshare: unshare(2) decides where children are born; the caller stays.

load ../lib/load

@test "the command is in a new PID namespace" {
	start
	if [[ ${fact[cmd.ns.pid]} == "${fact[outside.ns.pid]}" &&
		${fact[cmd.ns.pid_for_children]} != "${fact[cmd.ns.pid]}" ]]; then
		fail_with no-fork "the command in a PID namespace other than outside's" \
			"it has called unshare itself and is still in pid:[${fact[cmd.ns.pid]}]; only its children would be elsewhere"
	fi
	new_namespace pid no-new-pid-namespace
}

@test "it is PID 1 there" {
	start
	[[ ${fact[cmd.inside]} == 1 ]] || fail_with other \
		"the command is PID 1 of its namespace" "it is PID ${fact[cmd.inside]} there"
	seen "PID ${fact[cmd.inside]} inside, ${fact[cmd.nspid]%% *} outside"
}

@test "the caller stays outside, and its children are born inside" {
	start
	[[ ${fact[program.alive]:-0} == 1 ]] || fail_with not-waited \
		"the program waits while the command runs" "it has ended, and the command lives on"
	[[ ${fact[program.ns.pid]} == "${fact[outside.ns.pid]}" ]] || fail_with other \
		"the program in outside's pid:[${fact[outside.ns.pid]}]" \
		"it is in pid:[${fact[program.ns.pid]}]"
	[[ ${fact[program.ns.pid_for_children]} == "${fact[cmd.ns.pid]}" ||
		${fact[parent.ns.pid_for_children]:-} == "${fact[cmd.ns.pid]}" ]] ||
		fail_with clone-instead-of-unshare \
			"pid_for_children of the caller is the command's pid:[${fact[cmd.ns.pid]}]" \
			"it is pid:[${fact[program.ns.pid_for_children]}]: the caller has not unshared"
	truth_if caller "it is where it was, and its next child will be PID 1" \
		"it is PID 1 of the new namespace" test "${fact[program.ns.pid]}" = "${fact[outside.ns.pid]}"
	truth_if fork-returns 1 "the child's number outside" test "${fact[cmd.nspid]%% *}" = 1
	# unshare(1) without --fork executes the second one in its own place.
	outside_does unshare --pid unshare --pid true
	truth_if again "it is refused" "a second namespace, for the next child" test "$did" != 0
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
