# mnt/isolated: PID, mount and network namespace together, and a root of its own.

load ../lib/load
load ../lib/pivot

@test "who joins its mount namespace stands in ROOTFS" {
	start "$ROOTFS"
	in_rootfs
}

@test "the command is in a new PID namespace" {
	start "$ROOTFS"
	new_namespace pid no-new-pid-namespace
}

@test "it is in a new network namespace" {
	start "$ROOTFS"
	new_namespace net no-new-net-namespace
}

@test "it shares every other namespace with outside" {
	start "$ROOTFS"
	same_namespaces extra-namespaces cgroup ipc time user uts
}

@test "its only link is lo, and lo is up" {
	start "$ROOTFS"
	links cmd
	[[ ${answer[links]} == lo ]] || fail_with other "no link but lo inside" "${answer[links]}"
	[[ ${answer[lo]} == up* ]] || fail_with lo-down "lo is up inside" "it is down"
	[[ ${answer[lo]} == *' 127.0.0.1/8'* ]] || fail_with lo-down \
		"lo has 127.0.0.1/8" "${answer[lo]}"
	seen "inside: lo ${answer[lo]}"
}

@test "outside's mount table stays as it was, even where / is shared" {
	start "$ROOTFS"
	outside_unchanged mount-leaked
	[[ -z ${fact[cmd.peers]} ]] || fail_with mount-leaked \
		"propagation to outside switched off for every mount inside" \
		"still shared with outside: ${fact[cmd.peers]}"
	release
	finish || :
	settled || :
	outside_unchanged mount-leaked
}

@test "of the old tree no mount is left inside" {
	start "$ROOTFS"
	nothing_of_the_old_tree
}

@test "its /proc shows its own PID namespace" {
	start "$ROOTFS"
	own_proc
}

@test "no way leads back: it is tried from inside" {
	no_way_back
}

@test "ROOTFS is left as it was" {
	start "$ROOTFS"
	no_directory_left
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other "$ROOTFS"
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other "$ROOTFS"
	cannot_run_shows
}
