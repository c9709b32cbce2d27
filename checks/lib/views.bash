# What looks different from inside a cgroup or a time namespace. Loaded after load.bash.
#
# shellcheck shell=bash

declare -gA clock=()
declare -g cgroups=''

# read_cgroups WHO VIEWER: $cgroups, the lines of WHO's /proc/PID/cgroup as VIEWER's cgroup
# namespace shows them; VIEWER may be "observer", who stands above the sandbox.
read_cgroups() {
	ask cgroups "$1" "$2"
	cgroups=${answer[cgroups]:-}
	cgroups=${cgroups%$'\n'}
}

# read_clocks WHO: ${clock[boottime]}, [monotonic], [realtime]: seconds by which WHO's clock is
# ahead of outside's; ${clock[offset.boottime]}, [offset.monotonic]: what its timens_offsets says.
read_clocks() {
	local name seconds nanoseconds

	ask clocks "$1"
	clock=()
	for name in boottime monotonic realtime; do
		clock[$name]=${answer[$name]:-}
	done
	while read -r name seconds nanoseconds; do
		[[ -z $name ]] || clock[offset.$name]=$seconds
		[[ ${nanoseconds:-0} == 0 ]] || clock[offset.$name]+=".$nanoseconds"
	done <<<"${answer[offsets]:-}"
}
