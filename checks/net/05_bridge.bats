# net/bridge: two named namespaces on a bridge that is outside.

load ../lib/load
load ../lib/net

EACH_REACHES_THE_OTHERS=(
	"netns:ns1 netns:ns2 10.0.0.3 yes" "netns:ns2 netns:ns1 10.0.0.2 yes"
	"netns:ns1 outside 10.0.0.1 yes" "netns:ns2 outside 10.0.0.1 yes"
	"outside netns:ns1 10.0.0.2 yes" "outside netns:ns2 10.0.0.3 yes"
)

# broken CAUSE EXPECTED OBSERVED: what comes after can't be true either.
broken() {
	stop_here
	fail_with "$@"
}

start_bridge() {
	start
	read_net outside netns:ns1 netns:ns2 cmd
}

# cable NAME: the veth link of ns1 or ns2 that leads to br0 in $end, its peer outside in
# $port. Else, why not.
cable() {
	local link attached='' peer=''

	end='' port=''
	for link in ${net[netns:$1.links]:-}; do
		[[ ${net[netns:$1.$link.kind]} == veth ]] || continue
		peer=${net[netns:$1.$link.peer]}
		[[ $peer == "outside "* ]] || continue
		attached=${net[outside.${peer#* }.master]}
		[[ $attached == br0 ]] || continue
		end=$link port=${peer#* }
		return 0
	done
	if [[ $peer == netns:* ]]; then
		broken no-bridge "a cable from $1 to br0" "it leads to ${peer#netns:}"
	elif [[ -z $peer ]]; then
		fail_with other "a veth link in $1" "$1 has ${net[netns:$1.links]//$'\n'/, }"
	elif [[ $peer != "outside "* ]]; then
		fail_with other "the other end of $1's cable is outside" "it is ${peer/-/nowhere}"
	fi
	broken port-not-attached "the outer end of $1's cable, ${peer#* }, has br0 as its master" \
		"its master is ${attached/#-/nobody}"
}

# is_up WHO LINK CAUSE
is_up() {
	[[ ${net[$1.$2.admin]} == up ]] || broken "$3" "$2 is up ($(who_is "$1"))" "it is down"
}

@test "outside has a bridge, br0" {
	start_bridge
	[[ ${net[outside.br0.kind]:-} == bridge ]] || broken no-bridge "a bridge br0 outside" \
		"outside there is ${net[outside.links]//$'\n'/, }"
	seen "br0 is a bridge; outside there is ${net[outside.links]//$'\n'/, }"
}

@test "the command runs in ns1, and ns2 is another namespace" {
	local name

	start_bridge
	for name in ns1 ns2; do
		[[ -n ${net[netns:$name.inode]:-} ]] || broken other \
			"a network namespace with the name $name" "there is none at /run/netns/$name"
	done
	[[ ${net[cmd.inode]} == "${net[netns:ns1.inode]}" ]] || fail_with other \
		"the command in ns1, net:[${net[netns:ns1.inode]}]" "it is in net:[${net[cmd.inode]}]"
	[[ ${net[netns:ns2.inode]} != "${net[netns:ns1.inode]}" && \
		${net[netns:ns1.inode]} != "${net[outside.inode]}" && \
		${net[netns:ns2.inode]} != "${net[outside.inode]}" ]] || fail_with other \
		"outside, ns1 and ns2 are three namespaces" \
		"they are net:[${net[outside.inode]}], net:[${net[netns:ns1.inode]}], net:[${net[netns:ns2.inode]}]"
}

@test "a cable joins each of them to a port of br0" {
	local end port ports=''

	start_bridge
	cable ns1
	ports=$port
	cable ns2
	ports+=$'\n'$port
	[[ $(sort <<<"$ports") == "$(sort <<<"${net[outside.br0.ports]}")" ]] || fail_with other \
		"two ports of br0: ${ports//$'\n'/ and }" "it has ${net[outside.br0.ports]//$'\n'/, }"
	seen "the ports of br0 are ${ports//$'\n'/ and }"
}

@test "the bridge is up" {
	start_bridge
	is_up outside br0 bridge-down
}

@test "both ends of both cables are up" {
	local end port name

	start_bridge
	for name in ns1 ns2; do
		cable $name
		is_up outside "$port" link-down
		is_up "netns:$name" "$end" link-down
	done
}

@test "each has its own address, and the prefix is 24" {
	local who link address all=' ' row

	start_bridge
	for who in outside netns:ns1 netns:ns2; do
		for link in ${net[$who.links]}; do
			for address in ${net[$who.$link.addresses]}; do
				[[ $address == 10.0.0.* ]] || continue
				[[ $all != *" ${address%/*} "* ]] || broken duplicate-address \
					"10.0.0.1, 10.0.0.2 and 10.0.0.3 once each" \
					"${address%/*} twice; the second is $link's ($(who_is "$who"))"
				all+="${address%/*} "
			done
		done
	done
	cable ns1
	row="netns:ns1 $end 10.0.0.2"
	cable ns2
	while read -r who link address; do
		[[ " ${net[$who.$link.addresses]} " == *" $address/24 "* ]] || fail_with other \
			"$link has $address/24 ($(who_is "$who"))" \
			"it has ${net[$who.$link.addresses]:-no address}"
	done <<<"outside br0 10.0.0.1"$'\n'"$row"$'\n'"netns:ns2 $end 10.0.0.3"
}

@test "each of the three reaches the two others, and br0 carries it" {
	local end port name

	start
	decisive matrix other "${EACH_REACHES_THE_OTHERS[@]}"
	read_net outside netns:ns1 netns:ns2
	for name in ns1 ns2; do
		cable $name
		[[ $'\n'${net[outside.br0.fdb]}$'\n' == *$'\n'"${net[netns:$name.$end.mac]} $port"$'\n'* ]] ||
			broken no-bridge "br0 has learned that $name's ${net[netns:$name.$end.mac]} is behind $port" \
				"it has learned ${net[outside.br0.fdb]:-nothing}"
	done
	seen "br0 has learned who is behind which port: ${net[outside.br0.fdb]//$'\n'/, }"
	restart
	outside_does sh -e -c 'ip link add old type veth peer name older; ip addr add 10.0.0.1/24 dev old
		ip link set old up; ip link set older up'
	start
	reach outside netns:ns2 10.0.0.3 icmp || :
	truth_if same-address yes no test -n "${answer[source]:-}"
}

# What a bridge without any rule does on such a host.
bare_bridge() {
	outside_does sh -e -c 'ip link add br-bare type bridge; ip link set br-bare up
		for n in 1 2; do
			ip netns add bare$n
			ip link add bare$n type veth peer name eth0 netns bare$n
			ip link set bare$n master br-bare up
			ip -n bare$n addr add 10.9.0.$n/24 dev eth0
			ip -n bare$n link set eth0 up
		done'
	((did == 0)) || crash "a bridge can't be made: $said"
	reach netns:bare1 netns:bare2 10.9.0.2 icmp || :
	truth_if bridged "yes, a bridge does not forward by IP" no test -n "${answer[source]:-}"
	outside_does sh -c 'ip netns del bare1; ip netns del bare2; ip link del br-bare'
}

@test "also where bridged packets pass a firewall whose policy is DROP" {
	forward_drop
	bridge_filtered || :
	bare_bridge
	start
	decisive matrix other "${EACH_REACHES_THE_OTHERS[@]}"
}

@test "nothing is left when the command has ended" {
	local before

	forward_drop
	bridge_filtered || :
	outside_does cat /proc/sys/net/bridge/bridge-nf-call-iptables
	before=$said
	decisive ends_clean left-behind -
	outside_does cat /proc/sys/net/bridge/bridge-nf-call-iptables
	[[ $said == "$before" ]] || fail_with left-behind \
		"bridge-nf-call-iptables is ${before%$'\n'} again" "it is ${said%$'\n'}"
}

@test "nothing is left after SIGTERM, not even the command" {
	decisive ends_clean left-behind TERM
}

@test "nothing is left after SIGINT" {
	decisive ends_clean left-behind INT
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other
	exec_failure_shows other
}
