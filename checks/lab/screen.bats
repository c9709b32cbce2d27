# The screen as a person uses it: panes, keys, what is where.

load tmux
load screen

# Every key of the table but those that leave (q, Q, F10, ^Z), as tmux names them.
all_keys=(Up k Down j Left Right l h PPage C-b NPage C-f C-u C-d g Home G End Tab BTab
	1 2 3 4 5 6 7 Enter Escape z e F4 h H F5 w s d n p N R u x F9 v F7 t Space Z P y
	/ '\' F8 '?' F1 @ : T r F2 ! F6 c F3)

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
			tm kill-server
		done
	done
}

@test "one comes back to where one left: exercise, pane and line" {
	start_screen 24 80
	keys n n Tab
	wait_focus 'pid/unshare'
	keys C-d
	wait_until_gone 'What you will see'
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
	coproc control { tm -C attach-session -f no-output; }
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
			tm kill-server
		done
	done
}
