# The check that hostile programs are run by: that of pid/clone in short, so that it
# ends soon. lab grade and lab check find it in a copy of the course.

load ../lib/load

@test "the command is in a new PID namespace that clone made" {
	start
	new_namespace pid no-new-pid-namespace
	same_namespaces extra-namespaces cgroup ipc mnt net time user uts
	[[ ${fact[cmd.inside]} == 1 ]] || fail_with extra-fork \
		"the command is PID 1 of its namespace" "it is PID ${fact[cmd.inside]} there"
	[[ ${fact[parent.ns.pid_for_children]} == "${fact[outside.ns.pid]}" ]] ||
		fail_with unshare-instead-of-clone "the caller's own children stay outside" \
			"they are in pid:[${fact[parent.ns.pid_for_children]}]"
}

@test "the program waits, and ends with the command's exit status" {
	exit_status_passes status-lost not-waited
}
