# advanced/network: named namespaces with addresses on a bridge, made and removed whole.

load ../lib/load
load ../lib/net

# Names in all tests but one: short enough for any way to derive a link's name from them.
A=web B=db C=job

# The program, beside the sandbox's init, to its end: $did, $said.
network() { # ARG...
	outside_does "/work/$NSLAB_PROGRAM" "$@"
	not_a_gap "$1"
}

not_a_gap() { # WHAT
	[[ $did != 42 || $said != *TODO* ]] || {
		stop_here
		fail_with not-started "the program does \"$1\"" "it stopped at a gap: $(last_line "$said")"
	}
}

# The same, but the observer notes the network first, for network_unchanged.
noted() { # ARG...
	launch "$@"
	finish || fail_with other "\"$*\" ends" "it still runs"
	did=$status said=$output$errors
	not_a_gap "$1"
}

works() { # ARG...
	network "$@"
	has_worked "${CAUSE:-other}" "$@"
}

has_worked() { # CAUSE ARG...
	((did == 0)) || fail_with "$1" "\"${*:2}\" works, exit status 0" "exit status $did: $(last_line "$said")"
}

# prepare COMMANDS: what is outside before the program is started.
prepare() {
	outside_does sh -e -c "$1"
	((did == 0)) || crash "outside can't be prepared: $said"
}

# ---- addresses ----

dotted() { # NUMBER: $REPLY
	REPLY=$(($1 >> 24 & 255)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))
}

# choose_network LOW HIGH: one in 10.0.0.0/8, its $prefix from LOW to HIGH; its $first address,
# and three others, $ip_a, $ip_b and $ip_c. The number of the network, without its host part, in $base.
choose_network() {
	local size

	random_int "$1" "$2"
	prefix=$REPLY
	size=$((1 << (32 - prefix)))
	random_int 0 $(((1 << (prefix - 8)) - 1))
	base=$(((10 << 24) + REPLY * size))
	dotted $((base + 1))
	first=$REPLY
	# Three hosts, none of them the first, in no special order.
	random_int 2 $((size - 4))
	local host=$REPLY
	dotted $((base + host + 1))
	ip_a=$REPLY
	dotted $((base + host + 2))
	ip_b=$REPLY
	dotted $((base + host))
	ip_c=$REPLY
}

add_three() {
	works add $A "$ip_a/$prefix"
	works add $B "$ip_b/$prefix"
	works add $C "$ip_c/$prefix"
}

# reach_all CAUSE: each of the three, and outside, reaches all others.
reach_all() {
	matrix "$1" \
		"netns:$A netns:$B $ip_b yes" "netns:$A netns:$C $ip_c yes" "netns:$A outside $first yes" \
		"netns:$B netns:$A $ip_a yes" "netns:$B netns:$C $ip_c yes" "netns:$B outside $first yes" \
		"netns:$C netns:$A $ip_a yes" "netns:$C netns:$B $ip_b yes" "netns:$C outside $first yes" \
		"outside netns:$A $ip_a yes" "outside netns:$B $ip_b yes" "outside netns:$C $ip_c yes"
}

