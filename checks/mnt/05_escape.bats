# mnt/escape: root in a chroot reads a file of the real root, and can't after pivot_root.

load ../lib/load

# jail: a directory with all that a program may need to start, some levels down;
# it has no /proc, and at the place of the file another one. Sets $jail, $file, $secret.
jail() {
	local i

	random_word
	jail=/srv/$REPLY
	random_int 2 9
	for ((i = REPLY; i; i--)); do jail+=/$i; done
	random_word
	file=/srv/file-$REPLY
	random_word
	secret=$REPLY
	# shellcheck disable=SC2016 # for the shell in there
	outside_does sh -ec '
		mkdir -p "$1/srv" "$1/tmp" "$1/work" "$1/dev" "$1/run"
		for dir in /usr /etc /bin /sbin /lib /lib32 /lib64 /libx32 /opt /nix /gnu; do
			if [ -L "$dir" ]; then
				cp -P "$dir" "$1/"
			elif [ -d "$dir" ]; then
				mkdir "$1$dir"
				mount --rbind "$dir" "$1$dir"
			fi
		done
		mount --rbind /dev "$1/dev"
		mount --rbind /work "$1/work" 2>/dev/null || cp -R /work/. "$1/work"
		echo "$3" >"$2"
		echo "of the jail" >"$1$2"' sh "$jail" "$file" "$secret"
	((did == 0)) || crash "the jail could not be made: $said"
}

# A reference for the other direction, by tools: after it nothing leads back.
pivot='mount --make-rprivate / && mount --rbind "$0" "$0" && cd "$0" && mkdir -p proc &&
	mount -t proc proc proc && pivot_root . . && umount -l . && cd / && exec "$@"'

program() {
	printf '/work/%s' "${NSLAB_PROGRAM:-program}"
}

not_started() {
	[[ $did != 42 || $said != *TODO* ]] || {
		stop_here
		fail_with not-started "the program prints the file" \
			"it stopped at a gap: $(last_line "$said")"
	}
}

@test "in a chroot it prints a file of the real root" {
	jail
	outside_does chroot "$jail" "$(program)" "$file"
	not_started
	[[ $said != *"of the jail"* ]] || fail_with still-inside \
		"the file of the real root" "it printed the file that the jail has at that place"
	[[ $said == *"$secret"* ]] || fail_with still-inside \
		"the file of the real root" "exit status $did, and printed: $(last_line "$said")"
	((did == 0)) || fail_with other "exit status 0" "$did"
	seen "it printed $file of the real root"
	truth_if way-out "no, it can walk out" yes test "$did" = 0
}

@test "a file that is not there: exit status 1" {
	jail
	outside_does chroot "$jail" "$(program)" "$file-2"
	((did == 1)) || fail_with other "exit status 1" "$did"
}

@test "the jail and outside are left as they were" {
	local before

	jail
	note "$jail"
	read_mounts outside
	before=${mount[points]}
	outside_does chroot "$jail" "$(program)" "$file"
	changes "$jail"
	[[ -z ${answer[removed]}${answer[changed]} ]] || fail_with other \
		"the jail as it was" "${answer[removed]}${answer[changed]}"
	read_mounts outside
	[[ ${mount[points]} == "$before" ]] || fail_with other "outside's mounts as they were" \
		"$(diff <(echo "$before") <(echo "${mount[points]}") | grep '^[<>]')"
	settled || fail_with other "nothing left when the program has ended" "$leftover"
}

@test "with a root by pivot_root it fails with exit status 1" {
	jail
	outside_does sh -c 'rm "$1"' sh "$jail$file"
	outside_does unshare --mount --pid --fork sh -c "$pivot" "$jail" "$(program)" "$file"
	[[ $said != *"$secret"* ]] || crash "the reference lets programs out"
	((did == 1)) || fail_with other "exit status 1 where there is no way out" "$did: $(last_line "$said")"
	seen "with a root by pivot_root: $(last_line "$said")"
}

@test "bad usage is refused" {
	launch
	finish || fail_with other "a usage line, and the end" "it still runs"
	[[ $status == 2 ]] || fail_with other "exit status 2 without FILE" "${status:-none}"
}
