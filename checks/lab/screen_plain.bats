# lab --plain: the same line by line, for a screen reader, a slow line or a script.
#
# shellcheck shell=bash disable=SC2154,SC2016 # set by lab.bash; text for another shell

load lab

# plain LINES: through a pipe.
plain() {
	run --separate-stderr timeout 60 "$alone" "$LAB" --plain 3>&- <<<"$1"
	[ "$status" -ne 99 ]
}

@test "through a pipe: every line is a sentence of its own, without a control character" {
	plain 'help
show
hint
hint
status
next
previous
unsolved
clone
quit
never reached'
	[ "$status" -eq 0 ]
	[[ $output == 'The namespaces workbook, line by line. help lists the words'* ]]
	[[ $output == *'pid/inspect: Which namespaces do two processes share? Not solved yet.'* ]]
	[[ $output == *'hint 1 of 3'*'hint 2 of 3'* ]]
	[[ $output == *'pid/clone: '*'pid/inspect: '*'pid/clone: '* ]]
	[[ $output != *[$'\x01'-$'\x08'$'\x0b'-$'\x1f']* ]]
	[[ $output != *'never reached'* ]]
	[[ $output != *[?!.].$'\n'* ]]
}

@test "a check, a run, what ran in which namespaces, and reset asks nobody" {
	mkdir -p work/pid
	cp "$tree/solutions/pid/02_clone.c" work/pid/
	plain 'pid/clone
check
run pid/clone sh -c "echo it is \$\$; read line || echo no input"
list --done --ids
reset
shell -c "echo in a shell; exit 3"'
	[ "$status" -eq 0 ]
	[[ $output == *'pid/clone: pass, 7 of 7 points'* ]]
	[[ $output == *'it is 1'*'no input'* ]]
	[[ $output == *$'\npid/clone\n'* ]]
	[[ $output == *'in a shell'*'It ended with exit status 3.'* ]]
	cmp work/pid/02_clone.c "$tree/solutions/pid/02_clone.c"
}

@test "words that are unknown, and lines that are too long or have no end" {
	plain 'chekc
xyzzyxyzzy
pid/nothing'
	[[ $output == *'There is no "chekc"; did you mean check?'* ]]
	[[ $output == *'There is no "xyzzyxyzzy". help lists the words.'* ]]
	[[ $output == *'There is no "pid/nothing"'* ]]
	plain "$(printf '%05000d' 1)"
	[ "$status" -eq 0 ]
	[[ $output == *'That line is too long.'* ]]
	run timeout 20 "$LAB" --plain < <(printf 'next') 3>&-
	[ "$status" -eq 0 ]
	run timeout 20 "$LAB" --plain </dev/null 3>&-
	[ "$status" -eq 0 ]
	printf 'next\nquit\n' >file
	run timeout 20 "$LAB" --plain <file 3>&-
	[ "$status" -eq 0 ]
	[[ $output == *'pid/clone: '* ]]
}

@test "on a terminal: a save is checked, ^C stops what runs, ^D leaves" {
	# Not every shell goes on when ^C was meant for what it waits for.
	terminal "trap : INT; stty -g; $LAB --plain pid/clone; echo status \$?; stty -g"
	await 'pid/clone> '
	cp "$tree/solutions/pid/02_clone.c" work/pid/02_clone.c
	await 'Saved; checking.'
	await 'pid/clone: pass, 7 of 7 points'
	await 'pid/clone> '
	send 'run pid/clone sh -c "echo st""arted; sleep 1000"\n'
	await 'started'
	send '\003'
	await 'It '
	await ' outside and 1 inside. Its own: pid '
	await 'pid/clone> '
	send '\003'
	await 'quit leaves.'
	send 'shell\n'
	await 'A sandbox'
	send 'echo $((6*7)) is it\n'
	await '42 is it'
	send 'exit\n'
	await 'pid/clone> '
	send '\004'
	await 'status 0'
	ended
	[ "$status" -eq 0 ]
	[ "$(grep -aoE '^[0-9a-f:]{20,}' <<<"$seen" | sort -u | wc -l)" -eq 1 ]
}

@test "SIGTERM ends it, and what runs" {
	terminal "echo \$\$ >pid; exec $LAB --plain"
	await 'pid/inspect> '
	send 'shell -c "echo sl""eeps; sleep 1000"\n'
	await 'sleeps'
	kill -TERM "$(<pid)"
	ended
	[ "$status" -ne 99 ]
}
