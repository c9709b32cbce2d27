# Every exercise in both directions: the solution and every other right program
# pass, the starter is not started, and every wrong program fails with the cause
# in its file name (up to the first dot).

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
	[[ $got == "$want" ]] && return 0
	printf '%s: wanted %s, got %s\n' "$file" "$want" "${got:-nothing: $result}"
	jq -c '.checks[] | select(.status != "pass") | [.name, .status, .observed]' <<<"$result" 2>/dev/null
	return 0
}
export -f judge

# programs NN_NAME: lines "WANT FILE" for everything the course says about an exercise.
programs() {
	local file name

	for file in "solutions/$1.c" "checks/$1.right"/*; do echo "pass $file"; done
	echo "not-started phases/$1.c"
	for file in "checks/$1.wrong"/*; do
		name=${file##*/}
		echo "${name%%.*} $file"
	done
}

# prove PHASE/NN_NAME PROPAGATION: two programs at a time.
prove() {
	local id=${1/[0-9][0-9]_/} out

	PROPAGATION=$2
	out=$(programs "$1" | if [[ $2 == private ]]; then
		# What leaks only into a peer group can't be seen where there is none.
		grep -v '^mount-leaked '
	else
		cat
	fi | xargs -P 2 -L 1 bash -c 'judge "$0" "$@"' "$id" 2>&1)
	[[ -z $out ]] || { echo "$out"; return 1; }
}

@test "every exercise of the catalogue is proven here" {
	run -0 bash -c "\"$LAB\" list --json | jq -r '.. | .id? // empty' | sort -u"
	[ "$output" = "$(grep -o '^@test "[a-z]*/[a-z]*' "$BATS_TEST_FILENAME" | cut -d'"' -f2 | sort -u)" ]
}

@test "pid/inspect: right programs pass, wrong ones are named" { prove pid/01_inspect shared; }
@test "pid/clone: right programs pass, wrong ones are named" { prove pid/02_clone shared; }
@test "pid/unshare: right programs pass, wrong ones are named" { prove pid/03_unshare shared; }
@test "pid/procfs: right programs pass, wrong ones are named" { prove pid/04_procfs shared; }
@test "pid/init: right programs pass, wrong ones are named" { prove pid/05_init shared; }
@test "pid/shell: right programs pass, wrong ones are named" { prove pid/06_shell shared; }
@test "pid/pair: right programs pass, wrong ones are named" { prove pid/07_pair shared; }
@test "mnt/escape: right programs pass, wrong ones are named" { prove mnt/05_escape shared; }
@test "mnt/pivot: right programs pass, wrong ones are named" { prove mnt/06_pivot shared; }
@test "mnt/debootstrap: right programs pass, wrong ones are named" {
	# Downloaded once, and kept where the build is.
	export XDG_CACHE_HOME=$tree/build/cache
	run "$LAB" check mnt/debootstrap --source phases/mnt/07_debootstrap.c
	[ "$status" -ne 3 ] || skip "$(sed -n 's/^ *why *//p' <<<"$output")"
	prove mnt/07_debootstrap shared
}
@test "mnt/isolated: right programs pass, wrong ones are named" { prove mnt/08_isolated shared; }
@test "pid/procfs where / is private" { prove pid/04_procfs private; }
@test "pid/init where / is private" { prove pid/05_init private; }
@test "pid/shell where / is private" { prove pid/06_shell private; }
@test "pid/pair where / is private" { prove pid/07_pair private; }
@test "mnt/escape where / is private" { prove mnt/05_escape private; }
@test "mnt/pivot where / is private" { prove mnt/06_pivot private; }
@test "mnt/isolated where / is private" { prove mnt/08_isolated private; }
