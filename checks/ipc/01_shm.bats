# ipc/shm: a System V segment that only the new IPC namespace has.

load ../lib/load
load ../lib/inside

KEY=0x6c6162

@test "the command is in a new IPC namespace" {
	start
	new_namespace ipc no-new-ipc-namespace
}

@test "the segment is inside, and outside has none" {
	start
	read_shm outside cmd
	[[ -n ${shm[cmd]} || -z ${shm[outside]} ]] || fail_with segment-made-outside \
		"the segment in ipc:[${fact[cmd.ns.ipc]}], the command's namespace" \
		"it is in outside's: $(listed "${shm[outside]}")"
	[[ ${shm[cmd]%% *} == "$KEY" && ${shm[cmd]} != *$'\n'* ]] || fail_with other \
		"inside exactly one segment, with the key $KEY" "inside: $(listed "${shm[cmd]}")"
	outside_does unshare --ipc touch /dev/shm/of-another-namespace
	outside_does test -e /dev/shm/of-another-namespace
	truth_if posix "everybody who has this /dev/shm" nobody test "$did" = 0
}

@test "a segment of outside's with the same key stays invisible and unchanged" {
	local before

	random_word
	make_shm $KEY 4096 "outside $REPLY"
	read_shm outside
	before=${shm[outside]}
	start
	read_shm outside cmd
	[[ ${shm[cmd]} != *"$REPLY"* ]] || fail_with segment-made-outside \
		"outside's segment can't be seen inside" "inside: $(listed "${shm[cmd]}")"
	[[ $'\n'${shm[outside]}$'\n' == *$'\n'"$before"$'\n'* ]] || fail_with segment-made-outside \
		"outside's segment as it was: $before" "outside: $(listed "${shm[outside]}")"
}

@test "it has 1024 bytes" {
	local -a field

	start
	read_shm cmd
	read -r -a field <<<"${shm[cmd]}"
	[[ ${field[1]} == 1024 ]] || fail_with wrong-size "a segment of 1024 bytes" "${field[1]} bytes"
	seen "key $KEY, ${field[1]} bytes"
}

@test "it begins with the text \"inside\"" {
	local -a field

	start
	read_shm cmd
	read -r -a field <<<"${shm[cmd]}"
	[[ ${field[4]:-} == inside* ]] || fail_with not-written \
		"the first bytes of the segment are \"inside\"" "they are \"${field[4]:-}\""
}

@test "nothing is left when the program has ended" {
	local before

	read_shm outside
	before=${shm[outside]}
	start
	release
	finish || fail_with other "the program ends when the command has ended" "it still runs"
	settled || fail_with left-behind "no process is left" "$leftover"
	read_shm outside
	[[ ${shm[outside]} == "$before" ]] || fail_with left-behind \
		"outside's segments as before: $(listed "$before")" "outside: $(listed "${shm[outside]}")"
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other
	exec_failure_shows other
}
