# user/caps: root of a user namespace with a few capabilities, for good.

load ../lib/load
load ../lib/trace

CAUSES="dropped-before-mapping"

# Numbers of <linux/capability.h>. Without those that the program itself may need to get
# there: setgid, setuid, setpcap, sys_admin.
declare -gA number=([chown]=0 [dac_override]=1 [fowner]=3 [kill]=5 [net_bind_service]=10
	[net_admin]=12 [net_raw]=13 [sys_chroot]=18 [sys_ptrace]=19 [sys_nice]=23 [mknod]=27 [audit_write]=29)

# choose COUNT: so many random names, into $list ("cap_kill,cap_chown"), their set into $mask.
choose() {
	local names=("${!number[@]}") bits=0 i

	list=''
	for ((i = 0; i < $1; i++)); do
		random_int 0 $((${#names[@]} - 1))
		list+=${list:+,}cap_${names[REPLY]}
		bits=$((bits | 1 << ${number[${names[REPLY]}]}))
		unset "names[REPLY]"
		names=("${names[@]}")
	done
	printf -v mask %016x $bits
	[[ -n $list ]] || list=none
}

# sets WHAT: the three sets of the command are LIST.
sets() { # WHAT
	local eff=${fact[cmd.cap.eff]} prm=${fact[cmd.cap.prm]} bnd=${fact[cmd.cap.bnd]} all=${fact[outside.cap.all]}
	local want="$1: CapPrm, CapEff and CapBnd are $mask ($list)"

	[[ $eff == "$mask" && $prm == "$mask" && $bnd == "$mask" ]] && return 0
	[[ $eff != "$all" || $prm != "$all" ]] || fail_with effective-only "$want" \
		"all three are full again: CapEff $eff, CapBnd $bnd"
	[[ $eff != "$mask" || $prm != "$mask" ]] || fail_with bounding-set-left "$want" \
		"CapPrm and CapEff are, but CapBnd is $bnd"
	fail_with other "$want" "CapPrm $prm, CapEff $eff, CapBnd $bnd"
}

@test "the command is root of a new user namespace" {
	choose 2
	start_mapped $list
	new_namespace user other
	[[ -n ${fact[cmd.uid_map]} ]] || fail_unmapped "inside's uid 0 is the caller" $list
	[[ ${fact[cmd.uid_map]} == "0 ${fact[outside.uid]} 1" ]] || fail_with other \
		"uid_map is \"0 ${fact[outside.uid]} 1\"" "it is \"${fact[cmd.uid_map]}\""
}

@test "its permitted, effective and bounding sets are LIST" {
	choose 3
	start_mapped $list
	sets "when it runs"
	seen "$list: CapEff ${fact[cmd.cap.eff]}, CapBnd ${fact[cmd.cap.bnd]}"
}

@test "executing another program as inside's root brings nothing back" {
	choose 1
	start_mapped $list env
	sets "after another exec"
	choose 4
	restart
	start_mapped $list env sh -c 'exec "$0"'
	sets "after three more"
}

@test "\"none\" keeps none" {
	choose 0
	start_mapped $list
	sets "when it runs"
	restart
	start_mapped $list env
	sets "after another exec"
}

@test "the inheritable and ambient sets hold nothing else" {
	local set

	choose 3
	start_mapped $list
	for set in inh amb; do
		((16#${fact[cmd.cap.$set]} & ~16#$mask)) && fail_with other \
			"Cap${set^} holds nothing that is not in LIST ($mask)" "it is ${fact[cmd.cap.$set]}"
	done
	seen "CapInh ${fact[cmd.cap.inh]}, CapAmb ${fact[cmd.cap.amb]}"
}

@test "an unknown name: exit status 2, a message that names it, and no command" {
	local name

	random_word
	for name in "cap_$REPLY" "cap_kill,cap_$REPLY" "cap_$REPLY,cap_chown"; do
		restart
		if start_many 1 "$name"; then
			fail_with unknown-name-accepted "caps $name ends with exit status 2" \
				"the command runs, with CapEff ${fact[cmd.cap.eff]}"
		fi
		finish || fail_with other "caps $name ends" "it still runs"
		[[ $status == 2 && $errors == *"cap_$REPLY"* ]] || fail_with unknown-name-accepted \
			"a message that names cap_$REPLY, exit status 2" \
			"exit status $status, message \"$(last_line "$errors")\""
	done
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other cap_kill
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other cap_kill
	exec_failure_shows other cap_kill
}
