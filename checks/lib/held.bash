# What holds a namespace: processes in it, descriptors, mounts. Loaded after load.bash.
#
# shellcheck shell=bash

declare -gA pins=() parent_of=() sockets_of=()

# keep NAME TYPE WHO: WHO's namespace of that type gets a name, and lives from now on as long
# as the test, so that no other one can have its inode. ${answer[inode]}.
keep() {
	ask keep "$@"
}

# read_pins NAME: ${pins[members]}: the PIDs in it; ${pins[descriptors]}: "PID:FD ..." of its
# file; ${pins[mounts]}: mount points of its file, in whatever mount namespace has a process.
read_pins() {
	ask pins "$1"
	pins[members]=${answer[members]}
	pins[descriptors]=${answer[descriptors]}
	pins[mounts]=${answer[mounts]}
}

# read_processes: ${parent_of[PID]} and ${sockets_of[PID]} (how many it has open) of every
# process of the sandbox that lives.
read_processes() {
	local pid parent sockets

	ask processes
	parent_of=() sockets_of=()
	while read -r pid parent sockets; do
		parent_of[$pid]=$parent sockets_of[$pid]=$sockets
	done <<<"${answer[processes]}"
}
