# advanced/time: a new time namespace with offsets of two clocks.

load ../lib/load
load ../lib/trace
load ../lib/views

# need_time: the kernel has time namespaces, and outside's offsets are known.
need_time() {
	read_facts
	[[ ${fact[outside.ns.time]} != - ]] ||
		unsupported "this kernel has no time namespaces (they came with Linux 5.6, CONFIG_TIME_NS)"
	read_clocks outside
	outer_boot=${clock[offset.boottime]:-0} outer_mono=${clock[offset.monotonic]:-0}
}

# random_offsets: $boot and $mono, days to years, two that can't be taken for one another.
random_offsets() {
	random_int 100000 49999999
	boot=$REPLY
	random_int 50000000 99999999
	mono=$REPLY
	((RANDOM % 2)) || { REPLY=$boot boot=$mono mono=$REPLY; }
}

# start_shifted: the program on the probe. Where that never runs because the offsets were
# refused, this is the cause.
start_shifted() {
	start_many 1 "$boot" "$mono" && return 0
	finish 0 || :
	[[ $status != 42 ]] || no_start not-started
	if traced "$boot" "$mono"; then
		refused_offsets
	fi
	no_start other
}

refused_offsets() {
	local i

	for i in "${!call_what[@]}"; do
		[[ ${call_file[i]} == timens_offsets && ${call_error[i]} == 13 ]] || continue
		stop_here
		fail_with offsets-after-first-process "the program runs its command" \
			"it did not: \"${call_text[i]}\" for timens_offsets: $(error_word 13)"
	done
}

# in_new_namespace: as a first fact of every test about clocks.
in_new_namespace() {
	[[ ${fact[cmd.ns.time]} == "${fact[outside.ns.time]}" ]] || return 0
	! pending cmd && ! pending program && ! pending parent || fail_with not-entered \
		"the command in a time namespace other than outside's" \
		"both are in time:[${fact[outside.ns.time]}]; a new one was made, and waits for children who never come"
	new_namespace time no-new-time-namespace
}

# pending WHO: has it a namespace for its children that it is not in itself?
pending() {
	[[ ${fact[$1.ns.time_for_children]:--} != - &&
		${fact[$1.ns.time_for_children]} != "${fact[$1.ns.time]}" ]]
}

# as_asked: the command's offsets are $boot and $mono.
as_asked() {
	local want got

	read_clocks cmd
	want="boottime $boot, monotonic $mono"
	got="boottime ${clock[offset.boottime]:-?}, monotonic ${clock[offset.monotonic]:-?}"
	[[ $got != "$want" ]] || return 0
	[[ $got != "boottime $mono, monotonic $boot" ]] || fail_with clocks-swapped "$want" "$got"
	[[ $got != "boottime $outer_boot, monotonic $outer_mono" ]] ||
		fail_with offsets-after-first-process "$want" "$got, as outside"
	fail_with other "$want" "$got"
}

# clone(2) with the flag of the type: 0 the child is elsewhere, 1 it is not, 2 there is no child.
by_clone() {
	outside_does python3 -c 'import ctypes, os, platform
call = {"x86_64": 56, "aarch64": 220}[platform.machine()]
mine = os.readlink("/proc/self/ns/time")
child = ctypes.CDLL(None).syscall(call, 0x80, 0, 0, 0, 0)
if child == 0:
    os._exit(os.readlink("/proc/self/ns/time") == mine)
if child < 0:
    os._exit(2)
os._exit(os.waitpid(child, 0x40000000)[1] >> 8)'
	case $did in
	0) truth clone "a child in a new time namespace" ;;
	1) truth clone "a child in the same time namespace, and no error" ;;
	2) truth clone "an error" ;;
	esac
}

@test "the command is in a new time namespace" {
	need_time
	random_offsets
	start_shifted
	in_new_namespace
	seen "time:[${fact[cmd.ns.time]}] inside, time:[${fact[outside.ns.time]}] outside"
	! pending program || truth who-enters "its next children"
	by_clone
}

@test "the offsets are the ones asked for, each for its clock" {
	need_time
	random_offsets
	start_shifted
	in_new_namespace
	as_asked
	seen "boottime $boot, monotonic $mono"
}

@test "the two clocks are ahead by that, and the time of day is not" {
	need_time
	random_offsets
	start_shifted
	in_new_namespace
	as_asked
	[[ ${clock[boottime]} == "$((boot - outer_boot))" && ${clock[monotonic]} == "$((mono - outer_mono))" &&
		${clock[realtime]} == 0 ]] || fail_with other \
		"CLOCK_BOOTTIME ahead by $((boot - outer_boot)) s, CLOCK_MONOTONIC by $((mono - outer_mono)) s, CLOCK_REALTIME by 0" \
		"${clock[boottime]}, ${clock[monotonic]}, ${clock[realtime]}"
	seen "CLOCK_BOOTTIME ${clock[boottime]} s ahead, CLOCK_MONOTONIC ${clock[monotonic]}, CLOCK_REALTIME ${clock[realtime]}"
	truth_if wall-clock "today" "tomorrow" test "${clock[realtime]}" = 0
}

@test "an offset can be negative, or nothing at all" {
	need_time
	boot=0 mono=-1
	start_shifted
	in_new_namespace
	as_asked
}

@test "a clock can't be turned back to before zero: a message, exit status 1" {
	need_time
	random_int 4000000000 4999999999
	launch "-$REPLY" 5 true
	finish || fail_with other "the program ends" "it still runs"
	[[ $status != 42 ]] || no_start not-started
	[[ $status == 1 && -n $errors ]] || fail_with other \
		"time -$REPLY 5: a message, exit status 1" \
		"exit status ${status:-none}, message \"$(last_line "$errors")\""
}

@test "offsets that are no numbers, or are missing, are bad usage" {
	local args

	need_time
	random_word
	for args in "$REPLY 5" "5 1$REPLY" "5"; do
		restart
		# shellcheck disable=SC2086 # two, or one
		launch $args
		finish || fail_with other "the program ends" "it still runs"
		[[ $status == 2 && -z $output && -n $errors ]] || fail_with other \
			"time $args: a usage line on standard error, exit status 2" \
			"exit status ${status:-none}, output \"$(last_line "$output")\""
	done
}

@test "the program ends with the command's exit status" {
	need_time
	exit_status_passes other other 5 7
}

@test "a command that dies or can't be run shows in the exit status" {
	need_time
	signal_passes other 5 7
	exec_failure_shows other 5 7
}
