# advanced/nested: PID namespaces, each inside the one before.

load ../lib/load

@test "the command is DEPTH PID namespaces below outside's" {
	local depth below

	random_int 4 7
	depth=$REPLY
	start "$depth"
	below=$((fact[cmd.levels] - 1))
	((below > 0)) || fail_with other "the command $depth PID namespaces below outside's" \
		"it is in outside's own"
	((below != 1)) || fail_with side-by-side \
		"the command $depth PID namespaces below outside's" \
		"one below: the parent of pid:[${fact[cmd.ns.pid]}] is outside's"
	((below == depth)) || {
		((below != depth - 1 && below != depth + 1)) || fail_with off-by-one \
			"the command $depth PID namespaces below outside's" \
			"$below: NSpid has ${fact[cmd.nspid]// /, }"
		fail_with other "the command $depth PID namespaces below outside's" "$below"
	}
	truth_if numbers "one for each level" "one" \
		test "$(wc -w <<<"${fact[cmd.nspid]}")" = $((depth + 1))
	seen "$depth levels down; its PIDs, from outside's level inwards: ${fact[cmd.nspid]}"
}

@test "one level is one level" {
	start 1
	((fact[cmd.levels] == 2)) || fail_with off-by-one "the command one PID namespace below outside's" \
		"$((fact[cmd.levels] - 1))"
}

@test "in the innermost it is PID 1, with a /proc of that namespace" {
	start 3
	[[ ${fact[cmd.inside]} == 1 ]] || fail_with other \
		"the command is PID 1" "it is PID ${fact[cmd.inside]} of pid:[${fact[cmd.ns.pid]}]"
	[[ ${fact[cmd.proc.ns]} == "${fact[cmd.ns.pid]}" ]] || fail_with other \
		"/proc shows pid:[${fact[cmd.ns.pid]}]" \
		"/proc shows pid:[${fact[cmd.proc.ns]}], with PIDs ${fact[cmd.proc.pids]}"
	seen "/proc lists PIDs ${fact[cmd.proc.pids]}"
	outside_unchanged other
}

@test "0, and what is no number, are bad usage" {
	local word

	for word in 0 x 3x -1 ''; do
		restart
		launch "$word" "$PROBE"
		if started 1; then
			fail_with other "no command for DEPTH \"$word\"" "it runs"
		fi
		finish || fail_with other "\"nested $word\" ends" "it still runs"
		[[ $status == 2 ]] || fail_with other "exit status 2 for DEPTH \"$word\"" "exit status $status"
	done
}

@test "the program ends with the command's exit status" {
	exit_status_passes status-lost status-lost 3
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes status-lost 3
	exec_failure_shows status-lost 2
}

@test "more levels than the kernel has are refused, and nothing is left" {
	launch 40 "$PROBE"
	if started 1; then
		fail_with limit-crashes "\"nested 40\" runs no command: the kernel has 32 levels" \
			"it runs one, $((fact[cmd.levels] - 1)) levels down"
	fi
	finish || fail_with limit-crashes "\"nested 40\" ends" "it still runs"
	[[ $status == 1 ]] || fail_with limit-crashes "exit status 1 for 40 levels" "exit status $status"
	[[ -n $errors ]] || fail_with limit-crashes "a message that names the limit" "none"
	settled || fail_with limit-crashes "nothing left when the program has ended" "$leftover"
	seen "$(last_line "$errors")"
}
