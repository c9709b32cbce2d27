# lab ns: who shares which namespaces, who holds them, and what changes.
#
# shellcheck shell=bash disable=SC2154,SC2016,SC2030,SC2031 # set by lab.bash and bats; text for another shell; one test at a time

load lab

# A thread that leaves its process: only it is in the new namespace.
threaded() {
	cat >threaded.c <<-'C'
		#define _GNU_SOURCE
		#include <pthread.h>
		#include <sched.h>
		#include <stdio.h>
		#include <unistd.h>

		static void *leave(void *unused)
		{
			(void)unused;
			if (unshare(CLONE_NEWUTS) == 0)
				printf("ready %d\n", (int)gettid());
			fflush(stdout);
			for (;;)
				pause();
		}

		int main(void)
		{
			pthread_t thread;
			char c;

			if (pthread_create(&thread, NULL, leave, NULL) != 0)
				return 1;
			return read(0, &c, 1) < 0;
		}
	C
	"${CC:-cc}" -pthread -o threaded threaded.c
}

# Making namespaces takes root, or a user namespace where one is root.
as_root() {
	as_root=()
	[[ $(id -u) -eq 0 ]] || as_root=(unshare --user --map-root-user)
	"${as_root[@]}" unshare --uts --pid --fork --mount true 2>/dev/null ||
		skip "no namespaces can be made here"
}

# hold NAME COMMAND...: start a command that prints a line with the word "ready" and ends
# with its standard input. Sets NAME to its process ID, answer to the line, released by release NAME.
declare -gA held_fd held_pid
hold() {
	local name=$1 fd out
	shift
	mkfifo "$name.in" "$name.out"
	(
		# Not those of the others: they would not see the end of their input.
		for fd in "${held_fd[@]}"; do exec {fd}>&-; done
		exec "$@"
	) <"$name.in" >"$name.out" 3>&- &
	held_pid[$name]=$!
	exec {fd}>"$name.in" {out}<"$name.out"
	held_fd[$name]=$fd
	IFS= read -r -t 20 -u "$out" answer
	exec {out}<&-
	[[ $answer == *ready* ]]
	printf -v "$name" %s "$!"
}

release() {
	local fd=${held_fd[$1]}

	exec {fd}>&-
	kill "${held_pid[$1]}" 2>/dev/null || :
	wait "${held_pid[$1]}" || :
	unset "held_fd[$1]" "held_pid[$1]"
}

ready='echo ready; exec cat >&2' # for sh -c
inode() { stat -L -c %i "/proc/$1/ns/$2"; }

all_json() {
	lab ns --all --json "$@"
	[ "$status" -eq 0 ]
	json=$output
}

# row TYPE INODE KEY
row() {
	jq -r --arg type "$1" --argjson inode "$2" \
		".namespaces[] | select(.type == \$type and .inode == \$inode) | $3" <<<"$json"
}

@test "processes are compared entry by entry, in words" {
	as_root
	hold one "${as_root[@]}" unshare --uts sh -c "$ready"
	hold two sh -c "$ready"
	lab ns "$BASHPID" "$two"
	[ "$status" -eq 0 ]
	[[ ${lines[0]} =~ ^TYPE\ +$BASHPID\ .*\ $two\  ]]
	[ "$(grep -cE '^(cgroup|ipc|mnt|net|pid|user|uts) .* same$' <<<"$output")" -eq 7 ]
	[[ $output != *different* ]]
	lab ns "$BASHPID" "$one"
	[ "$status" -eq 0 ]
	[[ $output =~ uts\ +$(inode self uts)\ .*\ $(inode "$one" uts)\ .*different ]]
	[[ $output =~ net\ +$(inode self net)\ .*\ $(inode self net)\ .*same ]]
	lab ns --json "$two" "$BASHPID" "$one"
	json=$output
	[ "$(value .schema)" = nslab/ns/v1 ]
	[ "$(value .comparison.uts)" = different ]
	[ "$(value .comparison.ipc)" = same ]
	[ "$(value '.processes[2].namespaces.uts')" = "$(inode "$one" uts)" ]
	lab ns --type uts "$two" "$one"
	[ "${#lines[@]}" -eq 2 ]
	release one
	release two
}

@test "without a process: the shell that started lab" {
	lab ns
	[ "$status" -eq 0 ]
	[[ $output =~ net\ +$(inode self net) ]]
}

@test "an entry that does not exist yet is a dash, not a number" {
	as_root
	hold pending "${as_root[@]}" unshare --pid sh -c "$ready"
	lab ns "$pending"
	[[ $output =~ pid_for_children\ +-($'\n'|\ ) ]]
	release pending
}

