# lab lint: an exercise as it should be has no finding; each mistake an author
# can make is named, with the file it is in.

load lab

setup() {
	# shellcheck disable=SC2046 # names only
	unset $(compgen -e NSLAB_) NO_COLOR
	alone=$BATS_FILE_TMPDIR/alone
	export LAB_WORK=$BATS_TEST_TMPDIR/work TMPDIR=$BATS_TEST_TMPDIR/tmp HOME=$BATS_TEST_TMPDIR
	export NSLAB_COURSE=$BATS_TEST_TMPDIR/course
	mkdir -p "$TMPDIR" "$NSLAB_COURSE"
	cd "$NSLAB_COURSE"
	mkdir -p phases/pid solutions/pid docs checks/pid
	cp "$tree"/phases/pid/03_unshare.c phases/pid
	cp "$tree"/solutions/pid/03_unshare.c solutions/pid
	mkdir docs/pid
	cp "$tree"/docs/pid/03_unshare.md docs/pid
	cp -R "$tree"/docs/templates docs
	cp -R "$tree"/checks/pid/03_unshare.* checks/pid
	chmod -R u+w .
	starter=phases/pid/03_unshare.c
	solution=solutions/pid/03_unshare.c
	lesson=docs/pid/03_unshare.md
	check=checks/pid/03_unshare.bats
	right=checks/pid/03_unshare.right
	wrong=checks/pid/03_unshare.wrong
}

# found PATTERN: lint exits 1, one of its lines matches, and the count is the last line.
found() {
	lab lint
	[[ $status -eq 1 && -z $stderr ]]
	grep -E -- "$1" <<<"$output"
	[[ ${lines[-1]} =~ ^[0-9]+\ exercises?,\ [1-9][0-9]*\ findings?$ ]]
}

# change SCRIPT FILE...: with sed, and make sure that something changed
change() {
	local script=$1 file
	shift
	for file; do
		sed -E "$script" "$file" >"$TMPDIR/changed"
		if cmp -s "$TMPDIR/changed" "$file"; then return 1; fi
		cat "$TMPDIR/changed" >"$file"
	done
}

@test "an exercise as it should be has no finding" {
	lab lint
	[ "$status" -eq 0 ]
	[ "$output" = "1 exercise, 0 findings" ]
	[ -z "$stderr" ]
}

@test "an appendix has a title, a command that the tests run, and what to read" {
	mkdir docs/appendix
	printf '# Words\n\n```console\n$ true\n```\n\n## Read more\n\n- x(1)\n' >docs/appendix/words.md
	lab lint
	[ "$status" -eq 0 ]
	printf 'Words\n\n```text\n' >docs/appendix/words.md
	found '^docs/appendix/words.md:1: an appendix begins with its title'
	found '^docs/appendix/words.md: the section "Read more" is missing'
	found '^docs/appendix/words.md: no command is shown'
	found '^docs/appendix/words.md: a code block .* is not closed'
}

@test "the course itself has no finding" {
	NSLAB_COURSE=$tree lab lint
	[ "$status" -eq 0 ]
	[[ "$output" == *" exercises, 0 findings" ]]
}

@test "no solution" {
	rm "$solution"
	found "^$solution: this file is missing"
}

@test "no lesson" {
	rm "$lesson"
	found "^$lesson:1: the lesson is missing"
}

@test "no check" {
	rm "$check"
	found "^$check: this file is missing"
}

@test "a key of the front matter is missing" {
	change '/^time:/d' "$lesson"
	found "^$lesson:[0-9]+: the key \"time\" is missing"
}

@test "an unknown key in the front matter" {
	change 's/^man:/mann:/' "$lesson"
	found "^$lesson:7: unknown key \"mann\""
}

@test "starter and solution differ outside the regions" {
	change 's/CMD is PID 1/CMD is PID one/; s/pid_t child;/pid_t child = 0;/' "$starter"
	found "^$starter: differs from the solution outside the regions \(line [0-9]+"
}

@test "a region is not closed" {
	change '/END\(2\)/d' "$starter" "$solution"
	found "^$starter:[0-9]+: END\(2\) is missing before this"
	found "^$solution:[0-9]+: END\(2\) is missing before this"
}

@test "regions with a gap in their numbers" {
	change 's/(TODO|END)\(3\)/\1(4)/' "$starter" "$solution"
	found "^$starter: the 3 regions are not numbered from 1 to 3"
}

@test "the starter does not stop at a gap" {
	change '/errx\(42, "TODO\(2\)/d' "$starter"
	found "^$starter:[0-9]+: the region must hold errx\(42, \"TODO\(2\)"
}

@test "the solution is not solved" {
	cp "$starter" "$solution"
	found "^$solution:[0-9]+: the region is not solved"
}

@test "no TODO region at all" {
	change '/(TODO|END)\([0-9]\)/d' "$starter" "$solution"
	found "^$starter: 0 TODO regions, there must be 1 to 5"
}

@test "the header comment leaves something out" {
	change '/^ \* Expect:/d' "$starter" "$solution"
	found "^$starter:1: the header comment has no \"Expect:\""
}

@test "a header comment that names another lesson" {
	change 's/03_unshare\.md/04_unshare.md/' "$starter" "$solution"
	found "^$starter:1: the header comment must name docs/pid/03_unshare\.md"
}

@test "a program that sleeps, and a line that is too long" {
	change 's/^\tpid_t child;/\tpid_t child; sleep(1); \/* this comment makes the line longer than eighty columns *\//' \
		"$starter" "$solution"
	found "^$starter:[0-9]+: programs wait for events, they never sleep"
	found "^$solution:[0-9]+: more than 80 columns"
}

