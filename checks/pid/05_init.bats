# pid/init: an init of the program's own is PID 1; the command is its child.

load ../lib/load

@test "the command is PID 2, and its parent is PID 1" {
	start
	[[ ${fact[cmd.ns.pid]} != "${fact[outside.ns.pid]}" ]] || fail_with other \
		"the command in a PID namespace other than outside's" \
		"both are in pid:[${fact[cmd.ns.pid]}]"
	[[ ${fact[cmd.inside]} != 1 ]] || fail_with cmd-is-pid-1 \
		"the command is PID 2, under an init that is PID 1" \
		"the command itself is PID 1: nobody is left to be init"
	[[ ${fact[cmd.inside]} == 2 && ${fact[parent.inside]} == 1 ]] || fail_with other \
		"the command is PID 2 and its parent PID 1" \
		"the command is PID ${fact[cmd.inside]}, its parent PID ${fact[parent.inside]:-0}"
	seen "PID ${fact[cmd.inside]} inside, ${fact[cmd.nspid]%% *} outside"
	truth_if second 2 "1, every process in there is PID 1" test "${fact[cmd.inside]}" = 2
}

@test "/proc inside shows the new namespace, and outside's mounts stay" {
	start
	[[ ${fact[cmd.proc.ns]} == "${fact[cmd.ns.pid]}" ]] || fail_with proc-not-mounted \
		"a proc mount of pid:[${fact[cmd.ns.pid]}] at /proc" \
		"/proc shows pid:[${fact[cmd.proc.ns]}], with PIDs ${fact[cmd.proc.pids]}"
	outside_unchanged other
}

@test "the program ends with the command's exit status" {
	exit_status_passes status-lost status-lost
}

@test "a command that dies of a signal shows as 128 plus its number" {
	signal_passes status-lost
}

@test "a command that can't be run shows as 127 or 126" {
	exec_failure_shows status-lost
}

only_two_are_left() {
	[[ ${fact[cmd.alive]:-0} != 1 || ${fact[cmd.proc.pids]} == "1 2" ]]
}

@test "twenty orphans are reaped, and the command lives on" {
	PROBE_ARGS=(--orphans 20)
	start_many 1 || :
	eventually 2 only_two_are_left || fail_with orphans-not-reaped \
		"no zombie left of 20 orphans that have ended" \
		"${fact[parent.zombies]:-some} zombies, children of PID 1, still in the table"
	[[ ${fact[cmd.alive]:-0} == 1 ]] || fail_with waits-for-the-wrong-child \
		"init stays when an orphan ends" "init ended with the first orphan, and the kernel killed the command"
}

@test "init ends with the command, even while an orphan lives on" {
	PROBE_ARGS=(--survivor)
	start
	random_int 3 120
	release cmd "$REPLY"
	finish 3 || fail_with waits-for-the-wrong-child \
		"the program ends when the command has ended" \
		"the command has ended, and the program still waits for an orphan that lives on"
	status_is "$REPLY" waits-for-the-wrong-child
	settled || fail_with waits-for-the-wrong-child \
		"the kernel kills the orphan when init ends" "still alive: $leftover"
}

has_caught() { # NUMBER
	[[ ${fact[cmd.alive]:-0} != 1 || " ${fact[cmd.caught]} " == *" $1 "* ]]
}

# forwarded WHO: SIGTERM and SIGINT that WHO gets reach the command.
forwarded() {
	local name number

	PROBE_ARGS=(--catch)
	start
	for name in TERM INT; do
		number=$(kill -l $name)
		signal "$1" $name
		eventually 2 has_caught "$number" && [[ ${fact[cmd.alive]:-0} == 1 ]] ||
			fail_with signal-not-forwarded \
				"the command receives a SIG$name that was sent to $2" \
				"$(if [[ ${fact[cmd.alive]:-0} == 1 ]]; then echo "it did not get it"; else echo "it was killed instead"; fi)"
	done
}

@test "SIGTERM and SIGINT sent to PID 1 reach the command" {
	forwarded parent "PID 1 from outside"
}

@test "SIGTERM and SIGINT sent to the program reach the command" {
	forwarded program "the program"
}

@test "SIGTERM to the program ends all of it" {
	start
	signal program TERM
	finish || fail_with signal-not-forwarded "the program ends after SIGTERM" "it still runs"
	settled || fail_with signal-not-forwarded "nothing left after SIGTERM" "$leftover"
	outside_unchanged other
}
