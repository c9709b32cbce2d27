# The screen as a person uses it: panes, keys, what is where.
#
# shellcheck shell=bash disable=SC2154,SC1003 # set by tmux.bash; a key

load tmux
load screen

# Every key of the table but those that leave (q, Q, F10, ^Z), as tmux names them.
all_keys=(Up k Down j Left Right l h PPage C-b NPage C-f C-u C-d g Home G End Tab BTab
	1 2 3 4 5 6 7 Enter Escape z e F4 h H F5 w s d n p N R u x F9 v F7 t m Space Z P y
	/ '\' F8 '?' F1 @ : T r a F2 ! F6 c F3)

@test "the first run: eight lines of welcome, then the first exercise" {
	for size in 24x80 40x120 60x200; do
		for locale in C.UTF-8 C; do
			rm -rf work
			open_shell "${size%x*}" "${size#*x}"
			run_lab LC_ALL=$locale
			wait_for 'Enter begins'
			[ "$(screen | grep -cE '^[┃#][A-Za-z]')" -eq 8 ]
			keys Enter
			wait_at 'inspect'
			shows "[>].[·-].inspect"
			shows "Which namespaces do two processes"
			shows "Not checked yet"
			keys q
			find_ended 0
			end_tmux
		done
	done
}

@test "one comes back to where one left: exercise, pane and line" {
	start_screen 24 80
	keys n n Tab
	wait_focus 'pid/unshare'
	# An empty line has no place of its own: go to one that has.
	keys C-d Down
	wait_for $'━┓\n[^\n]*┃- it is PID 1'
	before=$(screen | head -n 22)
	keys q
	ended 0
	run_lab
	wait_for 'exercises 0/'
	find_lab
	[ "$(screen | head -n 22)" = "$before" ]
	keys q
	ended 0
	# Someone asks for another one.
	run_lab -- screen mnt/private
	wait_for 'mnt/private:'
	find_lab
	keys q
	ended 0
	# What is damaged or not there any more is no reason not to begin.
	echo '{"exercise": "pid/gone", "pane": 99}' >work/.lab/place.json
	run_lab
	wait_for 'pid/inspect:'
	find_lab
	keys q
	ended 0
	echo 'rubbish' >work/.lab/place.json
	run_lab
	wait_for 'pid/inspect:'
	find_lab
	shows_not 'Enter begins'
	keys q
	ended 0
}

# The first column of the tables on the screen.
first_columns() {
	local line width=0

	while IFS= read -r line; do
		case $line in
		┃─*) line=${line#┃} && line=${line%%[^─]*} && width=${#line} ;;
		┃*[^\ ┃█]*) [[ $width -eq 0 ]] || echo "${line:1:width}" ;;
		*) width=0 ;;
		esac
	done
}

@test "the keys that are tested are the keys there are" {
	start_screen 150 120
	keys '?'
	wait_for 'Keys work in every pane'
	for key in "${all_keys[@]}" q Q F10 C-z C-l; do
		case $key in
		PPage) name=PgUp ;; NPage) name=PgDn ;; BTab) name=Shift-Tab ;; Escape) name=Esc ;;
		C-*) name=^$(tr '[:lower:]' '[:upper:]' <<<"${key#C-}") ;;
		[1-7]) name=1-7 ;;
		*) name=$key ;;
		esac
		echo "$name"
	done | sort -u >tested
	screen | first_columns | tr ' ' '\n' | grep . | sort -u >table
	diff tested table
	keys q q
	ended 0
}

# Hundreds of keys: one connection to tmux instead of a program for each.
open_control() {
	# It alone holds what it is given, and bats does not wait for it: teardown ends it.
	coproc control { exec tmux -L lab -f /dev/null -C attach-session -f no-output 3>&-; }
	# shellcheck disable=SC2034 # for teardown
	connection=$control_PID
	reply=
	until [[ $reply == *%end* ]]; do
		read -r reply <&"${control[0]}"
	done
}

# ask COMMAND: what tmux answers, in reply.
ask() {
	local line

	printf '%s\n' "$1" >&"${control[1]}"
	until [[ $line == %begin* ]]; do IFS= read -r line; done <&"${control[0]}"
	reply=
	while IFS= read -r line && [[ $line != %end* && $line != %error* ]]; do
		reply+=$line$'\n'
	done <&"${control[0]}"
}

