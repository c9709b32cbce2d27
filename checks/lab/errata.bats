# docs/errata.md is whole: 62 errors, each with a lesson that exists, a test that exists
# in the file it names, and a question that the lesson asks.

bats_require_minimum_version 1.5.0

tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
errata=$tree/docs/errata.md

# field NUMBER NAME: the text behind "- NAME: " of an error
field() {
	awk -v number="## $1 " -v name="- $2: " '
		/^## /{here = index($0, number) == 1}
		here && index($0, name) == 1 {print substr($0, length(name) + 1)}' "$errata"
}

numbers() {
	grep -oE '^## E[0-9]+' "$errata" | cut -c4-
}

@test "62 errors, each once, in their order" {
	[ "$(numbers)" = "$(printf 'E%02d\n' {1..62})" ]
}

@test "each says what the guide says, and what is so" {
	local number

	for number in $(numbers); do
		echo "$number"
		[ -n "$(field "$number" "The guide")" ]
		[ -n "$(field "$number" "The kernel")" ]
	done
}

@test "each names a lesson that is there" {
	local number lesson

	for number in $(numbers); do
		lesson=$(field "$number" Lesson)
		echo "$number: $lesson"
		[[ $lesson =~ ^\[([a-z]+/[a-z]+)\]\(([a-z]+/[a-z0-9_]+\.md)\)$ ]]
		[ -f "$tree/docs/${BASH_REMATCH[2]}" ]
		[[ ${BASH_REMATCH[2]/[0-9][0-9]_/} == "${BASH_REMATCH[1]}.md" ]]
	done
}

@test "each names a test that is there" {
	local number test

	for number in $(numbers); do
		test=$(field "$number" Test)
		echo "$number: $test"
		[[ $test =~ ^\`(checks/[a-z0-9_/]+\.(bats|c))\`,\ \"(.+)\"$ ]]
		grep -qF "${BASH_REMATCH[3]}" "$tree/${BASH_REMATCH[1]}"
	done
}

@test "each question is one that the lesson asks" {
	local number asked id file

	for number in $(numbers); do
		asked=$(field "$number" Asked)
		[ -n "$asked" ] || continue
		echo "$number: $asked"
		[[ $asked =~ ^\`lab\ predict\ ([a-z]+/[a-z]+)\`,\ ([a-z0-9-]+)$ ]]
		id=${BASH_REMATCH[1]}
		file=$(echo "$tree/docs/${id%/*}"/[0-9][0-9]_"${id#*/}".md)
		grep -qx "### ${BASH_REMATCH[2]}" "$file"
	done
}
