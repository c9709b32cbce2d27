# net/nat: a namespace that reaches the internet through outside.

load ../lib/load
load ../lib/net

INTERNET=198.51.100.1
UPLINK=198.51.100.2

# Which step is missing, where a probe from inside was not answered by the internet host, or
# came from a wrong source. Called after reach; fails or returns.
judge() { # PROTO [WHERE]
	local source=${answer[source]:-} why=${answer[why]:-}

	[[ $source != 10.0.0.* ]] || fail_with no-masquerade \
		"$INTERNET sees packets of inside come from $UPLINK${2:-}" "it sees $source, by $1"
	[[ -n $source ]] || fail_with no-forwarding \
		"outside passes packets of inside on to $INTERNET${2:-}" "none arrived, by $1: $why"
	[[ $source == "$UPLINK" ]] || fail_with no-masquerade \
		"$INTERNET sees packets of inside come from $UPLINK${2:-}" "it sees $source, by $1"
	[[ ${answer[reached]} == 1 ]] || fail_with no-forwarding \
		"the answer of $INTERNET finds its way back inside${2:-}" "$why, by $1"
}

reaches_internet() { # [WHERE]
	local proto

	for proto in icmp tcp udp; do
		reach cmd internet "$INTERNET" "$proto" || :
		judge "$proto" "${1:-}"
	done
}

is_up() { # WHO LINK
	[[ ${net[$1.$2.admin]:-up} == up ]] || fail_with link-down "$2 is up ($(who_is "$1"))" "it is down"
}

@test "the command is in a new network namespace" {
	start
	new_namespace net other
}

@test "the links are up" {
	start
	read_net cmd outside
	is_up cmd lo
	is_up cmd veth-blue
	is_up outside veth-host
}

@test "inside's default route is via 10.0.0.1" {
	start
	read_net cmd
	[[ $'\n'${net[cmd.routes]} == *$'\ndefault via 10.0.0.1 '* ]] || fail_with no-default-route \
		"inside has a default route via 10.0.0.1" \
		"its routes: $(sed 's/$/,/' <<<"${net[cmd.routes]:-none}" | tr '\n' ' ')"
	seen "inside: $(grep ^default <<<"${net[cmd.routes]}")"
}

@test "a veth pair joins inside and outside" {
	start
	read_net cmd outside
	[[ ${net[cmd.veth-blue.kind]:-} == veth && ${net[cmd.veth-blue.peer]} == "outside veth-host" ]] ||
		fail_with other "veth-blue inside and veth-host outside are one veth pair" \
			"inside there is ${net[cmd.links]//$'\n'/, }, outside ${net[outside.links]//$'\n'/, }"
	[[ " ${net[cmd.veth-blue.addresses]} " == *' 10.0.0.2/24 '* ]] || fail_with other \
		"veth-blue has 10.0.0.2/24" "it has ${net[cmd.veth-blue.addresses]:-no address}"
	[[ " ${net[outside.veth-host.addresses]} " == *' 10.0.0.1/24 '* ]] || fail_with other \
		"veth-host has 10.0.0.1/24" "it has ${net[outside.veth-host.addresses]:-no address}"
	matrix other "cmd outside 10.0.0.1 yes" "outside cmd 10.0.0.2 yes"
}

@test "inside reaches the internet, which sees outside's address" {
	start
	reaches_internet
	fetch cmd http://internet.test/
	[[ ${answer[http]} == 200 ]] || fail_with other \
		"a page of http://internet.test/ can be fetched inside" "${answer[http]/#-/no answer}"
	seen "$INTERNET saw inside's packets come from $UPLINK"
}

# A neighbour of inside's, netns:other, 10.0.1.2.
another_network() {
	outside_does sh -e -c '
		ip netns add other
		ip link add veth-other type veth peer name eth0 netns other
		ip addr add 10.0.1.1/24 dev veth-other
		ip link set veth-other up
		ip -n other addr add 10.0.1.2/24 dev eth0
		ip -n other link set eth0 up
		ip -n other route add default via 10.0.1.1'
	((did == 0)) || crash "a second network can't be made: $said"
}

# What an accept in another table is worth, before the program changes anything.
accept_elsewhere() {
	local ruled
	another_network
	outside_does sh -e -c '
		PATH=$PATH:/usr/sbin:/sbin
		echo 1 >/proc/sys/net/ipv4/ip_forward
		nft "add table ip elsewhere"
		nft "add chain ip elsewhere c { type filter hook forward priority -1; }"
		nft "add rule ip elsewhere c accept"'
	ruled=$did
	reach netns:other internet "$INTERNET" icmp || :
	((ruled)) || truth_if accept "no, the other chain drops it" "yes, it was accepted" \
		test -z "${answer[source]:-}"
	outside_does sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
}

# As on a host that runs containers: an accept in a table of one's own does not overrule it.
@test "that works where outside's FORWARD policy is DROP, too" {
	forward_drop
	bridge_filtered || :
	accept_elsewhere
	start
	reaches_internet " though FORWARD's policy is DROP"
}

@test "nobody else is masqueraded" {
	another_network
	start
	outside_does sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
	reach netns:other internet "$INTERNET" icmp || :
	[[ ${answer[source]:-} != "$UPLINK" ]] || fail_with masquerade-too-wide \
		"packets of another network, from 10.0.1.2, are not masqueraded" \
		"$INTERNET sees them come from $UPLINK"
	seen "a neighbour's packet came from ${answer[source]:-nowhere: it was dropped}"
	truth_if arrives "yes, from 10.0.1.2" "no, it never left" test "${answer[source]:-}" = 10.0.1.2
}

# Somebody else's rules, which must be there afterwards; as far as this machine has the tools.
others_rules() {
	outside_does sh -e -c '
		PATH=$PATH:/usr/sbin:/sbin
		if command -v nft >/dev/null; then
			nft "add table ip others"
			nft "add chain ip others post { type nat hook postrouting priority 101; }"
			nft "add rule ip others post ip saddr 10.7.0.0/16 masquerade"
		fi
		if command -v iptables >/dev/null; then
			iptables -t nat -A POSTROUTING -s 10.8.0.0/16 -j MASQUERADE
			iptables -A FORWARD -s 10.8.0.0/16 -j ACCEPT
		fi'
	((did == 0)) || crash "rules can't be made: $said"
}

@test "nothing is left when the command has ended" {
	forward_drop
	ends_clean left-behind -
}

@test "nothing is left after SIGTERM, and nothing of others is gone" {
	others_rules
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
