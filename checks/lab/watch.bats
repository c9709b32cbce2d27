# lab watch: every way of saving is noticed, by both backends; no save is lost.

load lab

solution=$tree/solutions/pid/02_clone.c
wrong=$tree/checks/pid/02_clone.wrong

# quick_course: a check that tells a program by its text and takes no time.
quick_course() {
	course
	check_file <<<$'load ../lib/load\nsetup() { :; }\n@test "is good" { grep -q "marker good" "$NSLAB_PAYLOAD/clone" || fail_with other good bad; }'
	mkdir -p "$LAB_WORK/pid"
	mine=$LAB_WORK/pid/02_clone.c
	text bad >"$mine"
}

text() { # WORD
	printf 'const char *marker = "marker %s";\nint main(void)\n{\n\treturn marker[0];\n}\n' "$1"
}

# watch_starts [BACKEND]: and the first check is over.
watch_starts() {
	[[ ${1:-} != poll ]] || export NSLAB_WATCH=poll
	session "$LAB" watch pid/clone
	await "Watching $mine ("
	await "pid/clone: FAIL"
	await "Save the file to check it again."
}

# quit: by key; everything is over then.
quit() {
	send q
	ended
	[ "$status" -eq 0 ]
	nothing_left
}

# Every way an editor saves, with a verdict that changes each time.
saves_are_seen() {
	watch_starts "$1"
	text good >"$mine"
	await "pid/clone: pass"
	await "It passes."
	text bad >"$mine.new"
	mv "$mine.new" "$mine"
	await "pid/clone: FAIL"
	# vim: the old file moved away, a new one written under the name
	mv "$mine" "$mine~"
	text good >"$mine"
	rm "$mine~"
	await "pid/clone: pass"
	# truncated first, written in pieces
	exec {fd}>"$mine"
	text bad | head -n 1 >&"$fd"
	text bad | tail -n +2 >&"$fd"
	exec {fd}>&-
	await "pid/clone: FAIL"
	# in place, of the same length
	text good | dd of="$mine" conv=notrunc status=none
	text good | wc -c | xargs -I{} truncate -s {} "$mine"
	await "pid/clone: pass"
	rm "$mine"
	text bad >"$mine"
	await "pid/clone: FAIL"
	quit
}

@test "all ways of saving are seen by inotify" {
	quick_course
	saves_are_seen inotify
	[[ "$seen" == *"(inotify)."* ]]
}

@test "all ways of saving are seen by polling" {
	quick_course
	saves_are_seen poll
	[[ "$seen" == *"(polling)."* ]]
}

