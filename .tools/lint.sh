#!/bin/bash
# `make lint`: formatting, static analysis and the rules of the house.
# Tools that are missing are left out with a note; NSLAB_MUST_WORK=1 insists on them.
# Exit status 0: nothing found.
#
# The first argument holds the compiler's warning options, as make has them.
set -u
shopt -s nullglob globstar

cd "$(dirname "$0")/.." || exit 4
warnings=${1:--Wall -Wextra}
found=0

mapfile -t own < <(ls common/*.[ch] lab/*.[ch] lab/*/*.[ch] checks/lib/*.[ch] checks/lab/*.[ch] 2>/dev/null)
mapfile -t sources < <(printf '%s\n' "${own[@]}" | grep '\.c$')
exercises=(phases/**/*.c solutions/**/*.c)
scripts=(.ci/run .tools/*.sh docs/instructor/one docs/instructor/gradescope/{setup.sh,run_autograder} docs/instructor/example/checks/**/*.sh checks/lab/*.sh checks/**/*.right/*.sh checks/**/*.wrong/*.sh)
bats=(checks/**/*.bats checks/lib/*.bash)

# step TITLE COMMAND...: what it prints are findings
step() {
	local title=$1 output
	shift
	if output=$("$@" 2>&1) && [ -z "$output" ]; then
		printf 'ok    %s\n' "$title"
		return
	fi
	printf 'FOUND %s\n' "$title"
	printf '%s\n' "$output" | sed 's/^/      /' | head -n 80
	found=$((found + 1))
}

# have TOOL: is it here? Says so where not.
have() {
	command -v "$1" >/dev/null 2>&1 && return 0
	printf 'skip  %s is not here (.tools/deps.sh lint installs it)\n' "$1"
	[ -z "${NSLAB_MUST_WORK-}" ] || found=$((found + 1))
	return 1
}

# Lines that match, except those that say why they may.
forbid() {
	local pattern=$1
	shift
	[ $# -eq 0 ] || ! grep -nHE "$pattern" "$@"
}

flags() {
	# shellcheck disable=SC2086
	echo -std=gnu11 $warnings -I. "$(pkg-config --cflags libcap jansson libnl-route-3.0 2>/dev/null)"
}

compile_with() {
	# shellcheck disable=SC2046,SC2086
	printf '%s\n' "${sources[@]}" | xargs -P 2 -n 4 "$1" $(flags) -Werror -fsyntax-only
}

tidy() {
	# shellcheck disable=SC2046
	printf '%s\n' "${sources[@]}" |
		xargs -P 2 -I '{}' clang-tidy --quiet '{}' -- $(flags) 2>/dev/null |
		grep -E -A 4 '(warning|error):' && return 1
	return 0
}

check_cppcheck() {
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem --suppress=unknownMacro --suppress=normalCheckLevelMaxBranches \
		--error-exitcode=1 -j 2 -I. "${sources[@]}"
}

# Includes go one way.
directions() {
	forbid '#include "' "${exercises[@]}" &&
		forbid '#include "(lab|checks)/' common/*.[ch] &&
		forbid '#include "(lab|checks/lab)/' checks/lib/*.[ch] &&
		forbid '#include "checks/' lab/*.[ch] lab/*/*.[ch] &&
		forbid '#include "[^/"]*"' "${own[@]}"
}

# Waiting is for events with a deadline. A process that sleeps 1000 seconds is one
# that stays, not one that somebody waits for.
no_sleep() {
	forbid '\b(sleep|usleep|nanosleep|clock_nanosleep)\(' "${own[@]}" "${exercises[@]}" &&
		! grep -nHE '(^|[;&|({ ])(sleep|usleep) +[0-9.]' "${bats[@]}" checks/lab/*.sh .tools/*.sh |
		grep -vE 'sleep (100|1000)\b'
}

shape() {
	awk 'FNR == 1 { file = FILENAME } { lines[file]++ }
		END { for (f in lines) if (lines[f] > 500) print f ": " lines[f] " lines, at most 500" }' "${own[@]}"
	# A function is what stands between a { and a } in the first column.
	awk '/^{/ { start = FNR } /^}/ && start { if (FNR - start > 62) print FILENAME ":" start ": a function of " FNR - start " lines"; start = 0 }' \
		"${sources[@]}"
	# Rows of a table are one line each, however long their texts are.
	# clang-format keeps 100; what it may not break (texts, comments) may be a little longer.
	# shellcheck disable=SC2046 # no name of ours has a space
	expand_width 120 $(printf '%s\n' "${own[@]}" | grep -vE '/unit_|/(table|keys)\.c$')
	[ ${#exercises[@]} -eq 0 ] || expand_width 80 "${exercises[@]}"
}

expand_width() {
	local width=$1
	shift
	awk -v width="$width" '{ n = 0; for (i = 1; i <= length($0); i++) n += substr($0, i, 1) == "\t" ? 8 - n % 8 : 1
		if (n > width && !/https?:/) print FILENAME ":" FNR ": " n " columns, at most " width }' "$@"
}

# Which helper of the system may not be called from where.
house() {
	forbid '\b(system|popen|mktemp|tmpnam|gets|strtok|alloca)\(' "${own[@]}" &&
		forbid '^typedef struct' "${own[@]}" &&
		forbid '[ 	]+$' "${own[@]}" "${exercises[@]}" Makefile
	for entry in *; do
		case $entry in
		Makefile | README.md | LICENSE | phases | lab | common | checks | solutions | docs | build | work) ;;
		*) echo "$entry: the top level holds nothing else" ;;
		esac
	done
	[ "$(wc -l <Makefile)" -le 200 ] || echo "Makefile: more than 200 lines"
	[ "$(wc -l <README.md)" -le 120 ] || echo "README.md: more than 120 lines"
}

report() {
	echo "size  $(cat "${own[@]}" | wc -l) lines in ${#own[@]} files of lab, common and checks; the longest:"
	wc -l "${own[@]}" | sort -rn | sed -n '2,6s/^/      /p'
}

step 'includes go one way' directions
step 'nothing sleeps' no_sleep
step 'files, functions and lines are short' shape
step 'rules of the house' house
have gcc && step 'gcc has no warning' compile_with gcc
have clang && step 'clang has no warning' compile_with clang
have clang-format && step 'formatted' clang-format --dry-run -Werror "${own[@]}"
have clang-tidy && step 'clang-tidy' tidy
have cppcheck && step 'cppcheck' check_cppcheck
have shellcheck && step 'shellcheck' shellcheck -x "${scripts[@]}"
report
[ "$found" -eq 0 ] || echo "lint: $found of these have findings."
[ "$found" -eq 0 ]
