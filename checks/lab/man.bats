# The manual page lab(1): troff has nothing to say against it, and it holds all that
# the tables of commands and keys hold.

load lab

setup_file() {
	page=$BATS_FILE_TMPDIR/lab.1
	"$LAB" help --man >"$page"
	export page
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# shown: the page as text, without bold and underlines
shown() {
	groff -man -Tascii -P-c -rLL=500n "$page" | sed 's/.\x08//g'
}

@test "man: groff has no warning" {
	command -v groff >/dev/null || skip "groff is not here"
	groff -man -Tutf8 -ww "$page" 2>warnings >/dev/null
	cat warnings
	[ ! -s warnings ]
}

@test "man: ASCII, and no escape codes" {
	run ! env LC_ALL=C grep -n '[^ -~]' "$page"
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
