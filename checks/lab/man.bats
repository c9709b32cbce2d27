# The manual pages: troff has nothing to say against them, lab(1) holds all that the tables
# of commands and keys hold, lab-exercise(5) all that lab reads of an exercise.

load lab

setup_file() {
	page=$BATS_FILE_TMPDIR/lab.1
	exercise=$BATS_FILE_TMPDIR/lab-exercise.5
	"$LAB" help --man >"$page"
	"$LAB" help --man exercise >"$exercise"
	export page exercise
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# shown [PAGE]: the page as text, without bold and underlines
shown() {
	groff -man -Tascii -P-c -rLL=500n "${1:-$page}" | sed 's/.\x08//g'
}

@test "man: groff has no warning" {
	command -v groff >/dev/null || skip "groff is not here"
	groff -man -Tutf8 -ww "$page" 2>warnings >/dev/null
	groff -man -Tutf8 -ww "$exercise" 2>>warnings >/dev/null
	cat warnings
	[ ! -s warnings ]
}

@test "man: ASCII, and no escape codes" {
	run ! env LC_ALL=C grep -n '[^ -~]' "$page" "$exercise"
}

@test "man: every command with its summary and every option is in it" {
	command -v groff >/dev/null || skip "groff is not here"
	shown >text
	for command in $("$LAB" help --names); do
		grep -qE "^ +lab $command( |$)" text
		told=$("$LAB" help "$command")
		grep -qiF -- "$(sed -n 3p <<<"$told")" text
		# shellcheck disable=SC2013 # words
		for option in $(sed -n 's/^  \(-., \)\?\(--[a-z-]*\).*/\2/p' <<<"$told"); do
			grep -qE -- "(^|,) +$option( |$)" text
		done
	done
}

@test "man: what lab reads from the environment and the exit statuses are in it" {
	command -v groff >/dev/null || skip "groff is not here"
	shown >text
	for name in LAB_WORK NSLAB_COURSE NO_COLOR VISUAL EDITOR TERM XDG_STATE_HOME; do
		sed -n '/^ENVIRONMENT/,/^FILES/p' text | grep -qw "$name"
	done
	for status in 0 1 2 3 4 124 130; do
		sed -n '/^EXIT STATUS/,/^ENVIRONMENT/p' text | grep -qE "^ +$status +[A-Z]"
	done
}

@test "man: the keys are in it, also those that troff could take for something else" {
	command -v groff >/dev/null || skip "groff is not here"
	shown | sed -n '/^KEYS/,/^EXIT STATUS/p' >keys
	for key in '/' '\ F8' '! F6' '^L' '^]' 'Shift-Tab' '? F1' '@'; do
		grep -qF -- "       $key " keys || grep -qxF -- "       $key" keys
	done
}

@test "man: what stands in it can be copied" {
	command -v groff >/dev/null || skip "groff is not here"
	groff -man -Tutf8 -P-c "$page" | sed 's/.\x08//g' >text
	grep -qF -- "--source FILE" text
	grep -qF -- '/.local/state' text
	# No typographic hyphen, minus or quotation mark.
	run ! env LC_ALL=C grep -nE $'\xe2\x80[\x90\x98\x99]|\xe2\x88\x92' text
}

@test "man: lab-exercise(5) holds every key of the front matter and every file that lab new makes" {
	command -v groff >/dev/null || skip "groff is not here"
	shown "$exercise" >text
	sed -n '/^FRONT MATTER/,/^LESSON/p' text >keys
	# Every key that any lesson has.
	for key in $(sed -n '1d; /^---$/q; s/^\([a-z]*\):.*/\1/p' -s "$BATS_TEST_DIRNAME"/../../docs/{pid,mnt,uts,ipc,user,net,advanced}/*.md | sort -u); do
		grep -qE "^ +$key( |$)" keys
	done
	for file in phases/PHASE/NN_name.c solutions/PHASE/NN_name.c docs/PHASE/NN_name.md checks/PHASE/NN_name.bats \
		checks/PHASE/NN_name.right/ checks/PHASE/NN_name.wrong/; do
		sed -n '/^FILES/,/^FRONT/p' text | grep -qF -- "$file"
	done
}

@test "man: lab-exercise(5) has the sections of a lesson, in the order of the template" {
	command -v groff >/dev/null || skip "groff is not here"
	shown "$exercise" | sed -n '/^LESSON/,/^CHECK/p' >text
	sed -n 's/^## //p' "$BATS_TEST_DIRNAME/../../docs/templates/lesson.md" >sections
	[ "$(wc -l <sections)" -ge 9 ]
	while IFS= read -r section; do
		grep -xnE "^ {7}$section( .*)?" text | head -n 1 | cut -d: -f1
	done <sections >places
	[ "$(wc -l <places)" -eq "$(wc -l <sections)" ]
	sort -nc places
}

@test "man: the words that lab-exercise(5) shows are words of the checks" {
	command -v groff >/dev/null || skip "groff is not here"
	shown "$exercise" | sed -n '/^CHECK/,/^SEE ALSO/p' >text
	for word in start launch finish release signal new_namespace same_namespaces outside_unchanged exit_status_passes \
		signal_passes exec_failure_shows fail_with seen truth unsupported random_int random_word network_unchanged; do
		grep -qw "$word" text
		grep -qE "^$word\(\)" "$BATS_TEST_DIRNAME"/../lib/*.bash
	done
}

@test "man: another page is a usage error" {
	run "$LAB" help --man nothing
	[ "$status" -eq 2 ]
	[[ $output == *'there are two manual pages'* ]]
}
