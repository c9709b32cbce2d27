# The terminal under the screen: however lab ends, stops or hands the terminal on, it
# is as it was before; and lab shows the same on terminals that can less.

# shellcheck disable=SC2030,SC2031 # each test is a process
load tmux

# The picture without what changes by itself: the line of messages.
picture() {
	screen | sed '23d'
}

same_picture() {
	[[ $(picture) == "$1" ]]
}

@test "q leaves: the shell's screen, cursor and modes come back" {
	start_screen 24 80
	modes_are '1?110'
	shows 'Help.*Quit'
	keys q
	ended 0
	shows_not 'exercises'
}

@test "Ctrl-C, Ctrl-S and Ctrl-\\ are keys and end nothing" {
	start_screen 24 80
	keys C-c
	wait_for 'q leaves'
	keys C-s C-\\
	wait_for 'does nothing here'
	keys q
	ended 0
}

@test "SIGTERM, SIGHUP and SIGINT end it with status 130" {
	start_screen 24 80
	kill -TERM "$lab_pid"
	ended 130
	for signal in HUP INT; do
		open_lab
		kill -$signal "$lab_pid"
		ended 130
	done
}

@test "a signal that kills it kills it, and the terminal is given back" {
	# The sanitizers leave these to lab.
	export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0:handle_sigbus=0:handle_abort=0
	start_screen 24 80
	kill -SEGV "$lab_pid"
	ended 139
	for signal in ABRT:134 BUS:135 QUIT:131 USR1:138 PIPE:141 XCPU:152; do
		open_lab
		kill -"${signal%:*}" "$lab_pid"
		ended "${signal#*:}"
	done
}

@test "Ctrl-Z stops it as a shell expects, fg brings it back" {
	start_screen 24 80
	local before
	before=$(picture)
	keys C-z
	wait_for 'Stopped'
	eventually modes_are 01000
	in_shell 'stty -g >stopped; echo here'
	wait_for $'\nhere\n'
	cmp before stopped
	shows_not 'exercises'
	in_shell fg
	wait_for 'exercises 0/'
	eventually modes_are '1?110'
	eventually same_picture "$before"
	keys q
	in_shell 'stty -g >after; echo "status 0"'
	ended 0
}

