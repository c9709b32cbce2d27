# lab ns PID --details: what is in the namespaces of a process, beside another's.
#
# shellcheck shell=bash disable=SC2154,SC2016 # set by lab.bash and bats; text for another shell

load lab

# A process that is root in namespaces of its own, in which something is: $pid. It ends with its input.
start_inner() {
	unshare --user --map-root-user true 2>/dev/null || skip "no user namespaces can be made here"
	mkfifo in out
	unshare --user --map-root-user --uts --ipc --net --mount sh -c '
		hostname inner && mount -t tmpfs -o size=4k mine /tmp && echo ready $$ && read -r _' <in >out 3>&- &
	exec {input}>in {answer}<out
	read -r -t 20 -u "$answer" ready pid
	[[ $ready == ready ]]
}

teardown() {
	[[ -z ${input:-} ]] || exec {input}>&-
	wait
	printf '%s\n' "${status:-}" "${output:-}" "${stderr:-}"
}

@test "both sides of what differs, each with its process; one value of what does not" {
	start_inner
	lab ns "$pid" --details --type uts
	[[ $status -eq 0 ]]
	[[ ${lines[0]} == uts ]]
	grep -qE '^  (≠|!=) host name$' <<<"$output"
	grep -qE "^      $pid sh +inner$" <<<"$output"
	grep -qE "^      [0-9]+ lab +$(hostname)$" <<<"$output"
	grep -q '^  = domain name ' <<<"$output"
}

@test "mounts, devices and maps of a process beside those of another" {
	start_inner
	lab ns "$pid" "$BASHPID" --details
	[[ $status -eq 0 ]]
	grep -qE "^      $pid sh +tmpfs private rw,.* from mine$" <<<"$output"
	grep -qE "^      $pid sh +down$" <<<"$output"
	grep -qE '^  (≠|!=) uid map$' <<<"$output"
	grep -qE "^      $pid sh +0 $(id -u) 1$" <<<"$output"
}

@test "as JSON" {
	start_inner
	lab ns "$pid" --details --type uts --json
	[[ $(jq -r '.schema' <<<"$output") == nslab/ns-details/v1 ]]
	[[ $(jq -r '.inside' <<<"$output") == "$pid" ]]
	[[ $(jq -c '.details[] | select(.name == "host name") | [.type, .inside, .same]' <<<"$output") == '["uts","inner",false]' ]]
}

@test "one PID or two, and nothing else beside it" {
	lab ns --details
	[[ $status -eq 2 && $stderr == *"--details needs one process ID, or two."* ]]
	lab ns 1 2 3 --details
	[[ $status -eq 2 ]]
	lab ns 1 --details --watch
	[[ $status -eq 2 && $stderr == *"do not go together"* ]]
	lab ns 4194304 --details
	[[ $status -eq 1 && $stderr == "lab: there is no process 4194304"* ]]
}
