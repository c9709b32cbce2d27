# A class of submissions for the tests of lab grade.
#
# shellcheck shell=bash
# shellcheck disable=SC2154 # set by lab.bash and bats

solutions=$tree/solutions
starters=$tree/phases
schemas=$tree/checks/lab/schemas

# hand_in STUDENT FILE...: a work directory with these solutions ("pid/02_clone.c").
hand_in() {
	local student=$1 file

	shift
	for file; do
		mkdir -p -- "class/$student/${file%/*}"
		cp "$solutions/$file" "class/$student/$file"
	done
}

# hand_in_text STUDENT FILE <TEXT: a file of these words.
hand_in_text() {
	mkdir -p -- "$(dirname -- "class/$1/$2")"
	cat >"class/$1/$2"
}

# archive NAME STUDENT: class/STUDENT/ becomes the archive class/NAME.
archive() {
	case $1 in
	*.zip) (cd "class/$2" && zip -qr - .) >"class/$1" ;;
	*) tar -C "class/$2" -czf "class/$1" . ;;
	esac
	rm -rf "class/${2:?}"
}

# python <SCRIPT: with the distribution's python.
python() {
	/usr/bin/python3 - "$@"
}

# grades [FILE]: "STUDENT EXERCISE VERDICT SCORE/MAX CAUSE" of each grade that counts, sorted.
grades() {
	jq -rs 'reduce .[] as $g ({}; .[$g.student + "\t" + $g.exercise] = $g) | .[]
		| [.student, .exercise, .verdict, "\(.score)/\(.max_score)", .cause] | join(" ")' \
		"${1:-class/.lab/grades.jsonl}" | sort
}

# reason STUDENT EXERCISE: why it could not be graded.
reason() {
	jq -r --arg s "$1" --arg e "$2" 'select(.student == $s and .exercise == $e).reason' class/.lab/grades.jsonl | tail -n 1
}

# lines_of FILE: how many grades were ever made.
lines_of() {
	wc -l <"$1"
}

# fits SCHEMA FILE...: the files hold what the schema says.
fits() {
	"$schemas/validate.py" "$schemas/$1.json" "${@:2}"
}
