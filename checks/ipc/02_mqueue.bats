# ipc/mqueue: a message queue of the new IPC namespace, and the file system that shows it.

load ../lib/load
load ../lib/inside
load ../lib/trace

# start_queue: start; where the command never runs because the mount was refused as
# "busy", the file system on offer was the one that is there already: outside's.
start_queue() {
	local i

	start_many 1 && return 0
	finish 0 || :
	[[ $status != 42 ]] || no_start not-started
	if traced; then
		for i in "${!call_what[@]}"; do
			[[ ${call_what[i]} == mount && ${call_error[i]} == 16 &&
				${call_ipc[i]} == "${fact[outside.ns.ipc]}" ]] || continue
			stop_here
			fail_with no-new-ipc-namespace \
				"an mqueue file system of a new IPC namespace on ${call_text[i]}" \
				"the mount was refused (Device or resource busy): the caller is in outside's ipc:[${call_ipc[i]}], whose file system is there already"
		done
	fi
	no_start other
}

@test "the command is in a new IPC namespace" {
	start_queue
	new_namespace ipc no-new-ipc-namespace
}

@test "outside's mount table stays as it was, even where / is shared" {
	start_queue
	outside_unchanged mount-leaked
	release
	finish || :
	settled || :
	outside_unchanged mount-leaked
}

@test "/dev/mqueue shows the queues of that namespace, and not outside's" {
	local name there

	random_word
	name=$REPLY
	make_mqueue "/$name"
	start_queue
	read_mqueue cmd outside
	look cmd /dev/mqueue
	there=${answer[fs]:-nothing}
	[[ $there != mqueue || ${answer[id]%%:*} != "${mqueue[cmd.dev]}" ]] || return 0
	[[ $there != mqueue || ${answer[id]%%:*} != "${mqueue[outside.dev]}" ]] ||
		fail_with mqueue-not-remounted \
			"the mqueue file system of ipc:[${fact[cmd.ns.ipc]}] at /dev/mqueue" \
			"outside's, with outside's queue $name in it"
	fail_with mqueue-not-remounted \
		"the mqueue file system of ipc:[${fact[cmd.ns.ipc]}] at /dev/mqueue" "a file system of type $there"
}

@test "it is in a new mount namespace" {
	start_queue
	new_namespace mnt other
}

@test "inside there is one queue, /lab, and outside has none of that name" {
	start_queue
	read_mqueue cmd outside
	[[ ${mqueue[outside]} != "lab "* ]] || fail_with queue-made-outside \
		"the queue lab in ipc:[${fact[cmd.ns.ipc]}]" "outside has it: $(listed "${mqueue[outside]}")"
	[[ ${mqueue[cmd]} == "lab "* && ${mqueue[cmd]} != *$'\n'* ]] || fail_with other \
		"the queue lab inside, and no other" "inside: $(listed "${mqueue[cmd]}")"
}

@test "one message waits in it" {
	start_queue
	read_mqueue cmd
	[[ ${mqueue[cmd]} != "lab 0" ]] || fail_with no-message \
		"one message in /lab" "the queue is empty"
	[[ ${mqueue[cmd]} == "lab 1" ]] || fail_with other \
		"one message in /lab" "inside: $(listed "${mqueue[cmd]}")"
	seen "/lab with 1 message"
}

@test "outside's queues stay as they were" {
	local before

	random_word
	make_mqueue "/$REPLY"
	read_mqueue outside
	before=${mqueue[outside]}
	start_queue
	release
	finish || fail_with other "the program ends when the command has ended" "it still runs"
	settled || fail_with other "no process is left" "$leftover"
	read_mqueue outside
	[[ ${mqueue[outside]} == "$before" ]] || fail_with queue-made-outside \
		"outside's queues as before: $(listed "$before")" "outside: $(listed "${mqueue[outside]}")"
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other
	exec_failure_shows other
}
