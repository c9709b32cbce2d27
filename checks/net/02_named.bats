# net/named: network namespaces with a name, as ip-netns(8) has them.

load ../lib/load

# The program, beside the sandbox's init, to its end: $did, $said.
named() { # ARG...
	outside_does "/work/$NSLAB_PROGRAM" "$@"
	[[ $did != 42 || $said != *TODO* ]] || {
		stop_here
		fail_with not-started "the program does \"$1\"" "it stopped at a gap: $(last_line "$said")"
	}
}

works() { # ARG...
	named "$@"
	((did == 0)) || fail_with other "\"$*\" works, exit status 0" "exit status $did: $(last_line "$said")"
}

refuses() { # CAUSE ARG...
	local cause=$1

	shift
	named "$@"
	((did == 1 || did == 2)) || fail_with "$cause" "\"$*\" is refused, exit status 1 or 2" \
		"exit status $did${said:+: $(last_line "$said")}"
}

ip_netns() { # ARG...
	outside_does ip netns "$@"
	((did == 0)) || fail_with "${CAUSE:-other}" "\"ip netns $*\" works" "$(last_line "$said")"
}

# The namespace that is mounted at a name, "net:[4026532245]", in $REPLY; empty: none.
pinned() { # NAME
	read_mounts outside
	REPLY=''
	[[ ${mount[/run/netns/$1.type]:-} != nsfs ]] || REPLY=${mount[/run/netns/$1.root]}
}

in_another_network() { # WHO
	[[ ${fact[$1.ns.net]:--} != - && ${fact[$1.ns.net]} != "${fact[outside.ns.net]}" ]]
}

# All that names could change: the mounts in /run, and the files.
names_now() {
	outside_does sh -c 'grep " /run" /proc/self/mountinfo | cut -d" " -f4,5 | sort; find /run -xdev ! -path "/run/mount*" | sort'
	REPLY=$said
}

@test "add makes a name: a mount of a new network namespace" {
	random_word
	local name=$REPLY
	works add "$name"
	pinned "$name"
	[[ -n $REPLY ]] || fail_with plain-file \
		"a namespace is mounted at /run/netns/$name" "no mount of nsfs there"
	[[ $REPLY == net:* ]] || fail_with other "a network namespace at /run/netns/$name" "$REPLY"
	read_facts
	[[ $REPLY != "net:[${fact[outside.ns.net]}]" ]] || fail_with own-namespace-bound \
		"another namespace than outside's at /run/netns/$name" "it is outside's, $REPLY"
	seen "$REPLY at /run/netns/$name, net:[${fact[outside.ns.net]}] outside"
	settled || fail_with left-behind "no process is needed to keep it" "$leftover"
}

@test "ip netns exec enters what add has made" {
	random_word
	local name=$REPLY
	works add "$name"
	pinned "$name"
	local made=$REPLY
	ip_netns exec "$name" readlink /proc/self/ns/net
	[[ $said == "$made"* ]] || fail_with other "ip netns exec $name leads to $made" "$said"
}

@test "exec runs a command in the namespace, whoever has made it" {
	random_word
	local name=$REPLY
	# ip-netns(8) first: it makes /run/netns a mount, over what is there.
	ip_netns add "$name"
	works add "${name}2"
	pinned "$name"
	local made=$REPLY
	start exec "$name"
	[[ net:[${fact[cmd.ns.net]}] == "$made" ]] || fail_with not-entered \
		"the command in $made, which ip netns has made" "it is in net:[${fact[cmd.ns.net]}]"
	restart
	works add "$name"
	pinned "$name"
	made=$REPLY
	start exec "$name"
	[[ net:[${fact[cmd.ns.net]}] == "$made" ]] || fail_with not-entered \
		"the command in $made, which add has made" "it is in net:[${fact[cmd.ns.net]}]"
	seen "net:[${fact[cmd.ns.net]}] for the command and at /run/netns/$name"
}

@test "list shows both kinds" {
	random_word
	local name line first='' other
	other=$REPLY
	random_word
	name=$REPLY
	ip_netns add "$other"
	works add "$name"
	works list
	while read -r line _; do first+=" $line "; done <<<"$said"
	[[ $first == *" $name "* && $first == *" $other "* ]] || fail_with other \
		"list prints $name and $other, one a line" "${said//$'\n'/, }"
	ip_netns list
	[[ $said == *"$name"* ]] || fail_with other "ip netns list prints $name" "${said//$'\n'/, }"
}

