# lab explain: its words, and that it answers from the state of this process.

# shellcheck disable=SC2034,SC2154 # json and session: see lab.bash

load lab

needs_user_namespaces() {
	unshare --user --map-root-user true 2>/dev/null || skip "no user namespaces here"
}

# explained COMMAND...: the answer's JSON, from within COMMAND
explained() {
	run --separate-stderr timeout -k 5 60 "$@" </dev/null 3>&-
	[[ $status -eq 0 ]]
	json=$output
}

# first HOLDS NAME: the first cause
first() {
	[[ "$(value '.causes[0] | "\(.holds): \(.name)"')" == "$1: $2" ]]
}

@test "explain: an errno by name in any case, number and words" {
	for word in EPERM eperm 1 "Operation not permitted"; do
		lab explain "$word" unshare --json
		[[ $status -eq 0 ]]
		json=$output
		[[ $(value .schema) == nslab/explain/v1 ]]
		[[ $(value .errno) == EPERM ]]
		[[ $(value .call) == unshare ]]
	done
}

@test "explain: a call is optional, and found under other names" {
	lab explain ENOSPC
	[[ $status -eq 0 ]]
	[[ $output == *user.max_* ]]
	lab explain ECHILD "wait4()" --json
	json=$output
	[[ $(value .call) == waitpid ]]
}

@test "explain: mistyped words get status 2 and the nearest" {
	lab explain EPREM unshare
	refused 2 '*did you mean EPERM?*'
	lab explain EPERM unshar
	refused 2 '*did you mean unshare?*'
	lab explain 0
	refused 2 '*is no errno*'
	lab explain
	[[ $status -eq 2 ]]
	lab explain EPERM --pid 1x
	refused 2 '*not a process ID*'
}

@test "explain: a process that is not there" {
	lab explain EPERM --pid 4194305
	[[ $status -ne 0 ]]
	[[ $stderr == lab:* && -z $output ]]
}

@test "explain: every cause has its remedy and man page" {
	for errno in EPERM EINVAL ENOSPC ENOMEM EAGAIN ECHILD ENOENT EBUSY ESRCH EACCES; do
		lab explain "$errno" --json
		json=$output
		[[ $(value '.causes | length') -gt 0 ]]
		[[ $(value '[.causes[] | select(.cause == "" or .tell == "" or .remedy == "" or .man == "")] | length') -eq 0 ]]
		[[ $(value '[.causes[].holds | {"true here": 0, "likely": 1, "possible": 2, "ruled out": 3}[.]] | . == sort') == true ]]
	done
}

@test "explain: the plain text says what was seen, what to do and where to read" {
	lab explain EINVAL pivot_root
	[[ $status -eq 0 ]]
	[[ $output == *"tell: "* && $output == *"remedy: "* && $output == *"man: "*"pivot_root(2)"* ]]
}

@test "explain: no rights" {
	[[ $(id -u) -ne 0 ]] || drop=(setpriv --bounding-set=-sys_admin --inh-caps=-all)
	explained "${drop[@]}" "$LAB" explain EPERM mount --json
	first "true here" no-sys-admin
	[[ $(value '.causes[0].seen') == *CAP_SYS_ADMIN* || $(value '.causes[0].seen') == *cap_sys_admin* ]]
}

@test "explain: in a chroot" {
	needs_user_namespaces
	mkdir root
	# shellcheck disable=SC2016
	explained unshare --user --map-root-user --mount --propagation private bash -ec \
		'mount --rbind / root; chroot root "$1" explain EPERM unshare --json' - "$LAB"
	first "true here" chroot
}

@test "explain: without maps" {
	needs_user_namespaces
	explained unshare --user "$LAB" explain EPERM unshare --json
	first "true here" unmapped-ids
	explained unshare --user "$LAB" explain EOVERFLOW open --json
	first "true here" unmapped-ids
}

@test "explain: a limit of zero" {
	needs_user_namespaces
	# shellcheck disable=SC2016
	explained unshare --user --map-root-user bash -c \
		'echo 0 >/proc/sys/user/max_uts_namespaces; exec "$1" explain ENOSPC unshare --json' - "$LAB"
	[[ -z $stderr ]] || skip "the limit can't be set here: $stderr"
	first "true here" limit-zero
	[[ $(value '.causes[0].seen') == *max_uts_namespaces* ]]
}

@test "explain: setgroups is denied" {
	needs_user_namespaces
	explained unshare --user --map-root-user "$LAB" explain EPERM setgroups --json
	first "true here" denied
}

@test "explain: a shared /" {
	needs_user_namespaces
	explained unshare --user --map-root-user --mount --propagation shared "$LAB" explain EINVAL pivot_root --json
	first "true here" root-shared
	explained unshare --user --map-root-user --mount --propagation private "$LAB" explain EINVAL pivot_root --json
	[[ $(value '.causes[] | select(.name == "root-shared").holds') == "ruled out" ]]
}

@test "explain: the host name of somebody else" {
	needs_user_namespaces
	explained unshare --user --map-root-user "$LAB" explain EPERM sethostname --json
	first "true here" uts-not-owned
	explained unshare --user --map-root-user --uts "$LAB" explain EPERM sethostname --json
	[[ $(value '.causes[] | select(.name == "uts-not-owned").holds') == "ruled out" ]]
}

@test "explain: another process by --pid" {
	local sleeper='' deadline=$((SECONDS + 20))

	session sleep 1000
	while [[ -z $sleeper ]]; do
		((SECONDS < deadline))
		sleeper=$(pgrep -P "$session" -x sleep || true)
	done
	lab explain ECHILD waitpid --json --pid "$sleeper"
	[[ $status -eq 0 ]]
	json=$output
	[[ $(value .pid) -eq $sleeper ]]
	first "true here" no-child
	# What lab itself has says nothing about a program.
	lab explain ECHILD waitpid --json
	json=$output
	[[ $(value '[.causes[] | select(.name == "no-child").holds][0]') == possible ]]
}
