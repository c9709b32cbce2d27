# net/triangle: a and b on one bridge, b and c on another, and no way from a to c.

load ../lib/load
load ../lib/net

# Who shall have which address, on which bridge.
LEGS=("a 10.1.0.2 br-ab" "b 10.1.0.3 br-ab" "b 10.2.0.2 br-bc" "c 10.2.0.3 br-bc")

NEIGHBOURS=(
	"netns:a netns:b 10.1.0.3 yes" "netns:b netns:a 10.1.0.2 yes"
	"netns:b netns:c 10.2.0.3 yes" "netns:c netns:b 10.2.0.2 yes"
)
STRANGERS=("netns:a netns:c 10.2.0.3 no" "netns:c netns:a 10.1.0.2 no")

# broken CAUSE EXPECTED OBSERVED: what comes after can't be true either.
broken() {
	stop_here
	fail_with "$@"
}

start_triangle() {
	start
	read_net outside netns:a netns:b netns:c cmd
}

# leg NAME ADDRESS: the link of a, b or c that has it in $leg, in $port the outer end of its
# cable, and in $switch the bridge that this hangs on. The latter are empty where they are
# not outside, which is no mistake.
leg() {
	local link peer

	leg='' port='' switch=''
	for link in ${net[netns:$1.links]:-}; do
		[[ " ${net[netns:$1.$link.addresses]}" == *" $2/"* ]] || continue
		leg=$link
		peer=${net[netns:$1.$link.peer]}
		[[ $peer != "outside "* ]] || {
			port=${peer#* }
			switch=${net[outside.$port.master]#-}
		}
	done
}

# via NAME PREFIX GATEWAY|LINK: a way that nobody has asked for.
via() {
	add_route "netns:$1" "$2" "$3"
	[[ ${answer[done]} == 1 ]]
}

@test "a, b and c are three namespaces, and the command runs in b" {
	local name

	start_triangle
	for name in a b c; do
		[[ -n ${net[netns:$name.inode]:-} ]] || broken other \
			"a network namespace with the name $name" "there is none at /run/netns/$name"
		[[ ${net[netns:$name.inode]} != "${net[outside.inode]}" ]] || broken other \
			"$name is a namespace of its own" "it is outside's"
	done
	[[ ${net[netns:a.inode]} != "${net[netns:b.inode]}" && ${net[netns:b.inode]} != "${net[netns:c.inode]}" && \
		${net[netns:a.inode]} != "${net[netns:c.inode]}" ]] || broken other \
		"a, b and c are three namespaces" "two of the names are one"
	[[ ${net[cmd.inode]} == "${net[netns:b.inode]}" ]] || fail_with other \
		"the command in b, net:[${net[netns:b.inode]}]" "it is in net:[${net[cmd.inode]}]"
}

@test "a and c hang on two bridges" {
	local leg port switch of_a

	start_triangle
	leg a 10.1.0.2
	of_a=$switch
	leg c 10.2.0.3
	[[ -z $of_a || $of_a != "$switch" ]] || broken one-bridge \
		"a hangs on br-ab, c on br-bc" "both hang on $of_a"
	seen "a hangs on ${of_a:-a bridge}, c on ${switch:-another}"
}

@test "each leg is there: a link that is up, with its address, on its bridge" {
	local row name address bridge leg port switch

	start_triangle
	for row in "${LEGS[@]}"; do
		read -r name address bridge <<<"$row"
		leg "$name" "$address"
		[[ -n $leg ]] || broken leg-missing "$name has $address/24" \
			"it has the links ${net[netns:$name.links]//$'\n'/, }, and none has that address"
		[[ " ${net[netns:$name.$leg.addresses]} " == *" $address/24 "* ]] || broken leg-missing \
			"$leg in $name has $address/24" "it has ${net[netns:$name.$leg.addresses]}"
		[[ ${net[netns:$name.$leg.admin]} == up ]] || broken leg-missing \
			"$leg in $name is up" "it is down"
		[[ -z $port || ${net[outside.$port.admin]} == up ]] || broken leg-missing \
			"$port, the other end of $leg in $name, is up" "it is down"
		[[ -z $switch || $switch == "$bridge" ]] || broken other \
			"$leg in $name hangs on $bridge" "it hangs on $switch"
	done
}

@test "a and b reach each other, b and c too" {
	start
	decisive matrix leg-missing "${NEIGHBOURS[@]}"
}

@test "also where bridged packets pass a firewall whose policy is DROP" {
	forward_drop
	bridge_filtered || :
	start
	decisive matrix other "${NEIGHBOURS[@]}"
}

@test "a and c can't reach each other, not even with a route through b" {
	start
	via a 10.2.0.0/24 10.1.0.3 || :
	via c 10.1.0.0/24 10.2.0.2 || :
	decisive matrix b-forwards "${STRANGERS[@]}"
}

@test "nor with a route through outside" {
	local address bridge

	start_triangle
	for bridge in a-br-ab c-br-bc; do
		for address in ${net[outside.${bridge#*-}.addresses]:-}; do
			if [[ $bridge == a-* ]]; then
				via a 10.2.0.0/24 "${address%/*}" || :
			else
				via c 10.1.0.0/24 "${address%/*}" || :
			fi
		done
	done
	decisive matrix host-forwards "${STRANGERS[@]}"
}

@test "nor when they ask for each other on their own link" {
	local leg port switch

	start_triangle
	leg a 10.1.0.2
	via a 10.2.0.0/24 "$leg" || :
	leg c 10.2.0.3
	via c 10.1.0.0/24 "$leg" || :
	decisive matrix one-bridge "${STRANGERS[@]}"
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
