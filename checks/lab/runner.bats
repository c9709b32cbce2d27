# The runner must not count what it did not see: tests of run.sh on small trees.

setup() {
	tree=$BATS_TEST_TMPDIR/tree
	mkdir -p "$tree/checks/lab" "$tree/build/unit"
	cp "$BATS_TEST_DIRNAME/run.sh" "$tree/checks/lab/"
	for name in lab observe probe init; do printf '#!/bin/sh\n' >"$tree/build/$name"; done
}

# suite NAME: a bats file on standard input
suite() {
	cat >"$tree/checks/lab/$1.bats"
}

# unit NAME: a unit program on standard input
unit() {
	{ echo '#!/bin/sh'; cat; } >"$tree/build/unit/$1"
	chmod +x "$tree/build/unit/$1"
}

suite_run() {
	# bats puts its own parts in front of PATH, and they are no bats.
	run env -u NSLAB_MUST_WORK PATH="${PATH#*/bats-core:}" TMPDIR="$BATS_TEST_TMPDIR" NSLAB_PASSES=self "$@" "$tree/checks/lab/run.sh"
}

# Two more are the runner's own: nothing left behind, nothing from the sanitizers.
@test "passes are counted, the last line is the sum" {
	suite one <<<'@test "a" { true; }'
	unit two <<<'echo "ok 1 - x"; echo "ok 2 - y"; echo 1..2'
	suite_run
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "5 passed, 0 failed" ]
}

@test "a failed test fails the run and is named with what it printed" {
	suite one <<<'@test "water is dry" { echo wet; false; }'
	suite_run
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "2 passed, 1 failed" ]
	[[ "$output" == *"FAILED self: one: water is dry"*"# wet"*"What failed:"*"FAILED self: one: water is dry"*"# wet"* ]]
	[ "${lines[-2]}" = "  FAILED self: one: water is dry" ]
}

@test "two passes share out the course's wrong programs, one alone has them all" {
	suite one <<<'@test "$SHARE" { false; }'
	suite_run
	[[ "$output" == *"FAILED self: one: 1/1"* ]]
	suite_run NSLAB_PASSES="self user"
	[[ "$output" == *"FAILED self: one: 1/2"* ]]
	load course
	LAB=any
	cd "$BATS_TEST_DIRNAME/../.."
	for exercise in checks/*/*.wrong; do
		exercise=${exercise#checks/} exercise=${exercise%.wrong}
		SHARE=1/1 programs "$exercise" | sort -u >"$BATS_TEST_TMPDIR/all"
		{ SHARE=1/2 programs "$exercise"; SHARE=2/2 programs "$exercise"; } | sort -u | diff "$BATS_TEST_TMPDIR/all" -
		[ "$(SHARE=1/2 programs "$exercise" | wc -l)" -lt "$(wc -l <"$BATS_TEST_TMPDIR/all")" ]
	done
}

@test "skipped tests are counted apart, and fail where all must work" {
	suite one <<<'@test "a" { skip "no moon"; }'
	suite_run
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "2 passed, 0 failed, 1 skipped" ]
	[[ "$output" == *"skipped self: one: a # skip no moon"* ]]
	suite_run NSLAB_MUST_WORK=1
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "2 passed, 1 failed" ]
}

@test "a unit program that dies has failed, whatever it printed before" {
	unit two <<<'echo "ok 1 - x"; echo "oh no" >&2; kill -SEGV $$'
	suite_run
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "3 passed, 1 failed" ]
	[[ "$output" == *"ended early, 1 of 0 tests were run (exit status 139)"*"oh no"* ]]
}

@test "a unit program that ends well and says otherwise has failed" {
	unit two <<<'echo "ok 1 - x"; echo 1..1; exit 3'
	suite_run
	[ "${lines[-1]}" = "3 passed, 1 failed" ]
}

@test "a bats file that can't be read has failed" {
	suite one <<<'@test "never closed {'
	suite_run
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "2 passed, 1 failed" ]
}

@test "bats that is held after its last test is ended, and by whom it was held is told" {
	suite one <<<'@test "a" { true; }; @test "b" { sleep 1000 & }'
	sed -i 's/; @test/\n@test/' "$tree/checks/lab/one.bats"
	suite_run NSLAB_LINGER=1
	[ "$status" -eq 0 ]
	[[ "$output" == *"  self: one: lingered: "*"sleep 1000"* ]]
	[ "${lines[-1]}" = "4 passed, 0 failed" ]
	[ -z "$(pgrep -f "$tree/checks/lab/one.bats")" ]
	install -m 755 "$(type -P sleep)" "$tree/build/probe"
	suite one <<<'@test "a" { "$BUILD/probe" 1000 & }'
	suite_run NSLAB_LINGER=1
	[ "$status" -eq 1 ]
	[[ "$output" == *"lingered: "*"/build/probe 1000"*"FAILED self: one: exit status 1"* ]]
}

@test "a file left behind is noticed" {
	suite one <<<'@test "a" { touch "$TMPDIR/litter"; }'
	suite_run
	[ "$status" -eq 1 ]
	[[ "$output" == *"nothing is left behind"*"# new:  file "*"/litter"* ]]
}

@test "a process left behind is noticed" {
	install -m 755 "$(type -P sleep)" "$tree/build/probe"
	suite one <<<'@test "a" { (exec 3>&-; "${LAB%/lab}/probe" 600 >/dev/null 2>&1 & echo $! >"$HOME/pid"; cp "$HOME/pid" "'"$BATS_TEST_TMPDIR"'/pid"); }'
	suite_run
	kill "$(cat "$BATS_TEST_TMPDIR/pid")"
	[ "$status" -eq 1 ]
	[[ "$output" == *"# new:  process "*"probe 600"* ]]
}

@test "a report of a sanitizer fails the run" {
	suite one <<<'@test "a" { echo "heap-use-after-free" >"$REPORTS/asan.1"; }'
	suite_run
	[ "$status" -eq 1 ]
	[[ "$output" == *"the sanitizers have nothing to report"*"# heap-use-after-free"* ]]
}
