# pid/procfs: a /proc that shows the new PID namespace, and shows it inside only.

load ../lib/load

@test "the command is in a new PID namespace" {
	start
	new_namespace pid no-new-pid-namespace
}

@test "it is in a new mount namespace" {
	start
	new_namespace mnt no-new-mount-namespace
}

outside_has() { # PID
	outside_does test -d "/proc/$1"
	((did == 0))
}

@test "its /proc shows that PID namespace" {
	start
	if [[ ${fact[cmd.proc.ns]} != "${fact[cmd.ns.pid]}" ]]; then
		[[ ${fact[cmd.proc.dev]:-} != "${fact[outside.proc.dev]}" ]] || fail_with proc-not-mounted \
			"a proc mount of pid:[${fact[cmd.ns.pid]}] at /proc" \
			"/proc is still outside's, and lists PIDs ${fact[cmd.proc.pids]}"
		fail_with proc-of-the-wrong-namespace \
			"a proc mount of pid:[${fact[cmd.ns.pid]}] at /proc" \
			"a new proc mount, but of pid:[${fact[cmd.proc.ns]}], the namespace of the process that mounted it"
	fi
	seen "/proc shows pid:[${fact[cmd.proc.ns]}], with PIDs ${fact[cmd.proc.pids]}"
	truth_if seen-from-outside "yes, under another number" "no, it is in another namespace" \
		outside_has "${fact[cmd.nspid]%% *}"
}

@test "outside's mount table stays as it was, even where / is shared" {
	start
	outside_unchanged mount-leaked
	release
	finish || :
	settled || :
	outside_unchanged mount-leaked
	# The same without a mount namespace.
	outside_does unshare --pid --fork mount -t proc proc /proc
	read_facts
	truth_if pid-alone "everybody outside" "the child alone" test -n "${fact[outside.mounts.added]}"
}

@test "no mount inside is still a peer of one outside" {
	start
	[[ -z ${fact[cmd.peers]} ]] || fail_with mount-leaked \
		"propagation to outside switched off for every mount inside" \
		"still shared with outside: ${fact[cmd.peers]}; whatever is mounted there appears outside too"
}

@test "it shares every other namespace with outside" {
	start
	same_namespaces other cgroup ipc net time user uts
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other
	exec_failure_shows other
}