# Nothing is said, nothing runs, and the focus is where it is wanted.
is_ready() {
	ask 'capture-pane -p'
	[[ $reply =~ [┏#][━=].$1.*"/pid/01_inspect.c"$'\n?' && $reply != *checking* && $reply != *running* ]]
}

# Press a key in the pane NUMBER places behind the list.
press_on() { # NUMBER KEY
	local deadline=$((SECONDS + 20)) tabs='' was
	local -a order=(exercises pid/inspect verdict terminal Namespaces)

	for ((i = 0; i < $1; i++)); do tabs+=' Tab'; done
	while
		# Out of a prompt, a question, a program; to the list, on; away with the message.
		ask "send-keys C-c C-] x 1$tabs C-l"
		read -r -t 0.02 -u "$never" _ || :
		! is_ready "${order[$1]}"
	do
		((SECONDS < deadline)) || return 1
	done
	ask 'capture-pane -pe'
	was=$reply
	ask "send-keys '$2'"
	# What is typed while another has the terminal is not lab's.
	[[ $2 != e && $2 != F4 ]] || wait_for 'the editor false failed'
	while ask 'capture-pane -pe' && [[ $reply == "$was" ]]; do
		((SECONDS < deadline)) || { echo "$2 does nothing in ${order[$1]}"; return 1; }
	done
}

every_key_on() {
	start_screen 24 80 EDITOR=false
	open_control
	for key in "${all_keys[@]}"; do
		press_on "$1" "$key"
	done
	ask 'send-keys C-c C-] q'
	wait_for '(status 0|Leave)'
	shows 'status 0' || keys y
	ended 0
}

@test "every key does something, or says why not: in the list" {
	every_key_on 0
}

@test "every key does something, or says why not: in the lesson" {
	every_key_on 1
}

@test "every key does something, or says why not: in the verdict" {
	every_key_on 2
}

@test "every key does something, or says why not: in the terminal" {
	every_key_on 3
}

@test "every key does something, or says why not: in the namespaces" {
	every_key_on 4
}

on_verdict() {
	keys C-c 1 Tab Tab C-l
	pause
	shows '[┏#][━=] verdict'
}

@test "every key on every pane, in all sizes, in UTF-8 and in ASCII" {
	for size in 24x80 40x120 60x200; do
		for locale in C.UTF-8 C; do
			rm -rf work
			start_screen "${size%x*}" "${size#*x}" LC_ALL=$locale EDITOR=true
			tabs=()
			for pane in 0 1 2 3 4; do
				for key in "${all_keys[@]}"; do
					[[ $key == [e!crhHdu] || $key == F[23456] ]] || echo "$key"
				done | xargs -d '\n' -I '{}' printf '%s\0' C-c 1 "${tabs[@]}" '{}' | xargs -0 tmux -L lab send-keys
				tabs+=(Tab)
			done
			# What needs a child is tried above.
			eventually on_verdict
			wait_for "Not checked yet.*/pid/01_inspect.c"$'\n'"[?] Help.*Namespaces"
			keys q
			ended 0
			end_tmux
		done
	done
}

@test "filter and search in the list; n and N, Esc ends" {
	start_screen 24 80
	type_text '\proc'
	keys Enter
	wait_for 'exercises 0/.*.proc'
	wait_until_gone 'private'
	shows procfs
	keys Escape
	wait_for 'private'
	type_text '\no such thing'
	keys Enter
	wait_for 'no exercise has "no such thing"'
	shows 'nothing matches'
	keys Enter
	wait_for 'nothing matches the filter'
	keys Escape
	wait_at inspect
	type_text '/root'
	keys Enter
	wait_for '/root  n next, N before, Esc ends'
	wait_for 'mnt/rootfs:'
	keys n
	wait_for 'mnt/chroot:'
	keys N
	wait_for 'mnt/rootfs:'
	keys Escape
	wait_until_gone 'n next, N before'
	# n is the next exercise again.
	first=$(at_cursor)
	keys n
	eventually moved_from "$first"
	type_text '/not there at all'
	keys Enter
	wait_for '"not there at all" is not here'
	keys Escape
	wait_for 'nothing to go back'
	keys q
	ended 0
}

@test "the appendices stand behind the phases, and open on top" {
	start_screen 24 80
	keys G
	wait_at 'inodes'
	shows '  appendix'
	keys Enter
	wait_for 'appendix/inodes'
	wait_for 'What it proves'
	keys Escape
	wait_at 'inodes'
	# The exercise that one works on is the same.
	wait_for 'pid/inspect:'
	type_text '/where the num'
	keys Enter
	wait_at 'constants'
	keys q
	ended 0
}

moved_from() {
	[[ $(at_cursor) != "$1" ]]
}

@test "search in the lesson, in the help and in the verdict; another pane ends it" {
	start_screen 40 120
	keys Enter
	wait_focus pid/inspect
	type_text '/namespace'
	keys Enter
	wait_for '/namespace [0-9]+ of [0-9]+'
	keys n
	wait_for '/namespace 2 of'
	keys N
	wait_for '/namespace 1 of'
	keys Tab
	wait_until_gone '/namespace'
	keys '?'
	wait_for 'Keys work in every pane'
	type_text '/suspend'
	keys Enter
	wait_for 'suspend .*back to your shell'
	keys Escape
	wait_until_gone '/suspend  n next'
	shows 'back to your shell'
	keys Escape
	wait_focus verdict
	type_text '/CHECKED'
	keys Enter
	wait_for '"CHECKED" is not here'
	type_text '/checked'
	keys Enter
	wait_for '/checked  n next'
	keys Escape
	wait_until_gone 'n next'
	keys q
	ended 0
}

@test "Tab and Shift-Tab go round, z makes a pane large, v goes to the namespaces and back" {
	start_screen 24 80
	for pane in pid/inspect verdict terminal Namespaces exercises; do
		keys Tab
		wait_focus "$pane"
	done
	for pane in Namespaces terminal verdict pid/inspect; do
		keys BTab
		wait_focus "$pane"
	done
	keys z
	wait_until_gone 'exercises'
	keys v
	wait_focus Namespaces
	keys v
	wait_focus pid/inspect
	keys z
	wait_until_gone 'exercises'
	keys Escape
	wait_for 'exercises'
	keys q
	ended 0
}

@test "the log tells the commands as one would type them" {
	start_screen 24 80
	keys @
	wait_for 'nothing yet'
	keys q h
	wait_for 'hint 1 of 3'
	keys q
	wait_until_gone 'hint 1 of 3'
	type_text ":shell -c 'echo \"it'\\''s\"'"
	keys Enter
	wait_for 'lab shell -c .*: exit status 0'
	keys @
	wait_for 'lab hint pid/inspect --json'
	shows "lab shell -c 'echo \"it'.''s\"'"
	"$LAB" hint pid/inspect --json >/dev/null
	keys q q
	ended 0
}

@test "a window that is too small: one line, and it goes on" {
	start_screen 24 80
	resize 79x24
	wait_for 'lab needs 80x24; this window has 79x24'
	resize 20x3
	wait_for 'lab needs 80x24'
	keys j j '!' '?'
	resize 80x24
	wait_focus exercises
	wait_at inspect
	resize 10x2
	wait_for 'lab needs'
	keys q
	find_ended 0
}

@test "an action that can't be done now is dim in the footer, and says why" {
	start_screen 40 120
	footer() { tm capture-pane -pe | tail -n 1; }
	local stop why
	stop=$(footer | grep -o 'x[^x]*Stop')
	why=$(footer | grep -o 'r[^r]*Run')
	# Run can be done: its attributes are others than those of Stop.
	[ "${stop//[a-zA-Z ]/}" != "${why//[a-zA-Z ]/}" ]
	keys x
	wait_for 'not now: nothing runs'
	keys q
	ended 0
}

@test "a line of code that is wider than the pane: Right shows the rest, Left goes back" {
	start_screen 24 80
	keys Enter
	type_text '/The picture'
	keys Enter
	wait_for '/proc/40/ns/uts'
	shows_not '/proc/57/ns/uts'
	keys Right Right Right
	wait_for '/proc/57/ns/uts'
	keys Left Left Left Left Left Left
	wait_for 'nothing is to the left'
	wait_until_gone '/proc/57/ns/uts'
	keys q
	ended 0
}

# click ROW COLUMN, wheel 0 (up) or 1 (down) ROW COLUMN: from 1, as a terminal tells of them.
click() {
	type_text $'\e'"[<0;$2;$1M"$'\e'"[<0;$2;$1m"
}

wheel() {
	type_text $'\e'"[<$((64 + $1));$3;$2M"
}

@test "the mouse, where it is asked for: clicks go to panes and exercises, the wheel scrolls" {
	start_screen 24 80 -- screen --mouse
	modes_are 11111
	click 4 6
	wait_for 'pid/clone:'
	wait_at clone
	click 18 40
	wait_focus verdict
	wheel 1 5 40
	wait_until_gone 'The first process of a new PID namespace  '
	wheel 0 5 40
	wait_for 'The first process of a new PID namespace  '
	wheel 1 5 4
	wait_for 'pid/[a-z]*:.*'
	click 24 1
	click 3 6
	wait_for 'pid/inspect:'
	wait_focus exercises
	click 3 6
	wait_focus pid/inspect
	keys q
	ended 0
}
