# mnt/pivot: the root of the mount namespace is ROOTFS, and nothing leads back.

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
	outside_does unshare --mount --propagation private sh -c \
		'mount --bind "$0" "$0" && cd "$0" && /sbin/pivot_root . . && [ -e /../usr/bin/env ]' "$ROOTFS"
	truth_if old-root "on top of the new root, and \`/..\` leads into it" \
		"gone: the root is another one now" test "$did" = 0
	outside_does unshare --mount --propagation shared sh -c \
		'mount --bind "$0" "$0" && cd "$0" && /sbin/pivot_root . mnt' "$ROOTFS"
	truth_if shared-parent "it is refused" "it works" test "$did" != 0
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

@test "bad usage and a ROOTFS that is not there are refused" {
	launch
	finish || fail_with other "a usage line, and the end" "it still runs"
	[[ $status == 2 ]] || fail_with other "exit status 2 without ROOTFS" "${status:-none}"
	restart
	launch /srv/nothing-here "$PROBE"
	finish || fail_with other "the program ends where ROOTFS is not there" "it still runs"
	[[ $status == 1 ]] || fail_with other "exit status 1 where ROOTFS is not there" "${status:-none}"
}
