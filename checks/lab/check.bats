# lab check: verdicts, refusals, formats, and what it leaves behind.

load lab

solution=$tree/solutions/pid/02_clone.c
starter=$tree/phases/pid/02_clone.c
wrong=$tree/checks/pid/02_clone.wrong

# ---- verdicts ----

@test "a right program passes, and nothing is left" {
	lab check pid/clone --source "$solution"
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "pid/clone: pass, 7 of 7 points" ]
	[ -z "$stderr" ]
	nothing_left
	[ ! -e "$LAB_WORK" ]
}

@test "a wrong program fails with cause, facts, reason and where to read" {
	lab check pid/clone --source "$wrong/no-new-pid-namespace.c"
	[ "$status" -eq 1 ]
	[[ "$output" == *"FAIL  the command is in a new PID namespace"* ]]
	[[ "$output" == *"expected  the command in a pid namespace other than outside's"* ]]
	[[ "$output" == *"observed  both are in pid:["* ]]
	[[ "$output" == *"cause     no-new-pid-namespace"* ]]
	[[ "$output" == *"why       "*"read      docs/pid/02_clone.md#no-new-pid-namespace"* ]]
	nothing_left
}

@test "a starter is not started" {
	check_json pid/clone --source "$starter"
	[ "$status" -eq 1 ]
	[ "$(value '.checks[0].cause')" = not-started ]
	[[ "$(value '.checks[0].observed')" == *"TODO(1)"* ]]
	[ "$(value .score)" -eq 0 ]
	nothing_left
}

@test "a file that does not compile: the compiler's words with file, line and column" {
	printf 'int main(void)\n{\n\treturn nothing_here;\n}\n' >mine.c
	lab check pid/clone --source mine.c
	[ "$status" -eq 1 ]
	[[ "$output" == *"| mine.c:3:"*": error: "*"cause     does-not-compile"* ]]
	check_json pid/clone --source mine.c
	[ "$(value .verdict)" = fail ]
	[[ "$(value '.checks[0].observed')" =~ ^mine\.c:3:[0-9]+:\ error: ]]
	[ "$(value '[.checks[1:][].status] | unique | join(" ")')" = skip ]
	nothing_left
}

@test "an empty source and one that only holds rubbish do not compile" {
	: >empty.c
	head -c 4096 /dev/urandom >rubbish.c
	for file in empty.c rubbish.c; do
		check_json pid/clone --source "$file"
		[ "$status" -eq 1 ]
		[ "$(value '.checks[0].cause')" = does-not-compile ]
	done
}

@test "a compiler that never ends is stopped" {
	cat >bomb.c <<-'END'
		#define A(x) x x x x x x x x
		#define B(x) A(A(A(A(x))))
		int main(void) { B(B(B(i;))) return 0; }
	END
	check_json pid/clone --source bomb.c
	[[ $status -eq 1 || $status -eq 124 ]]
	[[ "$(value '.checks[0].cause')" == @(memory-limit|time-limit|does-not-compile|output-limit) ]]
	nothing_left
}

@test "a program of another language: unshare without --fork is told from unshare with" {
	printf '#!/bin/sh\nexec unshare --pid --fork "$@"\n' >good
	printf '#!/bin/sh\nexec unshare --pid "$@"\n' >bad
	chmod +x good bad
	lab check pid/unshare --program good
	[ "$status" -eq 0 ]
	check_json pid/unshare --program bad
	[ "$status" -eq 1 ]
	[ "$(value '[.checks[] | select(.status == "fail")][0].cause')" = no-fork ]
	nothing_left
}

@test "a script without #! is run by /bin/sh, and the report says so" {
	echo 'exec unshare --pid --fork "$@"' >plain
	chmod +x plain
	lab check pid/unshare --program ./plain
	[ "$status" -eq 0 ]
	[[ "$output" == *"note: plain has no #! line; it was run by /bin/sh"* ]]
}

@test "several exercises: one report each, the worst verdict is the status" {
	mkdir -p "$LAB_WORK/pid"
	cp "$solution" "$LAB_WORK/pid/02_clone.c"
	cp "$tree/phases/pid/03_unshare.c" "$LAB_WORK/pid/"
	check_json pid/clone pid/unshare
	[ "$status" -eq 1 ]
	[ "$(value '[.[].verdict] | join(" ")')" = "pass fail" ]
	nothing_left
}

