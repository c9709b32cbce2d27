# A program followed through its system calls, for mistakes that end it before its
# command runs, or that leave nothing behind in the kernel. Facts come first; these
# words only find out why. Loaded after load.bash.
#
# shellcheck shell=bash

declare -ga call_what=() call_file=() call_text=() call_error=() call_caps=() call_user=() call_ipc=()
declare -g cause='' observed=''

# traced [ARG...]: the program on the probe once more, in a fresh sandbox, and its calls
# into the arrays call_*, in order (docs/design.md lists which calls). 1 where this machine
# forbids tracing.
traced() {
	local may_refuse=1

	restart
	if ! ask trace "$@" "$PROBE"; then
		# Not the held program: the next words mean one that runs.
		restart
		start_many 1 "$@" || :
		return 1
	fi
	may_refuse=''
	started 1 || finish 2 || :
	read_calls
}

# read_calls: the calls up to now.
read_calls() {
	local what file text error caps user ipc

	ask traced
	call_what=() call_file=() call_text=() call_error=() call_caps=() call_user=() call_ipc=()
	while IFS='|' read -r what file text error caps user ipc; do
		[[ -n $what ]] || continue
		text=${text%"${text##*[!; ]}"}
		call_what+=("$what") call_file+=("$file") call_text+=("$text") call_error+=("$error")
		call_caps+=("$caps") call_user+=("$user") call_ipc+=("$ipc")
	done <<<"${answer[trace]}"
}

# error_word NUMBER: as the kernel's messages have it.
error_word() {
	case $1 in
	1) echo 'Operation not permitted' ;;
	13) echo 'Permission denied' ;;
	16) echo 'Device or resource busy' ;;
	22) echo 'Invalid argument' ;;
	*) echo "error $1" ;;
	esac
}

# ---- the maps of a user namespace ----

# holds MASK CAPABILITY: is the capability with this number in the set?
holds() {
	((16#$1 >> $2 & 1))
}

# powerless I: the caller was in the new user namespace, and could not administer even
# that (CAP_SYS_ADMIN, 21). Who stays outside owns it, and needs no capability.
powerless() {
	[[ ${call_user[$1]} != "${fact[outside.ns.user]}" ]] && ! holds "${call_caps[$1]}" 21
}

# powerful I: the caller may set groups outside (CAP_SETGID, 6), as newgidmap(1) may.
powerful() {
	[[ ${call_user[$1]} == "${fact[outside.ns.user]}" ]] && holds "${call_caps[$1]}" 6
}

# why_refused: the cause of a write to uid_map or gid_map that the kernel refused, into
# $cause, empty where it is none of the known ones.
why_refused() { # I DENIED EXECUTED
	local text=${call_text[$1]} own=${fact[outside.uid]} line inner outer count rest

	[[ ${call_file[$1]} == uid_map ]] || own=${fact[outside.gid]}
	cause=''
	if overlaps "$text"; then
		cause=overlapping
		return
	fi
	while read -r inner outer count rest; do
		[[ $inner$outer$count =~ ^[0-9]+$ && -z $rest ]] || return 0
		# Of several lines only that of 0 must be the caller's.
		if [[ ($inner == 0 || $text != *\;*) && $outer != "$own" ]]; then
			cause=wrong-outer-id
			return
		fi
	done <<<"${text//;/$'\n'}"
	if [[ ${call_file[$1]} == gid_map && $2 == 0 && ${call_error[$1]} == 1 ]]; then
		cause=setgroups-not-denied
	elif powerless "$1"; then
		cause=dropped-before-mapping
		[[ $3 == 0 ]] || cause=mapped-after-exec
	fi
}

# overlaps TEXT: two lines of a map have an id in common, on either side?
overlaps() {
	local -a line=() inner=() outer=() count=()
	local i

	while read -r -a line; do
		[[ ${#line[@]} == 3 && "${line[*]}" =~ ^[0-9\ ]+$ ]] || return 1
		# A leading zero would mean octal, and is none to the kernel.
		line=("10#${line[0]}" "10#${line[1]}" "10#${line[2]}")
		for i in "${!inner[@]}"; do
			((line[0] < inner[i] + count[i] && inner[i] < line[0] + line[2])) && return 0
			((line[1] < outer[i] + count[i] && outer[i] < line[1] + line[2])) && return 0
		done
		inner+=($((line[0]))) outer+=($((line[1]))) count+=($((line[2])))
	done <<<"${1//;/$'\n'}"
	return 1
}

# map_mistake [ARG...]: trace the program, and name the first mistake it makes with its
# maps: $cause (empty: none that is known) and $observed. $denied: has it denied setgroups?
map_mistake() {
	local i executed=0

	cause='' observed='' denied=''
	traced "$@" || return 0
	denied=0
	for i in "${!call_what[@]}"; do
		if [[ ${call_what[i]} == exec ]]; then
			# An exec in the new namespace, before anything is mapped there.
			[[ ${call_user[i]} == "${fact[outside.ns.user]}" ]] || executed=1
			continue
		fi
		[[ ${call_file[i]} == @(uid_map|gid_map|setgroups) ]] || continue
		if [[ ${call_what[i]} == open || ${call_file[i]} == setgroups ]]; then
			# Written; or opened to be read first, by somebody who found it denied.
			[[ ${call_error[i]} != 0 || (${call_what[i]} != open && ${call_text[i]} != deny) ]] || denied=1
			[[ ${call_error[i]} != 0 ]] || continue
			if powerless "$i"; then
				cause=dropped-before-mapping
				[[ $executed == 0 ]] || cause=mapped-after-exec
			elif [[ ${call_text[i]} == allow ]]; then
				cause=setgroups-not-denied
			fi
		elif [[ ${call_error[i]} != 0 ]]; then
			why_refused "$i" "$denied" "$executed"
		elif [[ ${call_file[i]} == gid_map && $denied == 0 ]] && ! powerful "$i"; then
			# Accepted only because outside has denied it for everybody.
			cause=setgroups-not-denied
		fi
		observed="writing \"${call_text[i]}\" to ${call_file[i]}: $(error_word "${call_error[i]}")"
		[[ ${call_error[i]} != 0 ]] ||
			observed="\"${call_text[i]}\" written to ${call_file[i]} before \"deny\" to setgroups"
		[[ ${call_what[i]} != open ]] ||
			observed="opening ${call_file[i]}: $(error_word "${call_error[i]}")"
		[[ -z $cause ]] || return 0
		[[ ${call_error[i]} == 0 ]] || return 0
	done
	observed='nothing was written to uid_map'
}

# start_mapped [ARG...]: start; where the command never runs, what went wrong with the maps
# is the cause if it is one of CAUSES.
start_mapped() {
	local args=("$@")

	start_many 1 "$@" && return 0
	finish 0 || :
	[[ $status != 42 ]] || no_start not-started
	map_mistake "${args[@]}"
	if [[ -n $cause && " $CAUSES " == *" $cause "* ]]; then
		stop_here
		fail_with "$cause" "the program runs its command" "it did not: $observed"
	fi
	no_start other
}

# fail_unmapped EXPECTED [ARG...]: a map is empty. Say why.
fail_unmapped() {
	local expected=$1

	shift
	map_mistake "$@"
	[[ " $CAUSES " == *" $cause "* && -n $cause ]] || cause=other
	fail_with "$cause" "$expected" "it is empty${observed:+: $observed}"
}
