# e hands the terminal to an editor and takes it back, whatever the editor did.
#
# shellcheck shell=bash disable=SC2154,SC2016 # set by tmux.bash; text for another shell

load tmux
load screen

# editor NAME: standard input becomes an editor of that name, which gets the file as $1.
editor() {
	{ echo '#!/bin/bash'; cat; } >"$BATS_TEST_TMPDIR/$1"
	chmod +x "$BATS_TEST_TMPDIR/$1"
}

@test "what it saved is checked; VISUAL comes before EDITOR" {
	editor edit <<'EOF'
cp "$SOLUTION" "$1"
EOF
	start_screen 24 80 VISUAL="$PWD/edit" EDITOR=false SOLUTION="$tree/solutions/pid/02_clone.c"
	keys n
	wait_for 'pid/clone:'
	keys e
	wait_for 'pid/clone: pass'
	shows '✓ clone'
	keys q
	ended 0
}

@test "it fails, is not there, or is killed: said, and the screen is back" {
	editor die <<'EOF'
kill -KILL $$
EOF
	editor segv <<'EOF'
kill -SEGV $$
EOF
	for name in false /no/such/editor "$PWD/die" "$PWD/segv"; do
		rm -rf work
		start_screen 24 80 EDITOR="$name"
		keys e
		wait_for 'the editor.*failed;.set EDITOR'
		wait_for 'exercises 0/'
		modes_are 11110
		# It stays until it was seen.
		keys j
		wait_until_gone 'the editor'
		wait_at clone
		keys q
		ended 0
		end_tmux
	done
}

@test "it leaves the terminal raw, without echo, coloured, in its alternate screen, with the mouse" {
	editor rude <<'EOF'
stty raw -echo -isig
printf '\033[?1049h\033[?1000h\033[?1006h\033[?25l\033[?7l\033[31;44m\033[3;9r\033[?6h\033(0garbage'
EOF
	start_screen 24 80 EDITOR="$PWD/rude"
	before=$(screen | head -n 22)
	keys e
	wait_for 'pid/01_inspect.c'
	same() { [[ $(screen | head -n 22) == "$before" ]] && modes_are 11110; }
	eventually same
	keys j
	wait_at clone
	keys q
	ended 0
}

@test "it stops itself, or ^Z does: asked what to do with it" {
	editor stops <<'EOF'
echo "editing"
kill -TSTP 0 # as editors do for ^Z
echo "goes on"
read -r line
echo >>"$1"
EOF
	start_screen 24 80 EDITOR="$PWD/stops"
	keys e
	wait_for 'is stopped. Enter: go on with it'
	keys Enter
	wait_for 'goes on'
	keys C-z
	wait_for 'goes on.*is stopped. Enter: go on with it'
	keys Enter
	pause
	keys Enter
	wait_for 'FAIL, 0 of 8'
	keys e
	wait_for 'is stopped. Enter: go on with it'
	keys X
	wait_for 'exercises 0/'
	wait_for 'the editor.*failed'
	keys q
	ended 0
}

@test "^C is the editor's; a signal that ends lab ends the editor first" {
	editor traps <<'EOF'
trap 'echo caught' INT
echo $$ >pid
echo "editing"
read -r line
read -r line
EOF
	start_screen 24 80 EDITOR="$PWD/traps"
	keys e
	wait_for editing
	keys C-c
	wait_for caught
	keys Enter Enter
	wait_for 'exercises 0/'
	keys e
	wait_for editing
	kill -TERM "$lab_pid"
	# Behind it stands what the editor left there.
	wait_for 'status 130'
	given_back
	gone "$lab_pid"
	gone "$(<pid)"
}

@test "in VS Code's terminal the path can be clicked, and is seen" {
	editor none <<'EOF'
EOF
	start_screen 24 80 TERM_PROGRAM=vscode EDITOR="$PWD/none"
	keys e
	# However long it is: a terminal that wraps a path knows that it is one.
	unwrapped() { [[ $(tm capture-pane -pJ) == *"$1"* ]]; }
	eventually unwrapped "$LAB_WORK/pid/01_inspect.c:36"
	wait_for 'Enter: back to lab'
	keys Enter
	wait_for 'exercises 0/'
	keys q
	ended 0
}

@test "without an editor that is named: one that is there, or the path" {
	mkdir bin
	printf '#!/bin/sh\necho >>"$1"\n' >bin/nano
	chmod +x bin/nano
	start_screen 24 80 PATH="$PWD/bin:/usr/bin:/bin"
	ln -s nano bin/sensible-editor
	keys e
	wait_for 'FAIL, 0 of 8'
	keys q
	ended 0
}
