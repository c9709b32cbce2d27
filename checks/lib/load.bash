# The words that checks are written in. A check file starts with
#
#	load ../lib/load
#
# and states facts, one @test each, in the order in which causes should be
# found: the first test that fails gives the verdict's cause. Nothing here looks
# at a process itself: the observer does, from outside of the sandbox, and
# answers lines that read_facts puts into ${fact[WHO.KEY]}. The vocabulary and
# the keys are listed in docs/design.md.
#
# shellcheck shell=bash
# shellcheck disable=SC2119,SC2120 # arguments that this file itself never passes

bats_require_minimum_version 1.5.0

PROBE=/run/lab/probe
PROBE_ARGS=()

declare -gA fact=() answer=() mount=()
declare -g status='' output='' errors='' leftover='' screen='' did='' said='' probes=0

# ---- set-up: one observer, one sandbox for every test ----

setup() {
	# bats notes every command, down into functions, for its stack traces: half of
	# a check's time. A failure is found without that, and where it was said comes
	# from the record.
	set +T
	: "${NSLAB_OBSERVE:?checks are run by lab check}"
	RANDOM=$(((${NSLAB_SEED:-1} + BATS_TEST_NUMBER * 7919) % 32768))
	if [[ -e ${NSLAB_RECORDS:-/dev/null}.stop ]]; then
		record skip "$BATS_TEST_DESCRIPTION" "it needs: $(<"$NSLAB_RECORDS.stop")"
		skip "an earlier test failed"
	fi
	# What this machine lacks for one test it lacks for the next.
	if [[ -e ${NSLAB_RECORDS:-/dev/null}.lacks ]]; then
		unsupported "$(<"$NSLAB_RECORDS.lacks")"
	fi
	export NSLAB_UID NSLAB_ROOTFS NSLAB_ANSWER=$BATS_TEST_TMPDIR/answer
	random_int 10000 59999
	NSLAB_UID=$REPLY
	# Where an exercise needs a root file system: another place in every test.
	random_word
	NSLAB_ROOTFS=/srv/$REPLY
	ROOTFS=$NSLAB_ROOTFS
	start_observer
}

start_observer() {
	coproc OBSERVER { exec "$NSLAB_OBSERVE" 3>&- 4>&- 2>&1; }
	# Copies: bash forgets the pair as soon as the observer ends.
	exec {OBSERVER_IN}>&"${OBSERVER[1]}" {OBSERVER_OUT}<&"${OBSERVER[0]}"
	eval "exec ${OBSERVER[1]}>&- ${OBSERVER[0]}<&-"
	take_answer
}

teardown() {
	[[ -n ${OBSERVER_IN:-} ]] || return 0
	exec {OBSERVER_IN}>&- {OBSERVER_OUT}<&-
	# shellcheck disable=SC2153 # set by coproc
	wait "$OBSERVER_PID" 2>/dev/null || :
	OBSERVER_IN=''
}

# restart: a fresh sandbox, for a test that runs the program more than once.
restart() {
	teardown
	start_observer
}

# ---- talking with the observer ----

# ask WORD...: one command; its answer goes into the array `answer`, that of
# "facts" into `fact`.
ask() {
	local word line=''

	for word in "$@"; do
		word=${word//\\/\\\\}
		word=${word//$'\n'/\\n}
		word=${word//$'\t'/\\t}
		line+=$'\t'$word
	done
	# An observer that has gone shows in its missing answer.
	{ printf '%s\n' "${line:1}" >&"$OBSERVER_IN"; } 2>/dev/null || :
	take_answer
}

take_answer() {
	local word sentence

	IFS=$'\t' read -r word sentence <&"$OBSERVER_OUT" || crash "the observer ended"
	if [[ $word == ! && -n ${may_refuse:-} && $sentence == unsupported* ]]; then
		return 1
	elif [[ $word == ! ]]; then
		refused "${sentence%%$'\t'*}" "${sentence#*$'\t'}"
	fi
	# shellcheck disable=SC1090 # the observer's own file, quoted by it
	[[ ! -e $NSLAB_ANSWER ]] || source "$NSLAB_ANSWER"
}

# The observer could not do it: a limit that the program hit, this machine, or a bug of ours.
refused() {
	case $1 in
	error) crash "$2" ;;
	unsupported)
		[[ -z ${NSLAB_RECORDS:-} ]] || printf '%s' "$2" >"$NSLAB_RECORDS.lacks"
		unsupported "$2"
		;;
	*)
		stop_here
		fail_with "$1" "a program that stays within its limits" "$2"
		;;
	esac
}

