# What lab remembers: WORK/.lab/progress.json. Damage, former ids, ids of other
# courses, two labs at once, and courses with mistakes in them.
#
# checks/lab/unit_torture.c kills writers at random; this is about what is said.

load lab

setup() {
	# shellcheck disable=SC2046 # names only
	unset $(compgen -e NSLAB_) NO_COLOR
	alone=$BATS_FILE_TMPDIR/alone
	export LAB_WORK=$BATS_TEST_TMPDIR/work TMPDIR=$BATS_TEST_TMPDIR/tmp HOME=$BATS_TEST_TMPDIR
	mkdir "$TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	progress=$LAB_WORK/.lab/progress.json
}

# progress_is TEXT: the file as another lab may have left it
progress_is() {
	mkdir -p "$LAB_WORK/.lab"
	printf '%s' "$1" >"$progress"
}

# entry ID KEY: as `lab list` knows it
entry() {
	lab list --json
	jq -r --arg id "$1" ".[] | select(.id == \$id) | .$2" <<<"$output"
}

@test "reading makes nothing" {
	for words in list status 'show pid/clone' help version "diff --help"; do
		# shellcheck disable=SC2086
		lab $words
		[ "$status" -eq 0 ]
	done
	[ ! -e "$LAB_WORK" ]
}

@test "checks are counted, a pass is kept when a later check fails" {
	lab check pid/clone
	[ "$status" -eq 1 ]
	[ "$(entry pid/clone '| [.state, .tries, .cause] | join(" ")')" = "fail 1 not-started" ]
	cp "$tree/solutions/pid/02_clone.c" "$LAB_WORK/pid/02_clone.c"
	lab check pid/clone
	[ "$status" -eq 0 ]
	[ "$(entry pid/clone '| [.state, .tries, .cause == null] | join(" ")')" = "pass 2 true" ]
	passed=$(entry pid/clone passed)
	((passed > 1700000000))
	cp "$tree/phases/pid/02_clone.c" "$LAB_WORK/pid/02_clone.c"
	lab check
	[ "$status" -eq 1 ]
	[ "$(entry pid/clone passed)" = "$passed" ]
	[ "$(entry pid/clone tries)" = 3 ]
	lab status
	[[ "$output" == *"1 of "*" exercises solved"*"Current: pid/clone, "*"(3 checks, last: fail, not-started)"* ]]
	lab list --done --ids
	[ "$output" = pid/clone ]
}

@test "a damaged file is moved aside, with a word, and work goes on" {
	local n=0

	for text in '' '{' '[]' '{"schema": "nslab/progress/v1", "exercises": 3}' $'\xff\xfe'; do
		n=$((n + 1))
		progress_is "$text"
		lab status
		[ "$status" -eq 0 ]
		[[ "$stderr" == "lab: $progress was damaged; it is now $progress.corrupt-$n, and your progress starts anew." ]]
		printf '%s' "$text" | cmp - "$progress.corrupt-$n"
		lab hint pid/clone
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		jq -e '.exercises."pid/clone".hint == 1' "$progress"
	done
}

@test "a damaged file where nothing can be moved is ignored, with a word" {
	progress_is '{'
	chmod a-w "$LAB_WORK/.lab"
	powerless_lab status
	chmod u+w "$LAB_WORK/.lab"
	[ "$status" -eq 0 ]
	[[ "$stderr" == "lab: $progress is damaged and cannot be moved aside, so it is ignored." ]]
	[ "$(<"$progress")" = '{' ]
}

@test "a file of a newer lab is neither read nor touched" {
	text='{"schema": "nslab/progress/v9", "exercises": []}'
	progress_is "$text"
	for words in status 'hint pid/clone' 'edit pid/clone'; do
		# shellcheck disable=SC2086
		lab $words
		[ "$status" -eq 4 ]
		[[ "$stderr" == "lab: $progress was written by a newer lab."* ]]
		[[ "$stderr" == *"LAB_WORK"* ]]
		[ -z "$output" ]
	done
	[ "$(<"$progress")" = "$text" ]
	[ "$(ls -A "$LAB_WORK/.lab")" = progress.json ]
}

@test "what lab does not know is kept" {
	progress_is '{"schema": "nslab/progress/v1", "later": [1, {"a": 2}], "exercises": {
		"net/gone": {"state": "pass", "passed": 5, "odd": {"x": 1}}, "pid/clone": {"mine": true}}}'
	lab hint pid/clone
	[ "$status" -eq 0 ]
	jq -e '.later == [1, {"a": 2}] and .exercises."net/gone" == {"state": "pass", "passed": 5, "odd": {"x": 1}}
		and .exercises."pid/clone" == {"mine": true, "hint": 1}' "$progress"
}