# ms: since the machine started
ms() {
	local seconds
	read -r seconds _ </proc/uptime
	echo $((10#${seconds/./} * 10))
}

# What is read too early is a text that nobody wrote: empty, or half.
waits_for_the_close() {
	quick_course
	watch_starts "$1"
	began=$(ms)
	exec {fd}>"$mine"
	[ "$1" = poll ] || text good | head -n 1 >&"$fd"
	# It is not put off without an end, either.
	await "Checking pid/clone"
	[ $(($(ms) - began)) -ge 480 ]
	await "pid/clone: FAIL"
	text good >"$mine"
	exec {fd}>&-
	await "pid/clone: pass"
	quit
}

@test "a file that is still being written is not read: inotify" {
	waits_for_the_close inotify
}

@test "a file that is still being written is not read: polling" {
	waits_for_the_close poll
}

@test "a save through a symbolic link to the file is seen" {
	quick_course
	mkdir elsewhere
	mv "$mine" elsewhere/real.c
	ln -s "$PWD/elsewhere/real.c" "$mine"
	watch_starts
	text good >elsewhere/new.c
	mv elsewhere/new.c elsewhere/real.c
	await "pid/clone: pass"
	quit
}

@test "the directory is replaced: watched on, by polling" {
	quick_course
	watch_starts
	mv "$LAB_WORK/pid" "$LAB_WORK/old"
	mkdir "$LAB_WORK/pid"
	text good >"$mine"
	await "pid/clone: pass"
	quit
}

# A check that says when it runs and waits for its end to be allowed.
held_course() {
	quick_course
	mkfifo up go
	printf 'load ../lib/load\nsetup() { :; }\n@test "is good" {\n\techo up >"%s"\n\tread -r _ <"%s"\n\tgrep -q "marker good" "$NSLAB_PAYLOAD/clone" || fail_with other good bad\n}\n' \
		"$PWD/up" "$PWD/go" | check_file
}

save_during_a_check() {
	held_course
	[[ $1 != poll ]] || export NSLAB_WATCH=poll
	session "$LAB" watch pid/clone
	read -r -t 30 _ <up
	text good >"$mine"
	echo >go
	await "pid/clone: FAIL"
	await "Checking pid/clone"
	read -r -t 30 _ <up
	echo >go
	await "pid/clone: pass"
	await "It passes."
	quit
}

@test "a save during a check is not lost: inotify" {
	save_during_a_check inotify
}

@test "a save during a check is not lost: polling" {
	save_during_a_check poll
}

@test "saving the same text again, and touching, start no check" {
	quick_course
	watch_starts
	text bad >"$mine"
	touch "$mine"
	text good >"$mine"
	await "pid/clone: pass"
	[ "$(grep -c 'Checking pid/clone' <<<"$seen")" -eq 2 ]
	quit
}

@test "keys: c checks again, h hints, n goes on after a pass" {
	quick_course
	watch_starts
	send c
	await "Checking pid/clone"
	await "Save the file to check it again."
	send h
	await "c check now"
	text good >"$mine"
	await "It passes. n next exercise"
	send n
	await "Watching $LAB_WORK/pid/"
	await "Checking pid/"
	await "Save the file"
	quit
}

@test "q during a check stops it, and nothing of it stays" {
	held_course
	session "$LAB" watch pid/clone
	read -r -t 30 _ <up
	quit
}

@test "the end of input lets the running check end" {
	held_course
	session "$LAB" watch pid/clone
	read -r -t 30 _ <up
	exec {send_fd}>&-
	exec {send_fd}>/dev/null
	echo >go
	ended
	[ "$status" -eq 0 ]
	[[ "$seen" == *"pid/clone: FAIL"* ]]
	nothing_left
}

@test "interrupted by a signal, during a check and between: 130, nothing stays" {
	held_course
	for moment in during between; do
		session "$LAB" watch pid/clone
		read -r -t 30 _ <up
		if [ "$moment" = between ]; then
			echo >go
			await "Save the file"
		fi
		kill -INT "$(pgrep -P "$session")"
		ended
		[ "$status" -eq 130 ]
		nothing_left
	done
}

@test "on a terminal: keys need no return key, ^C ends it, the modes are put back" {
	quick_course
	for end in q '\003'; do
		terminal "trap : INT; stty -g; $LAB watch pid/clone; echo status \$?; stty -g"
		await "Save the file"
		send c
		await "Checking"
		await "Save the file"
		send "$end"
		await "status "
		ended
		[ "$(grep -cE '^[0-9a-f]+(:[0-9a-f]+)+' <<<"$seen")" -eq 2 ]
		[ "$(grep -E '^[0-9a-f]+(:[0-9a-f]+)+' <<<"$seen" | sort -u | wc -l)" -eq 1 ]
		if [ "$end" = q ]; then [[ "$seen" == *"status 0"* ]]; else [[ "$seen" == *"status 130"* ]]; fi
	done
	nothing_left
}

@test "a watch that is killed leaves nothing alive" {
	held_course
	session "$LAB" watch pid/clone
	read -r -t 30 _ <up
	kill -USR1 "$session"
	ended
	[ "$status" -eq 137 ]
}

@test "a real exercise: from the starter to the solution" {
	mine=$LAB_WORK/pid/02_clone.c
	session "$LAB" watch pid/clone
	await "cause     not-started"
	cp "$wrong/extra-fork.c" "$mine"
	await "cause     extra-fork"
	cp "$solution" "$mine"
	await "pid/clone: pass, 7 of 7 points"
	quit
}

@test "a work directory that can't be written: one sentence, no loop" {
	mkdir work
	chmod 555 work
	local powerless=()
	[ "$(id -u)" -ne 0 ] || powerless=(setpriv --bounding-set=-dac_override,-dac_read_search)
	run --separate-stderr timeout 20 "${powerless[@]}" "$LAB" watch pid/clone </dev/null
	[ "$status" -eq 4 ]
	[[ "$stderr" == lab:*ermission* ]]
	chmod 755 work
}