@test "so do SIGTSTP, and bg before fg, and another size meanwhile" {
	start_screen 24 80
	kill -TSTP "$lab_pid"
	wait_for 'Stopped'
	in_shell bg
	wait_for 'lab.*&'
	in_shell 'stty -g >stopped; echo here'
	wait_for $'\nhere\n'
	cmp before stopped
	modes_are 01000
	resize 100x30
	in_shell fg
	wait_for 'exercises 0/'
	shows 'Quit'
	[[ $(row 28) == *pid/*.c* ]]
	keys q
	in_shell 'stty -g >after; echo "status 0"'
	ended 0
}

@test "after SIGSTOP fg draws all anew" {
	start_screen 24 80
	local before
	before=$(picture)
	kill -STOP "$lab_pid"
	wait_for 'Stopped'
	in_shell fg
	eventually same_picture "$before"
	eventually modes_are '1?110'
	keys q
	in_shell 'stty -g >after; echo "status 0"'
	ended 0
}

@test "where no shell could continue it, Ctrl-Z changes nothing" {
	tm new-session -d -x 80 -y 24 "exec '$LAB'"
	tm set-option -g remain-on-exit on
	wait_for 'Enter begins'
	lab_pid=$(tm display-message -p '#{pane_pid}')
	keys Enter
	wait_for 'exercises 0/'
	keys C-z '?'
	wait_for 'help'
	modes_are '1?110'
	keys q q
	gone "$lab_pid"
}

@test "a terminal that goes away ends it" {
	start_screen 24 80
	end_tmux
	gone "$lab_pid"
}

@test "a storm of sizes ends in the right picture" {
	start_screen 24 80
	local before size
	before=$(picture)
	for size in 200x60 10x2 1x1 79x24 80x23 120x40 3x50 150x3 81x25 2x2 100x24 40x12; do
		resize "$size"
	done
	resize 80x24
	eventually same_picture "$before"
	kill -0 "$lab_pid"
	keys q
	ended 0
}

@test "below 80x24 one line says so, and it goes on" {
	start_screen 24 80
	resize 79x24
	wait_for 'lab needs 80x24; this window has 79x24'
	resize 60x5
	wait_for 'this window has 60x5'
	resize 1x1
	resize 80x24
	wait_for 'exercises 0/'
	resize 40x3
	wait_for 'lab needs 80x24'
	keys q
	wait_for 'status 0'
	given_back
}

@test "a lone Escape, keys with modifiers, answers of the terminal" {
	start_screen 24 80
	keys '?'
	wait_for 'help'
	type_text $'\033'
	wait_until_gone '━ keys ━'
	# Device attributes, a cursor report, focus, a key that nobody knows: no letter of them is a key.
	type_text $'\033[?62;1;4c'
	type_text $'\033[12;40R'
	type_text $'\033[I'
	type_text $'\033[99;3q'
	type_text $'\033[<0;5;5M'
	keys M-q
	wait_for 'does nothing here'
	kill -0 "$lab_pid"
	shows 'Not checked yet'
	keys q
	ended 0
}

@test "pasted text presses no keys" {
	start_screen 24 80
	tm set-buffer $'q\nqc!\n'
	tm paste-buffer -p
	wait_for 'pasted text goes only'
	kill -0 "$lab_pid"
	shows 'Not checked yet'
	keys q
	ended 0
}

@test "a terminal that can't move its cursor gets a listing without a sequence" {
	open_shell 24 80
	for term in dumb '' no-such-terminal; do
		run_lab "TERM=$term"
		wait_for 'status 0'
		given_back
	done
	TERM=dumb run script -qec "'$LAB'" /dev/null </dev/null
	[ "$status" -eq 0 ]
	[[ "$output" != *$'\033'* ]]
	[[ "$output" == *pid/inspect* ]]
	TERM=dumb run script -qec "'$LAB' screen" /dev/null </dev/null
	[ "$status" -ne 0 ]
	[[ "$output" != *$'\033'* ]]
}

@test "a vt100 has no colours and no second screen" {
	# So it does not know what tmux takes for a colour.
	start_screen 24 80 TERM=vt100
	shows 'Quit'
	no_colors
	modes_are '0?110'
	keys j
	eventually second_selected
	keys q
	wait_for 'status 0'
	given_back
	gone "$lab_pid"
}

second_selected() {
	[[ $(row 2) != *'>'* && $(screen) == *'> '* ]]
}

no_colors() {
	[[ ! $(tm capture-pane -e -p) =~ $'\033['([0-9]*\;)?(3[0-8]|4[0-8]|9[0-7]|10[0-7])[m\;] ]]
}

colors() {
	! no_colors
}

@test "colours, and none with NO_COLOR or the theme without" {
	start_screen 24 80 TERM=tmux-256color
	colors
	keys q
	ended 0
	for setting in NO_COLOR=1 TERM=vt220; do
		open_lab "$setting"
		no_colors
		keys q
		wait_for 'status 0'
		given_back
	done
	open_lab NO_COLOR= TERM=screen -- --theme mono
	no_colors
	keys q
	ended 0
	open_lab NO_COLOR=1 TERM=xterm -- --theme contrast
	colors
	keys q
	ended 0
}

@test "in the C locale there is nothing but ASCII" {
	start_screen 24 80 LC_ALL=C
	[[ -z $(screen | LC_ALL=C tr -d '\n -~') ]]
	shows '#= exercises'
	keys '?'
	wait_for 'help'
	[[ -z $(screen | LC_ALL=C tr -d '\n -~') ]]
	keys q q
	ended 0
}

# editor: standard input becomes what e starts.
editor() {
	{
		echo '#!/bin/bash'
		cat
	} >editor
	chmod +x editor
}

@test "an editor has the terminal, whatever it does to it" {
	editor <<-'END'
		stty -g >in_editor
		ps -o pgid=,tpgid= -p $$ >groups
		grep -E '^Sig(Blk|Ign)' /proc/self/status >signals
		stty raw -echo
		printf '\033[?1049h\033[?25l\033[?1000h\033=edited'
		exit 0
	END
	start_screen 24 80 EDITOR="$PWD/editor"
	keys e
	eventually test -s signals
	eventually modes_are '1?110'
	wait_for 'exercises 0/'
	cmp before in_editor
	read -r pgid tpgid <groups
	[ "$pgid" = "$tpgid" ]
	[[ $(grep SigBlk signals) == *0000000000000000 ]]
	# Of INT, QUIT, CHLD, TSTP, TTIN and TTOU none is ignored; others may be by whoever started us.
	(((0x$(sed -n 's/SigIgn:\s*//p' signals) & 0x390006) == 0))
	kill -0 "$lab_pid"
	keys q
	wait_for 'status 0'
	given_back
}

@test "Ctrl-C in an editor is the editor's; the window's new size is lab's" {
	editor <<-'END'
		trap 'echo interrupted' INT
		echo editing
		read -r line || read -r line
		echo "$line" >typed
	END
	start_screen 24 80 EDITOR="$PWD/editor"
	keys e
	wait_for 'editing'
	resize 120x40
	keys C-c
	wait_for 'interrupted'
	type_text words
	keys Enter
	wait_for 'exercises 0/'
	[ "$(<typed)" = words ]
	eventually test -n "$(row 38)"
	kill -0 "$lab_pid"
	keys q
	ended 0
}

@test "a stopped editor goes on, or is ended" {
	editor <<-'END'
		echo editing
		read -r line
		echo "$line" >typed
	END
	start_screen 24 80 EDITOR="$PWD/editor"
	keys e
	wait_for 'editing'
	keys C-z
	wait_for 'lab edit is stopped'
	keys Enter
	type_text words
	keys Enter
	wait_for 'exercises 0/'
	[ "$(<typed)" = words ]
	# What was printed the first time is still there.
	keys e
	wait_for 'words.*editing'
	keys C-z
	wait_for 'words.*editing.*lab edit is stopped'
	keys x
	wait_for 'exercises 0/'
	kill -0 "$lab_pid"
	keys q
	ended 0
}

@test "SIGTERM while an editor has the terminal ends both" {
	editor <<-'END'
		echo $$ >pid
		echo editing
		read -r line
	END
	start_screen 24 80 EDITOR="$PWD/editor"
	keys e
	wait_for 'editing'
	kill -TERM "$lab_pid"
	ended 130
	gone "$(<pid)"
}
