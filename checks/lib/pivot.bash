# Facts about programs that give a command another root: whose root it is, what
# is left of the old one, and whether a way leads back there. For checks with
# `needs: rootfs`, which start the program on $ROOTFS.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by load.bash

# How many mounts lie on the command's "/".
mounts_at_its_root() {
	grep -cx / <<<"${mount[points]}"
}

# in_rootfs: who joins the command's mount namespace stands in ROOTFS.
in_rootfs() {
	local landed

	[[ ${fact[cmd.ns.mnt]} != "${fact[outside.ns.mnt]}" ||
		${fact[outside.root]} != "${fact[rootfs]}" ]] || fail_with mount-leaked \
		"a root for the command alone" "everybody has another root now: outside's was swapped"
	new_namespace mnt chroot-instead-of-pivot
	join cmd
	landed=${mount[root]:-nowhere}
	if [[ $landed != "${fact[rootfs]}" ]]; then
		read_mounts cmd
		(($(mounts_at_its_root) < 2)) || fail_with old-root-left \
			"the old root is gone from the command's mount namespace" \
			"it still lies on top of the new one, at /"
		[[ ${fact[cmd.root]} != "${fact[rootfs]}" ]] || fail_with chroot-instead-of-pivot \
			"who joins the command's mount namespace stands in ROOTFS" \
			"the command's own root is ROOTFS, its namespace's is not"
		fail_with other "who joins the command's mount namespace stands in ROOTFS" \
			"its root is another directory"
	fi
	[[ ${fact[cmd.root]} == "${fact[rootfs]}" ]] || fail_with other \
		"the command's root is ROOTFS" "its namespace's is, the command's own is not"
	seen "the root of the command's mount namespace is ROOTFS"
}

# Is there a mount of the same thing outside? What a program mounts anew is another
# thing; a device of outside's, bound below /dev, is a file and leads nowhere.
is_of_the_old_tree() { # POINT, mount: the command's table, outer: lines "DEV ROOT" of outside
	grep -Fqx "${mount[$1.dev]} ${mount[$1.root]}" <<<"$outer" || return 1
	look cmd "$1"
	[[ ${answer[type]} != char ]]
}

# nothing_of_the_old_tree: the command sees the root, /proc and what was mounted for it.
nothing_of_the_old_tree() {
	local point outer='' points=()

	read_mounts outside
	while IFS= read -r point; do
		outer+="${mount[$point.dev]} ${mount[$point.root]}"$'\n'
	done <<<"${mount[points]}"
	read_mounts cmd
	(($(mounts_at_its_root))) || fail_with chroot-instead-of-pivot \
		"a mount at the command's /" "its / is a directory of some mount, as after a chroot"
	(($(mounts_at_its_root) == 1)) || fail_with old-root-left \
		"one mount at the command's /" "the old root lies on the new one"
	mapfile -t points <<<"${mount[points]}"
	for point in "${points[@]}"; do
		[[ $point != / && $point != /proc && $point != /proc/* ]] || continue
		is_of_the_old_tree "$point" && fail_with old-root-left \
			"nothing of the old tree among the command's mounts" \
			"$point is still mounted: ${mount[$point.type]} of outside"
	done
	seen "mounts inside: ${points[*]}"
}

# own_proc: its /proc shows its PID namespace.
own_proc() {
	[[ ${fact[cmd.proc.type]} == proc ]] || fail_with proc-not-mounted \
		"a proc mount of pid:[${fact[cmd.ns.pid]}] at /proc" "there is none"
	[[ ${fact[cmd.proc.ns]} == "${fact[cmd.ns.pid]}" ]] || fail_with proc-not-mounted \
		"a proc mount of pid:[${fact[cmd.ns.pid]}] at /proc" \
		"/proc shows pid:[${fact[cmd.proc.ns]}], with PIDs ${fact[cmd.proc.pids]}"
	seen "/proc lists PIDs ${fact[cmd.proc.pids]}"
}

# no_way_back: the command looks for a file that only the old root has.
no_way_back() {
	local secret treasure

	random_word
	secret=$REPLY
	treasure=/srv/treasure-$secret/text
	outside_does sh -c "mkdir -p ${treasure%/*} && echo $secret >$treasure"
	PROBE_ARGS=(--seek "$treasure" "$secret")
	start "$ROOTFS"
	case ${fact[cmd.caught]} in
	'') seen "working directory, /.., descriptors, /proc, joining, a second chroot: none leads out" ;;
	cwd) fail_with no-chdir "the command's working directory below its root" \
		"it is in the old tree, and ../.. leads to files of the old root" ;;
	fd) fail_with old-root-left "no descriptor of the old tree for the command" \
		"a descriptor that it inherits leads to files of the old root" ;;
	dotdot) fail_with old-root-left "no way from inside to the old root" "/.. leads there" ;;
	proc) fail_with old-root-left "no way from inside to the old root" \
		"/proc/PID/root of some process leads there" ;;
	chroot) fail_with chroot-instead-of-pivot "no way from inside to the old root" \
		"a second chroot leads there, as in mnt/escape" ;;
	join) fail_with chroot-instead-of-pivot "no way from inside to the old root" \
		"joining its own mount namespace leads there" ;;
	below) fail_with chroot-instead-of-pivot "no way from inside to the old root" \
		"it lies below the new one: umount / uncovers it" ;;
	*) fail_with other "no way from inside to the old root" "one was found: ${fact[cmd.caught]}" ;;
	esac
}

# no_directory_left: ROOTFS is what it was, while the command runs and afterwards.
no_directory_left() {
	rootfs_unchanged put-old-directory-left
	release
	finish || :
	settled || :
	rootfs_unchanged put-old-directory-left
}

# cannot_run_shows: a command that isn't there is no success. The rule is 127 (126 where
# it can't be executed); container tools such as bwrap(1) say 1, and that is let pass.
cannot_run_shows() {
	local command

	random_word
	for command in "127 /bin/no-such-$REPLY" "126 /etc/passwd"; do
		restart
		launch "$ROOTFS" "${command#* }"
		finish || fail_with other "the program ends when the command can't be run" "it still runs"
		[[ $status == "${command%% *}" || $status == 1 ]] || fail_with other \
			"exit status ${command%% *} where the command can't be run" "${status:-none}"
	done
}
