# The line behind : and what can be typed there.

load tmux
load screen

# prompted TEXT: a command, from : to Enter.
prompted() {
	type_text ":$1"
	keys Enter
}

@test "commands of lab, words of the help, and ids" {
	start_screen 24 80
	prompted 'next'
	wait_for 'pid/clone:'
	prompted 'previous'
	wait_for 'pid/inspect:'
	prompted 'mnt/private'
	wait_for 'mnt/private:'
	prompted 'inspect'
	wait_for 'pid/inspect:'
	prompted 'version'
	wait_focus 'lab version'
	keys q
	prompted 'hint clone'
	wait_for 'hint 1 of 3'
	keys q
	wait_for 'pid/clone:'
	prompted 'show'
	wait_focus 'lab show pid/clone'
	keys q
	prompted 'hint --level 2'
	wait_focus 'lab hint pid/clone --level 2'
	keys q
	prompted '  '
	prompted 'screen'
	wait_for 'this is the screen'
	prompted 'quit'
	ended 0
}

@test "words that are unknown, ambiguous, or not enough" {
	start_screen 24 80
	prompted 'chekc'
	wait_for 'there is no "chekc"; did you mean check[?]'
	prompted 'xyzzyxyzzy'
	wait_for 'there is no "xyzzyxyzzy"; [?] lists'
	prompted 're'
	wait_for 're may be .*reset.*redraw'
	prompted 'vers'
	wait_focus 'lab version'
	keys q
	prompted 'hint pid/nothing'
	wait_for 'pid/nothing'
	shows_not 'hint 1'
	prompted 'pid/nothing'
	wait_for 'no exercise.*pid/nothing'
	prompted 'check --no-such-option'
	wait_for 'check has no option --no-such-option'
	prompted 'down twice'
	wait_for 'down takes no further words'
	keys q
	ended 0
}

at_column() {
	[[ $(cursor) == 22,$1 ]]
}

@test "completion of commands, words, ids and files" {
	start_screen 24 80
	type_text ':vers'
	keys Tab
	wait_for ':version'
	eventually at_column 9
	keys C-u
	type_text 'next-u'
	keys Tab Enter
	wait_for 'pid/clone:'
	type_text ':hint pid/in'
	keys Tab Tab
	wait_for 'pid/init  *pid/inspect'
	type_text 'sp'
	keys Tab
	eventually at_column 18
	wait_for ':hint pid/inspect'
	keys C-u
	mkdir dir && touch dir/a_source.c
	type_text 'check --source dir/a_s'
	keys Tab
	wait_for ':check --source dir/a_source.c'
	keys C-c
	wait_until_gone ':check'
	type_text ':check --so'
	keys Tab
	wait_for ':check --source'
	keys Escape
	wait_until_gone ':check'
	keys q
	ended 0
}

@test "history: up, ^R, from one run to the next, and not of searches" {
	start_screen 24 80
	prompted 'mnt/private'
	wait_for 'mnt/private:'
	prompted 'pid/clone'
	wait_for 'pid/clone:'
	type_text '/secret'
	keys Enter
	wait_for '"secret" is not here'
	keys q
	ended 0
	[ "$(stat -c %a .local/state/nslab/history)" = 600 ]
	run_lab
	wait_for 'exercises 0/'
	find_lab
	keys : Up
	wait_for ':pid/clone'
	keys Up
	wait_for ':mnt/private'
	keys C-c : C-r
	type_text 'clo'
	wait_for 'search.*clo.*pid/clone'
	keys C-g
	wait_until_gone 'search.*clo'
	wait_for $'\n:'
	keys Up Up Enter
	wait_for 'mnt/private:'
	keys q
	ended 0
}

@test "Esc and ^C leave it, and a key that follows at once is a key" {
	start_screen 24 80
	type_text ':quit'
	keys Escape
	wait_until_gone ':quit'
	type_text ':quit'
	keys C-c
	wait_until_gone ':quit'
	# All of it in one write.
	keys : n e x t Enter n ':' n e x t Enter '?'
	wait_for 'Keys work in every pane'
	keys q
	wait_for 'pid/procfs:'
	keys q
	ended 0
}

@test "pasted text is text: it presses no keys, and has no lines" {
	start_screen 24 80
	tm set-buffer 'quit
q
'
	tm paste-buffer -p
	wait_for 'pasted text goes only'
	keys :
	wait_for $'\n:'
	tm paste-buffer -p
	wait_for ':quit.q'
	keys C-u
	type_text 'hint '
	tm set-buffer $'pid/clone\n'
	tm paste-buffer -p
	wait_for ':hint pid/clone'
	keys Enter
	wait_for 'hint 1 of 3'
	keys q
	# To a program it goes as it is.
	shell_in_pane
	tm set-buffer $'echo pa""sted\n'
	tm paste-buffer -p
	wait_for 'echo pa""sted'
	keys Enter
	wait_for $'\n.pasted'
	line exit
	wait_for 'lab shell: exit status 0'
	keys q
	ended 0
}

@test "UTF-8, a long line, and the user's inputrc" {
	printf '"\\C-xq": "typed by a key"\n' >.inputrc
	start_screen 24 80
	type_text ':größe→日本'
	wait_for ':größe→日本'
	keys BSpace
	wait_for ':größe→日'$'\n'
	keys BSpace BSpace BSpace Left
	keys C-k
	wait_for $':grö *\n'
	keys C-u
	type_text "$(printf 'word%02d ' {1..30})end"
	wait_for 'word30 end'
	keys C-a
	wait_for ':word01'
	[ "$(cursor)" = 22,1 ]
	keys C-k C-x q
	wait_for ':typed by a key'
	keys C-c q
	ended 0
}

@test "vi mode: Esc moves, ^C leaves" {
	echo 'set editing-mode vi' >.inputrc
	start_screen 24 80
	type_text ':nexx'
	keys Escape
	pause
	pause
	keys x A t Enter
	wait_for 'pid/clone:'
	type_text ':nothing'
	wait_for ':nothing'
	keys C-c
	wait_until_gone ':nothing'
	keys q
	ended 0
}

@test "a command that goes on: the screen does, too; x stops it" {
	start_screen 24 80
	prompted 'ns --watch'
	wait_for 'lab ns --watch [.][.][.]'
	keys j
	wait_for 'pid/clone:'
	keys h
	wait_for 'wait: lab ns --watch has not ended; x stops it'
	keys x
	wait_for 'exit status 130'
	keys q
	wait_for 'pid/clone:'
	keys h
	wait_for 'hint 1 of 3'
	keys q q
	ended 0
}

@test "in the C locale" {
	start_screen 24 80 LC_ALL=C
	prompted 'next'
	wait_for 'pid/clone:'
	type_text ':größe'
	wait_for ':gr'
	keys C-c
	keys q
	ended 0
}
