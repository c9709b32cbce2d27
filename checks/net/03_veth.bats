# net/veth: a new network namespace and a cable to it.

load ../lib/load
load ../lib/net

# Where veth-blue is, for a sentence.
whereabouts() {
	if [[ -n ${net[outside.veth-blue.kind]:-} ]]; then
		printf 'it is outside'
	else
		printf 'inside there is %s' "${net[cmd.links]//$'\n'/, }"
	fi
}

has_address() { # WHO LINK ADDRESS PREFIX
	local has=${net[$1.$2.addresses]:-} where=${3}

	[[ " $has " == *" $3/$4 "* ]] && return 0
	[[ " $has " != *" $3/"* ]] || fail_with wrong-prefix "$2 has $where/$4" "it has ${has// /, }"
	fail_with address-missing "$2 has the address $where/$4" "it has ${has:-none}"
}

is_up() { # WHO LINK CAUSE
	[[ ${net[$1.$2.admin]:-} == up ]] || fail_with "$3" "$2 is up ($(who_is "$1"))" \
		"it is ${net[$1.$2.admin]:-missing}"
}

@test "the command is in a new network namespace" {
	start
	new_namespace net no-new-net-namespace
}

@test "a veth pair joins inside and outside" {
	start
	read_net cmd outside
	[[ ${net[cmd.veth-blue.kind]:-} == veth ]] || fail_with end-not-moved \
		"a veth link veth-blue inside" "$(whereabouts)"
	[[ -n ${net[outside.veth-host.kind]:-} || -z ${net[cmd.veth-host.kind]:-} ]] ||
		fail_with end-not-moved "veth-host outside" "both ends are inside"
	[[ ${net[outside.veth-host.kind]:-} == veth ]] || fail_with other \
		"a veth link veth-host outside" "outside there is ${net[outside.links]//$'\n'/, }"
	[[ ${net[cmd.veth-blue.peer]} == "outside veth-host" ]] || fail_with other \
		"the other end of veth-blue is veth-host, outside" "it is ${net[cmd.veth-blue.peer]}"
	seen "veth-blue (inside) and veth-host (outside) are each other's peers"
}

@test "both ends have their address, and the prefix is 24" {
	start
	read_net cmd outside
	has_address outside veth-host 10.0.0.1 24
	has_address cmd veth-blue 10.0.0.2 24
}

@test "both ends are up" {
	start
	read_net cmd outside
	is_up outside veth-host link-down
	is_up cmd veth-blue link-down
	outside_does sh -e -c '
		ip netns add truth
		ip link add left type veth peer name right
		ip addr add 10.9.0.1/24 dev right
		ip link set right up
		ip link set right netns truth'
	((did == 0)) || crash "a link can't be moved: $said"
	read_net netns:truth
	local has="with its address"
	[[ -n ${net[netns:truth.right.addresses]} ]] || has="without an address"
	truth moved "${net[netns:truth.right.admin]}, $has"
}

@test "lo inside is up" {
	start
	read_net cmd
	is_up cmd lo lo-down
}

@test "inside and outside reach each other" {
	start
	matrix other "cmd outside 10.0.0.1 yes" "outside cmd 10.0.0.2 yes" "cmd cmd 127.0.0.1 yes"
}

@test "nothing is left when the command has ended" {
	ends_clean left-behind -
}

@test "nothing is left after SIGTERM, not even the command" {
	ends_clean left-behind TERM
}

@test "nothing is left after SIGINT" {
	ends_clean left-behind INT
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other
	exec_failure_shows other
}
