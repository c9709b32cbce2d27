# advanced/join: the command is in the namespace that PATH names, whatever its type.

load ../lib/load
load ../lib/held

OTHERS=(uts ipc net mnt user cgroup time)

# target TYPE: a process in a new namespace of this type, called "box"; $path leads there.
target() {
	local options=()

	case $1 in
	mnt) options=(--mount) ;;
	pid) options=(--pid --fork) ;;
	time) options=(--time --fork) ;;
	*) options=("--$1") ;;
	esac
	helper box unshare "${options[@]}" "$PROBE"
	path=/proc/${fact[box.pid]}/ns/$1
}

# known TYPE: has this kernel, and this sandbox, such namespaces?
known() {
	[[ ${fact[outside.ns.$1]:--} != - ]]
}

# why TYPE: the command never ran. What the program said, unless it was never begun.
why() {
	finish 0 || :
	if [[ $status == 42 && $errors == *TODO* ]]; then
		no_start not-started
	fi
	said=${status:+exit status $status: $(last_line "$errors")}
	said=${said:-it still runs}
}

@test "the command is in the namespace of PATH, for every type" {
	local type failed='' worked='' said

	read_facts
	for type in "${OTHERS[@]}" pid; do
		known "$type" || continue
		restart
		target "$type"
		if start_many 1 "$path"; then
			worked+="$type "
			[[ $type == pid || ${fact[cmd.ns.$type]} == "${fact[box.ns.$type]}" ]] || fail_with other \
				"the command in $type:[${fact[box.ns.$type]}], which PATH names" \
				"it is in $type:[${fact[cmd.ns.$type]}]"
		else
			why
			failed+="$type ($said) "
		fi
	done
	[[ -z $failed || -z $worked ]] || fail_with type-hard-coded \
		"the command runs for PATH of every type" "only for $worked, not for $failed"
	[[ -z $failed ]] || {
		stop_here
		fail_with other "the command runs" "for no type: $failed"
	}
	seen "joined: $worked"
}

@test "of a PID namespace it is a member itself, and not only its children" {
	target pid
	start "$path"
	truth_if moves "its children" "the caller itself" \
		test "${fact[program.ns.pid]}" = "${fact[outside.ns.pid]}"
	[[ ${fact[cmd.ns.pid]} == "${fact[box.ns.pid]}" ]] || {
		[[ ${fact[cmd.ns.pid_for_children]} != "${fact[box.ns.pid]}" ]] || fail_with pid-not-forked \
			"the command in pid:[${fact[box.ns.pid]}]" \
			"it is in pid:[${fact[cmd.ns.pid]}] still; only its children would be in pid:[${fact[box.ns.pid]}]"
		fail_with other "the command in pid:[${fact[box.ns.pid]}], which PATH names" \
			"it is in pid:[${fact[cmd.ns.pid]}]"
	}
	seen "the command is PID ${fact[cmd.inside]} of pid:[${fact[cmd.ns.pid]}]"
}

@test "it joins a namespace that only a mount holds" {
	random_word
	path=/srv/$REPLY
	outside_does sh -c "touch $path && unshare --uts=$path hostname $REPLY"
	((did == 0)) || crash "no UTS namespace can be pinned: $said"
	read_mounts outside
	start "$path"
	[[ "uts:[${fact[cmd.ns.uts]}]" == "${mount[$path.root]}" ]] || fail_with other \
		"the command in ${mount[$path.root]}, which is mounted at PATH" \
		"it is in uts:[${fact[cmd.ns.uts]}]"
}

@test "the command holds no descriptor of the namespace" {
	local type

	for type in net pid; do
		restart
		target "$type"
		keep target "$type" box
		start "$path"
		read_pins target
		[[ " ${pins[descriptors]}" != *" ${fact[cmd.pid]}:"* ]] || fail_with descriptor-leaked \
			"no descriptor of $type:[${fact[box.ns.$type]}] in the command" \
			"it holds one, among its descriptors ${fact[cmd.fds]}"
	done
	seen "the command's descriptors: ${fact[cmd.fds]}"
}

@test "a PATH that is missing, or no namespace, is refused" {
	local path

	random_word
	for path in "/srv/$REPLY" /etc/passwd /proc/self/status /tmp; do
		restart
		launch "$path" "$PROBE"
		if started 1 || ! finish; then
			fail_with other "\"join $path\" ends without running the command" "it runs on"
		fi
		[[ $status == 1 ]] || fail_with other "exit status 1 for PATH $path" "exit status $status"
		[[ -n $errors ]] || fail_with other "a message for PATH $path" "none"
	done
	restart
	launch
	finish || fail_with other "join without PATH ends" "it still runs"
	[[ $status == 2 ]] || fail_with other "exit status 2 without PATH" "exit status $status"
}

@test "the program ends with the command's exit status" {
	local type

	for type in uts pid; do
		restart
		target "$type"
		exit_status_of "$path"
	done
}

# exit_status_of ARG...: as exit_status_passes; the target stays.
exit_status_of() {
	start "$@"
	still_waits status-lost
	random_int 3 120
	release cmd "$REPLY"
	finish || fail_with status-lost "the program ends when the command has ended" "it still runs"
	status_is "$REPLY" status-lost
}

@test "a command that dies or can't be run shows in the exit status" {
	local command

	target pid
	start "$path"
	fault
	finish || fail_with status-lost "the program ends when the command has ended" "it still runs"
	status_is 139 status-lost
	for command in "127 /work/no-such-command" "126 /etc/passwd"; do
		restart
		target uts
		launch "$path" "${command#* }"
		finish || fail_with status-lost "the program ends when the command can't be run" "it still runs"
		status_is "${command%% *}" status-lost
	done
}
