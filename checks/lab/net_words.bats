# The words of checks about networks (checks/lib/net.bash), each tried on a small program
# whose network is known. A program is a script: it sets up, runs its command, tidies up.

bats_require_minimum_version 1.5.0

tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
BUILD=${BUILD:-$tree/build}

setup() {
	# shellcheck disable=SC2046 # names only
	unset $(compgen -e NSLAB_)
	export PATH=$PATH:/usr/sbin:/sbin
	export NSLAB_OBSERVE=$BUILD/observe NSLAB_INIT=$BUILD/init NSLAB_PROBE=$BUILD/probe
	export NSLAB_START=root NSLAB_SEED=7 NSLAB_TIME=30 NSLAB_PROGRAM=program
	export NSLAB_PAYLOAD=$BATS_TEST_TMPDIR/payload NSLAB_RECORDS=$BATS_TEST_TMPDIR/records
	mkdir -p "$NSLAB_PAYLOAD" "$BATS_TEST_TMPDIR/checks/net"
	ln -s "$tree/checks/lib" "$BATS_TEST_TMPDIR/checks/lib"
	: >"$NSLAB_RECORDS"
	tidy=:
}

# program: standard input sets a network up; in it $run starts the command in namespace $in
# (a name of ip netns, none: outside), which is waited for. Then $tidy tidies up.
program() {
	{
		printf '#!/bin/bash\nset -e\nexport PATH=$PATH:/usr/sbin:/sbin\n'
		cat
		cat <<-END
			tidy() { kill \$command 2>/dev/null || :; wait \$command 2>/dev/null || :; $tidy; }
			trap 'tidy; exit 143' TERM
			trap 'tidy; exit 130' INT
			\${in:+ip netns exec \$in} "\$@" &
			command=\$!
			status=0
			wait \$command || status=\$?
			tidy
			exit \$status
		END
	} >"$NSLAB_PAYLOAD/program"
	chmod 755 "$NSLAB_PAYLOAD/program"
}