@test "a check of the learner's own file counts, one of a named file does not" {
	mkdir -p "$LAB_WORK/pid"
	cp "$wrong/status-lost.c" "$LAB_WORK/pid/02_clone.c"
	lab check pid/clone
	[ "$status" -eq 1 ]
	[ "$(jq -r '.exercises["pid/clone"].cause' "$LAB_WORK/.lab/progress.json")" = status-lost ]
	lab check pid/clone --source "$solution"
	[ "$status" -eq 0 ]
	[ "$(jq -r '.exercises["pid/clone"].state' "$LAB_WORK/.lab/progress.json")" = fail ]
}

# ---- what can't be checked ----

@test "a source that is no readable file: one sentence each, status 2" {
	mkdir dir
	mkfifo fifo
	ln -s loop loop
	lab check pid/clone --source dir
	refused 2 '*dir*directory*'
	lab check pid/clone --source /dev/zero
	refused 2 '*/dev/zero*'
	SECONDS_MAX=10 lab check pid/clone --source fifo
	refused 2 '*fifo*'
	lab check pid/clone --source missing.c
	refused 2 '*missing.c*'
	lab check pid/clone --source loop
	refused 2 '*loop*'
	lab check pid/clone --source ''
	[ "$status" -eq 2 ]
	truncate -s 3M large.c
	lab check pid/clone --source large.c
	refused 2 '*large.c is too large*'
}

@test "a program that can't be executed: one sentence each, status 2" {
	mkdir dir
	mkfifo fifo
	echo 'exec "$@"' >mode
	: >empty
	head -c 100 /dev/zero >zeros
	chmod +x fifo empty zeros
	for name in dir fifo mode empty zeros missing /dev/null; do
		SECONDS_MAX=10 lab check pid/clone --program "$name"
		refused 2 "*$name*"
	done
	lab check pid/clone --program mode
	[[ "$stderr" == *"chmod +x mode"* ]]
}

@test "a file the caller may not read: one sentence, status 2" {
	local powerless=()

	cp "$solution" secret.c
	cp /bin/true secret
	chmod 0000 secret.c
	chmod 0111 secret
	# root reads everything, unless it gives that up.
	[ "$(id -u)" -ne 0 ] || powerless=(setpriv --bounding-set=-dac_override,-dac_read_search)
	for option in --source=secret.c --program=secret; do
		run --separate-stderr timeout 20 "${powerless[@]}" "$LAB" check pid/clone "$option" </dev/null
		refused 2 "*secret*ermission*"
	done
}

@test "an interpreter that does not exist is the program's failure, not the checker's" {
	printf '#!/no/such/interpreter\n' >script
	chmod +x script
	check_json pid/clone --program script
	[ "$status" -eq 1 ]
	[ "$(value .verdict)" = fail ]
}

@test "unknown and ambiguous ids, options that make no sense: status 2" {
	lab check pid/clome
	refused 2 '*pid/clome*pid/clone*'
	lab check pid/
	[ "$status" -eq 2 ]
	lab check pid/p
	refused 2 '*pid/p*pid/procfs*pid/pair*'
	lab check pid/clone --source "$solution" --program /bin/true
	refused 2 '*exclude*'
	lab check pid/clone pid/unshare --source "$solution"
	refused 2 '*one exercise*'
	for seed in -1 x '' 99999999999 '1 2'; do
		lab check pid/clone --source "$solution" --seed "$seed"
		refused 2 '*--seed*'
	done
	lab check pid/clone --format xml
	refused 2 '*xml*pretty, tap, junit or json*'
}

@test "no temporary directory: the checker's error with the remedy" {
	TMPDIR=$BATS_TEST_TMPDIR/nowhere check_json pid/clone --source "$solution"
	[ "$status" -eq 4 ]
	[ "$(value .verdict)" = error ]
	[[ "$(value '.checks[0].why')" == *"cannot make a temporary directory"*"TMPDIR"* ]]
}

@test "no bats: can't be checked, with the command that installs it" {
	mkdir bin
	for name in cc gcc as ld sh; do ln -s "$(type -P "$name" || echo /nowhere)" bin/; done
	run --separate-stderr env PATH="$PWD/bin" "$LAB" check pid/clone --source "$solution" --json
	[ "$status" -eq 3 ]
	json=$output
	[ "$(value .verdict)" = unsupported ]
	[[ "$(value '.checks[0].why')" == *"bats"*"make deps"* ]]
}

# ---- a checker that breaks ----

