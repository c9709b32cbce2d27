# The container runtimes of the course beyond what its check may ask of everybody's: what it gives
# up, that nothing outlives it, and that fifty in a row leave nothing. All of it in a lab shell.

bats_require_minimum_version 1.5.0

tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
LAB=${LAB:-$tree/build/lab}

setup_file() {
	"${CC:-cc}" -std=gnu11 -O1 -o "$BATS_FILE_TMPDIR/container" "$tree/solutions/advanced/09_container.c"
	# shellcheck disable=SC2046 # words
	"${CC:-cc}" -std=gnu11 -O1 -o "$BATS_FILE_TMPDIR/oci" "$tree/solutions/advanced/12_oci.c" \
		$(pkg-config --cflags --libs jansson)
}

setup() {
	# shellcheck disable=SC2046 # names only
	unset $(compgen -e NSLAB_)
	export HOME=$BATS_TEST_TMPDIR
}

# inside SCRIPT: in a lab shell, where ./program is container's solution, or the one that $program names.
inside() {
	run --separate-stderr "$LAB" shell --user -c "cd /tmp && cat >program && chmod 755 program && {
$1
}" <"$BATS_FILE_TMPDIR/${program:-container}"
	echo "$output"
	echo "$stderr"
}

@test "the command has Docker's fourteen capabilities, and can gain none" {
	inside './program /rootfs grep -E "^(Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs)" /proc/self/status'
	[ "$status" -eq 0 ]
	[ "$output" = $'CapPrm:\t00000000a80425fb\nCapEff:\t00000000a80425fb\nCapBnd:\t00000000a80425fb\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1' ]
}

@test "root in the container can't mount, trace its init, or see its descriptors" {
	inside './program /rootfs sh -c "mount -t tmpfs none /mnt; readlink /proc/1/fd/0; readlink /proc/1/exe; true"'
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[[ "$stderr" == *"permission denied"* ]]
}

@test "killed, the runtime takes the container along" {
	# The pipe ends when the last of its writers has.
	inside 'mkfifo held; ./program /rootfs sh -c "echo up; exec sleep 1000" >held & exec 3<held; read -r up <&3
		kill -KILL $!; cat <&3; wait $! 2>/dev/null; echo "$up $?"'
	[ "$status" -eq 0 ]
	[ "$output" = "up 137" ]
}

@test "a shell inside has the terminal, and the caller gets it back" {
	# The caller reads after the shell has: from the background it could not.
	inside 'mkfifo typed ended
		cat >caller <<-END
			./program /rootfs sh
			echo "status-\$?"
			echo >ended
			read -r word
			echo "got-\$word"
		END
		(exec >typed; printf "exit 5\n"; read -r line <ended; printf "hello\n") &
		script -qec "sh caller" /dev/null <typed'
	[[ "$output" == *status-5*got-hello* ]]
}

@test "fifty containers in a row leave no process, mount, namespace or file" {
	inside 'facts() { set -- /proc/[0-9]*; echo $#; wc -l </proc/self/mountinfo; lsns --noheadings | wc -l; find /rootfs | sort | cksum; ls /tmp; }
		before=$(facts); i=0
		while [ $i -lt 50 ]; do ./program /rootfs true || exit 9; i=$((i + 1)); done
		after=$(facts); [ "$before" = "$after" ] || printf "%s\n-- and after:\n%s\n" "$before" "$after"'
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "what the runtime can't do it says, and ends with 1" {
	inside './program --hostname "$(printf "%070d" 1)" /rootfs true; echo $?; ./program /tmp/program true; echo $?'
	[ "$output" = $'1\n1' ]
	[[ "$stderr" == *"sethostname"*"Invalid argument"* ]]
	[[ "$stderr" == *"/tmp/program"*"Not a directory"* ]]
}

@test "the bundle of a lab shell runs, and under crun the same where it is installed" {
	local program=oci facts="hostname; id -u; cat /proc/self/uid_map; cut -d' ' -f5 /proc/self/mountinfo | grep -c /dev/"

	inside "echo \"$facts\" | ./program /bundle"
	[ "$status" -eq 0 ]
	[[ "$output" == bundle$'\n'0$'\n'*" 1"$'\n'9 ]]
	type -P crun || return 0
	local ours=${output//[0-9][0-9][0-9][0-9][0-9]/UID}
	inside "echo \"$facts\" | crun --root /tmp/state run --bundle /bundle any-name"
	[ "${output//[0-9][0-9][0-9][0-9][0-9]/UID}" = "$ours" ]
}

@test "what the bundle of runc spec becomes is compared with crun and runc, where they are installed" {
	local name seen PATH=$PATH:/usr/sbin

	seen=$("$LAB" check advanced/oci --source "$tree/solutions/advanced/12_oci.c" --json </dev/null |
		jq -r '.checks[].observed')
	for name in crun runc; do
		! type -P $name || [[ "$seen" == *"all eight as under $name"* ]]
	done
}
