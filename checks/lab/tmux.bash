# The real program in a terminal of its own: a tmux server for each test, a shell in
# it, lab in the shell. Keys go in, the screen's text, cursor and modes come out.
#
#	start_screen 24 80              opens lab, waits for its first picture
#	keys j Enter C-c                as tmux names keys
#	wait_for 'Not checked yet'      until the screen shows it (extended expression)
#	ended 0                         lab has ended so, and the terminal is as it was
#
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2030,SC2031 # set by bats; each test is a process

bats_require_minimum_version 1.5.0

tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
LAB=${LAB:-$tree/build/lab}

setup() {
	type -P tmux >/dev/null || skip "tmux is not here"
	# shellcheck disable=SC2046 # names only
	unset $(compgen -e NSLAB_) $(compgen -e XDG_) NO_COLOR TMUX VISUAL EDITOR TERM_PROGRAM
	export LAB_WORK=$BATS_TEST_TMPDIR/work TMPDIR=$BATS_TEST_TMPDIR/tmp HOME=$BATS_TEST_TMPDIR
	export TMUX_TMPDIR=$BATS_TEST_TMPDIR LC_ALL=C.UTF-8 SHELL=/bin/bash
	# A socket's path has little room.
	((${#TMUX_TMPDIR} < 70)) || TMUX_TMPDIR=$(mktemp -d /tmp/lab-tmux.XXXXXX)
	mkdir "$TMPDIR"
	mkfifo "$TMPDIR/never"
	exec {never}<>"$TMPDIR/never"
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[[ -n ${BATS_TEST_COMPLETED:-} ]] || { echo "the screen:"; screen; modes; } 2>/dev/null
	[[ -z ${lab_pid:-} ]] || lab_gone=$lab_pid
	[[ -z ${connection:-} ]] || kill "$connection" 2>/dev/null || :
	end_tmux
	[[ -z ${lab_gone:-} ]] || gone "$lab_gone"
	[[ $TMUX_TMPDIR == "$BATS_TEST_TMPDIR" ]] || rm -rf "$TMUX_TMPDIR"
}

tm() {
	tmux -L lab -f /dev/null "$@" 3>&-
}

# The server takes leave before it is gone, and a client that comes in between fails.
end_tmux() {
	local server

	server=$(tm display-message -p '#{pid}') || return 0
	tm kill-server || :
	gone "$server"
} 2>/dev/null

# A short wait that starts no process.
pause() {
	read -r -t 0.03 -u "$never" _ || :
}

# eventually COMMAND...: until it succeeds; 20 seconds at most.
eventually() {
	local deadline=$((SECONDS + 20))

	until "$@"; do
		((SECONDS < deadline)) || return 1
		pause
	done
}

screen() {
	tm capture-pane -p
}

shows() {
	[[ $(screen) =~ $1 ]]
}

shows_not() {
	! shows "$1"
}

# wait_for PATTERN, wait_until_gone PATTERN: on the whole screen, lines and all.
wait_for() {
	eventually shows "$1"
}

wait_until_gone() {
	eventually shows_not "$1"
}

# row N: one row, from 0.
row() {
	tm capture-pane -p -S "$1" -E "$1"
}

keys() {
	tm send-keys "$@"
}

# type TEXT: as it is.
type_text() {
	tm send-keys -l -- "$1"
}

# cursor: "ROW,COLUMN"
cursor() {
	tm display-message -p '#{cursor_y},#{cursor_x}'
}

# modes: alternate screen, cursor shown, keypad and cursor keys in application mode, mouse.
modes() {
	tm display-message -p '#{alternate_on}#{cursor_flag}#{keypad_flag}#{keypad_cursor_flag}#{mouse_any_flag}'
}

modes_are() { # PATTERN
	# shellcheck disable=SC2053
	[[ $(modes) == $1 ]]
}

gone() {
	eventually is_gone "$1"
}

is_gone() {
	# The end of what nobody waits for is an end, too.
	[[ ! -e /proc/$1 ]] || [[ $(<"/proc/$1/stat") == *') Z '* ]]
} 2>/dev/null

resize() { # COLSxROWS
	tm resize-window -x "${1%x*}" -y "${1#*x}"
}

# open_shell ROWS COLS: a shell with job control.
open_shell() {
	echo "PS1='$ '" >shellrc
	tm new-session -d -x "$2" -y "$1" 'exec bash --noprofile --rcfile shellrc'
	tm set-option -g remain-on-exit on
	wait_for '^\$'
}

# in_shell COMMAND
in_shell() {
	type_text "$1"
	keys Enter
}

# run_lab [NAME=VALUE...] [-- ARG...]: in the shell, which says how it ended.
run_lab() {
	local settings=()

	while (($#)) && [[ $1 != -- ]]; do
		settings+=("$1")
		shift
	done
	[[ ${1:-} != -- ]] || shift
	# shellcheck disable=SC2016 # for that shell
	printf '%s\n' 'stty -g >before' "env ${settings[*]@Q} ${LAB@Q} ${*@Q}" \
		'status=$?' 'stty -g >after' 'echo "status $status"' >run
	in_shell 'clear; . ./run'
}

# open_lab [NAME=VALUE...] [-- ARG...]: run it, past the welcome of the first time.
open_lab() {
	run_lab "$@"
	wait_for 'Enter begins|exercises 0/'
	! shows 'Enter begins' || keys Enter
	wait_for 'exercises 0/'
	find_lab
}

# start_screen ROWS COLS [NAME=VALUE...] [-- ARG...]
start_screen() {
	open_shell "$1" "$2"
	open_lab "${@:3}"
}

# The process itself: the shell's only child.
find_lab() {
	local shell

	shell=$(tm display-message -p '#{pane_pid}')
	eventually has_child "$shell"
	lab_pid=$(child_of "$shell")
}

child_of() {
	local children

	read -r children <"/proc/$1/task/$1/children" || :
	echo "${children%% *}"
}

has_child() {
	[[ -n $(child_of "$1") ]]
}

# The terminal is the shell's again, as it was.
given_back() {
	eventually test -s after
	eventually modes_are 01000
	cmp before after
}

# ended STATUS
ended() {
	wait_for "status $1"$'\n'
	given_back
	gone "$lab_pid"
	lab_pid=''
}

with_sanitizers() {
	[[ $LAB == */asan/* ]]
}