@test "a process that has gone is said in one sentence" {
	gone=$(sh -c 'echo $$')
	lab ns "$gone"
	refused 1 "there is no process $gone."$'\n''*"ps -e"*'
	lab ns "$BASHPID" "$gone"
	refused 1 "there is no process $gone.*"
	lab ns --tree "$gone"
	refused 1 "there is no process $gone.*"
	lab ns --watch "$gone"
	refused 1 "there is no process $gone.*"
}

@test "what is not a process ID is a usage error" {
	for word in abc 0 12x 99999999999999999999 ''; do
		lab ns "$word"
		refused 2 "\"$word\" is not a process ID.*"
	done
	lab ns -- -1
	refused 2 '"-1" is not a process ID.*'
	lab ns --type nonsense
	refused 2 'there is no namespace type "nonsense"*'
	lab ns --all --tree
	refused 2 '--all and --tree do not go together.*'
	lab ns --all 1
	refused 2 '--all shows every process*'
}

@test "a process that has more rights may not be read" {
	hold strong sh -c "$ready"
	target=1
	if [ "$(id -u)" -eq 0 ]; then
		target=$strong
		run --separate-stderr setpriv --bounding-set=-all --inh-caps=-all "$LAB" ns "$target"
	else
		[[ $(stat -c %u /proc/1) -ne $(id -u) ]] || skip "PID 1 is this user's"
		lab ns 1
	fi
	refused 1 "the namespaces of process $target may not be read*"
	release strong
}