@test "del unmounts and removes, whoever has made it" {
	random_word
	local name
	ip_netns add "$REPLY"
	works add "${REPLY}2"
	for name in "$REPLY" "${REPLY}2"; do
		named del "$name"
		local status=$did words=$said
		pinned "$name"
		[[ -z $REPLY ]] || fail_with left-behind "nothing is mounted at /run/netns/$name after del" \
			"$REPLY is"
		outside_does ls /run/netns
		[[ $'\n'$said$'\n' != *$'\n'"$name"$'\n'* ]] || fail_with left-behind \
			"del removes /run/netns/$name" "it is still there"
		((status == 0)) || fail_with other "del $name works" "exit status $status: $words"
	done
	works add "$name"
	helper inhabitant ip netns exec "$name" sleep 1000
	eventually in_another_network inhabitant || crash "no process in $name"
	local inode=${fact[inhabitant.ns.net]}
	works del "$name"
	read_facts
	truth_if in-use "it goes on, in the same namespace" "it ends, with its namespace" \
		test "${fact[inhabitant.alive]}${fact[inhabitant.ns.net]}" = "1$inode"
	signal inhabitant KILL
	settled || fail_with left-behind "no process is left" "$leftover"
}

@test "a name that exists is not made again" {
	random_word
	local name=$REPLY before
	ip_netns add "$name"
	names_now
	before=$REPLY
	named add "$name"
	local status=$did
	names_now
	[[ $REPLY == "$before" ]] || fail_with existing-name-overwritten \
		"add of a name that exists changes nothing" "another mount, or another file, is at the name"
	((status != 0)) || fail_with existing-name-overwritten \
		"add of a name that exists is an error, exit status 1" "exit status 0"
	((status == 1)) || fail_with other \
		"add of a name that exists ends with exit status 1" "exit status $status"
}

@test "an unknown name is an error, and changes nothing" {
	random_word
	local name=$REPLY before
	ip_netns add "${name}2"
	names_now
	before=$REPLY
	read_facts
	launch exec "$name" "$PROBE"
	finish || fail_with not-entered "exec of an unknown name ends with exit status 1" \
		"it runs the command, in net:[${fact[outside.ns.net]}]"
	((status == 1)) || fail_with other "exec of an unknown name ends with exit status 1" "$status"
	named del "$name"
	((did == 1)) || fail_with other "del of an unknown name ends with exit status 1" "exit status $did"
	names_now
	[[ $REPLY == "$before" ]] || fail_with other "nothing in /run has changed" "something has"
}

@test "what is no name is refused: it would lead elsewhere" {
	random_word
	local word=$REPLY before bad
	ip_netns add "$word"
	outside_does mkdir "/run/netns/${word}dir"
	outside_does touch "/run/${word}file"
	names_now
	before=$REPLY
	for bad in '' . .. "../$word" "${word}dir/x" "/$word"; do
		refuses bad-name-accepted add "$bad"
		names_now
		[[ $REPLY == "$before" ]] || fail_with bad-name-accepted \
			"add \"$bad\" changes nothing" "something in /run is new, or gone"
	done
	for bad in '' . .. "../${word}file" "../netns/$word"; do
		refuses bad-name-accepted del "$bad"
		names_now
		[[ $REPLY == "$before" ]] || fail_with bad-name-accepted \
			"del \"$bad\" changes nothing" "something in /run is new, or gone"
	done
	refuses bad-name-accepted exec "../netns/$word" true
	refuses bad-name-accepted exec ../../proc/self/ns/net true
}

@test "the program ends with the command's exit status" {
	random_word
	local name=$REPLY
	ip_netns add "$name"
	exit_status_passes other other exec "$name"
	restart
	ip_netns add "$name"
	signal_passes other exec "$name"
	local command
	for command in "127 /work/no-such-$name" "126 /etc/passwd"; do
		restart
		ip_netns add "$name"
		launch exec "$name" "${command#* }"
		finish || fail_with other "the program ends when the command can't be run" "it still runs"
		status_is "${command%% *}" other
	done
}