# Two namespaces on a bridge, and outside; forwarding; what $1 says
# beyond that, which $2 takes back.
lan() {
	tidy="ip netns del red; ip netns del blue; ip link del br0; umount /run/netns; rmdir /run/netns; echo 0 >/proc/sys/net/ipv4/ip_forward; ${2:-:}"
	program <<-END
		ip link add br0 type bridge
		ip addr add 10.0.0.1/24 dev br0
		ip link set br0 up
		for it in red:2 blue:3; do
			name=\${it%:*}
			ip netns add \$name
			ip link add to-\$name type veth peer name eth0 netns \$name
			ip link set to-\$name master br0 up
			ip -n \$name addr add 10.0.0.\${it#*:}/24 dev eth0
			ip -n \$name link set lo up
			ip -n \$name link set eth0 up
			ip -n \$name route add default via 10.0.0.1
		done
		echo 1 >/proc/sys/net/ipv4/ip_forward
		in=red
		$1
	END
}

# check: standard input is the body of a test, in which `say` prints. Sets status, output.
check() {
	{
		printf 'load ../lib/load\nload ../lib/net\n'
		printf 'say() { printf "%%s\\n" "# > $*" >&3; }\n'
		printf '@test "it" {\n'
		cat
		printf '}\n'
	} >"$BATS_TEST_TMPDIR/checks/net/it.bats"
	run timeout -k 5 100 bats --tap "$BATS_TEST_TMPDIR/checks/net/it.bats" </dev/null 3>&-
	said=$(sed -n 's/^# > //p' <<<"$output")
	printf '%s\n' "$output"
	cat "$NSLAB_RECORDS"
}

# record KIND: its fields, a line for each.
record() {
	sed -n "s/^$1\t//p" "$NSLAB_RECORDS" | tr '\t' '\n'
}

@test "read_net: links, peers, addresses, bridges, routes, qdiscs" {
	lan 'ip -n red link set lo down; ip -n blue link set eth0 down; tc qdisc add dev to-red root tbf rate 8mbit burst 16kb latency 50ms'
	check <<-'END'
		start
		read_net outside cmd netns:blue
		say "${net[cmd.links]//$'\n'/ } ${net[cmd.eth0.kind]} ${net[cmd.eth0.peer]} ${net[cmd.eth0.addresses]}"
		say "${net[outside.to-red.peer]} ${net[outside.to-red.master]} ${net[outside.to-red.qdiscs]} ${net[outside.to-blue.peer]}"
		say "${net[outside.br0.kind]} ${net[outside.br0.peer]} ${net[outside.br0.ports]//$'\n'/ }"
		say "${net[cmd.lo.admin]} ${net[cmd.lo.state]} ${net[cmd.eth0.state]} ${net[outside.to-blue.admin]} ${net[outside.to-blue.state]} ${net[netns:blue.eth0.admin]}"
		say "${net[cmd.routes]//$'\n'/, } / ${net[netns:blue.routes]}"
		say "${net[outside.forwarding]} ${net[cmd.forwarding]}"
		[[ ${net[outside.inode]} == ${fact[outside.ns.net]} && ${net[cmd.inode]} == ${fact[cmd.ns.net]} ]]
		reach cmd outside 10.0.0.1 icmp
		read_net cmd outside
		[[ ${net[outside.br0.fdb]} == *"${net[cmd.eth0.mac]} to-red"* ]]
		[[ -z ${net[netns:blue.links]:-} ]]
		read_net netns:none
		[[ -z ${net[*]} ]]
		say ok
	END
	[ "$status" -eq 0 ]
	[ "$said" = "lo eth0 veth outside to-red 10.0.0.2/24
cmd eth0 br0 tbf netns:blue eth0
bridge - to-red to-blue
down down up up no-carrier down
default via 10.0.0.1 dev eth0, 10.0.0.0/24 dev eth0 / 
1 0
ok" ]
}

@test "netns:NAME is a network namespace or nothing, whatever lies at /run/netns" {
	program <<-'END'
		mkdir -p /run/netns
		ln -s /proc/1/ns/net /run/netns/link
		mkfifo /run/netns/fifo
		touch /run/netns/file /run/netns/uts
		mkdir /run/netns/dir
		unshare --uts=/run/netns/uts true
		ip netns add good
	END
	check <<-'END'
		start
		read_net netns:link netns:fifo netns:file netns:uts netns:dir netns:../../proc/1/ns/net netns: netns:good
		for name in "${!net[@]}"; do say "$name"; done
	END
	[ "$status" -eq 0 ]
	[ -n "$said" ]
	[ -z "$(grep -v '^netns:good\.' <<<"$said")" ]
}

@test "reach: by each protocol, and where it came from" {
	export NSLAB_NEEDS=internet
	lan 'nft add table ip t; nft add chain ip t p "{ type nat hook postrouting priority 100; }"; nft add rule ip t p ip saddr 10.0.0.0/24 oifname uplink masquerade'
	check <<-'END'
		start
		for proto in icmp tcp udp; do
			reach cmd netns:blue 10.0.0.3 $proto
			say "${answer[source]}"
			reach cmd internet 198.51.100.1 $proto
			say "${answer[source]}"
			reach cmd cmd 127.0.0.1 $proto
			say "${answer[source]}"
			reach outside cmd 10.0.0.2 $proto
			say "${answer[source]}"
		done
		seen_by_internet
		[[ $'\n'${answer[seen]} == *$'\n'udp\ 198.51.100.2\ * && ${answer[seen]} != *10.0.0* ]]
	END
	[ "$status" -eq 0 ]
	one=$'10.0.0.2\n198.51.100.2\n127.0.0.1\n10.0.0.1'
	[ "$said" = "$one"$'\n'"$one"$'\n'"$one" ]
}

@test "reach: no answer, unreachable, refused, and an impostor" {
	export NSLAB_NEEDS=internet
	lan 'ip -n blue addr add 198.51.100.1/32 dev lo; ip -n red route add unreachable 10.9.0.0/24; ip netns exec blue nft -f - <<<"table ip t { chain i { type filter hook input priority 0; icmp type echo-request drop; }; }"'
	check <<-'END'
		start
		# No NAT: it gets there, under an address that the internet has no way to.
		for proto in icmp tcp udp; do
			! reach cmd internet 198.51.100.1 $proto
			say "$proto ${answer[source]}: ${answer[why]}"
		done
		! reach cmd netns:blue 10.0.0.3 icmp
		say "${answer[source]}: ${answer[why]}"
		reach cmd netns:blue 10.0.0.3 tcp
		! reach cmd netns:blue 10.9.0.1 tcp
		say "${answer[source]}: ${answer[why]}"
		! reach cmd netns:blue 10.0.0.1 tcp
		say "${answer[source]}: ${answer[why]}"
		! reach cmd netns:blue 10.0.0.1 icmp
		say "${answer[source]}: ${answer[why]}"
		# Its own lo says that it is the internet.
		! reach netns:blue internet 198.51.100.1 udp
		say "${answer[source]}: ${answer[why]}"
		! reach cmd netns:none 10.0.0.3 udp
		say "${answer[source]}: ${answer[why]}"
	END
	[ "$status" -eq 0 ]
	[ "$said" = "icmp 10.0.0.2: no answer
tcp : no answer
udp 10.0.0.2: no answer
: no answer
: unreachable
: refused
: answered by another
: refused
: there is no such network" ]
}

@test "matrix: all rows at the same time, the first that is not so by its cause" {
	lan 'nft add table ip t; nft add chain ip t f "{ type filter hook forward priority 0; }"; ip netns exec blue nft -f - <<<"table ip t { chain i { type filter hook input priority 0; udp dport 1-65535 drop; }; }"'
	check <<-'END'
		start
		begun=$EPOCHREALTIME
		matrix one "cmd outside 10.0.0.1 yes" "outside cmd 10.0.0.2 yes" "outside cmd 10.9.9.9 no" \
			"cmd netns:blue 10.9.0.1 no" "cmd netns:none 10.0.0.3 no" "cmd outside 10.0.0.3 no"
		# Silence costs one time-out, not four.
		say $(((${EPOCHREALTIME/./} - ${begun/./}) / 3000000))
		matrix two "cmd outside 10.0.0.1 yes" "cmd netns:blue 10.0.0.3 yes" "outside netns:blue 10.0.0.3 no"
	END
	[ "$status" -ne 0 ]
	[ "$said" = 0 ]
	[ "$(record fail)" = "it
two
the command reaches blue at 10.0.0.3 by udp
no answer" ]
	check <<-'END'
		start
		matrix three "cmd outside 10.0.0.1 yes" "outside netns:blue 10.0.0.3 no"
	END
	[ "$status" -ne 0 ]
	[[ "$(record fail)" == *"three
outside can't reach blue at 10.0.0.3, by icmp or else
it was answered, and seen to come from 10.0.0.1" ]]
}

@test "a failure while the program is up records the network" {
	lan ''
	check <<-'END'
		start
		fail_with cause expected observed
	END
	[ "$status" -ne 0 ]
	[ "$(record drawing | head -n 1)" = it ]
	[ "$(record drawing | tail -n 1 | jq -r '.schema, (.namespaces[] | select(.name == "red").links[] | select(.name == "eth0").addresses[0])')" = $'nslab/net/v1\n10.0.0.2/24' ]
	check <<-'END'
		start
		release
		finish
		fail_with cause expected observed
	END
	[ "$status" -ne 0 ]
	[ "$(grep -c '^drawing' "$NSLAB_RECORDS")" -eq 1 ]
}

@test "add_route, add_address: what a cheat would need" {
	lan ''
	check <<-'END'
		start
		add_address netns:blue eth0 10.7.0.1/24
		say "${answer[done]}"
		! reach cmd netns:blue 10.7.0.1 tcp
		add_route cmd 10.7.0.0/24 10.0.0.3
		say "${answer[done]}"
		reach cmd netns:blue 10.7.0.1 tcp
		# There already, through somebody else; unreachable; nowhere.
		add_route cmd 10.7.0.0/24 10.0.0.3
		add_route cmd 10.8.0.0/24 192.0.2.1
		add_route netns:none 10.8.0.0/24 192.0.2.1
		add_address cmd nothing 10.7.0.1/24
		say "${answer[done]}"
		reach cmd netns:blue 10.7.0.1 tcp
	END
	[ "$status" -eq 0 ]
	[ "$said" = $'1\n1\n0' ]
}

@test "throughput: what a qdisc lets through, after its burst" {
	lan 'tc -n red qdisc add dev eth0 root tbf rate 3mbit burst 64kb latency 100ms; tc -n blue qdisc add dev eth0 root handle 1: htb default 1; tc -n blue class add dev eth0 parent 1: classid 1:1 htb rate 15mbit'
	check <<-'END'
		start
		throughput cmd outside 10.0.0.1
		say "$((answer[kbit] / 100))"
		throughput netns:blue cmd 10.0.0.2
		say "$((answer[kbit] / 1000))"
		throughput outside cmd 10.0.0.2
		say "$((answer[kbit] > 60000))"
		throughput cmd outside 10.9.0.1
		say "${answer[kbit]}"
	END
	[ "$status" -eq 0 ]
	mapfile -t kbit <<<"$said"
	((kbit[0] >= 27 && kbit[0] <= 32 && kbit[1] >= 14 && kbit[1] <= 16 && kbit[2] == 1 && kbit[3] == 0))
}

@test "fetch and listening" {
	export NSLAB_NEEDS=internet
	lan 'printf "%s" "HTTP/1.0 203 Yes" "" "" "a body" >/tmp/answer; ip netns exec red /bin/busybox nc -l -p 8000 </dev/null >/dev/null 2>&1 &'
	check <<-'END'
		start
		fetch outside http://internet.test/
		say "${answer[http]} ${answer[body]}"
		fetch outside http://198.51.100.1/nothing
		say "${answer[http]}"
		fetch cmd http://10.0.0.1:8000/
		say "${answer[http]}"
		listening internet
		say "${answer[listening]//$'\n'/, }"
		listening_in_red() {
			listening cmd
			[[ -n ${answer[listening]} ]]
		}
		eventually listening_in_red
		say "${answer[listening]}"
		listening outside
		say "${answer[listening]}"
	END
	[ "$status" -eq 0 ]
	mapfile -t lines <<<"$said"
	[ "${lines[0]}" = "200 This is internet.test. You come from 198.51.100.2." ]
	[ "${lines[1]} ${lines[2]}" = "404 -" ]
	[ "${lines[3]}" = "tcp 0.0.0.0:7, tcp 0.0.0.0:80, udp 0.0.0.0:7" ]
	[[ ${lines[4]} == "tcp "*:8000 ]]
	[ -z "${lines[5]}" ]
}

@test "rules: whoever made them" {
	program <<-'END'
		nft add table inet mine
		nft add chain inet mine post '{ type nat hook postrouting priority 100; }'
		nft add rule inet mine post ip saddr 10.0.0.0/24 masquerade
		iptables-nft -t nat -A POSTROUTING -s 10.1.0.0/24 -j MASQUERADE
		iptables-nft -P FORWARD DROP
		if type -P iptables-legacy >/dev/null; then iptables-legacy -t nat -A POSTROUTING -s 10.2.0.0/24 -j MASQUERADE; fi
	END
	check <<-'END'
		rules outside
		say "before: ${answer[rules]}"
		start
		rules outside
		while IFS= read -r line; do say "$line"; done <<<"${answer[rules]}"
	END
	[ "$status" -eq 0 ]
	grep -qx 'before: ' <<<"$said"
	grep -q '^inet mine post .*10.0.0.0/24.* masquerade' <<<"$said"
	grep -qi '^ip nat POSTROUTING .*10.1.0.0/24.*masquerade' <<<"$said"
	grep -qx 'ip filter FORWARD policy drop' <<<"$said"
	! type -P iptables-legacy >/dev/null || grep -qx 'legacy nat POSTROUTING -s 10.2.0.0/24 -j MASQUERADE' <<<"$said"
}

@test "forward_drop and bridge_filtered: as on a host with a firewall" {
	export NSLAB_NEEDS=internet
	lan 'iptables-nft -t nat -A POSTROUTING -s 10.0.0.0/24 -j MASQUERADE'
	check <<-'END'
		forward_drop
		start
		! reach cmd internet 198.51.100.1 icmp
		rules outside
		say "${answer[rules]##*$'\n'}"
	END
	[ "$status" -eq 0 ]
	[ "$said" = "ip filter FORWARD policy drop" ]
	lan 'iptables-nft -t nat -A POSTROUTING -s 10.0.0.0/24 -j MASQUERADE; iptables-nft -I FORWARD -j ACCEPT'
	check <<-'END'
		forward_drop
		start
		reach cmd internet 198.51.100.1 icmp
	END
	[ "$status" -eq 0 ]
	lan ''
	check <<-'END'
		forward_drop
		if bridge_filtered; then
			start
			! reach cmd netns:blue 10.0.0.3 icmp
			say filtered
		else
			start
			reach cmd netns:blue 10.0.0.3 icmp
			say no switch
		fi
	END
	[ "$status" -eq 0 ]
	if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then [ "$said" = filtered ]; else [ "$said" = "no switch" ]; fi
}

@test "ends_clean: after SIGTERM, SIGINT and the command's end" {
	export NSLAB_NEEDS=internet
	lan 'nft add table ip t; nft add chain ip t p "{ type nat hook postrouting priority 100; }"; nft add rule ip t p masquerade' 'nft delete table ip t'
	check <<-'END'
		forward_drop
		ends_clean left TERM
		restart
		ends_clean left INT
		restart
		ends_clean left -
	END
	[ "$status" -eq 0 ]
	[ "$(grep -c '^seen' "$NSLAB_RECORDS")" -eq 3 ]
	# What iptables leaves behind is empty: its tables, and chains that accept.
	lan 'iptables -t nat -A POSTROUTING -s 10.0.0.0/24 -j MASQUERADE; iptables -A FORWARD -j ACCEPT' \
		'iptables -t nat -D POSTROUTING -s 10.0.0.0/24 -j MASQUERADE; iptables -D FORWARD -j ACCEPT'
	check <<<'ends_clean left -'
	[ "$status" -eq 0 ]
}

# leaves WHAT COMMANDS: a program that leaves this behind; what is said of it.
leaves() {
	: >"$NSLAB_RECORDS"
	program <<<"$2"
	check <<<'UNCHANGED_MS=500; ends_clean left -'
	[ "$status" -ne 0 ]
	[ "$(record fail | sed -n 2p)" = left ]
	# shellcheck disable=SC2053 # a pattern
	[[ "$(record fail | sed -n 4p)" == $1 ]]
}

@test "network_unchanged: whatever is left is named" {
	leaves 'left: link br9 (bridge), br9 is down' 'ip link add br9 type bridge'
	leaves 'left: address 10.0.0.1/32 on lo' 'ip addr add 10.0.0.1/32 dev lo'
	leaves 'left: route 10.9.0.0/24 dev lo' 'ip route add 10.9.0.0/24 dev lo'
	leaves 'left: ip_forward is 1' 'echo 1 >/proc/sys/net/ipv4/ip_forward'
	leaves 'left: rule ip t c tcp dport 80 *accept' 'nft add table t; nft add chain t c; nft add rule t c tcp dport 80 accept'
	leaves 'left: rule ip filter FORWARD policy drop' 'iptables-nft -P FORWARD DROP'
	leaves 'left: network namespace red, /run/netns/red' 'ip netns add red'
	leaves 'left: network namespace /tmp/pin' 'touch /tmp/pin; unshare --net=/tmp/pin true'
	leaves 'left: /run/netns/red' 'ip netns add red; umount /run/netns/red'
	leaves 'left: lo is down; gone: *' 'ip link set lo down'
	leaves 'left: qdisc tbf on lo' 'tc qdisc add dev lo root tbf rate 1mbit burst 2kb latency 1s'
	if type -P iptables-legacy >/dev/null; then
		leaves 'left: rule legacy nat *MASQUERADE' 'iptables-legacy -t nat -A POSTROUTING -j MASQUERADE'
		leaves 'left: rule legacy filter FORWARD policy drop' 'iptables-legacy -P FORWARD DROP'
	fi
	# The program's own process, or its command.
	: >"$NSLAB_RECORDS"
	program <<<'(exec sleep 1000) & disown'
	check <<<'ends_clean left -'
	[[ "$(record fail | sed -n 4p)" == *'(sleep)' ]]
}

# hostile: standard input sets a network up that is made to confuse whoever reads it.
hostile() {
	: >"$NSLAB_RECORDS"
	tidy=:
	program
	check <<-'END'
		start
		begun=$SECONDS
		read_net outside cmd netns:red internet
		say "${net[outside.links]%%$'\n'*}"
		rules outside
		reach outside cmd 127.0.0.1 icmp || :
		listening outside
		draw_network
		say $(((SECONDS - begun) / 20))
		release
		finish
		UNCHANGED_MS=300
		network_unchanged left
	END
	printf '%s\n' "$said"
	[ "$(sed -n 2p <<<"$said")" = 0 ]
	# A verdict, no error of ours; nothing of it was taken for a command.
	[ "$(record fail | sed -n 2p)" = left ]
	[ ! -e "$BATS_TEST_TMPDIR/hit" ]
	[ -z "$(LC_ALL=C tr -d '\n\t\40-\176\200-\377' <"$NSLAB_RECORDS")" ]
}

@test "names, numbers and files made to confuse" {
	export NSLAB_NEEDS=internet
	cd "$BATS_TEST_TMPDIR"
	hostile <<-'END'
		for name in "a';>hit;'" '$(>hit)' '`>hit`' ']=1;[x' $'\033[31mred' '\x41"' '*' '-'; do ip link add name "$name" type bridge; done
	END
	hostile <<<'for i in $(seq 400); do echo "link add b$i type bridge"; done | ip -batch -'
	hostile <<<'for i in $(seq 3000); do echo "route add 10.$((i / 200)).$((i % 200)).0/24 dev lo"; done | ip -batch -'
	hostile <<<'mkdir -p /run/netns; for i in $(seq 2000); do >/run/netns/x$i; done; >"/run/netns/\$(>hit)"'
	hostile <<<'nft add table t; nft add chain t c; for i in 1 2 3 4; do for k in $(seq 400); do echo "add rule t c tcp dport $k accept comment \"x # handle 2 \$(>hit)\""; done | nft -f -; done'
	hostile <<<'for i in $(seq 40); do ip netns add n$i; done'
	hostile <<<'ip link set lo down; ip link delete uplink'
	hostile <<<'mkdir -p /run/netns; mount --rbind /proc /run/netns; mount --bind /run /proc/sys'
}

@test "a program that floods while the network is measured" {
	export NSLAB_NEEDS=internet
	lan 'for i in 1 2 3; do (exec 3>/dev/udp/internet.test/7 4>/dev/udp/10.0.0.3/9; while :; do printf %1400s x >&3; printf %1400s x >&4; done) 2>/dev/null & done; iptables-nft -t nat -A POSTROUTING -s 10.0.0.0/24 -j MASQUERADE' 'kill $(jobs -p)'
	check <<-'END'
		start
		matrix no "cmd netns:blue 10.0.0.3 yes" "netns:blue internet 198.51.100.1 yes" "internet cmd 10.0.0.2 no" "outside cmd 10.0.0.2 yes"
		fetch cmd http://internet.test/
		say "${answer[http]}"
	END
	[ "$status" -eq 0 ]
	[ "$said" = 200 ]
}
