# user/nobody: a user namespace in which nobody is mapped.

load ../lib/load

@test "the command is in a new user namespace" {
	start
	new_namespace user no-new-user-namespace
}

@test "no id is mapped there, and the command is the overflow user" {
	local map

	start
	for map in uid_map gid_map; do
		[[ -z ${fact[cmd.$map]} ]] || fail_with mapped \
			"an empty $map" "it holds \"${fact[cmd.$map]}\""
	done
	seen "both maps are empty; outside the command is user ${fact[cmd.uid]}"
	outside_does unshare --user id -u
	truth id "$said"
}

@test "after the exec the command holds no capability" {
	local set

	start
	for set in eff prm amb; do
		[[ ${fact[cmd.cap.$set]} == 0000000000000000 ]] || fail_with other \
			"no capability left by the exec" "Cap${set^} is ${fact[cmd.cap.$set]}"
	done
	seen "CapEff ${fact[cmd.cap.eff]}"
	truth_if capabilities none "all of them" test -z "${fact[cmd.cap.eff]//0/}"
}

@test "it shares every other namespace with outside" {
	start
	same_namespaces other cgroup ipc mnt net pid time uts
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other
	exec_failure_shows other
}
