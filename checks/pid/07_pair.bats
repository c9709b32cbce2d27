# pid/pair: two copies of a command at the same time, each in a world of its own.

load ../lib/load

# both: the program on two probes. A program that starts one only is asked why:
# does the second come when the first has ended?
both() {
	launch "$PROBE"
	if started 2 3; then
		return 0
	fi
	((probes)) || no_start other
	stop_here
	release cmd
	if started 2 2; then
		fail_with one-after-the-other "two copies of the command at the same time" \
			"the second started when the first had ended"
	fi
	fail_with other "two copies of the command" "only one, also when it had ended"
}

@test "two copies run at the same time" {
	both
}

@test "each is in a PID namespace of its own, none of them outside's" {
	both
	[[ ${fact[cmd.ns.pid]} != "${fact[outside.ns.pid]}" &&
		${fact[cmd2.ns.pid]} != "${fact[outside.ns.pid]}" ]] || fail_with other \
		"both copies in new PID namespaces" "one is in outside's pid:[${fact[outside.ns.pid]}]"
	[[ ${fact[cmd.ns.pid]} != "${fact[cmd2.ns.pid]}" ]] || fail_with one-namespace-for-both \
		"two PID namespaces for two copies" "both are in pid:[${fact[cmd.ns.pid]}]"
}

@test "the two stand side by side, none inside the other" {
	both
	[[ ${fact[cmd.parent.pid]} == "${fact[cmd2.parent.pid]}" ]] || fail_with one-nested-in-the-other \
		"both PID namespaces have the same parent" \
		"from outside down: ${fact[cmd.path.pid]} and ${fact[cmd2.path.pid]}"
}

@test "outside's mount table stays as it was, even where / is shared" {
	both
	outside_unchanged mount-leaked
}

@test "each has a /proc that lists its own namespace only" {
	local who

	both
	for who in cmd cmd2; do
		[[ ${fact[$who.proc.ns]} == "${fact[$who.ns.pid]}" ]] || fail_with proc-not-private \
			"a /proc of pid:[${fact[$who.ns.pid]}] for the copy in it" \
			"its /proc shows pid:[${fact[$who.proc.ns]}], with PIDs ${fact[$who.proc.pids]}"
	done
}

@test "no mount inside is still a peer of one outside" {
	both
	[[ -z ${fact[cmd.peers]}${fact[cmd2.peers]} ]] || fail_with mount-leaked \
		"propagation to outside switched off for every mount inside" \
		"still shared with outside: ${fact[cmd.peers]:-${fact[cmd2.peers]}}"
}

first_has_ended() {
	[[ ${fact[cmd.alive]:-0} != 1 ]]
}

@test "the program waits for both, and one that fails shows in its exit status" {
	both
	release cmd 0
	eventually first_has_ended || :
	eventually has_settled_down || :
	[[ ${fact[program.alive]:-0} == 1 ]] || fail_with orphans-left \
		"the program waits for both copies" "it ended with the first, and the second lives on"
	random_int 3 120
	release cmd2 "$REPLY"
	finish || fail_with other "the program ends when both have ended" "it still runs"
	status_is "$REPLY" other
	settled || fail_with orphans-left "nothing left when the program has ended" "$leftover"
}

@test "both succeed: exit status 0" {
	both
	release cmd 0
	release cmd2 0
	finish || fail_with other "the program ends when both have ended" "it still runs"
	status_is 0 other
}

@test "SIGTERM to the program ends both, also a command that ignores it" {
	both
	signal program TERM
	finish 8 || fail_with orphans-left "the program ends after SIGTERM" "it still runs, with its copies"
	settled || fail_with orphans-left "both copies end with the program" "still alive: $leftover"
	outside_unchanged mount-leaked
}