@test "a broken check is the checker's own error, whatever breaks" {
	local broken

	course
	for broken in 'this is no bats file (' \
		$'load ../lib/load\n@test "a" {\n' \
		$'load ../lib/load\n@test "a" { false; }' \
		$'load ../lib/load\n@test "a" { kill -9 $$; }\n@test "b" { true; }' \
		$'load ../lib/load\n@test "a" { kill -9 $PPID; }\n@test "b" { true; }' \
		$'load ../lib/load\nexit 0\n@test "a" { true; }' \
		$'load ../lib/load\n@test "a" { skip; }' \
		$'load ../lib/load\n@test "a" { echo rubbish >>"$NSLAB_RECORDS"; }' \
		$'load ../lib/load\n@test "a" { rm "$NSLAB_RECORDS"; }' \
		$'load ../lib/load\n@test "a" { record fail "no test of mine" other x y; }' \
		$'load ../lib/load\n@test "a" { record skip a b; skip; }' \
		$'load ../no/such/file\n@test "a" { true; }' \
		''; do
		check_file <<<"$broken"
		check_json pid/clone --source "$clone"
		echo "of: $broken"
		[ "$status" -eq 4 ]
		[ "$(value .verdict)" = error ]
		[ "$(value '[.checks[] | select(.status == "error")] | length')" -ge 1 ]
		nothing_left
	done
}

@test "a broken check says in words that it is not the program's fault" {
	course
	check_file <<<$'load ../lib/load\n@test "a" { echo "says this"; false; }'
	lab check pid/clone --source "$clone" --seed 5
	[ "$status" -eq 4 ]
	[[ "$output" == *"This says nothing about the program."*"lab check pid/clone --seed 5"* ]]
	[[ "$output" == *"says this"* ]]
}

@test "an observer that dies, and one that is not there, are the checker's error" {
	course
	check_file <<<$'load ../lib/load\n@test "a" { start; kill -9 "$OBSERVER_PID"; read_facts; }'
	check_json pid/clone --source "$clone"
	[ "$status" -eq 4 ]
	nothing_left
	mkdir bin
	cp "$LAB" bin/lab
	LAB=$BATS_TEST_TMPDIR/bin/lab check_json pid/clone --source "$clone"
	[ "$status" -eq 4 ]
	nothing_left
}

@test "a missing lesson or check makes the exercise broken, and others can be checked" {
	course
	rm "$NSLAB_COURSE/checks/pid/02_clone.bats"
	check_json pid/clone --source "$clone"
	[ "$status" -eq 4 ]
	lab check pid/unshare --source "$NSLAB_COURSE/solutions/pid/03_unshare.c"
	[ "$status" -eq 0 ]
}

# ---- the end comes early ----

# hanging_check: a check that says when it is in its first test, and stays there until told.
hanging_check() {
	course
	mkfifo up
	printf 'load ../lib/load\n@test "stays" {\n\tstart\n\techo up >"%s"\n\tread -r <"%s"\n}\n' \
		"$PWD/up" "$PWD/up" | check_file
	"$alone" "$LAB" check pid/clone --source "$clone" >out 2>&1 3>&- &
	session=$!
	read -r -t 30 line <up
	[ "$line" = up ]
}

@test "a lab that is killed leaves no process, and the next one sweeps its directory" {
	hanging_check
	kill -USR1 "$session"
	status=0
	wait "$session" || status=$?
	session=''
	[ "$status" -eq 137 ]
	[ -n "$(ls -A "$TMPDIR")" ]
	check_file <"$tree/checks/pid/02_clone.bats"
	lab check pid/clone --source "$clone"
	[ "$status" -eq 0 ]
	nothing_left
}

@test "the directory of a lab that lives is not swept, nor anybody else's" {
	hanging_check
	before=$(ls -A "$TMPDIR")
	mkdir "$TMPDIR/nslab-mine" "$TMPDIR/nslab-$(id -u)-$$-abcdef"
	check_file <"$tree/checks/pid/02_clone.bats"
	lab check pid/clone --source "$clone"
	[ "$status" -eq 0 ]
	[ -d "$TMPDIR/$before" ]
	[ -d "$TMPDIR/nslab-mine" ]
	[ -d "$TMPDIR/nslab-$(id -u)-$$-abcdef" ]
	echo >up
	wait "$session" || :
	session=''
	[ ! -e "$TMPDIR/$before" ]
}

@test "interrupted: status 130, nothing is printed and nothing left" {
	for sig in INT TERM HUP; do
		rm -f up
		hanging_check
		kill -"$sig" "$(pgrep -P "$session")"
		status=0
		wait "$session" || status=$?
		session=''
		[ "$status" -eq 130 ]
		[ ! -s out ]
		nothing_left
	done
}

@test "a check that never ends is stopped, and the test that ran is named" {
	course
	sed -i 's/^time: .*/time: 1/' "$NSLAB_COURSE/docs/pid/02_clone.md"
	printf 'load ../lib/load\n@test "quick" { start; }\n@test "stays" { start; read -r <&"$OBSERVER_OUT"; read -r _ < <(sleep 1000); }\n@test "never" { start; }\n' | check_file
	check_json pid/clone --source "$clone"
	echo "$json"
	[ "$status" -eq 124 ]
	[ "$(value .verdict)" = timeout ]
	nothing_left
}

