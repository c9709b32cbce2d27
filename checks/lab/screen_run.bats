# The program's terminal and the namespaces beside it.
#
# shellcheck shell=bash disable=SC2154,SC2016,SC1010 # set by tmux.bash; text for another shell; a word

load tmux
load screen

# different TYPE: a process has another one of it than the sandbox, the second column.
different() {
	[[ $(screen | sed -n "s/^.*[│┃|#][ >]$1  *[0-9?]*  *[0-9?]*[≠!=*]* //p") == *[≠!]* ]]
}

same_but() {
	local type

	for type in cgroup ipc mnt net pid time user uts; do
		[[ " $* " == *" $type "* ]] || ! different $type || { echo "$type differs"; return 1; }
	done
}

@test "the moment: unshare -p -f bash, and the row pid differs, at once" {
	start_screen 24 80
	shell_in_pane
	same_but
	line 'export PS1="N""OW "; exec 3>&1'
	wait_for 'NOW '
	type_text 'unshare -p -f bash'
	wait_for 'unshare -p -f bash'
	begin=${EPOCHREALTIME/./}
	keys Enter
	until different pid; do
		((${EPOCHREALTIME/./} - begin < 20000000)) || return 1
	done
	took=$(((${EPOCHREALTIME/./} - begin) / 1000))
	echo "# different after $took ms"
	# The shell must start, and this machine may have other things to do.
	((took < 1500))
	same_but pid
	line exit
	wait_for 'NOW unshare.*exit.*NOW'
	eventually same_but
	keys 'C-]' x
	wait_for 'lab shell: '
	wait_for 'ended; what was seen'
	keys q
	ended 0
}

# packets: what the drawing says that veth0 has sent.
packets() {
	screen | sed -n 's/^.* veth0  *up .* tx  *\([0-9]*\) .*/\1/p'
}

more_packets_than() {
	[[ $(packets) -gt $1 ]]
}

@test "the network is drawn as it comes up, and its packets move" {
	start_screen 40 120
	shell_in_pane
	keys 'C-]' m z
	wait_for 'Namespaces: network'
	wait_for '─ sandbox ─'
	shows_not veth0
	keys z
	keys Tab Tab Tab Tab Enter
	wait_for 'every other key is the program'
	line 'ip netns add blue; ip link add veth0 type veth peer name eth0 netns blue; ip addr add 10.0.0.1/24 dev veth0; ip link set veth0 up'
	keys 'C-]' v z
	wait_for 'veth0  no carrier  10.0.0.1/24'
	wait_for '─ blue ─'
	wait_for 'eth0  down'
	keys z Tab Tab Tab Tab Enter
	wait_for 'every other key is the program'
	line 'nsenter --net=/run/netns/blue ip link set eth0 up'
	line 'while echo >/dev/udp/10.0.0.2/9; do read -r -t 0.1; done'
	keys 'C-]' v z
	wait_for 'veth0  up '
	before=$(packets)
	eventually more_packets_than "$before"
	# What it costs is another process's, which ends with the program.
	keys x
	wait_for 'ended; what was seen'
	shows 'veth0'
	keys '@'
	wait_for 'lab net [0-9]+ --watch --json'
	keys q q
	ended 0
}

@test "r runs the program, with what it printed and how it ended" {
	start_screen 40 120
	keys n
	wait_for 'pid/clone:'
	eventually test -e work/pid/02_clone.c
	cp "$tree/solutions/pid/02_clone.c" work/pid/02_clone.c
	wait_for 'pid/clone: pass'
	type_text ':run pid/clone sh -c '\''echo I am $$; read -r line; exit 7'\'
	keys Enter
	wait_for 'I am 1'
	wait_for 'terminal: lab run pid/clone sh'
	eventually different pid
	keys Enter
	wait_for 'exit status 7'
	# Nothing runs there now: keys are lab's again.
	keys '?'
	wait_for 'Keys work in every pane'
	keys q r
	wait_for 'lab run pid/clone: exit status 0'
	keys q
	ended 0
}

@test "Ctrl-C and Ctrl-Z are the program's; Ctrl-] leaves, Enter types again" {
	start_screen 24 80
	shell_in_pane
	line 'sh -c "echo is u\p; exec sleep 1000"'
	wait_for 'is up'
	keys C-c
	line 'echo status $?'
	wait_for 'status 130'
	line 'sh -c "echo is u\p again; exec sleep 1000"'
	wait_for 'is up again'
	keys C-z
	wait_for 'Stopped.*sleep 1000'
	line 'kill -9 %1; wait %1; echo k""illed'
	wait_for 'killed'
	type_text 'echo q""q'
	keys 'C-]'
	wait_for '[?] Help'
	keys Tab
	wait_focus Namespaces
	# Tab goes on past the terminal.
	keys Tab Tab Tab Tab
	wait_focus terminal
	wait_for 'Enter types to the program'
	keys Tab
	wait_focus Namespaces
	keys BTab Enter
	wait_for 'leaves the terminal'
	keys Enter
	wait_for $'\n''.qq'
	wait_for_prompt
	keys C-d
	wait_for 'exit status 0'
	keys q
	ended 0
}

@test "x stops a program, also one that does not want to" {
	start_screen 24 80
	shell_in_pane
	line 'trap "" TERM HUP INT; echo trap""ped; while :; do sleep 1000; done'
	wait_for trapped
	keys 'C-]' x
	wait_for 'lab shell: '
	keys x
	wait_for 'not now: nothing runs'
	# Leaving while something runs asks first, and ends it.
	keys '!'
	wait_for '-- lab shell --.*sandbox:/'
	keys 'C-]' q
	wait_for 'A program runs and will end. Leave[?] y/N'
	keys n
	wait_for 'nothing was done'
	keys q
	wait_for 'y/N'
	keys y
	ended 0
}

