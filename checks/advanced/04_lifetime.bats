# advanced/lifetime: a namespace outlives its processes by a descriptor, which is handed on.

load ../lib/load
load ../lib/held
load ../lib/trace

TYPES=(uts net ipc)

# first_life [TYPE]: the command runs for the first time; its namespace is kept as "space", so
# that no later one gets its inode. Who is there by then, into $before (PIDs) and the pins.
first_life() {
	type=${1:-${TYPES[RANDOM % 3]}}
	start "$type"
	((probes == 1)) || fail_with process-kept-alive \
		"the command runs once, and again when that has ended" "$probes of it run at the same time"
	new_namespace "$type" no-new-namespace
	keep space "$type" cmd
	space=$type:[${answer[inode]}]
	quiet
	read_pins space
	members=" ${pins[members]} " holders=" ${pins[descriptors]}"
	read_processes
	before=" ${!parent_of[*]} "
	for pid in "${!sockets_of[@]}"; do
		had_sockets[pid]=${sockets_of[$pid]}
	done
	mounted=${pins[mounts]}
}

# second_life: the first command ends, and the second one runs, or else.
second_life() {
	release cmd
	if ! started 2; then
		[[ -z $mounted ]] || no_mount
		finish 0 || :
		fail_with "$1" "the command runs a second time" \
			"${status:+the program ended with exit status $status}${status:-it does not, and the program still runs}"
	fi
	read_pins space
}

no_mount() {
	[[ -z $mounted ]] || fail_with bind-mounted "no mount of $space" \
		"it is mounted at $mounted"
}

declare -a had_sockets=()

@test "the command runs in a new namespace, which no mount keeps" {
	first_life
	no_mount
	seen "$space is new, and nowhere mounted"
}

@test "when everybody in it has died it runs once more, in the same namespace" {
	local pid

	first_life
	second_life other
	[[ -z ${pins[mounts]} ]] || fail_with bind-mounted "no mount of $space" \
		"it is mounted at ${pins[mounts]}"
	for pid in ${pins[members]}; do
		[[ $members != *" $pid "* ]] || fail_with process-kept-alive \
			"everybody who was in $space has died before the command runs again" \
			"PID $pid was there before, and still is"
	done
	[[ ${fact[cmd2.ns.$type]} != "${fact[outside.ns.$type]}" ]] || fail_with other \
		"the second command in $space" "it is in outside's, $type:[${fact[cmd2.ns.$type]}]"
	[[ "$type:[${fact[cmd2.ns.$type]}]" == "$space" ]] || fail_with new-namespace-instead \
		"the second command in $space, as the first" \
		"it is in another one, $type:[${fact[cmd2.ns.$type]}]"
	truth_if empty "it stays" "it goes with them" \
		test "$type:[${fact[cmd2.ns.$type]}]" = "$space"
	seen "$space had two lives"
}

# heir: the process that brought the second command into the namespace, $heir: of those that were
# there during the first life the nearest above it; empty if there is none.
heir() {
	read_processes
	heir=${fact[cmd2.pid]}
	while [[ -n $heir && $heir != 0 && $before != *" $heir "* ]]; do
		heir=${parent_of[$heir]:-}
	done
	[[ $heir != [01] ]] || heir=''
}

@test "the process that joins was there before, and had no descriptor of it" {
	first_life
	second_life other
	heir
	[[ -n $heir ]] || fail_with not-passed \
		"a process that joins is there already while the command runs for the first time" \
		"the one that joined was made later, and could inherit the descriptor"
	[[ $holders != *" $heir:"* ]] || fail_with not-passed \
		"the process that joins gets its descriptor when everybody in $space has died" \
		"PID $heir, which joined, had one from the beginning: ${holders# }"
	[[ $members != *" $heir "* ]] || fail_with not-passed \
		"another process joins" "PID $heir was in $space from the beginning"
	((${had_sockets[heir]})) || fail_with reopened-by-path \
		"the process that joins waits at a Unix socket" "PID $heir has no socket, only paths lead to $space"
	seen "PID $heir waited at a socket, was handed the descriptor, and joined"
}

@test "the descriptor comes through the socket, not from a path" {
	local i lives=0

	type=uts
	traced uts || {
		seen "not looked at: this machine forbids tracing"
		return 0
	}
	release cmd
	started 2 || :
	read_calls
	for i in "${!call_what[@]}"; do
		[[ ${call_what[i]} != exec || ${call_file[i]} != cmd ]] || ((++lives))
		[[ $lives != 1 || ${call_what[i]} != take ]] || fail_with reopened-by-path \
			"between the two lives nobody looks for the namespace below /proc" \
			"${call_text[i]} was opened"
	done
	((lives == 2)) || fail_with other "the command runs twice" "$lives times"
}

@test "neither command holds a descriptor of the namespace" {
	first_life
	[[ $holders != *" ${fact[cmd.pid]}:"* ]] || fail_with descriptor-leaked \
		"no descriptor of $space in the first command" "it holds one, of ${fact[cmd.fds]}"
	second_life other
	[[ " ${pins[descriptors]}" != *" ${fact[cmd2.pid]}:"* ]] || fail_with descriptor-leaked \
		"no descriptor of $space in the second command" "it holds one, of ${fact[cmd2.fds]}"
	seen "descriptors of the commands: ${fact[cmd2.fds]}"
}

@test "it works for every type but PID and time" {
	local one

	for one in net ipc mnt user cgroup; do
		restart
		first_life "$one"
		second_life other
		[[ "$one:[${fact[cmd2.ns.$one]}]" == "$space" ]] || fail_with other \
			"the second command in $space" "it is in $one:[${fact[cmd2.ns.$one]}]"
	done
	for one in pid nonsense ''; do
		restart
		launch ${one:+"$one" true}
		finish || fail_with other "\"lifetime $one\" ends" "it still runs"
		[[ $status == 2 ]] || fail_with other "exit status 2 for \"lifetime $one\"" "$status"
	done
}

@test "the program ends with the second command's exit status, and leaves nothing" {
	local code

	random_int 3 120
	code=$REPLY
	start uts
	still_waits status-lost
	release cmd $((code - 1))
	started 2 || fail_with other "the command runs a second time" "it does not"
	still_waits status-lost
	release cmd2 "$code"
	finish || fail_with status-lost "the program ends when the second command has ended" "it still runs"
	status_is "$code" status-lost
	settled || fail_with other "nothing left when the program has ended" "$leftover"
	outside_unchanged other
}

@test "a command that dies or can't be run shows in the exit status" {
	start uts
	fault
	started 2 || fail_with other "the command runs again, however the first one ended" "it does not"
	fault cmd2
	finish || fail_with status-lost "the program ends when the command has ended" "it still runs"
	status_is 139 status-lost
	exec_failure_shows status-lost uts
}
