# For exercises whose job is to print: what the kernel answers to the program itself, which
# sees less than the observer. Loaded after load.bash.
#
# shellcheck shell=bash

declare -gA relation=() group=()
declare -g refused='' launched=''

# read_relations WHO|PID: ${relation[TYPE]} for each entry of its ns directory: "INODE OWNER
# UID", then PARENT for what nests; "-" where there is none, or the kernel refuses to tell.
read_relations() {
	local type

	ask relations "$1"
	relation=()
	for type in "${!answer[@]}"; do
		relation[$type]=${answer[$type]}
	done
}

# read_groups TYPE: ${group[INODE]}: "PID PID...", ascending; $refused: the PIDs of those that
# may not be read.
read_groups() {
	local inode pids

	ask groups "$1"
	group=() refused=${answer[refused]}
	while read -r inode pids; do
		[[ -z $inode ]] || group[$inode]=$pids
	done <<<"${answer[groups]}"
}

# read_launched: $launched is the program's PID, also after its end.
read_launched() {
	ask launched
	launched=${answer[pid]}
}

# beside ARG...: the program, or another run of it, to its end, beside whatever runs. Sets
# $status, $output, $errors as finish does; $status is 124 where it did not end by itself.
beside() {
	ask do timeout 10 "/work/$NSLAB_PROGRAM" "$@"
	status=${answer[status]}
	output=${answer[out]}
	errors=${answer[err]}
}

# launch_beside NAME ARG...: the program, which finds that a child of the busy helper NAME has
# gone whenever it has read a directory. 1 where this machine forbids tracing.
launch_beside() {
	local may_refuse=1

	ask trace_beside "$@"
}
