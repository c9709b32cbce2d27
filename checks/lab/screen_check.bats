# From the first save to the solution: what a learner does with an exercise on the screen.
#
# shellcheck shell=bash disable=SC2154,SC2016 # set by tmux.bash; text for another shell

load tmux
load screen

# save FILE: as an editor does that writes into the file.
save() {
	cat "$1" >"$work"
}

clone() {
	work=$LAB_WORK/pid/02_clone.c
	solution=$tree/solutions/pid/02_clone.c
	keys n
	wait_for 'pid/clone:'
	eventually test -e "$work"
}

passes() {
	wait_for 'pid/clone: pass, 7 of 7 points'
}

@test "the whole way: a save is checked, fails, a hint, passes, why, the solution, on" {
	start_screen 24 80
	clone
	# What was not written yet fails, and says at what.
	echo >>"$work"
	wait_for 'pid/clone: FAIL, 0 of 7 points: not-started'
	shows 'clone.*observed it stopped at a gap'
	keys h
	wait_for 'hint 1 of 3'
	keys Escape
	wait_until_gone 'hint 1 of 3'
	keys h
	wait_for 'hint 2 of 3'
	keys q
	wait_until_gone 'hint 2 of 3'
	# Reasons for what can't be done yet.
	keys w
	wait_for 'not now: .*solve the exercise first'
	keys s
	wait_for 'not solved it yet. See the solution all the same[?] y/N'
	keys n
	wait_for 'nothing was done'
	save "$solution"
	passes
	shows 'exercises 1/'
	shows '✓ clone'
	shows 'w  why it works.*s  the solution beside yours.*N  on to pid/unshare'
	keys w
	wait_for 'why it works.*In your run.*: .*[0-9]'
	keys G
	wait_for 'What popular guides say'
	keys q s
	wait_for 'lab diff pid/clone --solution.*No difference'
	keys q N
	wait_for 'pid/unshare:'
	keys q
	ended 0
	[ "$(jq -r '.exercises["pid/clone"].passed | type' work/.lab/progress.json)" != null ]
	# It is remembered.
	run_lab
	wait_for 'exercises 1/'
	find_lab
	keys p
	wait_for 'Solved. Save the file to check it'
	keys q
	ended 0
}

@test "it differs from the solution: s shows how" {
	start_screen 40 120
	clone
	sed 's/^int main/\/* mine *\/\nint main/' "$solution" >mine.c
	save mine.c
	passes
	keys s
	wait_for 'lab diff pid/clone --solution.*[-]/[*] mine [*]/'
	keys q d
	wait_for 'lab diff pid/clone .*[+]'
	keys q q
	ended 0
}

@test "a save is noticed however it is done: by rename, while a check runs, by polling" {
	start_screen 24 80 NSLAB_WATCH=poll
	clone
	cp "$solution" "$work.new"
	mv "$work.new" "$work"
	passes
	keys q
	ended 0
	rm -rf work
	start_again() {
		end_tmux
		start_screen 24 80
	}
	start_again
	clone
	cp "$solution" "$work.new"
	mv "$work.new" "$work"
	passes
	# A text that fails, and while it is checked one that passes.
	save "$tree/phases/pid/02_clone.c"
	wait_for 'verdict: checking'
	save "$solution"
	eventually results_are_in 3
	passes
	keys q
	ended 0
}

# N checks were run, as the log says, and none is running. More of them on a machine so
# slow that a file is found empty between being truncated and being written.
results_are_in() {
	keys @
	wait_for 'commands behind'
	local n
	n=$(screen | grep -c 'lab check pid/clone --json')
	keys Escape
	wait_until_gone 'commands behind'
	[[ $n -ge $1 ]] && shows_not 'checking'
}

@test "c while another exercise is checked is not lost" {
	start_screen 24 80
	keys c n
	wait_for 'pid/clone:'
	keys c
	wait_for 'pid/clone: FAIL'
	keys p
	wait_for 'pid/inspect: FAIL'
	keys q
	ended 0
}

@test "saved while one looked at another exercise: checked when one comes back" {
	start_screen 24 80
	clone
	keys c
	wait_for 'pid/clone: FAIL'
	keys n
	wait_for 'pid/unshare:'
	save "$solution"
	keys p
	passes
	keys q
	ended 0
}

@test "x stops a check; its end is no error" {
	start_screen 24 80
	keys c
	wait_for 'checking'
	keys x
	wait_for 'The check was stopped'
	shows_not 'without a result'
	keys c
	wait_for 'FAIL, 0 of 8'
	keys q
	ended 0
}

@test "what does not compile says so" {
	start_screen 24 80
	clone
	echo 'int main(void) { return x; }' >"$work"
	wait_for 'the program compiles.*undeclared'
	keys q
	ended 0
}

@test "reset asks, keeps the text, and undo brings it back" {
	start_screen 24 80
	clone
	save "$solution"
	passes
	keys R
	wait_for 'Put the starter back[?].*y/N'
	keys Enter
	wait_for 'nothing was done'
	cmp "$work" "$solution"
	keys R
	wait_for 'y/N'
	keys y
	eventually cmp -s "$work" "$tree/phases/pid/02_clone.c"
	wait_for 'FAIL, 0 of 7'
	keys u
	eventually cmp -s "$work" "$solution"
	passes
	# There is nothing more to undo, and that is said.
	keys u
	wait_for '[Nn]othing|no reset'
	keys q
	ended 0
}

@test "n and p go through the exercises, N to what is not solved, 1 to 7 to the phases" {
	start_screen 24 80
	keys p
	wait_for 'this is the first one'
	keys n n
	wait_for 'pid/unshare:'
	keys p
	wait_for 'pid/clone:'
	keys 3
	wait_for 'phase 3: '
	wait_at 'private'
	shows 'mnt/private:'
	keys 2
	wait_for 'phase 2'
	keys 1
	wait_at 'inspect'
	keys G n
	wait_for 'this is the last one'
	keys N
	wait_for 'pid/inspect:'
	keys q
	ended 0
}

@test "a broken exercise is in the list, and tells why it can't be used" {
	cp -R "$tree"/{phases,solutions,docs,checks} .
	mkdir course && mv phases solutions docs checks course
	sed -i '1,/^---$/d' course/docs/pid/01_inspect.md
	start_screen 24 80 NSLAB_COURSE="$PWD/course"
	shows '! inspect'
	keys p
	wait_at inspect
	wait_for "This exercise can't be used: "
	keys r
	wait_for 'not now: this exercise is broken'
	keys e
	wait_for 'not now: this exercise is broken'
	keys q
	ended 0
}

@test "a work directory that can't be written is told of, and stays told of" {
	powerless=
	[ "$(id -u)" -ne 0 ] || powerless='setpriv --bounding-set=-dac_override,-dac_read_search'
	mkdir work
	chmod 555 work
	open_shell 24 80
	printf '%s\n' 'stty -g >before' "$powerless $LAB" 'status=$?' 'stty -g >after' 'echo "status $status"' >run
	in_shell 'clear; . ./run'
	wait_for 'Enter begins'
	wait_for 'work'
	keys Enter
	wait_for 'exercises 0/'
	keys n
	wait_for 'cannot make '
	wait_for 'Permission'
	shell_in_pane
	keys C-d
	wait_for 'lab shell: exit status 0'
	keys q
	find_ended 0
	chmod 755 work
}
