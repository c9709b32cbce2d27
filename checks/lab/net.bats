# lab net: drawings of saved networks (checks/lab/net), and of what runs.
#
# shellcheck shell=bash disable=SC2154,SC2016,SC2030,SC2031 # set by lab.bash and bats; text for another shell; one test at a time

load lab

saved=$BATS_TEST_DIRNAME/net

# drawn NAME [LOCALE]: the drawing is checks/lab/net/NAME.txt (NAME.ascii.txt where the locale is not
# UTF-8), and no line is wider than 80 columns.
drawn() {
	local locale=${2:-C.UTF-8} golden=$saved/$1.txt

	[[ $locale == C.UTF-8 ]] || golden=$saved/$1.ascii.txt
	LC_ALL=$locale lab net --from "$saved/$1.json"
	[[ $status -eq 0 && -z $stderr ]]
	# GOLDEN=1 writes them anew.
	[[ -z ${GOLDEN:-} ]] || printf '%s\n' "$output" >"$golden"
	diff -u "$golden" - <<<"$output"
	[[ $(LC_ALL=C.UTF-8 wc -L <<<"$output") -le 80 ]]
}

@test "drawn: one namespace" {
	drawn one
	drawn one C
	drawn empty
}

@test "drawn: a veth pair, with its packet counters" {
	drawn veth
	drawn veth C
}

@test "drawn: NAT to the internet" {
	drawn nat
}

@test "drawn: a bridge with two namespaces, what it has learned" {
	drawn bridge
	drawn bridge C
}

@test "drawn: three namespaces in a row" {
	drawn triangle
	drawn triangle C
}

@test "drawn: queues with their rate" {
	drawn shape
}

@test "drawn: a link that is down, and one without carrier" {
	drawn down
	drawn down C
	drawn no_carrier
	drawn no_carrier C
}

@test "drawn: links whose other end is not in the picture, a namespace that can't be read" {
	drawn dangling
	drawn dangling C
}

@test "drawn: names that are not made for terminals" {
	drawn hostile
	drawn hostile C
	[[ $output != *[$'\x01'-$'\x08\x0b'-$'\x1f\x7f'-$'\xff']* ]]
}

# Thirty namespaces on a bridge.
thirty() {
	jq -n '
	def peer($space; $link): {namespace: $space, link: $link};
	def veth($name; $space; $link): {name: $name, kind: "veth", state: "up", peer: peer($space; $link)};
	[range(1; 31) | tostring] as $all
	| {schema: "nslab/net/v1", namespaces: ([{name: "sandbox", links: ([{name: "br0", kind: "bridge", state: "up"}]
		+ [$all[] | veth("v" + .; "n" + .; "eth0") + {master: "br0"}])}]
		+ [$all[] | {name: ("n" + .), links: [veth("eth0"; "sandbox"; "v" + .) + {addresses: ["10.0.0." + . + "/24"]}]}])}'
}

@test "drawn: of thirty namespaces the first, the others are counted" {
	thirty >many.json
	LC_ALL=C.UTF-8 lab net --from many.json
	[[ $status -eq 0 ]]
	[[ $(grep -c '^┌─' <<<"$output") -eq 20 ]]
	[[ $output == *"│ and 15 more links"* ]]
	[[ ${lines[-1]} == "and 11 more namespaces: n20, n21, n22, n23, n24, n25, n26, n27, n28, n29, n30" ]]
	# Those without a wire say where they lead.
	[[ $output == *"10.0.0.16/24  → sandbox v16"* ]]
	[[ $(LC_ALL=C.UTF-8 wc -L <<<"$output") -le 80 ]]
}

