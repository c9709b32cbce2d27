# uts/domain: a UTS namespace that begins as a copy of another one, and goes on alone.

load ../lib/load
load ../lib/inside

# names: two random ones, into $host and $nis.
names() {
	random_word
	host=$REPLY
	random_int 10 99
	host+=-$REPLY
	random_word
	nis=$REPLY.example
}

@test "the command is in a new UTS namespace" {
	names
	start "$host" "$nis"
	new_namespace uts no-new-uts-namespace
}

@test "outside keeps its names" {
	local before

	names
	read_uts outside
	before="${uts[outside.hostname]}, ${uts[outside.domainname]}"
	start "$host" "$nis"
	read_uts outside
	[[ "${uts[outside.hostname]}, ${uts[outside.domainname]}" == "$before" ]] || fail_with other \
		"outside's names are still $before" \
		"they are ${uts[outside.hostname]}, ${uts[outside.domainname]}"
}

@test "a second namespace lies between the two, held by a process of the program" {
	names
	start "$host" "$nis"
	read_uts middle
	[[ -n ${uts[middle.hostname]} ]] || fail_with one-level-only \
		"a process in a third UTS namespace, besides outside's and the command's" \
		"every process is in uts:[${fact[outside.ns.uts]}] or uts:[${fact[cmd.ns.uts]}]"
}

@test "the command's host name is inner-HOSTNAME, the middle's still HOSTNAME" {
	names
	start "$host" "$nis"
	read_uts middle cmd
	[[ ${uts[middle.hostname]} != "inner-$host" ]] || fail_with middle-renamed \
		"the middle is called \"$host\"" "it is called \"${uts[middle.hostname]}\""
	[[ ${uts[middle.hostname]} == "$host" ]] || fail_with other \
		"the middle is called \"$host\"" "it is called \"${uts[middle.hostname]}\""
	[[ ${uts[cmd.hostname]} == "inner-$host" ]] || fail_with other \
		"the command's host name is \"inner-$host\"" "it is \"${uts[cmd.hostname]}\""
	seen "$host in the middle, inner-$host inside"
}

@test "both have the NIS domain name, inside by copy" {
	local who

	names
	start "$host" "$nis"
	read_uts middle cmd
	for who in middle cmd; do
		[[ ${uts[$who.domainname]} == "$nis" ]] || fail_with domain-not-set \
			"the NIS domain name \"$nis\" in both namespaces" \
			"\"${uts[middle.domainname]}\" in the middle, \"${uts[cmd.domainname]}\" inside"
	done
	seen "the domain $nis in both"
}

@test "fewer than two names: a usage line and exit status 2" {
	launch box
	finish || fail_with other "domain with one argument ends" "it still runs"
	[[ $status == 2 && -n $errors ]] || fail_with other \
		"a usage line and exit status 2" "exit status $status, message \"$(last_line "$errors")\""
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other box nis
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other box nis
	exec_failure_shows other box nis
}
