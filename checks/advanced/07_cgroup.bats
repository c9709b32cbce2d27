# advanced/cgroup: a new cgroup namespace, and nobody is moved.

load ../lib/load
load ../lib/views

# path_not_root: the first line of $cgroups whose path is not exactly "/", into $REPLY; 1 if there is none.
path_not_root() {
	local line

	while read -r line; do
		REPLY=$line
		[[ ${line#*:*:} == / ]] || return 0
	done <<<"$cgroups"
	return 1
}

@test "the command is in a new cgroup namespace" {
	start
	new_namespace cgroup no-new-cgroup-namespace
	truth_if moved "in the same cgroup" "in a new cgroup" same_place
}

# same_place: is the command in the cgroups that outside is in, as the observer sees it? Sets $before, $after.
same_place() {
	read_cgroups outside observer
	before=$cgroups
	read_cgroups cmd observer
	after=$cgroups
	[[ $before == "$after" ]]
}

@test "inside, the command's cgroup is / in every hierarchy" {
	start
	read_cgroups cmd cmd
	[[ -n $cgroups ]] || fail_with other "a line for each hierarchy, such as \"0::/\"" "there is none"
	if path_not_root; then
		fail_with other "the command's /proc/self/cgroup: / in every line" "there is \"$REPLY\""
	fi
	seen "${cgroups##*$'\n'}"
}

@test "seen from outside it is in the same cgroup as before" {
	start
	same_place || fail_with other "${before//$'\n'/, }" "${after//$'\n'/, }"
	seen "the same ${before##*$'\n'} for both"
}

@test "every other namespace is outside's" {
	start
	same_namespaces extra-namespaces ipc mnt net pid time user uts
	outside_unchanged extra-namespaces
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other
	exec_failure_shows other
}