# ---- formats ----

@test "json: the schema, every key, numbers that agree" {
	for file in "$solution" "$wrong/status-lost.c" "$starter"; do
		check_json pid/clone --source "$file"
		[ "$(value '.schema, .exercise' | xargs)" = "nslab/result/v1 pid/clone" ]
		[ "$(value '[.checks[].points] | add')" -eq "$(value .score)" ]
		[ "$(value '[.checks[] | keys] | unique | flatten | join(" ")')" = \
			"cause expected name observed points read status why" ]
		[ "$(value 'keys | join(" ")')" = \
			"checks compiler duration_ms exercise kernel lab max_score output program schema score seed truths verdict" ]
		[ "$(value .kernel)" = "$(uname -r)" ]
		[ "$(value .program)" = "$file" ]
	done
}

@test "junit is XML whose counts agree" {
	printf '/* <&"]]> */ int main(void) { return "<&>]]>\\x1b[31m"; }\n' >odd.c
	for file in "$solution" "$wrong/status-lost.c" odd.c; do
		lab check pid/clone --source "$file" --format junit
		printf '%s\n' "$output" >report.xml
		python3 - report.xml <<-'END'
			import sys, xml.etree.ElementTree as tree
			suite = tree.parse(sys.argv[1]).getroot().find("testsuite")
			cases = suite.findall("testcase")
			assert int(suite.get("tests")) == len(cases)
			for name, tag in ("failures", "failure"), ("errors", "error"), ("skipped", "skipped"):
			    assert int(suite.get(name)) == len([c for c in cases if c.find(tag) is not None])
			float(suite.get("time"))
		END
	done
}

@test "tap: the plan is kept, failures have their block" {
	lab check pid/clone --source "$wrong/status-lost.c" --format tap
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "TAP version 13" ]
	[ "${lines[1]}" = "1..7" ]
	[ "$(grep -cE '^(not )?ok [0-9]+ - pid/clone: ' <<<"$output")" -eq 7 ]
	[[ "$output" == *$'\n  ---\n'*$'\n  cause: "status-lost"\n'*$'\n  ...\n'* ]]
}

@test "no escape code goes into a pipe; on a terminal NO_COLOR is honoured" {
	printf '#include <stdio.h>\nint main(void)\n{\n\tprintf("\\x1b[31mred\\x1b]0;title\\a\\n");\n\treturn 3;\n}\n' >red.c
	for format in pretty tap junit json; do
		CLICOLOR_FORCE=1 FORCE_COLOR=1 TERM=xterm-256color lab check pid/clone --source red.c --format "$format"
		[ "$status" -eq 1 ]
		[[ "$output$stderr" != *$'\x1b'* ]]
	done
	coloured=$(TERM=xterm script -qec "$LAB check pid/clone --source red.c" /dev/null </dev/null) || :
	plain=$(NO_COLOR=1 TERM=xterm script -qec "$LAB check pid/clone --source red.c" /dev/null </dev/null) || :
	[[ "$coloured" == *$'\x1b'* ]]
	[[ "$plain" != *$'\x1b'* ]]
	# The program's own colours are gone either way.
	[[ "$coloured" != *$'\x1b[31mred'* && "$coloured" != *$'\x1b]0'* ]]
}

@test "a closed pipe is the end, not a crash" {
	run bash -c "set -o pipefail; '$LAB' check pid/clone --source '$solution' 2>err | true"
	[ ! -s err ]
	nothing_left
}

@test "a full disk behind standard output is noticed" {
	run --separate-stderr bash -c "'$LAB' check pid/clone --source '$solution' >/dev/full"
	[ "$status" -eq 4 ]
	[[ "$stderr" == lab:* ]]
}

# ---- random values ----

@test "--seed repeats a run, and without it the values differ" {
	local first

	check_json pid/clone --source "$wrong/status-lost.c" --seed 7
	first=$(value '.seed, (.checks[] | .expected)')
	check_json pid/clone --source "$wrong/status-lost.c" --seed 7
	[ "$(value '.seed, (.checks[] | .expected)')" = "$first" ]
	check_json pid/clone --source "$wrong/status-lost.c" --seed 8
	[ "$(value '.seed, (.checks[] | .expected)')" != "$first" ]
	check_json pid/clone --source "$wrong/status-lost.c"
	first=$(value .seed)
	check_json pid/clone --source "$wrong/status-lost.c"
	[ "$(value .seed)" != "$first" ]
}
