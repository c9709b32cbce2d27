# net/shape: a cable to outside, and a limit for what inside sends.

load ../lib/load
load ../lib/net

# near VALUE WANTED: within 15 %
near() {
	(($1 * 100 >= $2 * 85 && $1 * 100 <= $2 * 115))
}

# measure KBIT: $sent and $received by inside, in kilobit a second. A busy machine may make
# either look slower than it is: then once more.
measure() {
	local try

	received=0
	for try in 1 2 3; do
		throughput outside cmd 10.0.0.2
		((answer[kbit] <= received)) || received=${answer[kbit]}
		((received < 5 * $1)) && ! near "$received" "$1" || break
	done
	for try in 1 2 3; do
		throughput cmd outside 10.0.0.1
		sent=${answer[kbit]}
		! near "$sent" "$1" && ((sent * 2 > $1 && sent * 2 < 3 * $1)) || break
	done
}

# why_not KBIT: what is sent is not KBIT; the cause in $REPLY. A kilobyte for a kilobit is
# eight times too much, a bit for a byte eight times too little; a token bucket that lets
# much more pass was told another number.
why_not() {
	local tenths=$((sent * 10 / $1))

	if near "$received" "$1"; then
		REPLY=wrong-direction
	elif ((tenths >= 65 && tenths <= 95)) || ((sent > 0 && tenths < 2)); then
		REPLY=wrong-unit
	elif ((tenths > 10)) && [[ " ${net[cmd.veth-blue.qdiscs]:-} " == *" tbf "* ]]; then
		REPLY=wrong-unit
	elif ((tenths > 10)); then
		REPLY=not-limited
	else
		REPLY=other
	fi
}

# limits KBIT: what inside sends, and nothing else.
limits() {
	local sent received

	start "$1"
	read_net cmd outside
	measure "$1"
	near "$sent" "$1" || {
		why_not "$1"
		fail_with "$REPLY" "inside sends $1 kilobit a second, give or take 15 %" \
			"it sends $sent, and receives $received"
	}
	((received >= 5 * $1)) || fail_with both-directions \
		"inside receives at least $((5 * $1)) kilobit a second, as only sending is limited" \
		"it receives $received"
	seen "asked for $1 kbit/s: $sent sent, $received received"
}

@test "a cable joins inside and outside, as in net/veth" {
	local row who link address

	start 2000
	new_namespace net other
	read_net cmd outside
	for row in "outside veth-host 10.0.0.1/24" "cmd veth-blue 10.0.0.2/24"; do
		read -r who link address <<<"$row"
		[[ ${net[$who.$link.kind]:-} == veth && ${net[$who.$link.admin]} == up &&
			" ${net[$who.$link.addresses]} " == *" $address "* ]] || {
			stop_here
			fail_with other "a veth link $link with $address, up ($(who_is "$who"))" \
				"it is ${net[$who.$link.kind]:-missing} ${net[$who.$link.admin]:-} ${net[$who.$link.addresses]:-}"
		}
	done
	[[ ${net[cmd.veth-blue.peer]} == "outside veth-host" ]] || fail_with other \
		"the other end of veth-blue is veth-host, outside" "it is ${net[cmd.veth-blue.peer]}"
	decisive matrix other "cmd outside 10.0.0.1 yes" "outside cmd 10.0.0.2 yes"
}

@test "0, -1 and abc are no rates" {
	local rate

	for rate in 0 -1 abc; do
		launch "$rate" "$PROBE"
		finish || fail_with bad-rate-accepted "\"$rate\" is bad usage, exit status 2" "the command runs"
		[[ $status == 2 ]] || fail_with bad-rate-accepted \
			"\"$rate\" is bad usage, exit status 2" "exit status $status"
		restart
	done
	seen "0, -1 and abc end with exit status 2"
}

@test "2000 limits what inside sends, and not what it receives" {
	decisive limits 2000
}

@test "so does 20000" {
	decisive limits 20000
}

@test "the limit is a qdisc of veth-blue, where sending happens" {
	local qdisc

	start 2000
	read_net cmd outside
	for qdisc in ${net[cmd.veth-blue.qdiscs]:-}; do
		case $qdisc in
		noqueue | noop | mq | pfifo | pfifo_fast | bfifo | fq_codel | ingress | clsact) ;;
		*)
			seen "veth-blue has the qdisc $qdisc"
			return 0
			;;
		esac
	done
	fail_with wrong-direction "a qdisc that limits, on veth-blue" \
		"it has ${net[cmd.veth-blue.qdiscs]:-none}; veth-host has ${net[outside.veth-host.qdiscs]:-none}"
}

@test "nothing is left when the command has ended" {
	decisive ends_clean other - 2000
}

@test "nothing is left after SIGTERM, not even the command" {
	decisive ends_clean other TERM 2000
}

@test "nothing is left after SIGINT" {
	decisive ends_clean other INT 2000
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other 2000
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other 2000
	exec_failure_shows other 2000
}
