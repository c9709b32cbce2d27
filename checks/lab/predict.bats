# Predict first: a lesson asks before the program runs, the check compares with what
# the kernel did, lab status counts.

load lab

# answers ID: "QUESTION predicted|kernel" of the first two questions, one a line
answers() {
	lab predict "$1" --json
	jq -r '.questions[:2][] | "\(.question): \(.predicted) | \(.kernel)"' <<<"$output"
}

solve() { # ID FILE
	lab edit "$1" # makes the work directory
	cp "$tree/solutions/$2" "$LAB_WORK/$2"
	lab check "$1"
}

@test "a lesson's questions, with their choices, and nothing is made" {
	lab predict pid/clone
	[ "$status" -eq 0 ]
	[[ $output == *first-process*"  1  1"*"  3  its number outside"*caller* ]]
	[ ! -e "$LAB_WORK" ]
	[ "$(answers pid/clone)" = $'first-process: null | null\ncaller: null | null' ]
}

@test "answers by number or by text, and one left open" {
	lab predict pid/clone 3
	[ "$status" -eq 0 ]
	lab predict pid/clone - "where it was"
	[ "$(answers pid/clone)" = $'first-process: its number outside | null\ncaller: where it was | null' ]
	# Until a check has told the truth one may think again.
	lab predict pid/clone 1
	[[ $(answers pid/clone) == 'first-process: 1 | null'* ]]
}

@test "a check that passes compares, and status counts" {
	lab predict pid/clone 3 2
	lab status
	[[ $output == *"Predictions: 0 of 0 right, 2 still open"* ]]
	solve pid/clone pid/02_clone.c
	[ "$status" -eq 0 ]
	[[ $output == *"other predicted, first-process: its number outside; the kernel says: 1"* ]]
	[[ $output == *"right predicted, caller: where it was"* ]]
	[[ $(answers pid/clone) == $'first-process: its number outside | 1\ncaller: where it was | where it was' ]]
	lab status
	[[ $output == *"Predictions: 1 of 2 right, 0 still open"* ]]
	lab status --json
	[ "$(jq -c .predictions <<<"$output")" = '{"made":2,"known":2,"right":1}' ]
}

@test "what the kernel has said stays said" {
	lab predict pid/clone 3
	solve pid/clone pid/02_clone.c
	lab predict pid/clone 1
	refused 1 "pid/clone is solved*"
	[[ $(answers pid/clone) == 'first-process: its number outside | 1'* ]]
}

@test "a check that fails tells nothing" {
	lab predict pid/clone 1 2
	lab check pid/clone
	[ "$status" -eq 1 ]
	[[ $output != *predicted* ]]
	[[ $(answers pid/clone) == $'first-process: 1 | null\ncaller: where it was | null' ]]
}

@test "bad answers are refused and change nothing" {
	lab predict pid/clone 1 9
	refused 2 "\"9\" is no choice of caller: give 1 to 2*"
	lab predict pid/clone 1 1 1 1 1
	refused 2 "pid/clone asks 4, and these are 5 answers*"
	lab predict pid/nothing 1
	[ "$status" -eq 2 ]
	[[ $(answers pid/clone) == *'null | null'*'null | null'* ]]
}

@test "on a terminal the questions are asked one by one" {
	run script -qec "'$LAB' predict pid/clone" /dev/null <<<$'7\n2\n'
	[[ $output == *"1 to 3, or Enter to leave it open:"*"1 to 2, or Enter"* ]]
	[[ $(answers pid/clone) == $'first-process: 2, as something else is PID 1 already | null\ncaller: null | null' ]]
}

@test "every question of the course has its truth in the check" {
	local id questions question

	# shellcheck disable=SC2013 # ids have no blanks
	for id in $(grep -l '^## Predict first' "$tree"/docs/*/*.md); do
		id=${id#"$tree/docs/"} id=${id%.md}
		lab predict "${id/[0-9][0-9]_/}" --json
		questions=$output
		[ "$(jq '.questions | length' <<<"$questions")" -gt 0 ]
		while read -r question; do
			grep -qE "truth(_if)? $question " "$tree/checks/$id.bats"
		done < <(jq -r '.questions[].question' <<<"$questions")
	done
}
