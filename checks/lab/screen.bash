# What the tests of the screen share beyond tmux.bash.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by bats and tmux.bash

# The row of the screen that the cursor is on.
at_cursor() {
	local at
	at=$(cursor)
	row "${at%,*}"
}

cursor_is_at() {
	[[ $(at_cursor) =~ $1 ]]
}

# wait_at PATTERN: until the row with the cursor shows it.
wait_at() {
	eventually cursor_is_at "$1"
}

# The pane with the focus has a heavy frame (= and # where there is only ASCII).
wait_focus() {
	wait_for "[┏#][━=] $1"
}

# A control character must wait for who is to have it: typed before the shell asks for a
# line, ^D is taken for an empty byte, and ^C and ^Z throw away what was typed before.
wait_for_prompt() {
	wait_at 'sandbox:/[^ ]*[#$] *[^ ]$'
}

# shell_in_pane: a shell in the sandbox, ready for a line.
shell_in_pane() {
	keys '!'
	wait_for_prompt
	wait_for '[ >]pid +[0-9]+ +[0-9]+[≠!]'
}

# line TEXT: a line for the shell in the sandbox.
line() {
	type_text "$1"
	keys Enter
}

# ended STATUS of a lab that find_lab was not asked about.
find_ended() {
	wait_for "status $1"$'\n'
	given_back
}
