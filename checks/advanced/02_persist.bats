# advanced/persist: a namespace that a mount alone keeps, and how to let it go.

load ../lib/load

# A mount namespace can be pinned only from one that the kernel holds for older, and it
# numbers namespaces in blocks, one for each CPU: all of a test runs on one.
one=$(taskset -cp "$BASHPID") || :
taskset -cp "${one##*[ ,-]}" "$BASHPID" >/dev/null || :

PROGRAM=/work/${NSLAB_PROGRAM:-program}

# a_place: a directory of outside's, $dir; FILE is in it, $file.
a_place() {
	random_word
	dir=/srv/persist-$REPLY
	random_word
	file=$dir/$REPLY
	outside_does mkdir "$dir"
}

# pinned TYPE: the program has ended; is FILE a namespace of this type, and a new one?
pinned() {
	local type=$1 root

	read_mounts outside
	root=${mount[$file.root]:-}
	if [[ ${mount[$file.type]:-} != nsfs ]]; then
		look outside "$file"
		case ${answer[type]} in
		-) fail_with plain-file "a $type namespace is mounted at FILE" "there is no FILE" ;;
		dangling) fail_with plain-file "a $type namespace is mounted at FILE" \
			"FILE is a link to something that has gone" ;;
		esac
		fail_with plain-file "a $type namespace is mounted at FILE" \
			"FILE is a ${answer[type]}, with nothing of nsfs mounted on it"
	fi
	read_facts
	[[ $root != "$type:[${fact[outside.ns.$type]}]" ]] || fail_with own-namespace-bound \
		"a new $type namespace at FILE" "it is outside's own, $root"
	[[ $root == "$type:["* ]] || fail_with other "a $type namespace at FILE" "it is $root"
}

# ended: with which status, and is nobody left?
ended() { # TYPE
	finish || fail_with other "persist $1 FILE ends" "it still runs"
	if [[ $status == 42 && $errors == *TODO* ]]; then
		stop_here
		fail_with not-started "the program pins a namespace" \
			"it stopped at a gap: $(last_line "$errors")"
	fi
	[[ $status == 0 ]] || fail_with other "exit status 0" \
		"exit status $status: $(last_line "$errors")"
	settled || fail_with other "no process is left: the mount alone keeps it" "$leftover"
}

# entered TYPE: who joins by FILE is in the namespace that is mounted there.
entered() {
	local type=$1 option=--$1

	[[ $type != mnt ]] || option=--mount
	outside_does nsenter --preserve-credentials "$option=$file" readlink "/proc/self/ns/$type"
	[[ ${said%$'\n'} == "${mount[$file.root]}" ]] || fail_with other \
		"who joins by FILE is in ${mount[$file.root]}" "${said%$'\n'}"
	seen "after the program's end FILE is ${mount[$file.root]}, and can be joined"
}

@test "a network namespace is pinned at FILE, which was not there" {
	a_place
	launch net "$file"
	ended net
	pinned net
	truth_if members none "at least one" test -z "$leftover"
	entered net
	outside_does unshare --net="$dir/nothing" true
	truth_if file yes "no, it fails" test "$did" = 0
}

@test "so are UTS, IPC and user namespaces, and FILE may be there" {
	local type

	for type in uts ipc user; do
		restart
		a_place
		[[ $type != ipc ]] || outside_does touch "$file"
		launch "$type" "$file"
		ended "$type"
		pinned "$type"
		entered "$type"
	done
}

@test "so is a mount namespace, even where outside's / is shared, and others have copies" {
	local message

	a_place
	outside_is shared
	# As services of a real machine have: a mount namespace that what is mounted travels to.
	helper service unshare --mount --propagation slave "$PROBE"
	launch mnt "$file"
	finish || fail_with other "persist mnt FILE ends" "it still runs"
	read_mounts outside
	if [[ $status != 0 || ${mount[$file.type]:-} != nsfs ]]; then
		message=$(last_line "$errors")
		works_in_private mnt && fail_with mnt-in-shared-parent \
			"a mount namespace is pinned at FILE, which lies in a shared mount" \
			"in a private mount it is, here not: exit status $status: $message"
	fi
	ended mnt
	pinned mnt
	entered mnt
}

# works_in_private TYPE: the same where FILE lies in a private mount.
works_in_private() {
	a_place
	outside_does sh -c "mount --bind $dir $dir && mount --make-private $dir"
	outside_does "$PROGRAM" "$1" "$file"
	((did == 0)) || return 1
	read_mounts outside
	[[ ${mount[$file.type]:-} == nsfs ]]
}

# released: neither mount nor file, and outside as it was.
released() {
	outside_does "$PROGRAM" --release "$file"
	((did == 0)) || fail_with not-released "persist --release FILE undoes it" \
		"exit status $did: $(last_line "$said")"
	read_mounts outside
	[[ -z ${mount[$file.type]:-} ]] || fail_with not-released \
		"no mount at FILE" "${mount[$file.type]} is still mounted there"
	look outside "$file"
	[[ ${answer[type]} == - ]] || fail_with not-released "FILE is gone" "it is still there"
	read_facts
	[[ -z ${fact[outside.mounts.added]}${fact[outside.mounts.removed]} ]] || fail_with not-released \
		"outside's mount table as it was" \
		"${fact[outside.mounts.added]:+new: ${fact[outside.mounts.added]} }${fact[outside.mounts.removed]:+gone: ${fact[outside.mounts.removed]}}"
}

@test "--release leaves neither mount nor file" {
	local type

	for type in uts mnt; do
		restart
		a_place
		outside_is shared
		launch "$type" "$file"
		ended "$type"
		pinned "$type"
		released
	done
	seen "no mount and no file at $file"
}

@test "a FILE that holds something is refused, and stays as it is" {
	a_place
	random_word
	outside_does sh -c "echo $REPLY >$file"
	launch uts "$file"
	finish || fail_with other "persist with a full FILE ends" "it still runs"
	read_mounts outside
	[[ -z ${mount[$file.type]:-} ]] || fail_with file-clobbered \
		"FILE, which holds text, is not covered" "${mount[$file.root]} is mounted on it"
	look outside "$file"
	[[ ${answer[text]} == "$REPLY"* ]] || fail_with file-clobbered \
		"FILE holds \"$REPLY\", as before" "it is a ${answer[type]} of ${answer[size]:-0} bytes"
	[[ $status == 1 ]] || fail_with other "exit status 1" "exit status $status"
	outside_unchanged other
}

@test "an unknown type, or none, is bad usage" {
	local words

	for words in '' uts "nonsense /srv/x"; do
		restart
		# shellcheck disable=SC2086 # words
		launch $words
		finish || fail_with other "\"persist $words\" ends" "it still runs"
		[[ $status == 2 ]] || fail_with other "exit status 2 for \"persist $words\"" "$status"
	done
}
