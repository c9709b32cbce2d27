# The user phase from lab's side: scripts around unshare(1) are judged by what the
# kernel says, and the sandbox has subordinate ids where this machine lends some.

load lab

# script NAME: an executable from standard input
script() {
	cat >"$1"
	chmod +x "$1"
}

@test "user/root: unshare -Ur is right" {
	script mine <<-'END'
		#!/bin/sh
		exec unshare -Ur "$@"
	END
	lab check user/root --program mine
	[ "$status" -eq 0 ]
	[[ "${lines[-1]}" == "user/root: pass, 7 of 7 points" ]]
	nothing_left
}

@test "user/root: unshare -U maps nobody" {
	script mine <<-'END'
		#!/bin/sh
		exec unshare -U "$@"
	END
	check_json user/root --program mine
	[ "$status" -eq 1 ]
	[ "$(value .verdict)" = fail ]
	[ "$(value '[.checks[] | select(.status == "fail")][0].cause')" = other ]
	[[ "$(value '[.checks[] | select(.status == "fail")][0].observed')" == *"nothing was written to uid_map"* ]]
	nothing_left
}

# The kernel itself refuses this only where setgroups is still allowed, which an ordinary
# user's sandbox without subordinate ids can't have: the verdict must not depend on that.
@test "user/root: a gid_map without deny has a name, with and without subordinate ids" {
	script mine <<-'END'
		#!/usr/bin/python3
		import ctypes, os, sys
		lines = [(name, f"0 {own} 1") for name, own in (("uid_map", os.getuid()), ("gid_map", os.getgid()))]
		ctypes.CDLL(None).unshare(0x10000000)
		for name, line in lines:
		    with open(f"/proc/self/{name}", "wb", buffering=0) as file:
		        file.write(line.encode())
		os.execvp(sys.argv[1], sys.argv[1:])
	END
	check_json user/root --program mine
	[ "$status" -eq 1 ]
	[ "$(value '[.checks[] | select(.status == "fail")][0].cause')" = setgroups-not-denied ]
	nothing_left
}

@test "user exercises start as a five-digit uid without any capability" {
	lab shell --user -c 'id -u; grep -c "Cap\(Inh\|Prm\|Eff\|Amb\):.*[1-9a-f]" /proc/self/status'
	[[ "${lines[0]}" =~ ^[1-9][0-9]{4}$ ]]
	[ "${lines[1]}" = 0 ]
}

@test "subordinate ids of the sandbox: newuidmap works there, for its own user only" {
	lab shell --user -c 'grep -c learner /etc/subuid; id -un; unshare --user --map-root-user --map-auto cat /proc/self/uid_map'
	if [ ${#lines[@]} -ne 4 ]; then
		lab doctor
		[[ "$output" == *"no subordinate ids"* ]]
		return
	fi
	[ "${lines[0]}" = 1 ]
	[ "${lines[1]}" = learner ]
	[[ "${lines[2]}" =~ ^\ +0\ +[0-9]{5}\ +1$ ]]
	[[ "${lines[3]}" =~ ^\ +1\ +100000\ +[0-9]+$ ]]
	# Nobody becomes the sandbox's root by it.
	lab shell --user -c 'unshare --user bash -c "newuidmap \$\$ 0 0 1" && echo mapped'
	[[ "$output" != *mapped* ]]
}
