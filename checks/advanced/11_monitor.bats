# advanced/monitor: who shares a namespace with whom. Its job is to print, so the lines are
# compared with what the kernel tells the same caller, before the program ran and after.

load ../lib/load
load ../lib/asked

TYPES="pid cgroup ipc mnt net time user uts"

# ---- processes to look at ----

# isolated NAME: a probe in namespaces at random, one or two levels deep, with a child or two.
isolated() {
	local command=() level other

	for ((level = RANDOM % 2; level >= 0; level--)); do
		command+=(unshare --user --map-root-user --pid --fork)
		for other in uts ipc net cgroup mount; do
			((RANDOM % 2)) || command+=("--$other")
		done
	done
	helper "$1" "${command[@]}" sh -c 'tail -f /dev/null &
		if [ $1 = 1 ]; then tail -f /dev/null & fi
		exec "$0"' \
		"$PROBE" $((RANDOM % 2))
}

# late NAME: waits for a sign, and only then goes into namespaces of its own, which so come
# after those of processes with higher PIDs; its PID namespace is there before, without a process.
late() {
	helper "$1" unshare --user --map-root-user --pid bash -c 'read sign </tmp/sign
		tail -f /dev/null &
		exec unshare --uts --ipc --net --cgroup --mount tail -f /dev/null'
}

has_gone_in() { # NAME
	[[ ${fact[$1.ns.uts]} != "${fact[outside.ns.uts]}" ]]
}

# pinned NAME: namespaces without a process, held by mounts and by a descriptor. $empty[INODE] is set.
pinned() {
	local inode

	helper "$1" unshare --user --map-root-user --mount bash -c 'for type in uts ipc net cgroup; do
			touch /tmp/$type
			unshare --$type=/tmp/$type true
			stat -c %i /tmp/$type
		done >/tmp/pinned
		exec 7</tmp/uts
		umount /tmp/uts
		exec "$0"' "$PROBE"
	outside_does cat /tmp/pinned
	for inode in $said; do
		empty[$inode]=1
	done
}

# a_world: all of these, and one that has unshared its PID namespace and made no child.
a_world() {
	local name

	declare -gA empty=()
	outside_does mkfifo -m 666 /tmp/sign
	late late1
	late late2
	isolated first
	pinned pins
	isolated second
	helper pending unshare --user --pid --uts "$PROBE"
	quiet
	outside_does sh -c 'echo >/tmp/sign'
	for name in late1 late2; do
		eventually has_gone_in "$name" || crash "a helper does not go on"
	done
	quiet
}

# ---- what is printed, and what is true ----

# before TYPE, after TYPE: the truth on both sides of a run. What stood in both goes into
# ${stands[INODE]}: "PID PID ...".
before() {
	local inode

	read_groups "$1"
	declare -gA earlier=() stands=()
	for inode in "${!group[@]}"; do
		earlier[$inode]=${group[$inode]}
	done
}

after() {
	local inode pid

	read_groups "$1"
	for inode in "${!group[@]}"; do
		for pid in ${group[$inode]}; do
			[[ " ${earlier[$inode]:-} " != *" $pid "* ]] || stands[$inode]+="$pid "
		done
		stands[$inode]=${stands[$inode]% }
	done
}

