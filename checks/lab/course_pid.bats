# The exercises of pid in both directions.

load course

@test "every exercise of the catalogue is proven" {
	run -0 bash -c "\"$LAB\" list --json | jq -r '.. | .id? // empty' | sort -u"
	[ "$output" = "$(cat checks/lab/course_*.bats | grep -o '^@test "[a-z]*/[a-z]*' | cut -d'"' -f2 | sort -u)" ]
}

@test "pid/inspect: right programs pass, wrong ones are named" { prove pid/01_inspect shared; }
@test "pid/clone: right programs pass, wrong ones are named" { prove pid/02_clone shared; }
@test "pid/unshare: right programs pass, wrong ones are named" { prove pid/03_unshare shared; }
@test "pid/procfs: right programs pass, wrong ones are named" { prove pid/04_procfs shared; }
@test "pid/init: right programs pass, wrong ones are named" { prove pid/05_init shared; }
@test "pid/shell: right programs pass, wrong ones are named" { prove pid/06_shell shared; }
@test "pid/pair: right programs pass, wrong ones are named" { prove pid/07_pair shared; }
@test "pid/procfs where / is private" { prove pid/04_procfs private; }
@test "pid/init where / is private" { prove pid/05_init private; }
@test "pid/shell where / is private" { prove pid/06_shell private; }
@test "pid/pair where / is private" { prove pid/07_pair private; }