@test "a renamed exercise keeps its progress, file and name" {
	course
	progress_is '{"schema": "nslab/progress/v1", "current": "pid/spawn", "exercises": {
		"pid/spawn": {"state": "pass", "passed": 1700000000, "tries": 7, "hint": 2}}}'
	mkdir -p "$LAB_WORK/pid"
	echo '/* mine */' >"$LAB_WORK/pid/09_spawn.c"
	sed 's,^time:,aliases: pid/fork pid/spawn\n&,' "$tree/docs/pid/02_clone.md" >"$NSLAB_COURSE/docs/pid/02_clone.md"
	[ "$(entry pid/clone '| [.tries, .passed, .hints] | join(" ")')" = "7 1700000000 2" ]
	lab show pid/spawn --json
	[ "$(jq -r '.exercise + " " + .file' <<<"$output")" = "pid/clone $LAB_WORK/pid/09_spawn.c" ]
	lab status --json
	[ "$(jq -r .current <<<"$output")" = pid/clone ]
	lab hint
	[ "$status" -eq 0 ]
	jq -e '.exercises | has("pid/spawn") | not' "$progress"
	jq -e '.exercises."pid/clone" | .tries == 7 and .hint == 3 and .passed == 1700000000' "$progress"
	lab diff pid/clone
	[[ "$output" == *"+/* mine */"* ]]
	[ ! -e "$LAB_WORK/pid/02_clone.c" ]
}

@test "many labs at once: no change is lost, nothing stays behind" {
	local ids level pids=()

	mapfile -t ids < <("$LAB" list --ids)
	for level in 1 2 3; do
		for id in "${ids[@]}"; do
			"$LAB" hint "$id" --level "$level" >/dev/null 3>&- &
			pids+=($!)
		done
	done
	for pid in "${pids[@]}"; do wait "$pid"; done
	lab list --json
	[ "$(jq -c '[.[].hints] | unique' <<<"$output")" = '[3]' ]
	[ "$(ls -A "$LAB_WORK/.lab" | grep -c progress)" -eq 2 ]
}

@test "a lab that waits for the lock goes on when it is free, and dies of a signal" {
	lab hint pid/clone
	# Locked once cat opens the gate, until the gate is closed.
	mkfifo gate
	flock "$LAB_WORK/.lab/progress.lock" cat gate 3>&- &
	holder=$!
	exec {gate}>gate
	"$LAB" hint pid/clone >out {gate}>&- 3>&- &
	first=$!
	"$LAB" hint pid/clone >/dev/null {gate}>&- 3>&- &
	second=$!
	# The kernel lists who waits, in a container only where the lock's holder is alive.
	inode=$(stat -c %i "$LAB_WORK/.lab/progress.lock")
	deadline=$((SECONDS + 20))
	until (($(grep -c -- "-> FLOCK.*:$inode " /proc/locks) == 2)); do ((SECONDS < deadline)); done
	kill "$second"
	ended=0
	wait "$second" || ended=$?
	[ "$ended" -eq 143 ]
	exec {gate}>&-
	wait "$holder"
	wait "$first"
	grep -q 'hint 2 of 3' out
	jq -e '.exercises."pid/clone".hint == 2' "$progress"
}

# ---- courses with mistakes in them ----

# broken SCRIPT PATTERN: with this change of its front matter pid/clone is broken, with this sentence
broken() {
	sed -E "$1" "$tree/docs/pid/02_clone.md" >"$NSLAB_COURSE/docs/pid/02_clone.md"
	lab edit pid/clone
	[ "$status" -eq 4 ]
	[ -z "$output" ]
	[[ ${stderr_lines[0]} == "lab: pid/clone can't be used: docs/pid/02_clone.md:"* ]]
	grep -E -- "02_clone\.md:$2" <<<"$stderr"
	lab list
	[ "$status" -eq 0 ]
	grep -E "^  pid/clone +broken +docs/pid/02_clone\.md:$2" <<<"$output"
}

@test "a mistake in a lesson's front matter: file, line and reason" {
	course
	broken '1d' '1: a lesson opens with a line "---"'
	broken '2d' '[0-9]+: the key "title" is missing'
	broken 's/^start: .*/start: admin/' '3: "start" must be root or user, not "admin"'
	broken 's/^time: .*/time: soon/' '[0-9]+: "time" must be seconds from 1 to 600, not "soon"'
	broken 's/^usage:/usag:/' '4: unknown key "usag"'
	broken 's/^usage:.*/no key/' '4: "no key" is not "key: value"'
	broken 's/^start: .*/&\n&/' '4: "start" is given twice'
	broken 's/^---$/--/; 1s/.*/---/' '[0-9]+: '
}

@test "one broken exercise does not keep the others from the learner" {
	course
	sed -i.bak '2d' "$NSLAB_COURSE/docs/pid/02_clone.md"
	rm "$NSLAB_COURSE/docs/pid/02_clone.md.bak"
	lab next
	[ "$status" -eq 0 ]
	lab edit pid/unshare
	[ "$status" -eq 0 ]
	lab hint pid/unshare
	[ "$status" -eq 0 ]
	lab status --json
	[ "$(jq -r .current <<<"$output")" = pid/unshare ]
}

@test "a course that is none" {
	NSLAB_COURSE=$BATS_TEST_TMPDIR/none lab list
	refused 4 "$BATS_TEST_TMPDIR/none is no course, there is no phases/ in it.*"
	mkdir -p empty/phases
	NSLAB_COURSE=$BATS_TEST_TMPDIR/empty lab list
	refused 4 'there is no exercise below *'
}
