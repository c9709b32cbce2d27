# pid/shell: a shell as PID 1, with a terminal it can use and gives back.
# Driven through a terminal as a person would; facts are read from the kernel.

load ../lib/load

# at_prompt: the program on a terminal, without arguments, until its shell prompts.
at_prompt() {
	terminal
	if shown '#' 4; then
		return 0
	fi
	finish 0 || :
	if [[ -n $status ]]; then
		no_start other
	fi
	fail_with no-job-control "a prompt on the terminal" \
		"none within 4 seconds${screen:+; the screen says: $(last_line "$screen")}: a shell in the background waits for the terminal"
}

# job: the probe, typed at the prompt. The shell is its parent.
job() { # N
	type "$PROBE"$'\n'
	started "$1" 4 || fail_with no-job-control "the shell starts a command that is typed" \
		"nothing started; the screen says: $(last_line "$output")"
}

@test "the shell is PID 1 of a new PID namespace" {
	at_prompt
	job 1
	[[ ${fact[parent.ns.pid]} != "${fact[outside.ns.pid]}" ]] || fail_with no-new-pid-namespace \
		"the shell in a PID namespace other than outside's" \
		"both are in pid:[${fact[parent.ns.pid]}]"
	[[ ${fact[parent.inside]} == 1 ]] || fail_with other \
		"the shell is PID 1" "it is PID ${fact[parent.inside]} of its namespace"
	truth_if own-number 1 "a low number, but not 1" test "${fact[parent.inside]}" = 1
}

@test "/proc inside shows that namespace, and outside's mounts stay" {
	at_prompt
	job 1
	[[ ${fact[parent.proc.ns]} == "${fact[parent.ns.pid]}" ]] || fail_with proc-not-mounted \
		"a proc mount of pid:[${fact[parent.ns.pid]}] at /proc" \
		"/proc shows pid:[${fact[parent.proc.ns]}], with PIDs ${fact[parent.proc.pids]}"
	outside_unchanged other
}

in_front() { # WHO
	[[ ${fact[$1.tpgid]:-} == "${fact[$1.pgid]:-none}" ]]
}

has_state() { # WHO STATE...
	[[ " ${*:2} " == *" ${fact[$1.state]:--} "* ]]
}

@test "job control works: Ctrl-C ends the job in front, not the shell" {
	at_prompt
	[[ $screen != *"no job control"* ]] || fail_with no-job-control \
		"a shell with job control" "it says: no job control in this shell"
	job 1
	eventually 2 in_front cmd || fail_with no-job-control \
		"a command that is typed runs in the foreground of the terminal" \
		"its process group is ${fact[cmd.pgid]}, in front is ${fact[cmd.tpgid]}"
	[[ ${fact[cmd.pgid]} != "${fact[parent.pgid]}" ]] || fail_with no-job-control \
		"the job has a process group of its own" "it shares the shell's"
	type $'\003'
	eventually 2 has_state cmd - Z || fail_with no-job-control \
		"Ctrl-C ends the job in front" "it lives on"
	type $'echo alive-$((40 + 2))\n'
	shown alive-42 3 || fail_with no-job-control "the shell survives Ctrl-C" "it does not answer any more"
}

@test "job control works: Ctrl-Z stops, bg and fg resume" {
	at_prompt
	job 1
	type $'\032'
	eventually 2 has_state cmd T || fail_with no-job-control \
		"Ctrl-Z stops the job in front" "its state is ${fact[cmd.state]}"
	type $'bg\n'
	eventually 2 has_state cmd S R || fail_with no-job-control \
		"bg lets it run in the background" "its state is ${fact[cmd.state]}"
	type $'fg\n'
	eventually 2 in_front cmd || fail_with no-job-control \
		"fg brings it to the front" "in front is group ${fact[cmd.tpgid]}"
	type $'\003'
	eventually 2 has_state cmd - Z || fail_with no-job-control \
		"Ctrl-C ends it there" "it lives on"
}

@test "afterwards the terminal is the caller's again" {
	at_prompt
	type $'exit 0\n'
	finish 3 || :
	eventually 1 in_front caller || fail_with terminal-not-returned \
		"the caller's process group in front again, ${fact[caller.pgid]}" \
		"in front is ${fact[caller.tpgid]}${status:+, with the program ended}"
	[[ -n $status ]] || fail_with terminal-not-returned \
		"the program ends when the shell has ended" "it is stopped: it took the terminal from the background"
}

@test "the program ends with the shell's exit status" {
	at_prompt
	random_int 3 120
	type "exit $REPLY"$'\n'
	finish || fail_with other "the program ends when the shell has ended" "it still runs"
	status_is "$REPLY" status-lost
}

@test "without a terminal the command runs and its exit status passes, too" {
	exit_status_passes status-lost status-lost
	restart
	signal_passes status-lost
	exec_failure_shows status-lost
}
