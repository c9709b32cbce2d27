# advanced/container: all of it together, started without any privilege.

load ../lib/load
load ../lib/trace
load ../lib/inside
load ../lib/pivot

# A sandbox in which setgroups(2) is still allowed, where this machine has ids for one.
export NSLAB_RANGE=1

CAUSES="setgroups-not-denied mapped-after-exec wrong-outer-id"

# written FILE: what was last written to FILE of a process, and taken, in the traced run.
written() {
	local i

	REPLY=''
	for i in "${!call_what[@]}"; do
		[[ ${call_what[i]} == write && ${call_file[i]} == "$1" && ${call_error[i]} == 0 ]] || continue
		REPLY=${call_text[i]}
	done
}

# asked_for_user: did it ask for a user namespace, or end up in one, before anything failed?
asked_for_user() {
	local i

	for i in "${!call_what[@]}"; do
		[[ ${call_user[i]} == "${fact[outside.ns.user]}" ]] || return 0
		[[ ${call_what[i]} != @(unshare|clone) || " ${call_text[i]} " != *" user "* ]] || return 0
	done
	return 1
}

# why_not: the command never ran. Which mistake with ids was it, as far as the calls tell?
why_not() {
	local uid=${fact[outside.uid]}

	map_mistake "$ROOTFS"
	[[ " $CAUSES " != *" $cause "* || -z $cause ]] || return 0
	cause=''
	((${#call_what[@]})) || return 0
	if ! asked_for_user; then
		cause=no-new-user-namespace
		observed="it asked for namespaces, but for no user namespace: to an ordinary user that is refused"
		return
	fi
	written uid_map
	if [[ $REPLY == "$uid $uid 1" ]]; then
		cause=identity-map observed="the uid_map \"$REPLY\": no root inside"
	elif [[ -n $REPLY ]]; then
		written gid_map
		[[ -n $REPLY ]] || cause=gid-not-mapped observed="uid_map is written, gid_map is not: files can't be made"
	fi
}

# container [ARG...]: the program on ROOTFS and the probe.
container() {
	start_many 1 "$@" "$ROOTFS" && return 0
	finish 0 || :
	[[ $status != 42 ]] || no_start other
	why_not
	if [[ -n $cause ]]; then
		stop_here
		fail_with "$cause" "the program runs its command" "it did not: $observed"
	fi
	no_start other
}

@test "the command is in a new user namespace" {
	container
	new_namespace user no-new-user-namespace
}

@test "inside's uid 0 is the caller" {
	local uid

	container
	uid=${fact[outside.uid]}
	[[ -n ${fact[cmd.uid_map]} ]] || fail_unmapped "uid_map is \"0 $uid 1\"" "$ROOTFS"
	[[ ${fact[cmd.uid_map]} != "$uid $uid 1" ]] || fail_with identity-map \
		"uid_map is \"0 $uid 1\"" "it is \"${fact[cmd.uid_map]}\": nobody is root in there"
	[[ ${fact[cmd.uid_map]} == "0 $uid 1" && ${fact[cmd.euid]} == "$uid" ]] || fail_with other \
		"uid_map is \"0 $uid 1\", and the command is that user" \
		"it is \"${fact[cmd.uid_map]}\", and the command is user ${fact[cmd.euid]}"
	truth_if outside "the user who started it" root test "${fact[cmd.uid]}" = "$uid"
	seen "uid_map ${fact[cmd.uid_map]}"
}

@test "setgroups is denied, and inside's gid 0 is the caller's group" {
	local gid map

	container
	gid=${fact[outside.gid]} map=${fact[cmd.gid_map]}
	if [[ -n $map && $map != "0 $gid 1" ]]; then
		[[ $map != "$gid $gid 1" ]] || fail_with identity-map "gid_map is \"0 $gid 1\"" "it is \"$map\""
		fail_with other "gid_map is \"0 $gid 1\"" "it is \"$map\""
	fi
	[[ ${fact[cmd.setgroups]} == deny ]] || fail_with setgroups-not-denied \
		"gid_map is \"0 $gid 1\", setgroups says deny" \
		"gid_map is \"$map\", setgroups says ${fact[cmd.setgroups]}"
	# Inherited: setgroups says deny whatever the program did.
	if [[ ${fact[outside.setgroups]} == deny ]]; then
		map_mistake "$ROOTFS"
		[[ $cause != setgroups-not-denied ]] || fail_with setgroups-not-denied \
			"deny is written to setgroups, then gid_map" "$observed"
		[[ $denied != 0 || -n $map ]] || fail_with setgroups-not-denied \
			"gid_map is \"0 $gid 1\", setgroups says deny" "neither of the two was written"
	fi
	[[ -n $map ]] || fail_with gid-not-mapped \
		"gid_map is \"0 $gid 1\"" "it is empty, although setgroups says deny"
}

@test "PID, network, host name, IPC and cgroup namespaces are new" {
	local type

	container
	new_namespace pid no-new-pid-namespace
	for type in net uts ipc cgroup; do
		new_namespace $type type-missing
	done
	# The observer's proc is that of outside.
	truth_if list "yes, each with another number" "no, they are in another namespace" \
		test "${fact[cmd.pid]:-0}" -gt 1
}

@test "who joins its mount namespace stands in ROOTFS" {
	container
	in_rootfs
}

@test "of the old tree no mount is left inside" {
	container
	nothing_of_the_old_tree
}

@test "its /proc shows its own PID namespace" {
	container
	own_proc
}

@test "no descriptor but 0, 1 and 2 reaches the command" {
	local fd

	# A caller who has a directory, a file and a device open. The helper's name means its probe.
	# shellcheck disable=SC2016 # for the shell inside
	helper shell bash -c 'exec 7</ 8</etc/passwd 9<>/dev/null; exec "$@"' \
		bash "/work/$NSLAB_PROGRAM" "$ROOTFS" "$PROBE"
	for fd in ${fact[shell.fds]}; do
		((fd < 3)) || fail_with descriptor-leaked \
			"the command has no descriptor above 2" "it has ${fact[shell.fds]}; the caller's are 7, 8 and 9"
	done
	seen "descriptors ${fact[shell.fds]}"
}

@test "no way leads back: it is tried from inside" {
	no_way_back
}

# kind PATH: what it is to the command, as "char 1:3", "dir devpts" or "-".
kind() {
	look cmd "$1"
	REPLY=${answer[type]}
	case $REPLY in
	char) REPLY+=" ${answer[device]}" ;;
	dir) REPLY+=" ${answer[fs]}" ;;
	esac
}

@test "/dev has what programs expect there" {
	local device

	container
	for device in null=1:3 zero=1:5 full=1:7 random=1:8 urandom=1:9 tty=5:0; do
		kind "/dev/${device%=*}"
		[[ $REPLY == "char ${device#*=}" ]] || fail_with dev-incomplete \
			"/dev/${device%=*} is the device ${device#*=}" "it is ${REPLY/#-/not there}"
	done
	kind /dev/pts
	[[ $REPLY == "dir devpts" ]] || fail_with dev-incomplete \
		"a devpts of its own at /dev/pts" "${REPLY/#-/nothing}"
	kind /dev/shm
	[[ $REPLY == dir* ]] || fail_with dev-incomplete "a directory /dev/shm" "${REPLY/#-/nothing}"
	kind /tmp
	[[ $REPLY == dir* ]] || fail_with other "a directory /tmp" "${REPLY/#-/nothing}"
}

@test "the host name is container, or what was asked for" {
	container
	read_uts cmd outside
	[[ ${uts[cmd.hostname]} == container ]] || fail_with other \
		"inside the host name is \"container\"" "it is \"${uts[cmd.hostname]}\""
	restart
	random_word
	container --hostname "$REPLY"
	read_uts cmd outside
	[[ ${uts[cmd.hostname]} == "$REPLY" ]] || fail_with other \
		"with --hostname $REPLY that is the host name inside" "it is \"${uts[cmd.hostname]}\""
	[[ ${uts[outside.hostname]} != "$REPLY" ]] || fail_with type-missing \
		"outside keeps its host name" "it was renamed"
}

@test "lo is up inside, and the only link" {
	container
	links cmd
	[[ ${answer[links]} == lo && ${answer[lo]} == up* ]] || fail_with other \
		"inside there is lo, and it is up" "links: ${answer[links]:-none}; lo is ${answer[lo]:-missing}"
}

@test "outside's mounts and ROOTFS are what they were" {
	container
	unharmed
	release
	finish || :
	settled || :
	unharmed
}

# unharmed: empty files and directories to mount on may stay in ROOTFS, and nothing else.
unharmed() {
	local path

	outside_unchanged other
	for path in ${fact[rootfs.added]//,/ }; do
		path=${path#/}
		[[ $path != @(dev|proc|sys|tmp|run)* ]] || continue
		fail_with put-old-directory-left "ROOTFS as it was before the program started" "new: ${fact[rootfs.added]}"
	done
	[[ -z ${fact[rootfs.removed]}${fact[rootfs.changed]} ]] || fail_with other \
		"ROOTFS as it was before the program started" "gone: ${fact[rootfs.removed]}; changed: ${fact[rootfs.changed]}"
}

@test "the program ends with the command's exit status" {
	exit_status_passes status-lost status-lost "$ROOTFS"
}

@test "a command that dies of a signal shows as 128 plus its number" {
	signal_passes status-lost "$ROOTFS"
}

@test "a command that can't be run shows as 127 or 126" {
	exec_failure_shows status-lost "$ROOTFS"
}

only_init_and_cmd() {
	[[ ${fact[cmd.alive]:-0} != 1 || ${fact[parent.zombies]:-0} == 0 && ! ${fact[cmd.proc.pids]} =~ \ .*\ .* ]]
}

# An init of the program's is there to reap; a command that is PID 1 itself has to.
has_init() {
	[[ ${fact[cmd.inside]} != 1 ]]
}

@test "twenty orphans are reaped, and the command lives on" {
	PROBE_ARGS=(--orphans 20)
	start_many 1 "$ROOTFS" || :
	[[ ${fact[cmd.alive]:-0} == 1 ]] || fail_with waits-for-the-wrong-child \
		"init stays when an orphan ends" "init ended with the first orphan, and the kernel killed the command"
	has_init || return 0
	eventually 2 only_init_and_cmd || fail_with orphans-not-reaped \
		"no zombie left of 20 orphans that have ended" \
		"${fact[parent.zombies]:-some} zombies, children of PID 1, still in the table"
	[[ ${fact[cmd.alive]:-0} == 1 ]] || fail_with waits-for-the-wrong-child \
		"init stays when an orphan ends" "init ended with the first orphan, and the kernel killed the command"
}

@test "the container ends with the command, even while an orphan lives on" {
	PROBE_ARGS=(--survivor)
	start "$ROOTFS"
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

# forwarded WHO WORDS: SIGTERM and SIGINT that WHO gets reach the command.
forwarded() {
	local name number

	for name in TERM INT; do
		number=$(kill -l $name)
		signal "$1" $name
		eventually 3 has_caught "$number" && [[ ${fact[cmd.alive]:-0} == 1 ]] ||
			fail_with signal-not-forwarded \
				"the command receives a SIG$name that was sent to $2" \
				"$(if [[ ${fact[cmd.alive]:-0} == 1 ]]; then echo "it did not get it"; else echo "it was killed instead"; fi)"
	done
}

@test "SIGTERM and SIGINT sent to the program reach the command" {
	PROBE_ARGS=(--catch)
	start "$ROOTFS"
	forwarded program "the program"
}

@test "SIGTERM and SIGINT sent to its init reach the command" {
	PROBE_ARGS=(--catch)
	start "$ROOTFS"
	has_init || return 0
	forwarded parent "PID 1 from outside"
}

# A shell of ROOTFS on a terminal.
at_prompt() {
	terminal "$ROOTFS" /bin/sh
	shown '#' 6 && return 0
	finish 0 || :
	[[ -z $status ]] || no_start other
	fail_with other "a prompt on the terminal" "none; the screen says: $(last_line "$screen")"
}

job() { # N
	type "$PROBE"$'\n'
	started "$1" || fail_with other "a shell inside starts a command that is typed" \
		"nothing started; the screen says: $(last_line "$output")"
}

in_front() {
	[[ ${fact[cmd.tpgid]:-} == "${fact[cmd.pgid]:-none}" ]]
}

has_state() { # STATE...
	[[ " $* " == *" ${fact[cmd.state]:--} "* ]]
}

@test "on a terminal a shell inside has job control" {
	at_prompt
	[[ $screen != *"job control"* ]] || fail_with other \
		"a shell with job control" "it says: $(last_line "${screen%#*}")"
	job 1
	eventually in_front || fail_with other \
		"a command that is typed runs in the foreground of the terminal" \
		"its process group is ${fact[cmd.pgid]}, in front is ${fact[cmd.tpgid]}"
	type $'\032'
	eventually has_state T || fail_with other "Ctrl-Z stops the job in front" "its state is ${fact[cmd.state]}"
	type $'fg\n'
	eventually has_state S R || fail_with other "fg lets it go on" "its state is ${fact[cmd.state]}"
	eventually in_front || fail_with other "fg brings it to the front" "in front is group ${fact[cmd.tpgid]}"
	type $'\003'
	eventually has_state - Z || fail_with other "Ctrl-C ends the job in front" "it lives on"
	random_int 3 120
	type "exit $REPLY"$'\n'
	finish || fail_with other "the program ends when the shell has ended" "it still runs"
	status_is "$REPLY" status-lost
}

@test "fifty containers in a row leave nothing" {
	local round

	start "$ROOTFS"
	release
	finish || fail_with other "the program ends when the command has ended" "it still runs"
	settled || :
	note /tmp
	for round in 1 2 3 4 5; do
		# shellcheck disable=SC2016 # for the shell inside
		outside_does sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do "$@" || exit; done' \
			sh "/work/$NSLAB_PROGRAM" "$ROOTFS" /bin/true
		[[ $did == 0 ]] || fail_with other "fifty times true, each with exit status 0" \
			"exit status $did after $(((round - 1) * 10)) or more: $(last_line "$said")"
	done
	settled || fail_with other "nothing runs after fifty containers" "$leftover"
	unharmed
	changes /tmp
	[[ -z ${answer[added]} ]] || fail_with other "/tmp as it was before" "new: ${answer[added]}"
	seen "fifty containers: no process, no mount, no file left"
}

@test "bad usage and a ROOTFS that is not there are refused" {
	launch
	finish || fail_with other "a usage line, and the end" "it still runs"
	[[ $status == 2 ]] || fail_with other "exit status 2 without arguments" "${status:-none}"
	restart
	random_word
	launch "/srv/$REPLY-not" "$PROBE"
	finish || fail_with other "the program ends where ROOTFS is not there" "it still runs"
	[[ $status == 1 && "$errors$output" == *"/srv/$REPLY-not"* ]] || fail_with other \
		"exit status 1 and a message that names ROOTFS where it is not there" \
		"${status:-none}: $(last_line "${errors:-$output}")"
}
