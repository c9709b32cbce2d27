# mnt/chroot: the root of one process is moved, and nothing else.

load ../lib/load

@test "the command's root is ROOTFS" {
	start "$ROOTFS"
	[[ ${fact[cmd.root]} != "${fact[outside.root]}" ]] || fail_with not-chrooted \
		"$ROOTFS as the command's root" "its root is still outside's /"
	[[ ${fact[cmd.root]} == "${fact[rootfs]}" ]] || fail_with not-chrooted \
		"$ROOTFS as the command's root" "its root is another directory"
	seen "the command's root is $ROOTFS, outside's is /"
}

@test "it is in outside's mount namespace" {
	start "$ROOTFS"
	[[ ${fact[cmd.ns.mnt]} == "${fact[outside.ns.mnt]}" ]] || fail_with new-mount-namespace \
		"the command in outside's mnt:[${fact[outside.ns.mnt]}]" \
		"it is in mnt:[${fact[cmd.ns.mnt]}], a namespace of its own"
	seen "mnt:[${fact[cmd.ns.mnt]}] for both"
}

@test "its working directory is ROOTFS too" {
	local where="another directory"

	look outside /work
	start "$ROOTFS"
	case ${fact[cmd.cwd]} in
	"${fact[rootfs]}")
		seen "its working directory is $ROOTFS"
		return
		;;
	"${fact[outside.root]}") where="outside's /" ;;
	"${answer[id]}") where="outside's /work, where the program was started" ;;
	esac
	fail_with no-chdir "$ROOTFS as the command's working directory" \
		"it is $where, and from there .. leads on to outside's /"
}

@test "nothing is mounted, and ROOTFS stays as it was" {
	start "$ROOTFS"
	outside_unchanged other
	release
	finish || fail_with other "the program ends when the command has ended" "it still runs"
	rootfs_unchanged other
	outside_unchanged other
}

@test "without a command it runs ROOTFS's /bin/sh" {
	launch "$ROOTFS"
	finish || fail_with other "sh ends at the end of its input, and the program with it" "it still runs"
	status_is 0 other
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other "$ROOTFS"
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other "$ROOTFS"
	exec_failure_shows other "$ROOTFS"
}
