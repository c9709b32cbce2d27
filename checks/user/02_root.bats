# user/root: root inside, and still the same user outside.

load ../lib/load
load ../lib/trace

# A sandbox in which setgroups(2) is still allowed, where this machine has ids for one.
export NSLAB_RANGE=1

CAUSES="setgroups-not-denied mapped-after-exec wrong-outer-id"

# settle: the program on a probe, and its maps as they are in the end.
settle() {
	start_mapped
	is_mapped || quiet
}

is_mapped() {
	[[ -n ${fact[cmd.uid_map]} && -n ${fact[cmd.gid_map]} ]]
}

@test "the command is in a new user namespace" {
	start_mapped
	new_namespace user no-new-user-namespace
}

@test "inside's uid 0 is the caller, and no other id is mapped" {
	local uid

	settle
	uid=${fact[outside.uid]}
	[[ -n ${fact[cmd.uid_map]} ]] || fail_unmapped "uid_map is \"0 $uid 1\""
	[[ ${fact[cmd.uid_map]} != "$uid $uid 1" ]] || fail_with identity-map \
		"uid_map is \"0 $uid 1\"" "it is \"${fact[cmd.uid_map]}\": everybody is who they were"
	[[ ${fact[cmd.uid_map]} == "0 $uid 1" ]] || fail_with other \
		"uid_map is \"0 $uid 1\"" "it is \"${fact[cmd.uid_map]}\""
	seen "uid_map ${fact[cmd.uid_map]}"
}

@test "setgroups is denied, and inside's gid 0 is the caller's group" {
	local gid map

	settle
	gid=${fact[outside.gid]} map=${fact[cmd.gid_map]}
	if [[ -n $map && $map != "0 $gid 1" ]]; then
		[[ $map != "$gid $gid 1" ]] || fail_with identity-map "gid_map is \"0 $gid 1\"" "it is \"$map\""
		fail_with other "gid_map is \"0 $gid 1\"" "it is \"$map\""
	fi
	[[ ${fact[cmd.setgroups]} == deny ]] || fail_with setgroups-not-denied \
		"gid_map is \"0 $gid 1\", setgroups says deny" \
		"gid_map is \"$map\", setgroups says ${fact[cmd.setgroups]}"
	# Inherited: setgroups says deny whatever the program did.
	if [[ ${fact[outside.setgroups]} == deny ]]; then
		map_mistake
		[[ -n $denied || -z $map ]] || unsupported "setgroups is denied in every namespace here, and no program can be traced"
		[[ $cause != setgroups-not-denied ]] || fail_with setgroups-not-denied \
			"deny is written to setgroups, then gid_map" "$observed"
		[[ $denied != 0 || -n $map ]] || fail_with setgroups-not-denied \
			"gid_map is \"0 $gid 1\", setgroups says deny" "neither of the two was written"
	fi
	[[ -n $map ]] || fail_with gid-not-mapped \
		"gid_map is \"0 $gid 1\"" "it is empty, although setgroups says deny"
	seen "setgroups ${fact[cmd.setgroups]}, gid_map $map"
}

@test "the command holds every capability inside" {
	settle
	[[ ${fact[cmd.cap.eff]} != 0000000000000000 ]] || fail_with mapped-after-exec \
		"every capability: CapEff ${fact[outside.cap.all]}" \
		"none: CapEff ${fact[cmd.cap.eff]}, although the maps are right by now"
	[[ ${fact[cmd.cap.eff]} == "${fact[outside.cap.all]}" ]] || fail_with other \
		"every capability: CapEff ${fact[outside.cap.all]}" "CapEff ${fact[cmd.cap.eff]}"
	seen "CapEff ${fact[cmd.cap.eff]}"
}

@test "outside it is the same user as before, who owns the new namespace" {
	settle
	[[ ${fact[cmd.uid]} == "${fact[outside.uid]}" && ${fact[cmd.euid]} == "${fact[outside.uid]}" &&
		${fact[cmd.gid]} == "${fact[outside.gid]}" ]] || fail_with other \
		"user ${fact[outside.uid]}, group ${fact[outside.gid]} outside" \
		"user ${fact[cmd.uid]}, group ${fact[cmd.gid]}"
	[[ ${fact[cmd.parent.user]} == "${fact[outside.ns.user]}" ]] || fail_with other \
		"the new namespace is a child of outside's, user:[${fact[outside.ns.user]}]" \
		"its parent is user:[${fact[cmd.parent.user]}]"
	seen "user ${fact[cmd.uid]} outside"
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other
	exec_failure_shows other
}
