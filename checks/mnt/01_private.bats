# mnt/private: a tmpfs that is in one mount namespace, and in no other.

load ../lib/load

@test "the command is in a new mount namespace" {
	outside_is shared
	start
	new_namespace mnt no-new-mount-namespace
}

@test "what is mounted inside does not appear outside, where / is shared" {
	outside_is shared
	start
	outside_unchanged mount-leaked
	outside_does unshare --mount --propagation unchanged mount -t tmpfs nobody /mnt
	read_facts
	truth_if shared-host "outside, too" "only who is in the new namespace" test -n "${fact[outside.mounts.added]}"
}

has_own_tmpfs() {
	local mounts=() dev

	read_mounts outside
	for dev in "${!mount[@]}"; do
		[[ $dev != *.dev ]] || mounts+=("${mount[$dev]}")
	done
	read_mounts cmd
	[[ -n ${mount[/data.type]:-} ]] || fail_with not-a-tmpfs \
		"a tmpfs mounted on /data, inside" "nothing is mounted there: /data is an ordinary directory"
	[[ ${mount[/data.type]} == tmpfs ]] || fail_with not-a-tmpfs \
		"a tmpfs mounted on /data, inside" "what is mounted there is of the type ${mount[/data.type]}"
	[[ " ${mounts[*]} " != *" ${mount[/data.dev]} "* ]] || fail_with not-a-tmpfs \
		"a new tmpfs mounted on /data, inside" \
		"a file system that outside has too is bound there (from its directory ${mount[/data.root]})"
}

@test "a tmpfs of its own is mounted on /data, inside" {
	outside_is shared
	start
	has_own_tmpfs
	seen "inside: ${mount[/data.type]} on /data, ${mount[/data.propagation]}; outside: no mount there"
}

has_hello() {
	local inside size

	look cmd /data/hello
	inside=${answer[type]} size=${answer[size]:-0}
	look outside /data/hello
	if [[ ${answer[type]} != - ]]; then
		[[ $inside == - ]] || fail_with other "/data/hello inside only" "outside has a /data/hello too"
		fail_with written-before-mount "/data/hello in the tmpfs" \
			"/data/hello is in outside's directory, and the tmpfs, which is empty, covers it"
	fi
	[[ $inside == file ]] || fail_with other "a file /data/hello inside" \
		"$([[ $inside == - ]] && echo "there is none" || echo "it is no file: $inside")"
	((size > 0)) || fail_with other "a line of text in /data/hello" "it is empty"
}

@test "the file hello is in it, and not outside" {
	outside_is shared
	start
	has_hello
	look cmd /data/hello
	seen "/data/hello inside: ${answer[text]%%$'\n'*}"
}

# A shared mount on /data that outside has already: the new one goes on top.
@test "nor does it appear where /data is a shared mount of its own" {
	outside_is shared
	outside_does sh -c 'mkdir /data && mount -t tmpfs -o mode=755 outer /data && mount --make-shared /data'
	((did == 0)) || crash "$said"
	start
	look outside /data/hello
	[[ ${answer[type]} == - ]] || fail_with only-top-mount-private "no /data/hello outside" \
		"outside has a /data/hello, and a mount on /data more"
	outside_unchanged only-top-mount-private
	has_own_tmpfs
	has_hello
}

@test "the same where outside's mounts are private" {
	outside_is private
	start
	new_namespace mnt no-new-mount-namespace
	outside_unchanged mount-leaked
	has_own_tmpfs
	has_hello
}

@test "without a command it shows the line" {
	launch
	finish || fail_with other "cat ends, and the program with it" "it still runs"
	status_is 0 other
	[[ -n $output ]] || fail_with other "the line of /data/hello on standard output" "nothing"
}

@test "it shares every other namespace with outside" {
	start
	same_namespaces other cgroup ipc net pid time user uts
	read_mounts cmd
	truth_if a-copy "the same as outside" none test -n "${mount[/proc.type]:-}"
	release
	finish || :
	outside_does umount /data
	truth_if afterwards "nothing is mounted there" "it works: the mount is still there" test "$did" != 0
}

@test "the program ends with the command's exit status, and leaves neither mount nor file" {
	exit_status_passes other other
	outside_unchanged other
	look outside /data/hello
	[[ ${answer[type]} == - ]] || fail_with other "no /data/hello outside" "there is one"
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other
	exec_failure_shows other
}
