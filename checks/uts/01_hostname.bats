# uts/hostname: a host name that only the command sees.

load ../lib/load
load ../lib/inside

# name LENGTH: letters, digits and "-", into $REPLY.
name() {
	local length=$1 text=''

	while ((${#text} < length)); do
		random_word
		text+=$REPLY
		random_int 10 99
		text+=$REPLY-
	done
	text=${text:0:length}
	# A name neither begins nor ends with "-".
	REPLY=${text/%-/x}
}

@test "the command is in a new UTS namespace" {
	name 12
	start "$REPLY"
	new_namespace uts no-new-uts-namespace
}

@test "outside keeps its host name" {
	local before

	read_uts outside
	before=${uts[outside.hostname]}
	name 14
	start "$REPLY"
	read_uts outside
	[[ ${uts[outside.hostname]} == "$before" ]] || fail_with set-before-unshare \
		"outside is still called \"$before\"" "it is called \"${uts[outside.hostname]}\" now"
	seen "outside is called $before"
}

@test "inside the host name is NAME, whatever its length" {
	local wanted length

	for length in 1 9 31 64; do
		restart
		name $length
		wanted=$REPLY
		start "$wanted"
		read_uts cmd
		[[ ${uts[cmd.hostname]} != "$wanted" ]] || continue
		[[ -z ${uts[cmd.hostname]} || $wanted != "${uts[cmd.hostname]}"* ]] ||
			fail_with long-name-cut "the host name \"$wanted\", $length bytes" \
				"\"${uts[cmd.hostname]}\": its first ${#uts[cmd.hostname]} bytes"
		fail_with not-set "the host name \"$wanted\" inside" "\"${uts[cmd.hostname]}\""
	done
	seen "inside is called $wanted"
}

@test "a NAME of 65 bytes: exit status 1, a message, and no command" {
	name 65
	if start_many 1 "$REPLY"; then
		read_uts cmd
		fail_with long-name-cut "no command, since the kernel takes at most 64 bytes" \
			"the command runs, on a host called \"${uts[cmd.hostname]}\""
	fi
	finish || fail_with other "hostname with a NAME of 65 bytes ends" "it still runs"
	[[ $status == 1 && -n $errors ]] || fail_with other \
		"a message and exit status 1" "exit status $status, message \"$(last_line "$errors")\""
}

@test "without a NAME: a usage line and exit status 2" {
	launch
	finish || fail_with other "hostname without arguments ends" "it still runs"
	[[ $status == 2 && -n $errors ]] || fail_with other \
		"a usage line and exit status 2" "exit status $status, message \"$(last_line "$errors")\""
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other box
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other box
	exec_failure_shows other box
}
