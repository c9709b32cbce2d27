# net/new: a network namespace with nothing but lo, and lo is up.

load ../lib/load
load ../lib/net

# Kernels with tunnel modules put fallback devices (sit0, tunl0, ...) into every new network
# namespace. Such a link is nobody's mistake.
born_with() { # LINK
	outside_does unshare --net ip -brief link
	[[ $'\n'$said == *$'\n'"$1"[@\ ]* ]]
}

@test "the command is in a new network namespace" {
	start
	new_namespace net no-new-net-namespace
}

@test "its only link is lo" {
	local link

	start
	read_net cmd
	for link in ${net[cmd.links]}; do
		[[ $link == lo ]] || born_with "$link" || fail_with other \
			"no link but lo inside" "inside: ${net[cmd.links]//$'\n'/, }"
	done
	outside_does unshare --net ip -oneline link show lo
	truth_if lo up down test "$said" != "${said/[<,]UP[,>]/}"
	outside_does sh -e -c 'ip link add truth type veth peer name truth2; unshare --net ls /sys/class/net'
	truth_if sys "those of outside" "those of the new namespace" test "$said" != "${said/truth/}"
}

@test "lo is up, and 127.0.0.1 answers" {
	start
	read_net cmd
	[[ ${net[cmd.lo.admin]:-} == up ]] || fail_with lo-down "lo is up inside" \
		"it is ${net[cmd.lo.admin]:-missing}"
	[[ " ${net[cmd.lo.addresses]} " == *' 127.0.0.1/8 '* ]] || fail_with other \
		"lo has the address 127.0.0.1/8" "it has ${net[cmd.lo.addresses]:-none}"
	reach cmd cmd 127.0.0.1 icmp || fail_with other \
		"a ping of 127.0.0.1 is answered inside" "${answer[why]}"
	seen "inside: lo ${net[cmd.lo.addresses]}, ${net[cmd.lo.admin]}"
}

@test "the command shares every other namespace with outside" {
	start
	same_namespaces extra-namespaces cgroup ipc mnt pid time user uts
}

@test "outside's network stays as it was" {
	start
	release
	finish || fail_with other "the program ends when the command has ended" "it still runs"
	settled || fail_with other "no process is left" "$leftover"
	network_unchanged other
	outside_does python3 -c 'import socket, subprocess
s = socket.socket(socket.AF_UNIX); s.bind("/run/outside"); s.listen()
c = "import socket; socket.socket(socket.AF_UNIX).connect(\"/run/outside\")"
raise SystemExit(subprocess.call(["unshare", "--net", "python3", "-c", c]))'
	truth_if unix "it connects" "it is refused: another network" test "$did" = 0
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other
	exec_failure_shows other
}
