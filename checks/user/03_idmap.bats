# user/idmap: a range of ids, which a parent maps for its waiting child.

load ../lib/load
load ../lib/trace

CAUSES="not-synchronised overlapping"

# settle: the program on a probe, and its maps as they are in the end.
settle() {
	start_mapped
	is_mapped || quiet
}

is_mapped() {
	[[ -n ${fact[cmd.uid_map]} && -n ${fact[cmd.gid_map]} ]]
}

# judge_map NAME OWN: two lines, the caller and the range, in any order?
judge_map() { # NAME OWN
	local map=${fact[cmd.$1]} ids want

	ask info
	ids=${answer[subids]}
	want="0 $2 1 and 1 100000 $ids"
	case ";$map;" in
	";0 $2 1;1 100000 $ids;" | ";0 $2 1;1 100000 $((ids - 1));") return 0 ;;
	";1 100000 $ids;0 $2 1;" | ";1 100000 $((ids - 1));0 $2 1;") return 0 ;;
	";0 $2 1;") fail_with range-missing "$1 holds $want" "only \"$map\"" ;;
	*) fail_with other "$1 holds $want" "\"$map\"" ;;
	esac
}

@test "the command is in a new user namespace" {
	start_mapped
	new_namespace user other
}

@test "inside's uid 0 is the caller, 1 and up are the caller's subordinate uids" {
	settle
	[[ -n ${fact[cmd.uid_map]} ]] || fail_unmapped "uid_map holds the caller and the range"
	judge_map uid_map "${fact[outside.uid]}"
	seen "uid_map ${fact[cmd.uid_map]/;/, }"
}

@test "the gids likewise" {
	settle
	if [[ -z ${fact[cmd.gid_map]} ]]; then
		map_mistake
		[[ $cause != overlapping ]] || fail_with overlapping "gid_map holds the caller's group and the range" "$observed"
		fail_with gid-not-mapped "gid_map holds the caller's group and the range" "it is empty"
	fi
	judge_map gid_map "${fact[outside.gid]}"
	seen "gid_map ${fact[cmd.gid_map]/;/, }"
}

# The kernel can't tell when a map was written; the calls of the program can.
@test "the command starts when both maps are written" {
	local i started=0

	settle
	[[ ${fact[cmd.cap.eff]} != 0000000000000000 ]] || fail_with not-synchronised \
		"the command's exec after both maps: as inside's root it holds capabilities" \
		"CapEff ${fact[cmd.cap.eff]}: it was executed as nobody"
	traced || unsupported "no program can be traced on this machine"
	is_mapped || quiet
	read_calls
	for i in "${!call_what[@]}"; do
		[[ ${call_what[i]} != exec || ${call_file[i]} != cmd ]] || started=1
		[[ $started == 1 && ${call_what[i]} == write && ${call_file[i]} == [ug]id_map ]] || continue
		fail_with not-synchronised "both maps are written, then the command is executed" \
			"${call_file[i]} was written when the command was already running"
	done
}

@test "what inside's uid 1 owns belongs outside to the first subordinate id" {
	random_word
	# shellcheck disable=SC2016 # for the shell inside
	start sh -c 'umask 022; : >"$0"; chown 1:1 "$0"; exec "$1"' "/tmp/$REPLY"
	ask owner "/tmp/$REPLY"
	[[ ${answer[uid]}:${answer[gid]} == 100000:100000 ]] || fail_with other \
		"a file of inside's 1:1 is 100000:100000 outside" "it is ${answer[uid]}:${answer[gid]}"
	seen "1:1 inside is ${answer[uid]}:${answer[gid]} outside"
}

@test "the program ends with the command's exit status" {
	exit_status_passes other other
}

@test "a command that dies or can't be run shows in the exit status" {
	signal_passes other
	exec_failure_shows other
}
