# lab grade: what counts is what was handed in, whoever else hands in what, and however often
# it is stopped.

load lab
load class

# Nothing is left of a grading but its results.
only_results() {
	nothing_left
	[[ -z $(find class -newer before -not -path 'class/.lab*' -not -path class) ]]
}

@test "every kind of submission is graded by what it holds" {
	hand_in alice pid/01_inspect.c pid/02_clone.c
	hand_in bob pid/01_inspect.c
	archive bob.tar.gz bob
	hand_in carol pid/02_clone.c
	archive carol.zip carol
	mkdir -p class/dave class/empty class/frank/dir/pid
	cp "$starters/pid/02_clone.c" class/dave/clone.c
	cp "$solutions/pid/02_clone.c" class/frank/dir/pid/7_clone.c
	printf 'int main(void) { return x; }\n' | hand_in_text gina pid/02_clone.c
	printf '#!/bin/sh\nexec unshare --pid --fork --kill-child "$@"\n' | hand_in_text hugo pid/clone.sh
	touch before
	lab grade class --only pid/inspect,pid/clone --seed 3
	[ "$status" -eq 0 ]
	diff - <(grades) <<-'END'
		alice pid/clone pass 7/7 
		alice pid/inspect pass 8/8 
		bob pid/clone missing 0/7 missing
		bob pid/inspect pass 8/8 
		carol pid/clone pass 7/7 
		carol pid/inspect missing 0/8 missing
		dave pid/clone fail 0/7 not-started
		dave pid/inspect missing 0/8 missing
		empty pid/clone missing 0/7 missing
		empty pid/inspect missing 0/8 missing
		frank pid/clone pass 7/7 
		frank pid/inspect missing 0/8 missing
		gina pid/clone fail 0/7 does-not-compile
		gina pid/inspect missing 0/8 missing
		hugo pid/clone fail 6/7 unshare-instead-of-clone
		hugo pid/inspect missing 0/8 missing
	END
	only_results
	fits grade class/.lab/grades.jsonl
	# Who graded with what, and how to repeat it.
	jq -es 'all(.[]; .lab == "0.1.0" and (.kernel | length) > 0 and (.checks | length) == 64)' class/.lab/grades.jsonl
	[ "$(jq -r 'select(.student == "alice" and .exercise == "pid/clone").submission' class/.lab/grades.jsonl)" = \
		"$(sha256sum <"$solutions/pid/02_clone.c" | cut -d' ' -f1)" ]
	[ "$(stat -c %a class/.lab/grades.jsonl)" = 600 ]
}

@test "the report is printed, and a grade a line meanwhile; both without escape codes" {
	hand_in alice pid/02_clone.c
	mkdir "class/$(printf 'x\33[31m')"
	lab grade class --only pid/clone
	[ "$status" -eq 0 ]
	[[ $output == *'alice '*'7 of 7'*'1 passed'* && $output == *'pid/clone '*'1 of 2 pass; missing (1)'* ]]
	[[ $stderr == *'[1/2] alice pid/clone: pass, 7 of 7'* || $stderr == *'[2/2] alice pid/clone: pass, 7 of 7'* ]]
	[[ $output$stderr == *'x\x1b[31m'* && $output$stderr != *$'\33'* ]]
	nothing_left
}

@test "on a terminal there is a bar with an estimate" {
	hand_in alice pid/02_clone.c
	hand_in bob pid/02_clone.c
	terminal "TERM=xterm '$LAB' grade class --only pid/clone -j1"
	ended 60
	[ "$status" -eq 0 ]
	[[ $seen == *'] 1 of 2  about '*' left'* && $seen == *'[########################] 2 of 2'* ]]
}