@test "a namespace that only a thread is in is found" {
	as_root
	threaded
	hold process "${as_root[@]}" ./threaded
	tid=${answer#ready }
	ino=$(stat -L -c %i "/proc/$process/task/$tid/ns/uts")
	[ "$ino" != "$(inode "$process" uts)" ]
	all_json
	[ "$(row uts "$ino" '.held_by | join(" ")')" = thread ]
	[ "$(row uts "$ino" '"\(.nprocs) \(.pid) \(.tid)"')" = "0 $process $tid" ]
	lab ns --all --type uts
	[[ $output =~ $ino\ .*thread\ +$process\ threaded\ \(thread\ $tid\) ]]
	release process
}

@test "a namespace that only a bind mount holds is found" {
	as_root
	hold holder "${as_root[@]}" unshare --mount sh -c "touch file; unshare --uts=file true; echo ready \$(stat -L -c %i file); exec cat >&2"
	ino=${answer#ready }
	all_json
	[ "$(row uts "$ino" '.held_by | join(" ")')" = mount ]
	[ "$(row uts "$ino" .nprocs)" = 0 ]
	[ "$(row uts "$ino" '.mounts[0].point')" = "$BATS_TEST_TMPDIR/file" ]
	[ "$(row uts "$ino" '.mounts[0].mnt')" = "$(inode "$holder" mnt)" ]
	[ "$(row uts "$ino" .owner)" = "$(inode "$holder" user)" ]
	release holder
}

@test "a namespace that waits for children is found" {
	as_root
	# Its first process has been and gone; the next one can't come, but it is still there.
	hold pending "${as_root[@]}" unshare --pid bash -c '(exit); echo ready; exec cat >&2'
	ino=$(inode "$pending" pid_for_children)
	[ "$ino" != "$(inode "$pending" pid)" ]
	all_json --type pid
	[ "$(row pid "$ino" '.held_by | join(" ")')" = pending ]
	[ "$(row pid "$ino" '"\(.nprocs) \(.pid)"')" = "0 $pending" ]
	[ "$(row pid "$ino" .parent)" = "$(inode "$pending" pid)" ]
	[ "$(jq -r '[.namespaces[].type] | unique | join(" ")' <<<"$json")" = pid ]
	release pending
}

@test "a namespace that only an open descriptor holds is found with --fds" {
	as_root
	hold holder "${as_root[@]}" unshare --mount bash -c 'touch file; unshare --uts=file true; exec 9<file; umount -l file; echo ready $(stat -L -c %i /proc/self/fd/9); exec cat >&2'
	ino=${answer#ready }
	all_json
	[ -z "$(row uts "$ino" .held_by)" ]
	all_json --fds
	[ "$(row uts "$ino" '.held_by | join(" ")')" = descriptor ]
	[ "$(row uts "$ino" .pid)" = "$holder" ]
	release holder
}

@test "parents and owners are the kernel's" {
	as_root
	hold inner unshare --user --map-root-user unshare --user --map-root-user --uts sh -c "$ready" ||
		skip "no nested user namespaces here"
	all_json
	user=$(inode "$inner" user)
	[ "$(row uts "$(inode "$inner" uts)" .owner)" = "$user" ]
	middle=$(row user "$user" .parent)
	[ "$(row user "$middle" '.held_by | join(" ")')" = child ]
	[ "$(row user "$middle" .owner)" = "$(inode self user)" ]
	[ "$(row user "$middle" .owner_uid)" = "$(id -u)" ]
	lab ns --tree "$inner"
	[ "$status" -eq 0 ]
	[[ $output == *"user $(inode self user) "*"user $middle "*"user $user "*"uts $(inode "$inner" uts) "* ]]
	release inner
}

# lsns fails where a process ends while it reads.
lsns_to() { # FILE
	local deadline=$((SECONDS + 20))

	until lsns -J -o NS,TYPE,NPROCS,PID >"$1"; do
		((SECONDS < deadline)) || return 1
	done
}

# Machines change meanwhile: what lsns shows before and after must be shown between.
@test "lsns sees nothing that is missing here, and counts the same" {
	type -P lsns >/dev/null || skip "lsns is not installed"
	as_root
	hold shell "${as_root[@]}" unshare --uts --ipc --net bash -c 'cat <&0 >&2 & cat <&0 >&2 & echo ready; wait'
	names='[.namespaces[] | "\(.type) \(.ns) \(.pid)"]'
	lsns_to before
	all_json
	lsns_to after
	jq -r "${names}[]" before | sort >one
	jq -r "${names}[]" after | sort >two
	comm -12 one two | cut -d ' ' -f 1,2 | sort >stayed
	jq -r '.namespaces[] | "\(.type) \(.inode)"' <<<"$json" | sort >ours
	[ "$(wc -l <stayed)" -ge 10 ]
	[ -z "$(comm -23 stayed ours)" ]
	for type in uts ipc net; do
		ino=$(inode "$shell" $type)
		[ "$(row $type "$ino" .nprocs)" = 3 ]
		[ "$(jq -r ".namespaces[] | select(.ns == $ino) | .nprocs" before)" = 3 ]
	done
	release shell
}

@test "processes that vanish meanwhile do no harm" {
	as_root
	hold churn bash -c 'echo ready; while ! read -t 0; do "$@" & "$@"; done; wait' churn "${as_root[@]}" unshare --uts --pid --fork true
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		all_json
		jq -e '.namespaces | length > 0' <<<"$json" >/dev/null
		[ -z "$stderr" ]
		lab ns --tree
		[ "$status" -eq 0 ]
	done
	release churn
}

@test "--watch prints a line when a process is in a new namespace, and when both go" {
	as_root
	session "$LAB" ns --watch "$BASHPID"
	await 'watching '
	hold guest "${as_root[@]}" unshare --uts sh -c "$ready"
	ino=$(inode "$guest" uts)
	await "$guest "
	await "uts $(inode self uts) -> $ino (new)"
	release guest
	await "$guest "
	await ' ended'
	await "uts $ino is gone"
	kill -INT "$session"
	ended
	[ "$status" -eq 130 ]
	# What is in no other namespace than its parent is worth no line.
	[[ $seen != *' -> -'* ]]
}

@test "--watch --json prints one object a line" {
	as_root
	session "$LAB" ns --watch --json --type uts "$BASHPID"
	await '"watching"'
	hold guest "${as_root[@]}" unshare --uts sh -c "$ready"
	ino=$(inode "$guest" uts)
	await "\"to\":$ino"
	release guest
	await '"gone"'
	kill -INT "$session"
	ended
	jq -e '.schema == "nslab/ns-event/v1" and (.time | test("^20.*Z$"))' <<<"$seen" >/dev/null
	[ "$(jq -r 'select(.event == "gone") | .inode' <<<"$seen")" = "$ino" ]
}

@test "--watch sees a namespace outlive its processes" {
	as_root
	hold holder "${as_root[@]}" unshare --mount bash -c 'touch file; echo ready; read; unshare --uts=file bash -c read; read; umount file; read'
	session "$LAB" ns --watch --type uts "$holder"
	await 'watching '
	echo >&"${held_fd[holder]}"
	await '(new)'
	echo >&"${held_fd[holder]}"
	await 'has no process left; held by bind mount'
	echo >&"${held_fd[holder]}"
	await 'is gone'
	release holder
	await "$holder bash ended"
	# Nothing is left to watch.
	ended
	[ "$status" -eq 0 ]
}

@test "--watch ends when nobody reads it any more" {
	run --separate-stderr timeout 20 bash -c '"$1" ns --watch "$2" | head -n 1; echo "${PIPESTATUS[0]}"' bash "$LAB" "$BASHPID"
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == *watching* ]]
	[ "${lines[1]}" = 0 ]
	[ -z "$stderr" ]
}

@test "--watch costs next to nothing while nothing happens" {
	hold quiet sh -c "$ready"
	TIMEFORMAT='%U %S'
	{ time timeout --preserve-status --signal INT 3 "$LAB" ns --watch "$quiet" >out || status=$?; } 2>spent
	[ "$status" -eq 130 ]
	[ "$(wc -l <out)" -eq 1 ]
	awk '{ exit !($1 + $2 < 0.3) }' spent
	release quiet
}
