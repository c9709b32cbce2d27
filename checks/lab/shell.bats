# lab shell: a place to try commands in, as root of a sandbox or as nobody special.

load lab

@test "-c runs a line; its exit status passes" {
	lab shell -c 'id -u; exit 7'
	[ "$status" -eq 7 ]
	[ "$output" = 0 ]
	lab shell --user -c 'id -u; grep CapEff /proc/self/status'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" -ge 1000 ]
	[[ "${lines[1]}" == *0000000000000000 ]]
	lab shell -c 'kill -KILL $$'
	[ "$status" -eq 137 ]
	nothing_left
}

@test "a script on standard input is run" {
	run timeout 30 "$LAB" shell <<<$'echo one\nread -r line\nthe line read\necho "$line"; exit 4'
	[ "$status" -eq 4 ]
	[ "$output" = $'one\nthe line read' ]
}

@test "output and errors that go to one place keep their order" {
	run "$LAB" shell -c 'for i in $(seq 200); do echo "out $i"; echo "error $i" >&2; done' </dev/null
	[ "$output" = "$(for i in $(seq 200); do echo "out $i"; echo "error $i"; done)" ]
	run --separate-stderr "$LAB" shell -c 'echo out; echo error >&2' </dev/null
	[ "$output" = out ]
	[ "$stderr" = error ]
}

@test "unshare, mount, ps and ip work as root" {
	lab shell -c 'unshare --pid --fork --mount-proc ps -e -o pid= | head -n 1 | xargs; mount -t tmpfs none /mnt && echo mounted; hostname changed && hostname'
	[ "$status" -eq 0 ]
	[ "$output" = $'1\nmounted\nchanged' ]
	if type -P ip >/dev/null; then
		lab shell -c 'ip link set lo up && ip netns add b && ip netns list'
		[ "$status" -eq 0 ]
		[[ "$output" == *b* ]]
		# Needs a /sys that is left when the program has detached the one on top.
		lab shell -c 'ip netns add b && ip netns exec b ls /sys/class/net'
		[ "$status" -eq 0 ]
		[ "$output" = lo ]
	fi
}

@test "an ordinary user may do what user namespaces allow" {
	lab shell --user -c 'unshare --user --map-root-user --pid --fork --mount-proc sh -c "echo \$\$; id -u"'
	[ "$status" -eq 0 ]
	[ "$output" = $'1\n0' ]
	lab shell --user -c 'unshare --pid true'
	[ "$status" -ne 0 ]
}

@test "what stands in for a file of the host can be mounted on" {
	local script='echo mine >/tmp/file; for file in passwd group hosts; do mount --bind /tmp/file /etc/$file && cat /etc/$file; done'

	lab shell -c "$script"
	[ "$output" = $'mine\nmine\nmine' ]
	lab shell --user -c "unshare --user --map-root-user --mount sh -c '$script'"
	[ "$output" = $'mine\nmine\nmine' ]
	# As ip-netns(8) does it with /etc/netns.
	lab shell --internet -c "$script"
	[ "$output" = $'mine\nmine\nmine' ]
}

@test "a small root file system is at /rootfs, where there is a static busybox" {
	lab shell -c 'chroot /rootfs sh -c "cat /etc/os-release; ls /"'
	[ "$status" -eq 0 ] || skip "no static busybox here"
	[ "${lines[0]}" = "NAME=rootfs" ]
	[[ "$output" == *bin*etc*proc*tmp* ]]
	lab shell --user -c 'unshare --user --map-root-user chroot /rootfs sh -c "echo mine >/tmp/file; cat /tmp/file"'
	[ "$output" = mine ]
	# Without one a shell is a shell all the same.
	NSLAB_BUSYBOX=/nowhere lab shell -c 'ls /rootfs 2>/dev/null; echo still a shell'
	[ "$status" -eq 0 ]
	[ "$output" = "still a shell" ]
}

@test "nothing of the host changes or is seen" {
	before=$(uname -n; cat /proc/self/mountinfo)
	lab shell -c "hostname other; mount -t tmpfs none /mnt; ls '$tree/solutions' '$BATS_TEST_TMPDIR' 2>/dev/null; ls /proc | grep -c '^[0-9]'; touch /usr/new /etc/new 2>/dev/null"
	[ "${lines[0]}" -lt 10 ]
	[ ! -e /usr/new ] && [ ! -e /etc/new ]
	[ "$before" = "$(uname -n; cat /proc/self/mountinfo)" ]
	nothing_left
}

@test "what is left running ends with the shell" {
	lab shell -c 'setsid sleep 1000 & (trap "" TERM HUP; setsid sleep 1000) & exit 0'
	[ "$status" -eq 0 ]
}

@test "on a terminal: prompt, job control, and the modes are as before" {
	terminal "stty -g; $LAB shell; echo status \$?; stty -g"
	await "A sandbox: you are root here"
	send 'echo the answer is $((6*7))\n'
	await "the answer is 42"
	# Typed once the shell waits for it: it stops, the shell goes on.
	send "sh -c 'echo sl\"\"eeps; exec sleep 1000'\\n"
	await sleeps
	send '\032'
	await "Stopped"
	# A shell that has not heard of the end of a stopped job refuses to exit.
	send 'jobs | grep -c sleep; kill -9 %%1; wait %%1; stty -echo raw; exec sh -c "exit 9"\n'
	await "status 9"
	ended
	[ "$(grep -E '^[0-9a-f]+(:[0-9a-f]+)+' <<<"$(tr -d '\r' <<<"$seen")" | wc -l)" -eq 2 ]
	[ "$(grep -E '^[0-9a-f]+(:[0-9a-f]+)+' <<<"$(tr -d '\r' <<<"$seen")" | sort -u | wc -l)" -eq 1 ]
	nothing_left
}

@test "on a terminal: ^D leaves, ^C does not" {
	terminal "$LAB shell --user; echo status \$?"
	await "you are an ordinary user here"
	send 'echo up and run""ning\n'
	await "up and running"
	send '\003'
	await '^C'
	await '$ '
	send 'echo still th""ere\n'
	await "still there"
	await '$ '
	send '\004'
	await "status "
	ended
	nothing_left
}

@test "on a terminal: a new window size reaches the program while it runs" {
	local outer

	terminal "tty; stty rows 20 cols 70; $LAB shell"
	await "A sandbox"
	outer=$(grep -o '/dev/pts/[0-9]*' <<<"$seen")
	send 'stty size; tty\n'
	await "20 70"
	await "/dev/pts/"
	# It is told by the signal, and learns the size once it asks.
	send "bash -c 'trap \"stty size; exit 5\" WINCH; sleep 1000 & echo up and run\"\"ning; while :; do wait; done'\n"
	await "up and running"
	stty -F "$outer" rows 31
	await "31 70"
	send 'echo status is $?\n'
	await "status is 5"
	send 'exit\n'
	ended
	nothing_left
}

@test "a shell that is killed takes everything with it" {
	session "$LAB" shell -c 'sleep 1000 & echo ready; wait'
	await ready
	kill -USR1 "$session"
	ended
	[ "$status" -eq 137 ]
}