@test "killed half-way, it goes on where it was" {
	local name

	for name in a b c d e f g h; do hand_in "$name" pid/02_clone.c; done
	session "$LAB" grade class --only pid/clone -j2
	await '[3/8]' 60
	kill -KILL "$(pgrep -f "^$LAB grade class --only pid/clone -j2")"
	ended 30
	[ "$(lines_of class/.lab/grades.jsonl)" -ge 3 ]
	cp class/.lab/grades.jsonl first
	# As if a line had been on its way.
	printf '{"schema":"nslab/grade/v1","student":"a","exer' >>class/.lab/grades.jsonl
	lab grade class --only pid/clone
	[ "$status" -eq 0 ]
	[ "$(lines_of class/.lab/grades.jsonl)" -eq 8 ]
	cmp first <(head -n "$(lines_of first)" class/.lab/grades.jsonl)
	[ "$(grades | grep -c ' pass 7/7')" -eq 8 ]
	fits grade class/.lab/grades.jsonl
	nothing_left
}

@test "interrupted, it stops cleanly with 130 and goes on" {
	local name

	for name in a b c d; do hand_in "$name" pid/02_clone.c; done
	hand_in_text slow pid/02_clone.c <<<'int main(void) { for (;;) ; }'
	session "$LAB" grade class --only pid/clone -j2
	await '[2/5]' 60
	kill -INT "$(pgrep -f "^$LAB grade class --only pid/clone -j2")"
	ended 60
	[ "$status" -eq 130 ]
	[[ $seen == *'the same command goes on'* ]]
	nothing_left
	rm -r class/slow
	lab grade class --only pid/clone
	[ "$status" -eq 0 ]
	[ "$(lines_of class/.lab/grades.jsonl)" -eq 4 ]
	[[ $output == *'4 of 4 pass'* ]]
}

# normal FILE: the grades without what may differ: times, and numbers the kernel chose.
normal() {
	jq -cS 'del(.graded, .duration_ms, .submitted, .result.duration_ms)
		| .result.checks[]? |= del(.observed, .expected) | del(.result.output, .result.compiler)' "$1" | sort
}