# The checker's own error: no record, so that it is never taken for a verdict.
crash() {
	echo "checker: $1" >&2
	exit 1
}

# ---- the record of a failure ----

# record KIND FIELD...: one line; fields lose whatever is not printable.
record() {
	local field line=''

	for field in "$@"; do
		line+=$'\t'${field//[[:cntrl:]]/ }
	done
	printf '%s\n' "${line:1}" >>"${NSLAB_RECORDS:-/dev/stderr}"
}

fail_with() { # CAUSE EXPECTED OBSERVED
	record fail "$BATS_TEST_DESCRIPTION" "$1" "$2" "$3"
	# Of a network also how it looks (net.bash).
	! declare -F draw_network >/dev/null || draw_network
	# What the program printed goes into the report; its words prove nothing.
	[[ -z $output$errors ]] || printf '%s\n' "${output%$'\n'}" "${errors%$'\n'}"
	exit 1
}

# What this test saw, for the explanation after a pass.
seen() { # TEXT
	record seen "$BATS_TEST_DESCRIPTION" "$1"
}

# What the kernel answered to a question of the lesson's "Predict first".
truth() { # QUESTION ANSWER
	record truth "$BATS_TEST_DESCRIPTION" "$1" "$2"
}

# The same for a question that a command decides.
truth_if() { # QUESTION ANSWER-IF-TRUE ANSWER-IF-NOT COMMAND...
	if "${@:4}"; then truth "$1" "$2"; else truth "$1" "$3"; fi
}

# The tests after this one would fail for the same reason: they are skipped.
stop_here() {
	[[ -z ${NSLAB_RECORDS:-} ]] || printf '%s' "$BATS_TEST_DESCRIPTION" >"$NSLAB_RECORDS.stop"
}

unsupported() { # REASON
	record unsupported "$BATS_TEST_DESCRIPTION" "$1"
	skip "$1"
}

# ---- running the program ----

# launch [ARG...]: start the program with exactly these arguments.
launch() {
	ask launch "$@"
}

# started N [SECONDS]: wait for N probes; 1 if there are fewer at the end. Sets $probes.
started() {
	ask probes "$1" "$((${2:-6} * 1000))"
	probes=${answer[probes]}
	read_facts
	((probes >= $1))
}

# start_many N [ARG...]: the program on the probe; 1 if fewer than N are up in the end.
start_many() {
	local count=$1

	shift
	launch "$@" "$PROBE" "${PROBE_ARGS[@]}"
	started "$count"
}

# start [ARG...]: the program on one probe. No probe is a failure that ends the check.
start() {
	if start_many 1 "$@"; then
		return 0
	fi
	no_start other
}

# no_start CAUSE: the command never ran. Says why as far as the program's end tells.
no_start() {
	local observed said

	finish 0 || :
	stop_here
	# On a terminal both streams are one.
	said=${errors:-$output}
	if [[ $status == 42 && $said == *TODO* ]]; then
		fail_with not-started "the program runs its command" \
			"it stopped at a gap: $(last_line "$said")"
	elif [[ -n $status ]]; then
		observed="it ended with exit status $status before the command ran"
		[[ -z $said ]] || observed+=": $(last_line "$said")"
	else
		observed="it still runs, but the command does not"
	fi
	fail_with "$1" "the program runs its command" "$observed"
}

last_line() {
	local text=${1%$'\n'}

	printf '%s' "${text##*$'\n'}"
}

# finish [SECONDS]: wait for the program's end; 1 if it still runs. Sets $status $output $errors.
finish() {
	ask finish "$((${1:-6} * 1000))"
	status=${answer[status]:-}
	output=${answer[output]}
	errors=${answer[errors]}
	[[ ${answer[ended]} == 1 ]]
}

release() { # [WHO] [STATUS]
	ask release "${1:-cmd}" "${2:-0}"
}

fault() { # [WHO]
	ask release "${1:-cmd}" 256
}

signal() { # WHO SIGNAL
	local number

	number=$(kill -l "$2")
	ask signal "$1" "$number"
}

helper() { # NAME ARG...
	ask helper 6000 "$@"
	read_facts
}

read_facts() {
	ask facts
}

# settled: is nothing left but init, at the latest after two seconds? Sets $leftover.
settled() {
	ask settled 2000
	leftover=${answer[leftover]}
	[[ -z $leftover ]]
}

# quiet: wait (2 s at most) until every process in the sandbox sleeps. Reads facts.
quiet() {
	ask quiet 2000
	read_facts
}

# eventually [SECONDS] CONDITION...: a command that becomes true; facts are read
# before every try.
eventually() {
	local deadline=$((SECONDS + 6))

	if [[ $1 == [0-9] ]]; then
		deadline=$((SECONDS + $1))
		shift
	fi
	while :; do
		read_facts
		if "$@"; then
			return 0
		fi
		((SECONDS < deadline)) || return 1
	done
}

# ---- mounts, roots, paths ----

# read_mounts WHO: the mount table as WHO sees it, into ${mount[POINT.KEY]}.
read_mounts() {
	ask mounts "$1"
}

# join WHO [PATH...]: join WHO's mount namespace from outside and tell where that
# leads: ${mount[root]}, ${mount[parent]}, ${mount[PATH]}, ${mount[entries]}, and the table.
join() {
	ask join "$@"
}

# look WHO PATH [ROOT]: what PATH is to WHO, or would be in a chroot to ROOT: into
# ${answer[type]} ("-": nothing, "dangling": a link leads nowhere) and others.
look() {
	ask look "$@"
}

# outside_does COMMAND...: run it beside the program, to its end. Sets $did, $said.
outside_does() {
	ask do timeout 10 "$@"
	did=${answer[status]}
	said=${answer[text]}
}

# inside_does WHO COMMAND...: the same in WHO's mount namespace, from its root.
inside_does() {
	local pid=${fact[$1.pid]}

	shift
	outside_does nsenter --target "$pid" --mount --wd=/ -- "$@"
}

# outside_is shared|private: outside's mounts, all of them, whatever the sandbox began with.
outside_is() {
	outside_does mount "--make-r$1" /
	((did == 0)) || crash "outside's mounts can't be made $1: $said"
}

# note DIR: remember what it holds. changes DIR: ${answer[added]}, [removed], [changed].
note() {
	ask note "$1"
}

changes() {
	ask changes "$1"
}

# links WHO: the links of WHO's network namespace: ${answer[links]} ("lo eth0"), and of
# each ${answer[LINK]}: "up" or "down", then its addresses ("up 127.0.0.1/8 ::1/128").
links() {
	ask links "$1"
}

# mirror_in_sandbox [closed]: this machine's Debian mirror, or "unsupported" with the
# reason. ${answer[mirror]} is its URL inside, ${answer[suite]} a suite that it has.
# Closed: it has no file at all, and notes only what it is asked for.
mirror_in_sandbox() {
	ask mirror "$@"
}

# asked [SECONDS]: wait until the mirror has been asked for something; what, and with
# which answer, is in ${answer[asked]}: lines "STATUS PATH".
asked() {
	ask asked "$((${1:-6} * 1000))"
}

# rootfs_unchanged CAUSE: ROOTFS holds what it held before the program started.
rootfs_unchanged() {
	read_facts
	[[ -z ${fact[rootfs.added]}${fact[rootfs.removed]}${fact[rootfs.changed]} ]] || fail_with "$1" \
		"ROOTFS as it was before the program started" \
		"${fact[rootfs.added]:+new: ${fact[rootfs.added]} }${fact[rootfs.removed]:+gone: ${fact[rootfs.removed]} }${fact[rootfs.changed]:+changed: ${fact[rootfs.changed]}}"
}

# ---- on a terminal ----

# terminal [ARG...]: the program as the child of a caller that leads the session.
terminal() {
	ask terminal "$@"
}

type() { # TEXT, sent as it is
	ask type "$1"
}

# shown TEXT [SECONDS]: has the screen printed it since the last text shown? Sets $screen.
shown() {
	ask shown "$((${2:-6} * 1000))" "$1"
	screen=${answer[screen]}
	[[ ${answer[shown]} == 1 ]]
}

# ---- facts that many checks state ----

new_namespace() { # TYPE CAUSE
	local type=$1

	[[ ${fact[cmd.ns.$type]} != "${fact[outside.ns.$type]}" ]] || fail_with "$2" \
		"the command in a $type namespace other than outside's" \
		"both are in $type:[${fact[cmd.ns.$type]}]"
	seen "$type:[${fact[cmd.ns.$type]}] inside, $type:[${fact[outside.ns.$type]}] outside"
}

same_namespaces() { # CAUSE TYPE...
	local cause=$1 type

	shift
	for type in "$@"; do
		[[ ${fact[cmd.ns.$type]} == "${fact[outside.ns.$type]}" ]] || fail_with "$cause" \
			"the command in outside's $type namespace, $type:[${fact[outside.ns.$type]}]" \
			"it is in $type:[${fact[cmd.ns.$type]}]"
		seen "$type:[${fact[cmd.ns.$type]}] for both"
	done
}

outside_unchanged() { # CAUSE
	read_facts
	[[ -z ${fact[outside.mounts.added]}${fact[outside.mounts.removed]} ]] || fail_with "$1" \
		"outside's mount table as it was before the program started" \
		"${fact[outside.mounts.added]:+new: ${fact[outside.mounts.added]} }${fact[outside.mounts.removed]:+gone: ${fact[outside.mounts.removed]}}"
}

status_is() { # STATUS CAUSE
	[[ $status == "$1" ]] || fail_with "$2" \
		"exit status $1, the command's" "${status:-none: it still runs}"
	seen "exit status $status"
}

# still_waits CAUSE: the program waits while the command runs. It has either
# ended, or sleeps and still does at a second look.
still_waits() {
	eventually has_settled_down || :
	[[ ${fact[program.alive]} == 1 ]] || fail_with "$1" \
		"the program waits while the command runs" \
		"it has ended, and the command lives on"
}

has_settled_down() {
	[[ ${fact[program.alive]:-0} != 1 ]] || {
		[[ ${fact[program.state]} == S ]] && read_facts && [[ ${fact[program.state]} == S ]]
	}
}

# The rules for exit statuses (128+N for a signal N, 127 not found, 126 not
# executable), as most exercises have them. ARG... are the program's own.
exit_status_passes() { # LOST NOT_WAITED [ARG...]
	local lost=$1 not_waited=$2

	shift 2
	start "$@"
	still_waits "$not_waited"
	random_int 3 120
	release cmd "$REPLY"
	finish || fail_with "$lost" "the program ends when the command has ended" "it still runs"
	status_is "$REPLY" "$lost"
	settled || fail_with "$not_waited" "nothing left when the program has ended" "$leftover"
}

signal_passes() { # LOST [ARG...]
	local lost=$1

	shift
	start "$@"
	fault
	finish || fail_with "$lost" "the program ends when the command has ended" "it still runs"
	status_is 139 "$lost"
}

exec_failure_shows() { # LOST [ARG...]
	local lost=$1 command

	shift
	random_word
	for command in "127 /work/no-such-$REPLY" "126 /etc/passwd"; do
		restart
		launch "$@" "${command#* }"
		finish || fail_with "$lost" "the program ends when the command can't be run" "it still runs"
		status_is "${command%% *}" "$lost"
	done
}

# ---- values that differ from run to run; NSLAB_SEED repeats them ----

random_int() { # LOW HIGH
	REPLY=$(($1 + (RANDOM * 32768 + RANDOM) % ($2 - $1 + 1)))
}

random_word() {
	local letters=abcdefghijklmnopqrstuvwxyz word='' i

	for ((i = 0; i < 8; i++)); do
		word+=${letters:RANDOM % 26:1}
	done
	REPLY=$word
}