# parse TYPE: the lines of $output into ${told[INODE]}: "PID PID ...". What is wrong with
# them alone ends the test.
parse() {
	local type inode count pids pid last=0 unsorted=''
	local -A seen_pid=()

	declare -gA told=()
	while read -r type inode count pids; do
		[[ $type == "$1" ]] || fail_with type-missing \
			"monitor $1 prints lines \"$1 INODE COUNT PID...\"" "\"$type $inode $count $pids\""
		[[ $inode =~ ^[0-9]+$ && $count =~ ^[0-9]+$ && $pids =~ ^[0-9\ ]*$ ]] || fail_with other \
			"lines \"$1 INODE COUNT PID...\"" "\"$type $inode $count $pids\""
		[[ -z ${told[$inode]+is} ]] || fail_with duplicates "one line for each namespace" \
			"two for $1:[$inode]"
		told[$inode]=$pids
		((inode > last)) || unsorted="$inode after $last"
		last=$inode
		for pid in $pids; do
			[[ -z ${seen_pid[$pid]:-} ]] || fail_with duplicates "each process once" \
				"$pid stands in ${seen_pid[$pid]} and in $inode"
			seen_pid[$pid]=$inode
		done
		# shellcheck disable=SC2086 # a list
		set -- "$1" $pids
		((count == $# - 1)) || fail_with other "COUNT is the number of PIDs that follow" \
			"\"$type $inode $count $pids\""
	done <<<"${output%$'\n'}"
	[[ -z $unsorted ]] || fail_with unsorted "lines in the order of their inodes" "$unsorted"
}

# compare TYPE CAUSE: the lines have whoever was there before and after, where they were.
compare() {
	local inode pid

	for inode in "${!stands[@]}"; do
		for pid in ${stands[$inode]}; do
			[[ " ${told[$inode]:-} " == *" $pid "* ]] || fail_with "$2" \
				"process $pid in $1:[$inode]" "${told[$inode]:+only ${told[$inode]} there}"
		done
	done
	for inode in "${!told[@]}"; do
		for pid in ${told[$inode]}; do
			[[ " ${stands[$inode]:-} " != *" $pid "* ]] || continue
			# The program itself, its children, and who came and went beside it.
			[[ $inode == "${fact[outside.ns.$1]}" && " ${stands[*]} " != *" $pid "* ]] ||
				fail_with "$2" "no process $pid in $1:[$inode]" "it is listed there"
		done
		# A namespace that nobody is in may be listed if there is one.
		[[ -n ${told[$inode]} || -n ${empty[$inode]:-} ]] || fail_with "$2" \
			"a namespace $1:[$inode]" "it is listed, and there is none"
	done
}

# same_as_truth TYPE: another run for this type, and what it says is right.
same_as_truth() {
	local type=$1

	before "$type"
	beside "$type"
	after "$type"
	[[ $status == 0 && -n $output ]] || fail_with type-missing "monitor $type prints a line for each namespace" \
		"exit status $status, output \"$(last_line "$output")\", message \"$(last_line "$errors")\""
	parse "$type"
	compare "$type" other
}

@test "without an argument: PID namespaces and who is in them, itself included" {
	a_world
	before pid
	launch
	finish || fail_with other "monitor ends by itself" "it still runs"
	if [[ $status == 42 && $errors == *TODO* ]]; then
		no_start not-started
	fi
	read_launched
	after pid
	[[ $status == 0 ]] || fail_with other "exit status 0" "exit status $status: $(last_line "$errors")"
	parse pid
	compare pid other
	[[ " ${told[${fact[outside.ns.pid]}]} " == *" $launched "* ]] || fail_with other \
		"the program's own PID, $launched, among the processes" "it is not there"
	seen "${#told[@]} PID namespaces"
	truth_if empty "no" "yes" test "${fact[pending.ns.pid_for_children]}" = -
}

@test "every type of namespace" {
	local type

	a_world
	for type in $TYPES; do
		# A kernel without time namespaces has none to tell of.
		[[ ${fact[outside.ns.$type]} != - ]] || continue
		same_as_truth "$type"
	done
}

@test "processes that have ended, and that nobody has waited for" {
	local type

	helper parent sh -c 'true & true & exec "$0"' "$PROBE"
	quiet
	for type in pid net user; do
		before "$type"
		beside "$type"
		after "$type"
		[[ $status == 0 ]] || fail_with vanished-process-crashes "exit status 0" \
			"exit status $status: $(last_line "$errors")"
		parse "$type"
		compare "$type" vanished-process-crashes
	done
	outside_does cat "/proc/${fact[parent.pid]}/task/${fact[parent.pid]}/children"
	read_groups net
	truth_if zombie "in the one it was in" "in none" has_member "${said%% *}"
}

# has_member PID: is it in one of the groups?
has_member() {
	[[ " ${group[*]} " == *" $1 "* ]]
}

@test "processes that may not be read are counted on standard error, and do no harm" {
	local count i

	random_int 2 5
	count=$REPLY
	for ((i = 0; i < count; i++)); do
		helper "guarded$i" "$PROBE" --guarded
	done
	quiet
	before uts
	beside uts
	after uts
	# shellcheck disable=SC2086 # a list
	set -- $refused
	[[ -n $output ]] || fail_with other "the processes that may be read" \
		"nothing, exit status $status: $(last_line "$errors")"
	parse uts
	compare uts other
	[[ $errors =~ (^|[^0-9])$#($|[^0-9]) ]] || fail_with other \
		"a message on standard error with the number $#: so many may not be read" \
		"\"$(last_line "$errors")\""
	seen "$(last_line "$errors")"
}

# harmless TYPE WHEN: it has ended well, and all that was there the whole time is told.
harmless() {
	after "$1"
	[[ $status == 0 ]] || fail_with vanished-process-crashes "exit status 0, with processes that come and go" \
		"exit status $status $2: $(last_line "$errors")"
	parse "$1"
	compare "$1" vanished-process-crashes
}

@test "processes that end while it reads do no harm" {
	local turn type began=$SECONDS

	isolated beside
	helper busy "$PROBE" --busy 90
	before pid
	if launch_beside busy pid; then
		finish || fail_with other "monitor pid ends by itself" "it still runs"
		harmless pid "when one had ended that it had just listed"
	fi
	# Also without anybody's hand: many runs, fewer of a slow program.
	for ((turn = 0; turn < 20 && (turn < 4 || SECONDS - began < 4); turn++)); do
		type=uts
		((turn % 2)) || type=pid
		before "$type"
		beside "$type"
		harmless "$type" "in run $((turn + 1))"
	done
}

@test "a type that there is none of is bad usage" {
	read_facts
	random_word
	launch "$REPLY"
	finish || fail_with other "the program ends" "it still runs"
	[[ $status == 2 && -z $output && -n $errors ]] || fail_with other \
		"monitor $REPLY: a usage line on standard error, exit status 2" \
		"exit status ${status:-none}, output \"$(last_line "$output")\""
}
