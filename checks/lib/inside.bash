# What only a process inside a namespace can tell: host names and IPC objects. The
# observer joins the namespace and asks the kernel. Loaded after load.bash.
#
# shellcheck shell=bash

declare -gA uts=() shm=() mqueue=()

# read_uts WHO...: ${uts[WHO.hostname]}, ${uts[WHO.domainname]}. WHO may be "middle": a
# process whose UTS namespace is neither outside's nor cmd's. Empty where there is none.
read_uts() {
	local who

	for who; do
		ask uts "$who"
		uts[$who.hostname]=${answer[hostname]:-}
		uts[$who.domainname]=${answer[domainname]:-}
	done
}

# read_shm WHO...: ${shm[WHO]}, the segments of its IPC namespace, one a line:
# KEY SIZE ATTACHED HASH TEXT (how its bytes begin, as far as they are text).
read_shm() {
	local who

	for who; do
		ask shm "$who"
		shm[$who]=${answer[segments]:-}
	done
}

# make_shm KEY SIZE TEXT: a segment of outside's.
make_shm() {
	ask make_shm outside "$@"
}

# read_mqueue WHO...: ${mqueue[WHO]}, the message queues of its IPC namespace, one a line:
# NAME MESSAGES; ${mqueue[WHO.dev]}, the device of the file system that shows them.
read_mqueue() {
	local who

	for who; do
		ask mqueue "$who"
		mqueue[$who]=${answer[queues]:-}
		mqueue[$who.dev]=${answer[dev]:-}
	done
}

# make_mqueue NAME: a message queue of outside's, empty.
make_mqueue() {
	ask make_mqueue outside "$1"
}

# listed TEXT: its lines in one, for a sentence.
listed() {
	local text=${1//$'\n'/, }

	printf '%s' "${text:-none}"
}
