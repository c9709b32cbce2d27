# Facts about networks: what is in a network namespace, who reaches whom, how much
# passes, what filters and translates. Loaded after load.bash. WHO may also be
# `netns:NAME` (what /run/netns/NAME of outside pins) and `internet` (the simulated host's
# namespace, where the exercise needs it). The words are listed in docs/design.md.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by load.bash

declare -gA net=()

# How long the kernel has to take apart what has ended.
UNCHANGED_MS=6000

# The observer notes the network before the program starts, for network_unchanged.
export NSLAB_NET=1

# decisive COMMAND...: where it fails the tests after it are skipped. For what takes long
# to fail, so that a mistake which is known by then is not waited for again and again.
decisive() {
	stop_here
	"$@"
	rm -f "${NSLAB_RECORDS:-/dev/null}.stop"
}

# read_net WHO...: ${net[WHO.links]}, ${net[WHO.LINK.KEY]}, ${net[WHO.routes]} ...; no keys
# for a network that is not there. A link's peer is named by the first WHO that has it.
read_net() {
	net=()
	ask read_net "$@"
}

# reach FROM TO ADDRESS PROTO: was a probe from FROM's namespace to ADDRESS answered by
# TO? ${answer[source]}: where TO saw it come from, also where no answer found its way back.
reach() {
	ask reach "$@"
	[[ ${answer[reached]} == 1 ]]
}

# matrix CAUSE ROW...: each "FROM TO ADDRESS yes|no", by ICMP, TCP and UDP, all at the
# same time. The first that is not so ends the test.
matrix() {
	local cause=$1 from to address expected

	shift
	answer=()
	ask matrix "$@"
	if [[ -z ${answer[row]:-} ]]; then
		seen "$# ways by ICMP, TCP and UDP, all as they shall be"
		return 0
	fi
	read -r from to address expected <<<"${answer[row]}"
	if [[ $expected == yes ]]; then
		fail_with "$cause" "$(who_is "$from") reaches $(who_is "$to") at $address by ${answer[proto]}" \
			"${answer[why]}"
	fi
	fail_with "$cause" "$(who_is "$from") can't reach $(who_is "$to") at $address, by ${answer[proto]} or else" \
		"it was answered, and seen to come from ${answer[source]}"
}

# who_is WHO, for a sentence.
who_is() {
	case $1 in
	netns:*) printf '%s' "${1#netns:}" ;;
	cmd) printf 'the command' ;;
	internet) printf 'internet.test' ;;
	*) printf '%s' "$1" ;;
	esac
}

# add_route WHO PREFIX GATEWAY|LINK: a route that a cheat would need; ${answer[done]} is 0
# where there can be none, which is no error.
add_route() {
	ask add_route "$@"
}

# add_address WHO LINK ADDRESS/PREFIX: the same.
add_address() {
	ask add_address "$@"
}

# throughput FROM TO ADDRESS: ${answer[kbit]}, what arrives at TO once any burst is over.
throughput() {
	ask throughput "$@"
}

# fetch FROM URL: ${answer[http]} (status, "-": no answer), ${answer[body]}.
fetch() {
	ask fetch "$@"
}

# listening WHO: ${answer[listening]}, lines "tcp 0.0.0.0:8000".
listening() {
	ask listening "$1"
}

# seen_by_internet: ${answer[seen]}, lines "PROTOCOL SOURCE PACKETS", the latest first.
seen_by_internet() {
	ask seen_by_internet
}

# rules WHO: ${answer[rules]}, lines "FAMILY TABLE CHAIN RULE" ("legacy" for a family: those
# of iptables-legacy). A policy other than accept is a rule "policy drop".
rules() {
	ask rules "$1"
}

# forward_drop: outside's FORWARD policy is DROP, as on a host that runs containers.
forward_drop() {
	ask forward_drop
}

# bridge_filtered: bridged packets pass outside's FORWARD chain, as in every new network
# where the module br_netfilter is loaded; 1 where this kernel can't do that.
bridge_filtered() {
	ask bridge_filtered
	[[ ${answer[filtered]} == 1 ]]
}

# network_unchanged CAUSE: outside's links, addresses, routes, qdiscs, rules, forwarding,
# /run/netns and the number of network namespaces are what they were before the program.
network_unchanged() {
	local left gone

	ask network_changes "$UNCHANGED_MS"
	left=${answer[added]:+left: ${answer[added]}}
	gone=${answer[removed]:+gone: ${answer[removed]}}
	[[ -z $left$gone ]] || fail_with "$1" \
		"outside's network as it was before the program started" \
		"$left${gone:+${left:+; }$gone}"
}

# ends_clean CAUSE SIGNAL [ARG...]: start the program, send it SIGNAL ("-": release its
# command), and nothing is left of either in two seconds.
ends_clean() {
	local cause=$1 signal=$2 how="after SIG$2"

	shift 2
	start "$@"
	if [[ $signal == - ]]; then
		how='after its command has ended'
		release
	else
		signal program "$signal"
	fi
	finish || fail_with "$cause" "the program ends $how" "it still runs"
	settled || fail_with "$cause" "no process left $how" "$leftover"
	network_unchanged "$cause"
	seen "nothing is left $how"
}

# draw_network: the network as it is, for the record of a failure. Called by fail_with.
draw_network() {
	local may_refuse=1

	kill -0 "$OBSERVER_PID" 2>/dev/null || return 0
	answer=()
	ask draw || return 0
	[[ -z ${answer[drawing]:-} ]] || record drawing "$BATS_TEST_DESCRIPTION" "${answer[drawing]}"
}
