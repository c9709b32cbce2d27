# mnt/propagation: one mount's type, and what it lets through.

# shellcheck disable=SC2016 # scripts for the shells inside
load ../lib/load

modes=(private slave shared unbindable)

# prepare: $dir, a shared mount outside, with a shared mount in it; $other, one
# beside it. Each has two directories to mount on later.
prepare() {
	random_word
	dir=/srv/$REPLY
	random_word
	other=/srv/$REPLY
	outside_does sh -c '
		for place in "$1" "$1/sub" "$2"; do
			mkdir "$place" && mount -t tmpfs -o mode=755 outer "$place" || exit 1
			mount --make-shared "$place" && mkdir "$place/one" "$place/two" || exit 1
		done' sh "$dir" "$other"
	((did == 0)) || crash "$said"
}

# in_mode MODE: a fresh sandbox, and the program in it.
in_mode() {
	[[ -z ${dir:-} ]] || restart
	prepare
	start "$1" "$dir"
}

@test "an unknown word is bad usage, and the command does not run" {
	local word

	prepare
	random_word
	for word in "$REPLY" privat Private 'shared slave' ''; do
		launch "$word" "$dir" "$PROBE"
		if started 1 2; then
			fail_with word-not-checked "exit status 2 for the word '$word', and no command" \
				"the command runs"
		fi
		finish || fail_with word-not-checked "exit status 2 for the word '$word'" "the program still runs"
		if [[ $status == 42 && $errors == *TODO* ]]; then
			no_start other
		fi
		[[ $status == 2 ]] || status_is 2 word-not-checked
		[[ -n $errors ]] || fail_with other "a usage line on standard error" "nothing"
		restart
		prepare
	done
	launch private
	finish || fail_with other "exit status 2 without a directory" "the program still runs"
	status_is 2 other
}

@test "the command is in a new mount namespace" {
	local mode

	for mode in "${modes[@]}"; do
		in_mode "$mode"
		[[ ${fact[cmd.ns.mnt]} != "${fact[outside.ns.mnt]}" ]] || new_namespace mnt no-new-mount-namespace
	done
	new_namespace mnt no-new-mount-namespace
}

# What a mount is to its peers, in words.
peers_of() { # POINT
	local words=${mount[$1.propagation]:-gone}

	[[ ${mount[$1.shared]:-0} == 0 ]] || words+=" shared:${mount[$1.shared]}"
	[[ ${mount[$1.master]:-0} == 0 ]] || words+=" master:${mount[$1.master]}"
	echo "$words"
}

@test "every other mount keeps the type it has outside" {
	local mode point
	local -A before

	for mode in "${modes[@]}"; do
		in_mode "$mode"
		before=()
		read_mounts outside
		for point in ${mount[points]}; do
			before[$point]=$(peers_of "$point")
		done
		read_mounts cmd
		for point in "${!before[@]}"; do
			[[ $point == "$dir" || $(peers_of "$point") == "${before[$point]}" ]] ||
				fail_with whole-tree-changed \
					"$mode for $dir only; $point as it is outside: ${before[$point]}" \
					"$point is $(peers_of "$point")"
		done
	done
}

@test "the mount at DIR has the type that was asked for" {
	local mode outer wanted

	for mode in "${modes[@]}"; do
		in_mode "$mode"
		read_mounts outside
		outer=${mount[$dir.shared]}
		((outer)) || fail_with other "outside's mount at DIR still shared" \
			"it is ${mount[$dir.propagation]}: it was changed outside too"
		case $mode in
		shared) wanted="shared shared:$outer" ;;
		slave) wanted="slave master:$outer" ;;
		*) wanted=$mode ;;
		esac
		read_mounts cmd
		[[ $(peers_of "$dir") == "$wanted" ]] || fail_with wrong-type \
			"$dir, which is shared:$outer outside, to be: $wanted" "it is: $(peers_of "$dir")"
		seen "$mode: $wanted (outside: shared:$outer)"
	done
}

@test "a mount that outside makes below DIR arrives in shared and slave only" {
	local mode wanted

	for mode in "${modes[@]}"; do
		in_mode "$mode"
		[[ $mode == shared || $mode == slave ]] && wanted=1 || wanted=0
		outside_does mount -t tmpfs outer "$dir/one"
		((did == 0)) || fail_with other "a file system can be mounted below DIR, outside" "$said"
		read_mounts cmd
		arrived "$mode" "$wanted" "$dir/one" "a mount made outside below DIR" inside
	done
}

@test "a mount made inside below DIR appears outside in shared only" {
	local mode wanted

	for mode in "${modes[@]}"; do
		in_mode "$mode"
		[[ $mode == shared ]] && wanted=1 || wanted=0
		inside_does cmd mount -t tmpfs inner "$dir/two"
		((did == 0)) || fail_with wrong-type "a file system can be mounted below DIR, inside" "$said"
		read_mounts outside
		arrived "$mode" "$wanted" "$dir/two" "a mount made inside below DIR" outside
	done
}

arrived() { # MODE WANTED POINT WHAT WHERE
	local there=0

	[[ -z ${mount[$3.type]:-} ]] || there=1
	((there == $2)) || fail_with wrong-type \
		"$1: $4 $( (($2)) && echo appears || echo "does not appear") $5" \
		"it $( ((there)) && echo appears || echo "does not appear")"
}

@test "a bind mount of DIR is refused for unbindable only" {
	local mode wanted

	for mode in "${modes[@]}"; do
		in_mode "$mode"
		[[ $mode == unbindable ]] && wanted=refused || wanted=granted
		inside_does cmd mount --bind "$dir" /media
		((did == 0)) && did=granted || did=refused
		[[ $did == "$wanted" ]] || fail_with wrong-type \
			"$mode: a bind mount of DIR is $wanted" "it is $did"
	done
}

@test "without a command it prints the mount table" {
	prepare
	launch unbindable "$dir"
	finish || fail_with other "cat ends, and the program with it" "it still runs"
	status_is 0 other
	[[ $output == *" $dir "*" unbindable"* ]] || fail_with other \
		"the lines of /proc/self/mountinfo, with $dir unbindable" "another output"
}

@test "outside's mount table stays as it was" {
	random_int 0 3
	in_mode "${modes[REPLY]}"
	outside_unchanged other
}

@test "it shares every other namespace with outside" {
	prepare
	start slave "$dir"
	same_namespaces other cgroup ipc net pid time user uts
}

@test "the program ends with the command's exit status" {
	prepare
	exit_status_passes other other private "$dir"
	outside_unchanged other
}

@test "a command that dies or can't be run shows in the exit status" {
	prepare
	signal_passes other slave "$dir"
	# A fresh sandbox for each: / is a mount in all of them.
	exec_failure_shows other private /tmp
}