@test "a solution with a warning of the compiler" {
	change 's/^(\tpid_t child);/\1; int unused;/' "$starter" "$solution"
	found "^$solution: does not compile without a warning"
	[[ "$output" == *"unused variable"* ]]
}

@test "a wrong program that does not compile" {
	echo 'int main(void) { return nothing; }' >"$wrong/no-fork.9.c"
	found "^$wrong/no-fork\.9\.c: does not compile without a warning"
}

@test "a source that is too long, or too short" {
	seq -f '/* %g */' 60 | tee -a "$starter" >>"$solution"
	found "^$solution: 122 lines, there must be 40 to 120"
	printf '/*\n */\nint main(void)\n{\n}\n' >"$starter"
	found "^$starter: 5 lines, there must be 40 to 120"
}

@test "a project may be longer, as far as its lesson says" {
	change 's/^time: /lines: 130\ntime: /' "$lesson"
	seq -f '/* %g */' 60 | tee -a "$starter" >>"$solution"
	lab lint
	[ "$status" -eq 0 ]
	seq -f '/* %g */' 20 | tee -a "$starter" >>"$solution"
	found "^$solution: 142 lines, there must be 40 to 130"
}

@test "a header of the workbook in an exercise" {
	change 's/^#include <err.h>/#include <err.h>\n#include "common\/io.h"/' "$starter" "$solution"
	found "^$starter:[0-9]+: exercises use no header of the workbook"
}

@test "a section of the lesson is missing, misplaced or unknown" {
	change 's/^## Why it works/## Why it does/' "$lesson"
	found "^$lesson:[0-9]+: there is no section \"Why it does\" in a lesson"
	grep -q "^$lesson: the section \"Why it works\" is missing" <<<"$output"
	change 's/^## Why it does/## Task/' "$lesson"
	found "^$lesson:[0-9]+: the section \"Task\" stands in the wrong place, or twice"
}

@test "a hint is missing" {
	change '/^### 2$/d' "$lesson"
	found "^$lesson:[0-9]+: hint [23] is missing"
}

@test "a hint holds a line of the solution, however it is spaced" {
	change 's/^### 3$/### 3\n\nWrite `if (unshare( CLONE_NEWPID ) < 0)`, then what it says./' "$lesson"
	found "^$lesson:[0-9]+: hint 3 holds a line of the solution: if \(unshare\(CLONE_NEWPID\) < 0\)"
}

@test "a mistake without a hint" {
	awk '/^### no-fork$/ { print; print ""; print "Nothing was forked."; print ""; skip = 1; next }
		/^##/ { skip = 0 } !skip' "$lesson" >new
	cat new >"$lesson"
	rm new
	found "^$lesson:[0-9]+: no-fork needs a second paragraph, the hint"
}

@test "a mistake of the lesson that no wrong program makes" {
	rm "$wrong"/status-lost.*
	found "^$lesson:[0-9]+: there is no program that makes the mistake status-lost"
}

@test "a wrong program whose mistake the lesson does not know" {
	mv "$wrong/no-fork.c" "$wrong/no-spoon.c"
	found "^$wrong/no-spoon\.c: the lesson has no \"### no-spoon\""
}

@test "too few right programs, or all of them C" {
	rm "$right"/*.sh "$right"/*.py
	cp "$right"/*.c "$right/again.c"
	found "^$right: one of the right programs must not be C"
	rm "$right/again.c"
	found "^$right: at least 2 other right programs are needed, here are 1"
}

@test "a script that can't be executed, and one without #!" {
	chmod -x "$right/unshare.sh"
	found "^$right/unshare\.sh: a script must be executable"
	chmod +x "$right/unshare.sh"
	echo 'exec unshare --pid --fork "$@"' >"$right/unshare.sh"
	found "^$right/unshare\.sh:1: a script starts with #!"
}

@test "a check that sleeps, or does not load the vocabulary" {
	printf '@test "one" {\n\tsleep 1\n}\n@test "two" {\n\ttrue\n}\n' >"$check"
	found "^$check: a check waits for events, it never sleeps"
	grep -q "^$check:1: a check starts with" <<<"$output"
}

@test "files that belong to no exercise" {
	echo >docs/pid/09_none.md
	echo >phases/pid/notes.txt
	mkdir checks/pid/03_other.wrong
	found '^docs/pid/09_none\.md: there is no exercise phases/pid/09_none\.c'
	grep -q '^phases/pid/notes.txt: this is no file of an exercise' <<<"$output"
	grep -q '^checks/pid/03_other.wrong: there is no exercise' <<<"$output"
}

@test "two exercises of one name" {
	cp "$starter" phases/pid/07_unshare.c
	found 'pid/unshare is there already, as 03'
}

@test "lab new makes an exercise in which lint names what is left to write" {
	lab new pid/fresh
	[ "$status" -eq 0 ]
	[ -x checks/pid/04_fresh.wrong/some-mistake.sh ]
	[ -e phases/pid/04_fresh.c ]
	lab lint pid/fresh
	[ "$status" -eq 1 ]
	[[ "$output" == *"docs/pid/04_fresh.md:"*": still to be written"* ]]
	# Nothing but that: the templates keep all the rules.
	run ! grep -vE 'still to be written|^1 exercise, ' <<<"$output"
	lab new pid/fresh
	[ "$status" -eq 2 ]
	[ "$stderr" = "lab: there is an exercise pid/fresh already." ]
}

@test "one exercise, a phase, and what is neither" {
	lab lint pid/unshare
	[ "$status" -eq 0 ]
	lab lint pid
	[ "$output" = "1 exercise, 0 findings" ]
	lab lint unhsare
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"Did you mean pid/unshare?"* ]]
}
