# advanced/owner: who owns a namespace, and which one it is inside of. Its job is to print,
# so the lines are compared with what the kernel answers to the same caller.

load ../lib/load
load ../lib/asked

TYPES="cgroup ipc mnt net pid pid_for_children time time_for_children user uts"

# owner WHO|PID: run the program on it, and judge its lines.
owner() {
	local pid=${fact[$1.pid]:-$1}

	read_relations "$1"
	launch "$pid"
	finish || fail_with other "owner $pid ends by itself" "it still runs"
	if [[ $status == 42 && $errors == *TODO* ]]; then
		no_start not-started
	fi
	[[ $status == 0 ]] || refused_outright "$pid"
	judge "$pid"
}

# The program gave up. Where it had to print a - it has taken an answer for a failure.
refused_outright() { # PID
	[[ ${relation[*]} != *-* ]] || fail_with refusal-swallowed \
		"owner $1 prints a line for each entry, with - where the kernel refuses" \
		"it ended with exit status ${status:-none}: $(last_line "$errors")"
	fail_with other "owner $1 prints a line for each entry, exit status 0" \
		"exit status ${status:-none}: $(last_line "$errors")"
}

# expected_line TYPE: into $REPLY.
expected_line() {
	local inode owner uid parent

	read -r inode owner uid parent <<<"${relation[$1]}"
	REPLY="$1 $inode owner $owner uid $uid"
	[[ $1 != pid && $1 != user ]] || REPLY+=" parent $parent"
}

# judge PID: the first way in which the lines differ from the kernel's answers.
judge() {
	local -A line=()
	local type rest order=''

	while read -r type rest; do
		line[${type:-none}]="$type $rest"
		order+=" $type"
	done <<<"${output%$'\n'}"
	for type in $TYPES; do
		[[ -z ${relation[$type]:-} || -n ${line[$type]:-} ]] || fail_with type-missing \
			"owner $1 prints a line for $type" "there is none among ${#line[@]}"
	done
	mixed "$1" "${line[pid]}"
	for type in $TYPES; do
		[[ -z ${relation[$type]:-} ]] || same_line "$1" "$type" "${line[$type]}"
	done
	[[ " $TYPES" == "$order" || " ${TYPES/ time time_for_children/}" == "$order" ]] ||
		fail_with other "a line for each entry, sorted by name" "$(listed "$order")"
	seen "${line[pid]}"
}

listed() {
	printf '%s' "lines for$1"
}

# mixed PID LINE: are owner and parent of the PID namespace what the other one should be?
mixed() {
	local type inode owner parent rest want_owner want_parent

	read -r inode want_owner rest want_parent <<<"${relation[pid]}"
	read -r type inode rest owner rest rest rest parent <<<"$2"
	[[ $want_owner != "$want_parent" && $want_parent != - ]] || return 0
	[[ $owner != "$want_parent" && $parent != "$want_owner" ]] || {
		expected_line pid
		fail_with owner-and-parent-mixed "owner $1 prints \"$REPLY\"" "\"$2\""
	}
}

# same_line PID TYPE LINE
same_line() {
	local -a want got
	local i

	expected_line "$2"
	[[ $3 != "$REPLY" ]] || return 0
	# Nobody has asked for the parent here, but it is right.
	[[ $2 != pid_for_children || $3 != "$REPLY parent ${relation[$2]##* }" ]] || return 0
	read -r -a want <<<"$REPLY"
	read -r -a got <<<"$3"
	for i in "${!want[@]}"; do
		[[ ${got[i]:-nothing} == "${want[i]}" ]] || break
	done
	[[ ${want[i]} != - && ! ($REPLY == *"parent -" && $3 != *parent*) ]] ||
		fail_with refusal-swallowed "owner $1 prints \"$REPLY\"" "\"$3\""
	fail_with other "owner $1 prints \"$REPLY\"" "\"$3\""
}

# nest NAME DEPTH: a helper so deep in user and PID namespaces, others at random on the way.
nest() {
	local name=$1 depth=$2 command=() other

	for ((; depth > 0; depth--)); do
		command+=(unshare --user --map-root-user --pid --fork)
		for other in uts ipc net cgroup mount; do
			((RANDOM % 3)) || command+=("--$other")
		done
	done
	helper "$name" "${command[@]}" "$PROBE"
}

# word N TYPE: of what the kernel answers about an entry.
word() {
	local -a words

	read -r -a words <<<"${relation[$2]}"
	printf '%s' "${words[$1 - 1]}"
}

@test "a process in nested user and PID namespaces" {
	random_int 2 4
	nest deep "$REPLY"
	owner deep
}

@test "one level down: the parent of its PID namespace is the caller's own" {
	nest shallow 1
	owner shallow
	truth_if owner-of-pid "the new one" "the caller's" \
		test "$(word 2 pid)" = "${fact[shallow.ns.user]}"
}

@test "outside's own namespaces: what is above them is refused, and shows as -" {
	read_facts
	owner outside
	truth_if own-parent "an error" "its number" test "$(word 2 user)" = -
}

@test "namespaces of which the nearest user namespace is not the owner" {
	helper other unshare --user --map-root-user --uts --net unshare --user --ipc --pid --fork "$PROBE"
	owner other
}

@test "an entry that leads nowhere yet is a line of -" {
	helper pending unshare --user --pid "$PROBE"
	owner pending
}

@test "a PID that does not exist: a message that names it, exit status 1" {
	read_facts
	random_int 20000 29999
	launch "$REPLY"
	finish || :
	[[ $status == 1 && -z $output && $errors == *"$REPLY"* ]] || fail_with refusal-swallowed \
		"owner $REPLY: a message naming $REPLY, no output, exit status 1" \
		"exit status ${status:-none}, output \"$(last_line "$output")\", message \"$(last_line "$errors")\""
}

@test "no PID, or an argument that is none, is bad usage" {
	local args

	random_word
	for args in '' "1$REPLY"; do
		restart
		# shellcheck disable=SC2086 # none, or one
		launch $args
		finish || :
		[[ $status == 2 && -z $output && -n $errors ]] || fail_with refusal-swallowed \
			"owner${args:+ $args}: a usage line on standard error, exit status 2" \
			"exit status ${status:-none}, output \"$(last_line "$output")\""
	done
}