# on_bridge NAME ADDRESS CAUSE: NAME has a link with ADDRESS whose other end is a port of br0, $port.
on_bridge() {
	local link peer='' found=''

	[[ -n ${net[netns:$1.inode]:-} ]] || fail_with "$3" \
		"a network namespace with the name $1" "there is none at /run/netns/$1"
	[[ ${net[netns:$1.inode]} != "${net[outside.inode]}" ]] || fail_with "$3" \
		"another namespace than outside's at /run/netns/$1" "it is outside's"
	for link in ${net[netns:$1.links]}; do
		[[ " ${net[netns:$1.$link.addresses]} " != *" $2 "* ]] || found=$link
	done
	[[ -n $found ]] || fail_with "$3" "a link with $2 in $1" \
		"$1 has ${net[netns:$1.links]//$'\n'/, }, and none has that address"
	peer=${net[netns:$1.$found.peer]}
	port=${peer#outside }
	[[ $peer == "outside "* && ${net[outside.$port.master]} == br0 ]] || fail_with "$3" \
		"the other end of $1's $found is a port of br0" "it is ${peer/#-/nowhere}"
}

# ---- what nothing may change ----

# The insides of namespaces by name, which network_unchanged does not look into: $REPLY.
insides() { # NAME...
	local name link

	read_net "${@/#/netns:}"
	REPLY=''
	for name in "$@"; do
		REPLY+="$name ${net[netns:$name.inode]:-}: ${net[netns:$name.routes]:-};"
		for link in ${net[netns:$name.links]:-}; do
			REPLY+=" $link ${net[netns:$name.$link.admin]} ${net[netns:$name.$link.addresses]}"
		done
	done
}

# refuses CAUSE WHY ARG...: "exit status 1 or 2, and nothing has changed". CAUSE is that of a program
# that does it all the same. The first of a sandbox is also when the network is noted.
refuses() {
	local cause=$1 why=$2

	shift 2
	if [[ -z $is_noted ]]; then
		insides $A $B
		inside_before=$REPLY
		noted "$@"
		is_noted=1
	else
		network "$@"
	fi
	((did != 0)) || fail_with "$cause" "\"$*\" is refused, exit status 1 or 2: $why" \
		"exit status 0$(what_is_new)"
	network_unchanged half-made
	insides $A $B
	[[ $REPLY == "$inside_before" ]] || fail_with half-made \
		"nothing has changed in $A and $B: $why" "before: $inside_before; now: $REPLY"
	((did == 1 || did == 2)) || fail_with other "\"$*\" is refused, exit status 1 or 2: $why" \
		"exit status $did"
	seen "\"$*\": exit status $did, and nothing has changed"
}

# For a sentence: what an add that should have been refused has made.
what_is_new() {
	ask network_changes 0
	printf '%s' "${answer[added]:+, and new: ${answer[added]}}"
}

is_noted='' inside_before=''

# ---- what add makes ----

@test "add makes a namespace with its address on br0, and br0 with the network's first" {
	local port
	choose_network 9 29
	works add $A "$ip_a/$prefix"
	read_net outside netns:$A
	[[ ${net[outside.br0.kind]:-} == bridge ]] || fail_with other "a bridge br0 outside" \
		"outside there is ${net[outside.links]//$'\n'/, }"
	[[ " ${net[outside.br0.addresses]} " == *" $first/$prefix "* ]] || fail_with other \
		"br0 has the first address of the network of $ip_a/$prefix, $first/$prefix" \
		"it has ${net[outside.br0.addresses]:-none}"
	on_bridge $A "$ip_a/$prefix" other
	seen "$A has $ip_a/$prefix, br0 has $first/$prefix, and $port is its port"
	settled || fail_with left-behind "no process is needed to keep it" "$leftover"
}

@test "the default route leads through br0" {
	local far
	choose_network 9 29
	works add $A "$ip_a/$prefix"
	read_net netns:$A
	[[ $'\n'${net[netns:$A.routes]} == *$'\n'"default via $first "* ]] || fail_with no-default-route \
		"a default route via $first in $A" "the routes of $A: ${net[netns:$A.routes]//$'\n'/, }"
	random_int 1 254
	far=192.0.2.$REPLY
	add_address outside lo "$far/32"
	reach netns:$A outside "$far" icmp || fail_with no-default-route \
		"$A reaches an address of outside that is in no network of its own, $far" "${answer[why]}"
	seen "default via $first, and $far is reached"
}

@test "three containers and outside all reach each other" {
	choose_network 9 29
	add_three
	reach_all other
}

@test "a name may be longer than a link's, and two may begin and end alike" {
	local begin end name port ports='' one two third=frontend-$RANDOM
	# Neither its first nor its last 15 characters tell one from the other.
	random_word
	begin=$REPLY
	random_word
	end=$REPLY
	one=frontend-$begin-1-$end-production two=frontend-$begin-2-$end-production
	outside_does ip link add veth-frontend01-br type veth peer name other
	truth_if shortened "no, it refuses" "yes, to 15 characters" test "$did" -ne 0
	choose_network 9 28
	CAUSE=long-name
	works add "$third" "$ip_a/$prefix"
	works add $one "$ip_b/$prefix"
	works add $two "$ip_c/$prefix"
	works list
	[[ $said == *"$one $ip_b/$prefix"* && $said == *"$two $ip_c/$prefix"* ]] || fail_with long-name \
		"list prints the whole names" "${said//$'\n'/, }"
	read_net outside netns:$one netns:$two
	for name in "$one $ip_b" "$two $ip_c"; do
		on_bridge "${name% *}" "${name#* }/$prefix" long-name
		[[ " $ports " != *" $port "* ]] || fail_with long-name "a port for each" "both have $port"
		ports+=" $port"
	done
	matrix long-name "netns:$one netns:$two $ip_c yes" "netns:$two netns:$one $ip_b yes" \
		"netns:$one outside $first yes" "netns:$two outside $first yes"
	works del $one
	# Not from outside: br0's MAC may have been that of the port that is gone.
	reach netns:"$third" netns:$two "$ip_c" icmp || fail_with long-name \
		"$two is still reached when $one is gone" "${answer[why]}"
	works del $two
	seen "the ports of ${#one} characters long names:$ports"
}

@test "list prints names and addresses, sorted" {
	local expected
	choose_network 9 29
	works list
	[[ -z $said ]] || fail_with other "list prints nothing, as there is no container" "${said//$'\n'/, }"
	# A name alone makes no container.
	prepare 'ip netns add house'
	add_three
	works list
	expected=$B' '$ip_b/$prefix$'\n'$C' '$ip_c/$prefix$'\n'$A' '$ip_a/$prefix
	[[ ${said%$'\n'} == "$expected" ]] || fail_with other "list prints ${expected//$'\n'/, }" "${said//$'\n'/, }"
	seen "${expected//$'\n'/, }"
}

# ---- what it refuses ----

@test "a name that is taken is refused, whoever has made it" {
	choose_network 9 29
	works add $A "$ip_a/$prefix"
	prepare "ip netns add $B"
	refuses half-made "$A exists" add $A "$ip_c/$prefix"
	refuses half-made "$A exists" add $A "$ip_a/$prefix"
	refuses half-made "$B exists, made by ip-netns(8)" add $B "$ip_c/$prefix"
	reach outside netns:$A "$ip_a" icmp || fail_with half-made \
		"$A works as before" "outside can't reach it: ${answer[why]}"
	restart
	is_noted=''
	prepare "ip netns add $B"
	refuses half-made "$B exists, and there is no br0 yet" add $B "$ip_c/$prefix"
}

@test "an address that is taken is refused" {
	choose_network 9 29
	works add $A "$ip_a/$prefix"
	works add $B "$ip_b/$prefix"
	refuses duplicate-address "$A has it" add $C "$ip_a/$prefix"
	refuses duplicate-address "$B has it" add $C "$ip_b/$prefix"
	refuses duplicate-address "br0 has it" add $C "$first/$prefix"
	works del $A
	CAUSE=half-made works add $C "$ip_a/$prefix"
}

@test "an address outside of br0's network is refused" {
	local other
	choose_network 9 29
	works add $A "$ip_a/$prefix"
	for other in $((base ^ (1 << (32 - prefix)) | 5)) $((base ^ (1 << (33 - prefix)) | 6)) $((172 << 24 | 16 << 16 | 77)); do
		dotted "$other"
		refuses half-made "the network of br0 is another" add $B "$REPLY/$prefix"
	done
}

@test "the network itself and its last address are no address of a host" {
	local none all
	choose_network 9 28
	dotted "$base"
	none=$REPLY
	dotted $((base + (1 << (32 - prefix)) - 1))
	all=$REPLY
	refuses half-made "it names the network" add $A "$none/$prefix"
	refuses half-made "it is everybody's" add $A "$all/$prefix"
	works add $A "$ip_a/$prefix"
	restart
	is_noted=''
	works add $A "$ip_a/$prefix"
	refuses half-made "it names the network" add $B "$none/$prefix"
	refuses half-made "it is everybody's" add $B "$all/$prefix"
}

@test "rubbish is refused" {
	local bad
	choose_network 9 29
	for bad in "$ip_a" "$ip_a/" "$ip_a/x" "$ip_a/33" "$ip_a/-1" "$ip_a/$prefix/$prefix" "$ip_a/${prefix}x" \
		"10.0.0.256/24" "10.0.0/24" "/24" "" "web/24" "fe80::1/64"; do
		refuses half-made "that is no IP/PREFIX" add $A "$bad"
	done
	for bad in "" . .. ../$A a/b "/$A"; do
		refuses half-made "that is no name" add "$bad" "$ip_a/$prefix"
	done
	refuses half-made "an argument is missing" add $A
	refuses half-made "there is no such verb" make $A "$ip_a/$prefix"
}

# ---- del ----

@test "del leaves nothing, and br0 goes with the last" {
	local name rest="$A $B $C" port
	choose_network 9 29
	noted add $A "$ip_a/$prefix"
	has_worked other add $A "$ip_a/$prefix"
	works add $B "$ip_b/$prefix"
	works add $C "$ip_c/$prefix"
	# Not always in the same order.
	random_int 0 2
	for name in $(printf '%s\n' $rest $rest | tail -n +$((REPLY + 1)) | head -n 3); do
		read_net outside netns:$A netns:$B netns:$C
		[[ -n ${net[outside.br0.kind]:-} ]] || fail_with other \
			"br0 stays as long as there is a container" "there is no br0 before the del of $name"
		works del "$name"
	done
	network_unchanged left-behind
	works list
	[[ -z $said ]] || fail_with left-behind "list prints nothing after the last del" "${said//$'\n'/, }"
	CAUSE=left-behind works add $B "$ip_a/$prefix"
	CAUSE=left-behind works del $B
	network_unchanged left-behind
	seen "nothing is left of three containers, nor of a fourth"
}

@test "the others stay as they are when one goes" {
	choose_network 9 29
	add_three
	works del $A
	read_net outside netns:$B netns:$C
	[[ $(wc -w <<<"${net[outside.br0.ports]:-}") -eq 2 ]] || fail_with left-behind \
		"two ports of br0 when one of three has gone" "${net[outside.br0.ports]//$'\n'/, }"
	matrix other "netns:$B netns:$C $ip_c yes" "netns:$C netns:$B $ip_b yes" \
		"netns:$B outside $first yes" "outside netns:$C $ip_c yes"
	CAUSE=other works add $A "$ip_a/$prefix"
	reach outside netns:$A "$ip_a" icmp || fail_with other \
		"a name can be used again after del" "outside can't reach it: ${answer[why]}"
}

in_another_network() { # WHO
	[[ ${fact[$1.ns.net]:--} != - && ${fact[$1.ns.net]} != "${fact[outside.ns.net]}" ]]
}

port_is_gone() {
	read_net outside
	[[ -z ${net[outside.$1.kind]:-} ]]
}

@test "del takes the cable away also while a process is in the namespace" {
	local port cable
	choose_network 9 29
	noted add $A "$ip_a/$prefix"
	has_worked other add $A "$ip_a/$prefix"
	works add $B "$ip_b/$prefix"
	read_net outside netns:$A
	on_bridge $A "$ip_a/$prefix" other
	cable=$port
	prepare "ip netns add bare; ip link add out0 type veth peer name eth0 netns bare"
	helper inhabitant ip netns exec $A sleep 1000
	helper other ip netns exec bare sleep 1000
	eventually in_another_network inhabitant || crash "no process in $A"
	eventually in_another_network other || crash "no process in bare"
	outside_does ip netns del bare
	works del $A
	eventually port_is_gone "$cable" || fail_with left-behind "no cable of $A after del" \
		"$cable is still there, as a process keeps the namespace"
	read_net outside
	truth_if name-gone "no, it stays as long as the process" yes test -n "${net[outside.out0.kind]:-}"
	works del $B
	signal inhabitant KILL
	signal other KILL
	settled || fail_with left-behind "no process is left" "$leftover"
	network_unchanged left-behind
}

@test "del of an unknown name is an error, and changes nothing" {
	choose_network 9 29
	works add $A "$ip_a/$prefix"
	works add $B "$ip_b/$prefix"
	refuses other "nobody has it" del $C
	refuses other "it is no name" del ../netns/$A
	refuses other "it is no name" del ''
}

# ---- the world ----

@test "a br0 that was there is used as it is, and stays" {
	local gateway
	choose_network 9 28
	gateway=$ip_c
	prepare "ip link add br0 type bridge; ip addr add $gateway/$prefix dev br0; ip link set br0 up"
	noted add $A "$ip_a/$prefix"
	has_worked other add $A "$ip_a/$prefix"
	works add $B "$ip_b/$prefix"
	read_net outside netns:$A
	[[ ${net[outside.br0.addresses]} == "$gateway/$prefix" ]] || fail_with other \
		"br0 has its own address, $gateway/$prefix, and no other" "${net[outside.br0.addresses]}"
	[[ $'\n'${net[netns:$A.routes]} == *$'\n'"default via $gateway "* ]] || fail_with no-default-route \
		"a default route via br0's address, $gateway" \
		"the routes of $A: ${net[netns:$A.routes]//$'\n'/, }"
	matrix other "netns:$A netns:$B $ip_b yes" "netns:$A outside $gateway yes" \
		"outside netns:$B $ip_b yes"
	works del $B
	works del $A
	read_net outside
	[[ ${net[outside.br0.kind]:-} == bridge ]] || fail_with other \
		"br0 stays, as it was there before the first add" "it is gone"
	network_unchanged left-behind
}

@test "also where bridged packets pass a firewall whose policy is DROP" {
	local before
	forward_drop
	bridge_filtered || :
	outside_does cat /proc/sys/net/bridge/bridge-nf-call-iptables
	before=$said
	choose_network 9 29
	noted add $A "$ip_a/$prefix"
	has_worked other add $A "$ip_a/$prefix"
	works add $B "$ip_b/$prefix"
	works add $C "$ip_c/$prefix"
	reach_all other
	works del $A
	works del $B
	works del $C
	network_unchanged left-behind
	outside_does cat /proc/sys/net/bridge/bridge-nf-call-iptables
	[[ $said == "$before" ]] || fail_with left-behind \
		"bridge-nf-call-iptables is ${before%$'\n'} again" "it is ${said%$'\n'}"
}

@test "nothing is half-made where br0 is no bridge" {
	choose_network 9 28
	prepare "ip link add br0 type veth peer name br1; ip addr add $first/$prefix dev br0; ip link set br0 up"
	refuses half-made "no cable can be put into a link that is no bridge" add $A "$ip_a/$prefix"
	# What a list of commands does that nobody looks after.
	outside_does sh -c "ip netns add guide; ip link add cable type veth peer name eth0 netns guide
		ip link set cable master br0; echo configured"
	truth_if list-of-commands 0 "that of the command that failed" test "$did" -eq 0
}
