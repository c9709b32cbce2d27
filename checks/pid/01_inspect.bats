# pid/inspect: which namespaces two processes share. Its job is to print, so the
# printed lines are compared with what the kernel says of the same processes.

load ../lib/load

TYPES="cgroup ipc mnt net pid pid_for_children time time_for_children user uts"

# expected A B: the lines for two processes of the check, into $expected.
expected() {
	local type a b word

	expected=''
	for type in $TYPES; do
		a=${fact[$1.ns.$type]} b=${fact[$2.ns.$type]}
		# A kernel without time namespaces has no entry for them.
		[[ $type != time* || ${fact[outside.ns.$type]} != - ]] || continue
		word=different
		[[ $a != "$b" || $a == - ]] || word=same
		expected+="$type $a $b $word"$'\n'
	done
}

# inspect A B [PID...]: run the program with these PIDs, and judge its lines for A and B.
inspect() {
	local a=$1 b=$2

	shift 2
	launch "$@"
	finish || fail_with other "inspect $* ends by itself" "it still runs"
	if [[ $status == 42 && $errors == *TODO* ]]; then
		no_start not-started
	fi
	expected "$a" "$b"
	[[ $status == 0 && $output == "$expected" ]] || judge "$*" "$a" "$b"
}

# Name the first way in which the lines differ from the expected ones.
judge() { # ARGS A B
	local -A line=()
	local type rest expected_line words

	while read -r type rest; do
		line[${type:-none}]=$rest
	done <<<"$output"
	while read -r type expected_line; do
		rest=${line[$type]:-}
		[[ -n $rest ]] || fail_with type-missing \
			"inspect $1 prints a line for $type" "there is none among ${#line[@]}"
		[[ $rest != "$expected_line" ]] || continue
		words="inspect $1 prints \"$type $expected_line\""
		[[ ${rest% *} != "${expected_line% *}" ]] ||
			fail_with same-different-swapped "$words" "\"$type $rest\""
		if [[ -n $1 && ${rest% *} == "${fact[outside.ns.$type]} ${fact[outside.ns.$type]}" ]]; then
			fail_with arguments-ignored "$words" \
				"\"$type $rest\": the line for itself and PID 1"
		fi
		[[ -z $1 || ${rest% *} != "${fact[$3.ns.$type]} ${fact[$2.ns.$type]}" ]] ||
			fail_with arguments-ignored "$words" "\"$type $rest\": the two the other way round"
		fail_with numbers-invented "$words" "\"$type $rest\""
	done <<<"${expected%$'\n'}"
	fail_with other "exit status 0 and one line for each entry, sorted by name" \
		"exit status ${status:-none} and ${#line[@]} lines, $(last_line "$output") last"
}

@test "without arguments: every entry, itself and PID 1" {
	read_facts
	inspect outside outside
}

@test "two PIDs whose namespaces differ" {
	helper first unshare --user --uts --pid --fork "$PROBE"
	helper second unshare --user --uts --ipc --pid --fork "$PROBE"
	inspect first second "${fact[first.pid]}" "${fact[second.pid]}"
}

@test "one PID: itself and that one, in a user namespace of its own" {
	helper other unshare --user --map-root-user --net "$PROBE"
	inspect outside other "${fact[other.pid]}"
}

@test "a link that leads nowhere yet prints -" {
	helper pending unshare --user --pid "$PROBE"
	inspect pending outside "${fact[pending.pid]}" 1
}

@test "a PID that does not exist: a message that names it, nothing else, exit status 1" {
	random_int 20000 29999
	launch "$REPLY"
	finish || :
	[[ $status == 1 && -z $output && $errors == *"$REPLY"* ]] || fail_with error-swallowed \
		"inspect $REPLY: a message naming $REPLY, no output, exit status 1" \
		"exit status ${status:-none}, output \"$(last_line "$output")\", message \"$(last_line "$errors")\""
}

@test "the second PID does not exist: the same" {
	random_int 20000 29999
	launch 1 "$REPLY"
	finish || :
	[[ $status == 1 && -z $output && $errors == *"$REPLY"* ]] || fail_with error-swallowed \
		"inspect 1 $REPLY: a message naming $REPLY, no output, exit status 1" \
		"exit status ${status:-none}, output \"$(last_line "$output")\", message \"$(last_line "$errors")\""
}

@test "a PID that may not be read: the same" {
	helper guarded "$PROBE" --guarded
	launch "${fact[guarded.pid]}"
	finish || :
	[[ $status == 1 && -z $output && $errors == *"${fact[guarded.pid]}"* ]] || fail_with error-swallowed \
		"inspect of an unreadable PID: a message naming it, no output, exit status 1" \
		"exit status ${status:-none}, output \"$(last_line "$output")\", message \"$(last_line "$errors")\""
	truth_if not-yours "those of processes that you might trace with a debugger" "everybody's" \
		test "$status" = 1
}

@test "an argument that is no number is bad usage" {
	random_word
	launch "1$REPLY"
	finish || :
	[[ $status == 2 && -z $output && -n $errors ]] || fail_with error-swallowed \
		"inspect 1$REPLY: a usage line on standard error, exit status 2" \
		"exit status ${status:-none}, output \"$(last_line "$output")\""
}
