# For course_*.bats, every exercise in both directions: the solution and every other
# right program pass, the starter is not started, and every wrong program fails with
# the cause in its file name (up to the first dot). SHARE=K/N leaves all but each Nth wrong
# program, from the Kth on, to another run.

bats_require_minimum_version 1.5.0

tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
LAB=${LAB:-$tree/build/lab}

setup() {
	# shellcheck disable=SC2046 # names only
	unset $(compgen -e NSLAB_)
	export LAB TMPDIR=$BATS_TEST_TMPDIR/tmp HOME=$BATS_TEST_TMPDIR PROPAGATION=shared
	mkdir -p "$TMPDIR"
	cd "$tree"
}

# judge ID WANT FILE: check one program; prints a line only where the outcome is not WANT.
judge() {
	local id=$1 want=$2 file=$3 kind=--program result got

	[[ $file != *.c ]] || kind=--source
	result=$("$LAB" check "$id" $kind "$file" --propagation "$PROPAGATION" --json </dev/null) || :
	got=$(jq -r 'if .verdict == "pass" then "pass" else
		([.checks[] | select(.status == "fail") | .cause] + [.verdict])[0] end' <<<"$result" 2>/dev/null)
	if [[ $got == "$want" && $file == solutions/* ]]; then
		truths "$id" "$result"
		return 0
	fi
	[[ $got == "$want" ]] && return 0
	printf '%s: wanted %s, got %s\n' "$file" "$want" "${got:-nothing: $result}"
	jq -c '.checks[] | select(.status != "pass") | [.name, .status, .observed]' <<<"$result" 2>/dev/null
	return 0
}

# truths ID RESULT: a right run answers every question of the lesson with one of its choices.
truths() {
	"$LAB" predict "$1" --json </dev/null | jq -r --argjson told "$(jq -c .truths <<<"$2")" --arg id "$1" '
		.questions[] | . as $q | ([$told[] | select(.question == $q.question) | .kernel][0] // "nothing") as $said |
		select($q.choices | index($said) | not) | "\($id), \($q.question): the check says \($said)"'
}
export -f judge truths

# programs NN_NAME: lines "WANT FILE" for everything the course says about an exercise.
programs() {
	local file name share=${SHARE:-1/1} n=0

	echo "pass solutions/$1.c"
	echo "not-started phases/$1.c"
	# With the sanitizers it is lab that is tested; what it says of the others was seen without.
	[[ $LAB != */asan/* ]] || return 0
	for file in "checks/$1.right"/*; do
		name=${file##*/}
		# A wrapper around a tool that not every machine has is named after it.
		case ${name%%.*} in bwrap | crun | runc) type -P "${name%%.*}" >/dev/null || continue ;; esac
		echo "pass $file"
	done
	for file in "checks/$1.wrong"/*; do
		name=${file##*/}
		((n++ % ${share#*/} == ${share%/*} - 1)) || continue
		echo "${name%%.*} $file"
	done
}

# prove PHASE/NN_NAME PROPAGATION: $at_once programs at a time.
prove() {
	local id=${1/[0-9][0-9]_/} out

	PROPAGATION=$2
	out=$(programs "$1" | if [[ $2 == private ]]; then
		# What leaks only into a peer group can't be seen where there is none.
		grep -v '^mount-leaked '
	else
		cat
	fi | xargs -P "${at_once:-2}" -L 1 bash -c 'judge "$0" "$@"' "$id" 2>&1)
	[[ -z $out ]] || { echo "$out"; return 1; }
}

# unsupported ID NN_NAME WHY: where an exercise can't be checked it says so, and why, and nothing else.
unsupported() {
	run "$LAB" check "$1" --source "phases/${2}.c" --json
	[ "$status" -eq 3 ] || return 1
	[ "$(jq -r .verdict <<<"$output")" = unsupported ]
	[[ "$(jq -r '[.checks[].why] | join(" ")' <<<"$output")" =~ $3 ]]
}