@test "a flood: keys are answered, and it can be stopped" {
	start_screen 24 80
	shell_in_pane
	line 'head -c 1G /dev/zero | tr "\0" B'
	wait_for 'BBBBBBBB'
	keys 'C-]'
	wait_for '[?] Help'
	keys '?'
	wait_for 'Keys work in every pane'
	keys q Tab
	wait_focus Namespaces
	keys x
	wait_for 'lab shell: '
	keys '!'
	wait_for '-- lab shell --.*sandbox:/'
	line 'yes flooded'
	wait_for 'flooded.*flooded'
	keys C-c
	wait_for '\^C'
	line 'echo still $((6*7))'
	wait_for 'still 42'
	line exit
	wait_for 'lab shell: '
	keys q
	ended 0
}

@test "what a program prints stays in its pane: title, clipboard, modes, screens" {
	start_screen 24 80
	shell_in_pane
	before=$(modes; tm display-message -p '#{pane_title}')
	line "printf '\033]0;evil\007\033]52;c;ZXZpbA==\007\033[?1049h\033[?1000h\033[?1006h\033[?2004h\033='; echo do''ne"
	wait_for done
	line "printf '\033P+q\033\\\\\033[6n\033c\033[!p\033[20h\033#8\033[?1049h\n'; clear; echo do''ne again"
	wait_for 'done again'
	[ "$(modes; tm display-message -p '#{pane_title}')" = "$before" ]
	[ "$(tm list-buffers)" = '' ]
	line 'printf "\033[?1049h\033[31mred\n"; echo le""ft'
	wait_for left
	line exit
	wait_for 'lab shell: '
	keys '?'
	wait_for 'Keys work in every pane'
	keys q q
	ended 0
	[ "$(tm display-message -p '#{pane_title}')" = "${before##*$'\n'}" ]
	[ "$(tm list-buffers)" = '' ]
}

@test "vim in the pane: it draws, edits, and the pane is as before" {
	type -P vim >/dev/null || skip "vim is not here"
	start_screen 24 80
	shell_in_pane
	line 'cd /tmp && vim -u NONE -N text'
	wait_for '~.*~.*~.*text'
	keys i
	type_text 'written in vim'
	keys Escape
	wait_for 'written in vim'
	resize 100x30
	wait_for 'written in vim.*~.*~.*~.*~.*~.*~.*~.*~'
	type_text ':wq'
	keys Enter
	wait_for 'sandbox:/tmp[#$] '
	line 'cat text'
	wait_for $'\n.written in vim'
	line exit
	wait_for 'lab shell: '
	keys q
	ended 0
}

@test "a program learns the size of the pane, and of another one when it changes" {
	start_screen 24 80
	shell_in_pane
	line 'trap "stty size" WINCH; stty size'
	wait_for '[0-9] 78 '
	resize 200x60
	wait_for "Not checked yet"
	keys Enter
	wait_for '[0-9]+ 96 '
	resize 60x10
	wait_for 'lab needs 80x24; this window has 60x10'
	resize 80x24
	wait_for '[0-9] 78 .*[0-9] 78 '
	line exit
	wait_for 'lab shell: '
	keys q
	ended 0
}

@test "copying: from the cursor, with a mark, to the clipboard" {
	start_screen 24 80
	tm set-option -s set-clipboard on
	shell_in_pane
	line 'PS1="> "; clear; printf "%s\n" first second third'
	wait_for 'third.*> '
	keys 'C-]' y
	wait_for 'COPYING'
	keys g Space j l l l l l y
	wait_for 'copied [0-9]+ bytes'
	buffer_has() { [[ $(tm show-buffer 2>/dev/null) == "$1" ]]; }
	eventually buffer_has $'first\nsecond'
	# Keys that move do not reach the program; Esc leaves, Enter types again.
	keys y
	wait_for 'COPYING'
	keys Escape
	wait_until_gone 'COPYING'
	keys Enter
	line 'echo typed""again'
	wait_for typedagain
	line exit
	wait_for 'lab shell: '
	keys q
	ended 0
}

@test "the namespaces: a tree, a pin, standing still, and searching" {
	start_screen 24 80
	shell_in_pane
	keys 'C-]' t
	wait_for 'Namespaces: tree.*└'
	keys t
	wait_until_gone 'tree'
	keys P
	wait_for 'pinned: what differs'
	keys P
	wait_for 'no longer pinned'
	keys Space
	wait_for 'stands still'
	keys Space
	wait_for 'follows again'
	keys v
	wait_focus terminal
	keys 'C-]' x
	wait_for 'lab shell: '
	keys q
	ended 0
}

@test "a asks what the kernel will do; a check that passes tells, and w keeps it" {
	start_screen 40 120
	keys n
	wait_for 'pid/clone:'
	wait_for 'Predict first .a answers.'
	keys a
	wait_for '1 to 3, or Enter to leave it open:'
	keys 3 Enter
	wait_for '1 to 2, or Enter to leave it open:'
	keys 2 Enter Enter Enter
	wait_for 'lab predict pid/clone: exit status 0'
	cp "$tree/solutions/pid/02_clone.c" work/pid/02_clone.c
	wait_for 'pid/clone: pass'
	keys w
	wait_for 'What you predicted'
	wait_for 'first-process: 1; you said its number outside'
	wait_for 'caller: where it was, as you said'
	keys q
	# Settled: the key says why it does nothing.
	keys a
	wait_for 'solved: w shows what the kernel says'
	keys q
	ended 0
}
