# A course of one's own: lab --course DIR, made with lab new, in the workbook's words.

load lab
load class

# own: DIR/own is a course with the exercise uts/greeting, filled in from uts/hostname.
own() {
	mkdir -p own/phases
	lab --course own new uts/greeting
	[ "$status" -eq 0 ]
	local part

	for part in phases solutions; do
		sed 's|docs/uts/01_hostname|docs/uts/01_greeting|' "$tree/$part/uts/01_hostname.c" >own/$part/uts/01_greeting.c
	done
	cp "$tree/docs/uts/01_hostname.md" own/docs/uts/01_greeting.md
	cp "$tree/checks/uts/01_hostname.bats" own/checks/uts/01_greeting.bats
	for part in right wrong; do
		rm -r "own/checks/uts/01_greeting.$part"
		cp -R "$tree/checks/uts/01_hostname.$part" "own/checks/uts/01_greeting.$part"
	done
	chmod -R u+w own
}

@test "lab new makes the files of an exercise in an empty course, with the workbook's words" {
	mkdir -p own/phases
	lab --course own new uts/greeting
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "checks/lib -> $tree/checks/lib" ]
	[ "$(readlink own/checks/lib)" = "$tree/checks/lib" ]
	for file in phases/uts/01_greeting.c solutions/uts/01_greeting.c docs/uts/01_greeting.md checks/uts/01_greeting.bats; do
		grep -q 'TO BE WRITTEN' "own/$file"
		[[ $output == *"$file"* ]]
	done
	# The next one finds the words there, and gets the next number.
	lab --course=own new uts/second
	[ "$status" -eq 0 ]
	[ -e own/phases/uts/02_second.c ]
	[[ $output != *' -> '* ]]
	lab --course own lint
	[ "$status" -eq 1 ]
	[[ $output == *'still to be written'* && ${lines[-1]} == '2 exercises, '*' findings' ]]
	# Nothing of it is in the workbook.
	lab list
	[[ $output != *greeting* ]]
	nothing_left
}

@test "what stands in checks/lib of one's own course stays" {
	mkdir -p own/phases own/checks/lib
	lab --course own new pid/first
	[ "$status" -eq 0 ]
	[ ! -L own/checks/lib ]
	[[ $output != *' -> '* ]]
}

@test "filled in it has no finding, and only it is listed" {
	own
	lab --course own lint
	[ "$status" -eq 0 ]
	[ "$output" = '1 exercise, 0 findings' ]
	lab --course own list
	[ "$status" -eq 0 ]
	[[ $output == *'uts/greeting'*'A host name of one'* && $output != *uts/hostname* && $output != *pid/* ]]
	lab --course own show uts/greeting
	[[ $status -eq 0 && $output == *'A host name of one'* ]]
}

@test "it is checked: right programs pass, wrong ones fail with their cause" {
	own
	lab --course own check --source own/solutions/uts/01_greeting.c greeting --json
	[ "$status" -eq 0 ]
	[ "$(jq -r '[.exercise, .verdict, .score] | @tsv' <<<"$output")" = $'uts/greeting\tpass\t7' ]
	lab --course own check --program own/checks/uts/01_greeting.right/unshare.sh greeting
	[ "$status" -eq 0 ]
	lab --course own check --source own/checks/uts/01_greeting.wrong/set-before-unshare.c greeting --json
	[ "$status" -eq 1 ]
	[ "$(jq -r '[.checks[].cause | select(. != "")][0]' <<<"$output")" = set-before-unshare ]
	nothing_left
}

@test "its work and its progress are its own" {
	unset LAB_WORK
	own
	lab --course own check greeting
	[ "$status" -eq 1 ]
	[ -e own/work/uts/01_greeting.c ]
	cp own/solutions/uts/01_greeting.c own/work/uts/
	lab --course own check
	[ "$status" -eq 0 ]
	lab --course own status
	[[ $output == *'1 of 1 exercises solved'* ]]
	# The directory may be told from anywhere.
	cd own
	lab --course . status
	[[ $output == *'1 of 1 exercises solved'* ]]
	cd uts 2>/dev/null || cd docs
	lab --course "$PWD/.." status
	[[ $output == *'1 of 1 exercises solved'* ]]
}

@test "it is graded" {
	own
	mkdir -p class/alice/uts class/bob
	cp own/solutions/uts/01_greeting.c class/alice/uts/
	cp own/phases/uts/01_greeting.c class/bob/greeting.c
	lab --course own grade class
	[ "$status" -eq 0 ]
	diff - <(grades) <<-'END'
		alice uts/greeting pass 7/7 
		bob uts/greeting fail 0/7 not-started
	END
	fits grade class/.lab/grades.jsonl
	lab --course own report class --format csv
	grep -q '^alice,7,7,1,' <<<"$output"
	# Another word of the checks is another check.
	rm own/checks/lib
	cp -R "$tree/checks/lib" own/checks/lib
	printf '# changed\n' >>own/checks/lib/load.bash
	lab --course own grade class
	[[ $stderr == *'2 grades are of other checks'* ]]
	nothing_left
}

@test "--course says what it needs" {
	mkdir empty
	for wrong in '--course' '--course='; do
		lab "$wrong"
		refused 2 '--course needs the top directory of a course*'
	done
	lab --course empty list
	refused 4 'empty is no course, there is no phases/ in it*'
	lab --course nowhere list
	refused 4 'nowhere is no course, there is no phases/ in it*'
	lab --course empty new pid/x
	refused 4 'empty is no course, *'
}