@test "order, load and neighbours change nothing" {
	local name

	for name in a b c; do
		hand_in "good-$name" pid/02_clone.c uts/01_hostname.c
		hand_in "half-$name" pid/02_clone.c
		hand_in_text "half-$name" uts/01_hostname.c <"$starters/uts/01_hostname.c"
	done
	lab grade class --only pid/clone,uts/hostname -j1 --seed 5 --results alone.jsonl
	[ "$status" -eq 0 ]
	# The other way round, as submissions of their own.
	lab grade --one $(printf '%s\n' class/* | tac) --only pid/clone,uts/hostname -j2 --seed 5 --results round.jsonl
	[ "$status" -eq 0 ]
	diff <(normal alone.jsonl) <(normal round.jsonl)
	hand_in_text bomb pid/02_clone.c <<-'END'
		#include <unistd.h>
		int main(void) { for (;;) fork(); }
	END
	hand_in_text killer pid/02_clone.c <<-'END'
		#include <signal.h>
		int main(void) { for (;;) kill(-1, SIGKILL); }
	END
	hand_in_text loud pid/02_clone.c <<-'END'
		#include <stdio.h>
		int main(void) { for (;;) puts("{\"schema\":\"nslab/result/v1\",\"verdict\":\"pass\"}\nok 1"); }
	END
	printf 'PK\3\4junk' >class/torn.zip
	ln -s good-a class/link
	lab grade class --only uts/hostname,pid/clone -j8 --seed 5 --results crowd.jsonl
	[ "$status" -eq 4 ]
	diff <(normal alone.jsonl) <(normal crowd.jsonl | grep -E '"student":"(good|half)-')
	[ "$(grades crowd.jsonl | grep -cE '^(bomb|killer|loud) pid/clone (fail|timeout) [0-6]/7')" -eq 3 ]
	[ "$(grades crowd.jsonl | grep -cE '^(torn|link) .* error null/null')" -eq 4 ]
	nothing_left
}

@test "what changed is graded again, and nothing else" {
	course
	hand_in alice pid/01_inspect.c pid/02_clone.c
	hand_in bob pid/01_inspect.c pid/02_clone.c
	again() { lab grade class --only pid/inspect,pid/clone "$@"; made=$(lines_of class/.lab/grades.jsonl); }
	again
	[ "$made" -eq 4 ]
	again
	[ "$made" -eq 4 ]
	# Another file is graded without being asked for.
	cp "$starters/pid/02_clone.c" class/bob/pid/
	again
	[ "$made" -eq 5 ]
	[[ $(grades) == *'bob pid/clone fail 0/7 not-started'* ]]
	# So is what was wrong and is not any more.
	cp "$solutions/pid/02_clone.c" class/bob/pid/7_clone.c # beside the starter
	again
	[ "$made" -eq 6 ]
	rm class/bob/pid/7_clone.c
	again
	[ "$made" -eq 7 ]
	# Another check is not, but it is said.
	printf '# changed\n' >>"$NSLAB_COURSE/checks/pid/02_clone.bats"
	again
	[ "$made" -eq 7 ]
	[[ $stderr == *'2 grades are of other checks'*'--regrade'* ]]
	again --regrade
	[ "$made" -eq 9 ]
	[ "$(tail -n 2 class/.lab/grades.jsonl | jq -r .exercise | sort -u)" = pid/clone ]
	again --regrade
	[ "$made" -eq 9 ]
	# A text of the lesson decides nothing, its front matter does.
	printf '\nMore.\n' >>"$NSLAB_COURSE/docs/pid/02_clone.md"
	again --regrade
	[ "$made" -eq 9 ]
	sed -i 's/^time: .*/time: 11/' "$NSLAB_COURSE/docs/pid/02_clone.md"
	again --regrade
	[ "$made" -eq 11 ]
}

# one_test COMMAND: all that the check of pid/clone does.
one_test() {
	printf 'load ../lib/load\n@test "it" {\n%s\n}\n' "$1" | check_file
}

@test "what can't be told is an error: no points, and no score of before" {
	course
	hand_in alice pid/02_clone.c
	lab grade class --only pid/clone
	[[ $(grades) == 'alice pid/clone pass 7/7 ' ]]
	one_test 'kill -SEGV $BASHPID; kill -SEGV $$'
	lab grade class --only pid/clone --regrade
	[ "$status" -eq 4 ]
	[[ $(grades) == 'alice pid/clone error null/null ' ]]
	[[ -n $(reason alice pid/clone) ]]
	[[ $output == *'0 of 0'*'1 in error'* ]]
	lab report class --format csv
	[[ ${lines[1]} == 'alice,0,0,0,no,0,error'* ]]
	lab report class --format gradescope
	refused 4 'alice: pid/clone could not be graded: *'
	# lab check itself is gone in the middle of it.
	# Its own one: others are at work, too.
	one_test "pkill -KILL -f 'check pid/clone --source $TMPDIR/.*--json'"
	lab grade class --only pid/clone --regrade
	[ "$status" -eq 4 ]
	[[ $(grades) == 'alice pid/clone error null/null ' ]]
	fits grade class/.lab/grades.jsonl
	# It is graded as soon as it can be.
	cp "$tree/checks/pid/02_clone.bats" "$NSLAB_COURSE/checks/pid/"
	lab grade class --only pid/clone --regrade
	[ "$status" -eq 0 ]
	[[ $(grades) == 'alice pid/clone pass 7/7 ' ]]
}

@test "what this machine can't check counts for nobody" {
	hand_in alice pid/02_clone.c
	run --separate-stderr env PATH=/nowhere "$LAB" grade class --only pid/clone
	[ "$status" -eq 3 ]
	[[ $(grades) == 'alice pid/clone unsupported 0/0 ' ]]
	[[ $(reason alice pid/clone) == *bats*'not installed'* ]]
	fits grade class/.lab/grades.jsonl
	lab report class --format csv
	[[ ${lines[1]} == alice,0,0,0,yes,0,unsupported* ]]
	lab report class --format gradescope
	refused 4 'alice: nothing could be checked on this machine*'
	lab grade class --only pid/clone --regrade
	[ "$status" -eq 0 ]
	[[ $(grades) == 'alice pid/clone pass 7/7 ' ]]
}

@test "an archive that leads out of it, or explodes, is an error of its own" {
	mkdir class
	hand_in good pid/02_clone.c
	python "$solutions/pid/02_clone.c" <<-'END'
		import io, sys, tarfile, zipfile
		solution = open(sys.argv[1], "rb").read()
		def tar(name, *members):
		    with tarfile.open(f"class/{name}.tar.gz", "w:gz", compresslevel=1) as t:
		        for path, what, data in members:
		            info = tarfile.TarInfo(path)
		            info.type = what
		            if what in (tarfile.SYMTYPE, tarfile.LNKTYPE): info.linkname = data
		            elif what == tarfile.REGTYPE: info.size = len(data)
		            t.addfile(info, io.BytesIO(data) if what == tarfile.REGTYPE else None)
		R = tarfile.REGTYPE
		tar("dotdot", ("pid/02_clone.c", R, solution), ("../../evil", R, b"x"))
		tar("absolute", ("pid/02_clone.c", R, solution), ("/tmp/nslab-evil", R, b"x"))
		tar("symlink", ("pid/02_clone.c", tarfile.SYMTYPE, "/etc/passwd"))
		tar("hardlink", ("pid/02_clone.c", tarfile.LNKTYPE, "/etc/passwd"))
		tar("linkdir", ("pid", tarfile.SYMTYPE, "/tmp"), ("pid/02_clone.c", R, solution))
		tar("fifo", ("pid/02_clone.c", tarfile.FIFOTYPE, None))
		tar("device", ("pid/02_clone.c", tarfile.CHRTYPE, None))
		tar("twice", ("pid/02_clone.c", R, solution), ("pid/02_clone.c", R, b"int main;"))
		tar("large", ("pid/02_clone.c", R, b" " * (1 << 21)))
		tar("bomb", *(("x%d" % i, R, bytes(100 << 20)) for i in range(3)))
		tar("many", *(("pid/%d" % i, R, b"") for i in range(5000)))
		whole = open("class/dotdot.tar.gz", "rb").read()
		open("class/torn.tar.gz", "wb").write(whole[: len(whole) // 2])
		with zipfile.ZipFile("class/zipdotdot.zip", "w") as z:
		    z.writestr("pid/02_clone.c", solution)
		    z.writestr("../evil", "x")
		with zipfile.ZipFile("class/zipmany.zip", "w") as z:
		    for i in range(5000): z.writestr(str(i), "")
		with zipfile.ZipFile("class/zipgood.zip", "w", zipfile.ZIP_DEFLATED) as z:
		    z.writestr("top/pid/02_clone.c", solution)
		    z.writestr("__MACOSX/top/pid/._02_clone.c", "x")
	END
	lab grade class --only pid/clone -j2
	[ "$status" -eq 4 ]
	diff - <(grades | sed 's/ pid.clone / /; s/ $//') <<-'END'
		absolute error null/null
		bomb error null/null
		device error null/null
		dotdot error null/null
		fifo error null/null
		good pass 7/7
		hardlink error null/null
		large error null/null
		linkdir pass 7/7
		many error null/null
		symlink error null/null
		torn error null/null
		twice error null/null
		zipdotdot error null/null
		zipgood pass 7/7
		zipmany error null/null
	END
	[ "$(reason dotdot pid/clone)" = 'the archive has an entry that leads out of it: ../../evil' ]
	[ "$(reason bomb pid/clone)" = 'the archive holds more than 256 MiB' ]
	[ "$(reason many pid/clone)" = 'the archive has more than 4096 entries' ]
	[ "$(reason symlink pid/clone)" = 'pid/02_clone.c is a symbolic link' ]
	[ "$(reason twice pid/clone)" = 'the submission has pid/02_clone.c twice' ]
	[[ $(reason torn pid/clone) == 'the archive is damaged: '* ]]
	[ ! -e /tmp/nslab-evil ] && [ -z "$(find . -name '*evil*')" ]
	nothing_left
}

@test "links, FIFOs and devices of a submission are never followed" {
	hand_in good pid/02_clone.c
	mkdir -p class/{link,dirlink,fifo,large,twice}/pid
	ln -s "$solutions/pid/02_clone.c" class/link/pid/02_clone.c
	rmdir class/dirlink/pid
	ln -s "$solutions/pid" class/dirlink/pid
	mkfifo class/fifo/pid/02_clone.c class/pipe
	ln -s good class/other
	truncate -s 2M class/large/pid/02_clone.c
	cp "$solutions/pid/02_clone.c" class/twice/pid/02_clone.c
	cp "$starters/pid/02_clone.c" class/twice/pid/03_clone.c
	mkdir -p class/same/{a,b}
	cp "$solutions/pid/02_clone.c" class/same/a
	cp "$solutions/pid/02_clone.c" class/same/b
	lab grade class --only pid/clone
	[ "$status" -eq 4 ]
	diff - <(grades | sed 's/ pid.clone / /; s/ $//') <<-'END'
		dirlink missing 0/7 missing
		fifo error null/null
		good pass 7/7
		large error null/null
		link error null/null
		other error null/null
		pipe error null/null
		same pass 7/7
		twice error null/null
	END
	[ "$(reason link pid/clone)" = 'pid/02_clone.c is a symbolic link, which is not followed' ]
	[ "$(reason other pid/clone)" = 'the submission is a symbolic link, not a directory or an archive' ]
	[ "$(reason twice pid/clone)" = 'the submission has two files for it: pid/02_clone.c and pid/03_clone.c' ]
	nothing_left
}

@test "what can't be read is an error, not missing work" {
	hand_in alice pid/02_clone.c
	hand_in bob pid/02_clone.c
	hand_in carol pid/02_clone.c
	mkdir -p class/dave/x
	for ((i = 0; i < 4100; i++)); do : >"class/dave/x/$i"; done
	chmod 0 class/alice/pid class/bob/pid/02_clone.c class/carol
	powerless_lab grade class --only pid/clone
	chmod 700 class/alice/pid class/carol
	[ "$status" -eq 4 ]
	[ "$(grades | grep -c ' pid/clone error null/null')" -eq 4 ]
	[[ $(reason alice pid/clone) == "a directory of the submission can't be opened: Permission denied" ]]
	[[ $(reason bob pid/clone) == 'pid/02_clone.c is unreadable: Permission denied' ]]
	[[ $(reason carol pid/clone) == "the submission can't be opened: Permission denied" ]]
	[[ $(reason dave pid/clone) == 'the submission has more than 4096 files' ]]
	nothing_left
}

@test "when something was handed in is when its file, or the archive, was written" {
	hand_in alice pid/02_clone.c
	touch -d 2026-01-02T03:04:05Z class/alice/pid/02_clone.c
	hand_in bob pid/02_clone.c
	touch -d 2001-01-01T00:00:00Z class/bob/pid/02_clone.c
	archive bob.tar.gz bob
	touch -d 2026-02-03T04:05:06Z class/bob.tar.gz
	lab grade class --only pid/clone
	[ "$(jq -r '[.student, .submitted] | @tsv' class/.lab/grades.jsonl | sort)" = \
		$'alice\t2026-01-02T03:04:05Z\nbob\t2026-02-03T04:05:06Z' ]
}

@test "names of any bytes are told apart, and printed as plain text" {
	local long name names=()

	long=$(printf 'n%.0s' {1..255})
	names=("$long" --help -j1 $'new\nline' $'esc\33]0;title\7' $'a\\b' $'\xff\xfe' $'\xe2\x80\xaeevil' 'a b' "'\"<&>" '=1+1')
	mkdir class
	for name in "${names[@]}"; do
		mkdir -p -- "class/$name"
		cp "$solutions/pid/02_clone.c" "class/$name/"
	done
	lab grade class --only pid/clone
	[ "$status" -eq 0 ]
	[ "$(grades | grep -c ' pid/clone pass 7/7')" -eq ${#names[@]} ]
	[[ -z $(tr -d '\n\40-\176\200-\377' <<<"$output$stderr" | LC_ALL=C tr -d '\200-\377') ]]
	[[ $output$stderr != *$'\xe2\x80\xae'* ]]
	fits grade class/.lab/grades.jsonl
	lab report class --format html
	xmllint --noout - <<<"$output"
	[[ $output == *'&#39;&quot;&lt;&amp;&gt;'* ]]
	lab report class --format csv
	[[ $output == *"\"'=1+1\""* && $output == *"\"'--help\""* ]]
	lab report class --format gradescope --output out
	[ "$status" -eq 0 ]
	[ "$(find out -type f | wc -l)" -eq ${#names[@]} ]
	fits gradescope out/*
}

@test "two submissions with one name keep their full names" {
	hand_in alice pid/02_clone.c
	cp -r class/alice class/tmp
	archive alice.zip tmp
	lab grade class --only pid/clone
	[ "$(grades | cut -d' ' -f1 | tr '\n' ' ')" = 'alice alice.zip ' ]
	mkdir other
	cp -r class/alice other/
	lab grade class other --only pid/clone
	refused 2 'there are two submissions of alice*'
}

@test "there is nothing to grade, or it can't be read" {
	mkdir class
	lab grade class --only pid/clone
	refused 2 'there is no submission in class*'
	[ ! -e class/.lab ]
	lab grade nowhere --only pid/clone
	refused 2 'cannot read nowhere*'
	lab grade
	[ "$status" -eq 2 ]
	mkdir class/a
	lab grade class --only pid/nonsense
	refused 2 'there is no exercise*'
	lab grade class --format nonsense
	[ "$status" -eq 2 ]
	lab report class
	refused 2 'cannot read the results in class/.lab/grades.jsonl*'
}

@test "one grader at a time writes a results file" {
	hand_in_text slow pid/02_clone.c <<<'int main(void) { for (;;) ; }'
	hand_in a pid/02_clone.c
	session "$LAB" grade class --only pid/clone -j1
	await '[1/2]' 60
	lab grade class --only pid/clone
	[[ $status -eq 2 && $stderr == *'another lab grade is at work on class/.lab/grades.jsonl'* ]]
	kill -TERM "$(pgrep -f "^$LAB grade class --only pid/clone -j1")"
	ended 60
	[ "$status" -eq 130 ]
}

@test "one submission is one process that prints one line for each exercise" {
	hand_in alice pid/02_clone.c
	hand_in bob uts/01_hostname.c
	archive bob.tar.gz bob
	for one in alice bob.tar.gz; do
		lab grade --one "class/$one" --only pid/clone,uts/hostname --format jsonl
		[ "$status" -eq 0 ]
		printf '%s\n' "$output" >>all.jsonl
	done
	[ ! -e class/.lab ] && [ ! -e class/alice/.lab ]
	fits grade all.jsonl
	lab report all.jsonl --format csv
	[[ ${lines[1]} == alice,7,* && ${lines[2]} == bob,* ]]
	lab grade --one class/alice --student 'Alice A.' --only pid/clone --format gradescope
	[ "$status" -eq 0 ]
	fits gradescope <(printf '%s\n' "$output")
	[ "$(jq .score <<<"$output")" = 7.0 ] || [ "$(jq .score <<<"$output")" = 7 ]
}

@test "a seed repeats a class, and a grade's seed repeats its check" {
	hand_in alice pid/02_clone.c
	lab grade --one class/alice --only pid/clone --seed 9 --format jsonl
	seed=$(jq .seed <<<"$output")
	lab grade --one class/alice --only pid/clone --seed 9 --format jsonl
	[ "$(jq .seed <<<"$output")" = "$seed" ]
	lab grade --one class/alice --only pid/clone --seed 10 --format jsonl
	[ "$(jq .seed <<<"$output")" != "$seed" ]
	lab check pid/clone --source class/alice/pid/02_clone.c --seed "$seed"
	[ "$status" -eq 0 ]
}
