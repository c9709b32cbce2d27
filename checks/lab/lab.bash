# What the tests of checking share: a lab whose work, temporary files and
# processes are the test's own, and waiting for what a program prints.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by bats

bats_require_minimum_version 1.5.0

tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
LAB=${LAB:-$tree/build/lab}

setup_file() {
	"${CC:-cc}" -O1 -o "$BATS_FILE_TMPDIR/alone" "$tree/checks/lab/alone.c"
}

setup() {
	# shellcheck disable=SC2046 # names only
	unset $(compgen -e NSLAB_) NO_COLOR
	alone=$BATS_FILE_TMPDIR/alone
	# chroot is not on every user's PATH.
	PATH=$PATH:/usr/sbin:/sbin
	export LAB_WORK=$BATS_TEST_TMPDIR/work TMPDIR=$BATS_TEST_TMPDIR/tmp HOME=$BATS_TEST_TMPDIR
	mkdir "$TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[[ -n ${session:-} ]] && end_session
	[[ -n ${BATS_TEST_COMPLETED:-} ]] || printf '%s\n' "status ${status:-}" "${output:-}" "${stderr:-}" "${seen:-}"
}

# lab ARG...: run it to its end. Sets status (99: something of it was left alive), output, stderr.
lab() {
	run --separate-stderr timeout -k 5 "${SECONDS_MAX:-100}" "$alone" "$LAB" "$@" </dev/null 3>&-
}

# powerless_lab ARG...: the same for a lab that may not write where its user may not:
# root may, unless it gives that up.
powerless_lab() {
	local powerless=()

	[[ $(id -u) -ne 0 ]] || powerless=(setpriv --bounding-set=-dac_override,-dac_read_search)
	run --separate-stderr timeout -k 5 "${SECONDS_MAX:-100}" "$alone" "${powerless[@]}" "$LAB" "$@" </dev/null 3>&-
}

check_json() { # ARG...: lab check ... --json; value KEY reads the answer
	lab check "$@" --json
	json=$output
}

value() { # FILTER
	jq -r "$1" <<<"$json"
}

# refused STATUS PATTERN: it failed with this status and a sentence, and printed nothing else.
refused() {
	[[ $status -eq $1 ]]
	# shellcheck disable=SC2053 # a pattern
	[[ $stderr == lab:\ $2 ]]
	[[ -z $output ]]
	nothing_left
}

nothing_left() {
	[[ -z $(ls -A "$TMPDIR") ]]
}

# course: a copy of the course whose checks can be changed; lab uses it from here on.
course() {
	export NSLAB_COURSE=$BATS_TEST_TMPDIR/course
	mkdir -p "$NSLAB_COURSE"/checks
	cp -R "$tree"/{phases,solutions,docs} "$NSLAB_COURSE"
	cp -R "$tree"/checks/{lib,pid} "$NSLAB_COURSE/checks"
	# shellcheck disable=SC2034 # for the tests
	clone=$NSLAB_COURSE/solutions/pid/02_clone.c
}

# check_file: standard input becomes the check of pid/clone.
check_file() {
	cat >"$NSLAB_COURSE/checks/pid/02_clone.bats"
}

# ---- a program that is talked with ----

# session COMMAND...: start it with its output readable by await and its input written by send.
session() {
	rm -f to from
	mkfifo to from
	"$alone" "$@" <to >from 2>&1 3>&- &
	session=$!
	exec {send_fd}>to {await_fd}<from
	seen='' from_here=''
}

# terminal COMMAND: the same on a terminal.
terminal() {
	session script -qefc "$1" /dev/null
}

send() { # TEXT, as printf understands it
	# shellcheck disable=SC2059
	printf "$1" >&"$send_fd"
}

# await TEXT [SECONDS]: until it has been printed since the last text awaited; 1 if it is not.
await() {
	local deadline=$((SECONDS + ${2:-20})) chunk status=0

	while [[ $from_here != *"$1"* ]]; do
		((SECONDS < deadline)) || return 1
		# Not -N: where the time is up, it keeps what it has read ahead for the next read of anything.
		IFS= read -r -t 0.2 -d '' -n 8192 -u "$await_fd" chunk || status=$?
		seen+=$chunk from_here+=$chunk
		# More than 128: nothing for a while; else the end.
		((status == 0 || status > 128)) || [[ $from_here == *"$1"* ]] || return 1
	done
	from_here=${from_here#*"$1"}
}

# ended [SECONDS]: wait until it has closed its output, and for its end. Sets status.
ended() {
	local deadline=$((SECONDS + ${1:-20}))

	status=0
	await $'\1 never printed \2' "${1:-20}" || :
	((SECONDS < deadline)) || kill -USR1 "$session"
	exec {send_fd}>&- {await_fd}<&-
	wait "$session" || status=$?
	session=''
}

end_session() {
	kill -USR1 "$session" 2>/dev/null || :
	wait "$session" || :
	session=''
}