@test "drawn: what the lessons expect" {
	local file

	for file in "$tree"/checks/net/*.net; do
		LC_ALL=C.UTF-8 lab net --from "$file"
		[[ $status -eq 0 && $output == "┌─ "* ]]
		[[ $(LC_ALL=C.UTF-8 wc -L <<<"$output") -le 80 ]]
		# What is different each time is not in it.
		! jq -e '[.. | objects | select(has("counters") or has("inode") or has("mac"))] | length > 0' "$file"
	done
}

@test "saved and drawn again: JSON there and back is the same" {
	local name

	for name in veth nat bridge shape dangling hostile; do
		lab net --from "$saved/$name.json" --json
		[[ $status -eq 0 ]]
		printf '%s\n' "$output" >again.json
		jq -e '.schema == "nslab/net/v1"' again.json
		lab net --from again.json --json
		diff -u again.json - <<<"$output"
	done
	# Standard input.
	run --separate-stderr "$LAB" net --from - <"$saved/one.json"
	[[ $status -eq 0 && $output == *"lo  down"* ]]
}

@test "what is no saved network is refused with where it is wrong" {
	echo '{"schema": "nslab/net/v1", "namespaces": [{"name": "a", "links": [{"name": 7}]}]}' >wrong.json
	lab net --from wrong.json
	refused 2 $'wrong.json is no saved network: "name" of namespace a must be a text.\nlab: lab net --json prints one.'
	lab net --from nothing.json
	refused 2 "cannot read nothing.json: No such file or directory."*
}

@test "usage: what does not go together" {
	lab net --json --dot
	refused 2 "--json and --dot do not go together"*
	lab net --watch --svg
	refused 2 "--watch and --svg do not go together"*
	lab net --from x.json 17
	refused 2 '--from draws a saved network: leave "17" out'*
	lab net bogus
	refused 2 'there is no exercise "bogus".'*
	lab net 4194304
	refused 1 "there is no process 4194304."*
}

@test "a graph for Graphviz, and the picture made of it" {
	lab net --from "$saved/nat.json" --dot
	[[ $status -eq 0 ]]
	[[ $output == *'label="blue\ndefault via 10.0.0.1 dev eth0"'* ]]
	[[ $output == *'NAT: masquerade from 10.0.0.0/24 out uplink'* ]]
	# Each pair is one edge.
	[[ $(grep -c -- ' -- .*style=solid' <<<"$output") -eq 2 ]]
	lab net --from "$saved/no_carrier.json" --dot
	[[ $output == *"style=dashed];"* ]]
	for name in nat bridge hostile empty; do
		if [[ -n $(type -P dot) ]]; then
			lab net --from "$saved/$name.json" --svg
			[[ $status -eq 0 && $output == *"<svg "* && $output == *"</svg>"* ]]
		fi
	done
	# Without it one is told the package.
	mkdir bin
	run --separate-stderr env PATH="$PWD/bin" "$LAB" net --from "$saved/nat.json" --svg
	[[ $status -eq 3 && -z $output ]]
	[[ $stderr == $'lab: --svg needs the program dot, which is not here.\nlab: install the package graphviz; --dot prints the graph itself.' ]]
}

# inside SCRIPT: a shell in the sandbox that runs SCRIPT, then waits for its input's end. Sets shell to lab's PID.
inside() {
	mkfifo in out
	"$LAB" shell -c "$1"$'\necho ready; read -r end' <in >out 3>&- &
	shell=$!
	exec {to}>in {from}<out
	until read -r line <&"$from" && [[ $line == ready ]]; do
		[[ -n $line ]] || return 1
	done
}

outside() {
	exec {to}>&- {from}<&-
	wait "$shell" || true
}

# What ip(8) does with -n, without a mount.
blue='blue() { nsenter --net=/run/netns/blue "$@"; };'
pair="$blue ip netns add blue; ip link add veth-blue type veth peer name eth0 netns blue; ip addr add 10.0.0.1/24 dev veth-blue;
	ip link set veth-blue up; blue ip addr add 10.0.0.2/24 dev eth0; blue ip link set eth0 up; blue ip route add default via 10.0.0.1"

@test "what runs is drawn, by the process and by what it runs" {
	inside "$pair; unshare -n sleep 1000 & until [ \"\$(readlink /proc/\$!/ns/net)\" != \"\$(readlink /proc/\$\$/ns/net)\" ]; do :; done"
	LC_ALL=C.UTF-8 lab net "$shell"
	[[ $status -eq 0 ]]
	[[ $output == "┌─ sandbox "* ]]
	[[ $output == *"│ veth-blue  up  10.0.0.1/24 "* && $output == *"│ default via 10.0.0.1 dev eth0"* ]]
	[[ $output == *"┌─ blue "* && $output == *"┌─ sleep "* ]]
	lab net "$shell" --json
	jq -e '.namespaces[0].links[] | select(.name == "veth-blue") | .peer == {namespace: "blue", link: "eth0"}' <<<"$output"
	# Of all that this user runs it is one.
	lab net
	[[ $status -eq 0 && $output == *veth-blue* ]]
	outside
	lab net "$shell"
	refused 1 "there is no process $shell."*
}

@test "what runs is found by its exercise, and with the simulated internet" {
	mkfifo in out
	mkdir -p work/net
	cp "$tree/solutions/net/04_nat.c" work/net/
	"$LAB" run nat sh -c 'echo ready; read -r end' <in >out 3>&- &
	shell=$!
	exec {to}>in {from}<out
	until read -r line <&"$from" && [[ $line == ready ]]; do
		[[ -n $line ]] || return 1
	done
	LC_ALL=C.UTF-8 lab net net/nat
	[[ $status -eq 0 ]]
	[[ $output == "┌─ sandbox "*"│ uplink "*"│ NAT: masquerade "*"┌─ internet "* ]]
	# Names of processes differ; what is drawn otherwise is what the lesson expects.
	outside
	lab net nat
	refused 1 $'no sandbox of net/nat runs now.\nlab: start it in another terminal: lab run net/nat.'
}

@test "two sandboxes at once: names say whose they are" {
	inside 'ip link add here type bridge'
	mkfifo other said
	"$LAB" shell -c 'ip link add there type bridge; echo ready; read -r end' <other >said 3>&- {to}>&- {from}<&- &
	second=$!
	exec {hold}>other {told}<said
	read -r line <&"$told"
	[[ $line == ready ]]
	lab net "$shell" "$second" --json
	jq -e --arg a "sandbox ($shell)" --arg b "sandbox ($second)" '[.namespaces[].name] == [$a, $b]' <<<"$output"
	jq -e '[.namespaces[].links[1].name] == ["here", "there"]' <<<"$output"
	exec {hold}>&- {told}<&-
	wait "$second" || true
	outside
}

@test "a link is seen to go down, and that its peer then has no carrier" {
	inside "$pair; blue ip link set eth0 down"
	lab net "$shell" --json
	jq -e '[.namespaces[].links[] | select(.kind == "veth") | .state] == ["no-carrier", "down"]' <<<"$output"
	outside
}

@test "a check that fails shows the network as it was, below the one that is expected" {
	export LC_ALL=C.UTF-8
	lab check net/new --source "$tree/checks/net/01_new.wrong/lo-down.c"
	[[ $status -eq 1 ]]
	[[ $output == *"cause     lo-down"*"the network when it failed:"*"    expected:"*"│ lo  up "*"    observed:"*"│ lo  down "* ]]
	# Once, however many facts fail.
	[[ $(grep -c 'the network when it failed' <<<"$output") -eq 1 ]]
	# The simulated internet is in it, though it is not in the sandbox.
	lab check net/nat --source "$tree/checks/net/04_nat.wrong/no-masquerade.c" --json
	jq -e '.network.expected.namespaces[0].nat != [] and .network.observed.namespaces[0].nat == []' <<<"$output"
	jq -e '[.network.observed.namespaces[].name][:2] == ["sandbox", "internet"]' <<<"$output"
	lab check net/new --source "$tree/solutions/net/01_new.c" --json
	[[ $status -eq 0 ]]
	jq -e 'has("network") | not' <<<"$output"
}

@test "--watch shows packets as they pass, and ends with what it watches" {
	inside "$pair"
	mkfifo lines
	"$LAB" net "$shell" --watch --json >lines 3>&- {to}>&- {from}<&- &
	watch=$!
	exec {seen_from}<lines
	count() {
		read -r -t 60 line <&"$seen_from" || return
		packets=$(jq '[.namespaces[].links[] | select(.name == "veth-blue") | .counters.tx_packets] | add // -1' <<<"$line")
	}
	count
	first=$packets
	[[ $first -ge 0 ]]
	# Something passes: what one end sends comes out at the other.
	nsenter --target "$(pgrep -P "$shell" | head -n 1)" --user --net --preserve-credentials \
		bash -c 'for i in {1..20}; do echo >/dev/udp/10.0.0.2/9; done'
	until [[ $packets -gt $first ]]; do count; done
	outside
	until ! count; do :; done
	wait "$watch"
}

@test "--watch says that it waits, and ends with a signal" {
	mkfifo said
	"$LAB" net pid/clone --watch 2>said 3>&- >/dev/null &
	watch=$!
	read -r -t 60 line <said
	[[ $line == "lab: no sandbox of pid/clone runs now; waiting." ]]
	kill -TERM "$watch"
	status=0
	wait "$watch" || status=$?
	[[ $status -eq 130 ]]
}
