# What the lessons say is true: every command of a console block is run in a
# sandbox shell, as the exercise's programs are started, and prints what stands
# below it. A run of four or more digits stands for any number.

bats_require_minimum_version 1.5.0

tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
LAB=${LAB:-$tree/build/lab}

setup() {
	# shellcheck disable=SC2046 # names only
	unset $(compgen -e NSLAB_)
	export TMPDIR=$BATS_TEST_TMPDIR HOME=$BATS_TEST_TMPDIR
}

normal() {
	sed -E 's/[0-9]{4,}/#/g'
}

# blocks LESSON: its console blocks as one script of lines "$ COMMAND" and output.
blocks() {
	awk '/^```console$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$1"
}

# try LESSON COMMAND EXPECTED
try() {
	local start=() got

	! grep -q '^start: user' "$1" || start=(--user)
	! grep -q '^needs:.*internet' "$1" || start+=(--internet)
	got=$("$LAB" shell "${start[@]}" -c "$2" </dev/null 2>&1 | normal) || :
	[[ $got == "$(normal <<<"$3")" ]] && return 0
	printf '%s\n$ %s\nexpected:\n%s\ngot:\n%s\n' "${1##*/}" "$2" "$3" "$got"
	return 1
}

follow() { # LESSON
	local line command='' expected='' wrong=0

	while IFS= read -r line; do
		if [[ $line == '$ '* ]]; then
			[[ -z $command ]] || ran=$((ran + 1))
			[[ -z $command ]] || try "$1" "$command" "${expected%$'\n'}" || wrong=1
			command=${line:2} expected=''
		else
			expected+=$line$'\n'
		fi
	done < <(blocks "$1"; echo '$ ')
	return $wrong
}

# follow_all PHASE LEAST: every lesson of a phase; it must have that many commands.
follow_all() {
	local lesson wrong=0 ran=0

	for lesson in "$tree/docs/$1"/*.md; do
		follow "$lesson" || wrong=1
	done
	echo "$ran commands"
	((wrong == 0 && ran >= $2))
}

@test "lessons of the pid phase" {
	follow_all pid 15
}

@test "lessons of the mnt phase" {
	follow_all mnt 15
}

@test "lessons of the uts phase" {
	follow_all uts 6
}

@test "lessons of the ipc phase" {
	follow_all ipc 8
}

@test "lessons of the user phase" {
	follow_all user 15
}

@test "lessons of the net phase" {
	follow_all net 15
}

@test "lessons of the advanced phase" {
	follow_all advanced 18
}

@test "the appendices" {
	follow_all appendix 15
}
