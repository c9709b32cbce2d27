# What holds for every command of lab, as the command table has them: help, usage
# errors, JSON, pipes, closed and full outputs, and ids.

load lab

commands=$("$LAB" help --names)

# Commands that print something and end, with words that make them.
readers=(
	''
	'list'
	'list --ids'
	'list --pending'
	'next'
	'status'
	'show pid/clone'
	'show pid/clone --all'
	'hint pid/clone'
	'diff pid/clone'
	'solution --anyway pid/clone'
	'ns'
	'explain EPERM unshare'
	'doctor'
	'lint pid/unshare'
	'completion bash'
	'completion zsh'
	'help'
	'help check'
	'version'
)

# one_sentence: the first line of standard error is a sentence of lab's
one_sentence() {
	[[ ${stderr_lines[0]} =~ ^lab:\ .*[.?]$ ]]
}

# ---- help ----

@test "help: lab help COMMAND, --help and -h say the same, with every option" {
	for command in $commands; do
		lab help "$command"
		[ "$status" -eq 0 ]
		[[ ${lines[0]} == "usage: lab $command"* ]]
		[ -z "$stderr" ]
		told=$output
		for word in --help -h; do
			lab "$command" $word
			[ "$status" -eq 0 ]
			[ "$output" = "$told" ]
		done
	done
}

@test "help: the list has a line for every command, at most 100 columns wide" {
	lab help
	[ "$status" -eq 0 ]
	for command in $commands; do
		grep -qE "^  $command( |$)" <<<"$output"
	done
	[ "$(awk 'length > 100' <<<"$output")" = '' ]
	told=$output
	for word in --help -h; do
		lab $word
		[ "$status" -eq 0 ]
		[ "$output" = "$told" ]
	done
}

@test "help: of what is no command" {
	lab help chekc
	[ "$status" -eq 2 ]
	[ "${stderr_lines[0]}" = 'lab: there is no command "chekc", did you mean "check"?' ]
	lab help xyzzy
	[ "$status" -eq 2 ]
	[ "${stderr_lines[0]}" = 'lab: there is no command "xyzzy".' ]
}

@test "version: the number, the course and the work directory" {
	lab version
	[[ ${lines[0]} =~ ^lab\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	[[ $output == *"$tree"* && $output == *"$LAB_WORK"* ]]
	told=$output
	lab --version
	[ "$output" = "$told" ]
}

# ---- usage ----

@test "usage: an unknown command, with the nearest one" {
	lab chekc
	[ "$status" -eq 2 ]
	[[ "$stderr" == 'lab: there is no command "chekc".'*'Did you mean "lab check"? "lab help" lists them all.' ]]
	[ -z "$output" ]
	for word in xyzzy '' - -- --json / $'\e[31mlist' $'a\nb'; do
		lab "$word"
		[ "$status" -eq 2 ]
		one_sentence
		[[ -z "$output" && "$stderr" != *$'\e'* ]]
	done
}

@test "usage: an unknown option of every command" {
	for command in $commands; do
		# What stands behind run's ID is the program's.
		for option in --no-such-option -Z --help=3 $'--\e[31m'; do
			lab "$command" "$option" pid/clone
			[ "$status" -eq 2 ]
			one_sentence
			[[ "$stderr" == *"usage: lab $command"*"\"lab help $command\" tells more." && $stderr != *$'\e'* ]]
			[ -z "$output" ]
		done
	done
}

@test "usage: the nearest option" {
	lab check --fromat json
	[ "$status" -eq 2 ]
	[ "${stderr_lines[0]}" = 'lab: check has no option --fromat, did you mean --format?' ]
}

@test "usage: an option without its value, and a flag with one" {
	for words in 'check pid/clone --source' 'hint pid/clone --level' 'list --phase' 'shell -c' 'explain EPERM --pid'; do
		# shellcheck disable=SC2086
		lab $words
		[ "$status" -eq 2 ]
		[[ ${stderr_lines[0]} == *' needs a value ('*').' ]]
	done
	lab list --json=yes
	[ "$status" -eq 2 ]
	[ "${stderr_lines[0]}" = 'lab: --json takes no value.' ]
}

@test "usage: too many and too few words" {
	for words in 'list x' 'status x' 'next x' 'version x' 'shell x' 'doctor x' 'show pid/clone pid/pair' \
		'hint a b' 'reset a b' 'undo a b' 'completion bash zsh' 'help a b' 'new pid/a pid/b' 'explain a b c' \
		run reset new completion explain; do
		# shellcheck disable=SC2086
		lab $words
		[ "$status" -eq 2 ]
		one_sentence
		[[ "$stderr" == *"usage: lab ${words%% *}"* ]]
		[ -z "$output" ]
	done
}

@test "usage: values that make no sense" {
	for words in 'hint pid/clone --level 0' 'hint pid/clone --level 4' 'hint pid/clone --level x' \
		'hint pid/clone --level -1' 'hint pid/clone --level 99999999999999999999' 'list --phase x' \
		'list --done --pending' 'list --ids --json' 'completion fish' 'new clone' 'new x/y' 'new pid/Clone' \
		'new pid/../x' 'new pid/' 'explain ENOPE' 'ns --type x' 'ns x' 'check pid/clone --seed x' \
		'check pid/clone --format x'; do
		# shellcheck disable=SC2086
		lab $words
		echo "$words"
		[ "$status" -eq 2 ]
		one_sentence
		[ -z "$output" ]
	done
}

# ---- ids ----

@test "ids: in full, by name, by prefix, by file name" {
	for word in pid/clone clone pid/cl cl 02_clone.c pid/02_clone.c "$LAB_WORK/pid/02_clone.c" ./02_clone.c; do
		lab show "$word"
		[ "$status" -eq 0 ]
		[[ ${lines[0]} == "pid/clone: "* ]]
	done
}

@test "ids: unknown, with the nearest one; ambiguous, with all; a phase" {
	for command in show edit check watch hint diff solution run lint undo 'reset --yes'; do
		# shellcheck disable=SC2086
		lab $command pid/colne
		[ "$status" -eq 2 ]
		[[ "$stderr" == 'lab: there is no exercise "pid/colne".'*'Did you mean pid/clone?'* ]]
		[ -z "$output" ]
	done
	lab show p
	[ "$status" -eq 2 ]
	[[ ${stderr_lines[0]} == 'lab: "p" is ambiguous, it could be pid/'*', pid/'*. ]]
	lab show pid
	[ "$status" -eq 2 ]
	[[ ${stderr_lines[0]} == 'lab: "pid" is a phase, name one of pid/'* ]]
	for word in '' / pid/ // ../clone $'pid/\e[31mclone' "$(printf 'x%.0s' {1..5000})"; do
		lab show "$word"
		[ "$status" -eq 2 ]
		one_sentence
		[[ "$stderr" != *$'\e'* ]]
		((${#stderr} < 800))
	done
	[ ! -e "$LAB_WORK" ]
}

@test "ids: without one, the current exercise, else the first that is not solved" {
	first=$("$LAB" list --ids | head -n 1)
	lab show
	[[ ${lines[0]} == "$first: "* ]]
	lab edit pid/unshare
	lab show
	[[ ${lines[0]} == "pid/unshare: "* ]]
	lab hint
	[[ ${lines[0]} == "pid/unshare, hint 1 of 3" ]]
	lab next --json
	[ "$(jq -r .exercise <<<"$output")" = "$first" ]
}

# ---- what they print ----

@test "json: valid, one document, its texts as lab knows them" {
	n=0
	for command in $commands; do
		grep -q -- '^  --json' <<<"$("$LAB" help "$command")" || continue
		case $command in
		check) words="check pid/clone --source $tree/phases/pid/02_clone.c" ;;
		explain) words='explain EPERM unshare' ;;
		show | hint) words="$command pid/clone" ;;
		# A class of one.
		grade) mkdir -p class/ada && words="grade class --only pid/clone" ;;
		report) words="report class" ;;
		# Whether one runs now is another matter.
		net) words="net --from $tree/checks/net/03_veth.net" ;;
		*) words=$command ;;
		esac
		# shellcheck disable=SC2086
		lab $words --json
		echo "$words"
		# What ns could not see, and how far grade is, they say beside the document.
		[[ -z "$stderr" || $command == ns || $command == grade ]]
		[ "$(jq -s length <<<"$output")" -eq 1 ]
		jq -e 'type == "object" or type == "array"' <<<"$output"
		n=$((n + 1))
	done
	((n >= 8))
	lab list --json
	[ "$(jq -r '.[].id' <<<"$output")" = "$("$LAB" list --ids)" ]
	lab show pid/clone --json
	[ "$(jq -r '[.sections[].title] | index("Hints")' <<<"$output")" = null ]
	lab hint pid/clone --level 2 --json
	jq -e '.level == 2 and .levels == 3 and .cause == null and (.text | length) >= 40' <<<"$output"
}

@test "no escape code and no control character goes into a pipe, whatever the terminal" {
	for words in "${readers[@]}"; do
		# shellcheck disable=SC2086
		TERM=xterm-256color COLORTERM=truecolor lab $words
		echo "$words"
		[[ $status -eq 0 || ($words == doctor && $status -eq 3) ]]
		[ -n "$output" ]
		if LC_ALL=C grep -q '[^[:print:][:space:]]' < <(printf %s "$output$stderr" | LC_ALL=C tr -d '\200-\377'); then return 1; fi
	done
}

@test "on a terminal there is colour, unless NO_COLOR or TERM=dumb says no" {
	run script -qec "TERM=xterm '$LAB' list" /dev/null
	[[ "$output" != *$'\e'* || $status -eq 0 ]]
	run script -qec "TERM=xterm '$LAB' show pid/clone" /dev/null
	[[ "$output" == *$'\e['* ]]
	for setting in 'TERM=xterm NO_COLOR=1' TERM=dumb; do
		run script -qec "$setting '$LAB' show pid/clone" /dev/null
		[[ "$output" == *"pid/clone: "* && "$output" != *$'\e'* ]]
	done
}

@test "a full disk behind standard output: status 4 and a sentence" {
	[ -c /dev/full ]
	for words in "${readers[@]}"; do
		run timeout 60 sh -c '"$0" "$@" </dev/null 2>&1 >/dev/full' "$LAB" $words
		echo "$words"
		[ "$status" -eq 4 ]
		[[ "$output" == *"lab: cannot write to standard output: "@("No space left on device"|"an earlier write failed")"." ||
			$words == diff* ]]
	done
}

@test "a reader that has gone: no crash, no word" {
	for words in "${readers[@]}"; do
		# The reader has closed its end before lab starts.
		run timeout 60 bash -c 'exec 3> >(:); wait $!; "$0" "$@" </dev/null >&3' "$LAB" $words
		echo "$words: $status"
		[[ $status -eq 4 || $status -eq 141 ]]
		[ -z "$output" ]
	done
}

@test "standard streams that are closed are no trap" {
	for words in "${readers[@]}"; do
		run timeout 60 bash -c '"$0" "$@" <&- >&- 2>&-' "$LAB" $words
		echo "$words: $status"
		[ "$status" -eq 4 ]
		run timeout 60 bash -c '"$0" "$@" <&- 2>&-' "$LAB" $words
		[[ $status -eq 0 || ($words == doctor && $status -eq 3) ]]
	done
}

@test "a directory that is gone is no trap" {
	mkdir gone
	for words in list 'show pid/clone' 'hint pid/clone' next; do
		run timeout 60 bash -c 'cd gone && rmdir ../gone && "$0" "$@" </dev/null' "$LAB" $words
		[ "$status" -eq 0 ]
		mkdir gone
	done
}

# ---- one by one ----

@test "lab alone: where you are and what to do next, at first with a welcome" {
	lab
	[ "$status" -eq 0 ]
	[[ "$output" == "The namespaces workbook"*"No root is needed"*"Next: pid/"*"lab edit pid/"* ]]
	[ ! -e "$LAB_WORK" ]
	lab next
	lab
	[[ "$output" != *"No root is needed"* ]]
}

@test "list: --pending and --done part the exercises between them" {
	cp_solution() { lab edit "$1"; cp "$2" "$LAB_WORK/${2#"$tree"/solutions/}"; }
	cp_solution pid/clone "$tree/solutions/pid/02_clone.c"
	lab check pid/clone
	lab list --done --ids
	[ "$output" = pid/clone ]
	lab list --pending --ids
	[ "$output" = "$("$LAB" list --ids | grep -vx pid/clone)" ]
	lab list --phase pid --ids
	[ "$output" = "$("$LAB" list --ids | grep '^pid/')" ]
	lab list
	grep -qE '^. pid/clone +solved ' <<<"$output"
}

@test "list and show: the appendices stand at the end, and are texts without an exercise" {
	lab list
	[[ "$output" == *$'\n  appendix/'*'read '* && "${lines[-1]}" == "  appendix/"* ]]
	last=${lines[-1]#  } last=${last%% *}
	lab show "${last%?}"
	[ "$status" -eq 0 ]
	[[ "$output" == *$'\nRead more\n'* ]]
	lab show "$last" --json
	[ "$(jq -r .appendix <<<"$output")" = "$last" ]
	lab run "$last"
	[ "$status" -eq 2 ]
	[[ "$stderr" == *"$last is a text without an exercise."*"\"lab show $last\" shows it."* ]]
	# They are no work that is left, and programs that read the list see exercises only.
	for words in --ids --pending --json '--phase pid'; do
		# shellcheck disable=SC2086 # an option, maybe with its value
		lab list $words
		[[ "$output" != *appendix/* ]]
	done
}

@test "show: hints never, explanations after a pass, all with --all" {
	lab show pid/clone
	[[ "$output" == *"Task"* && "$output" != *"Why it works"* && "$output" != *"What people get wrong"* ]]
	[[ "$output" == *'"lab hint pid/clone" gives hints one by one; how and why it works is shown once it is solved.' ]]
	lab edit pid/clone
	cp "$tree/solutions/pid/02_clone.c" "$LAB_WORK/pid/"
	lab check pid/clone
	lab show pid/clone
	[[ "$output" == *"What people get wrong"*"Why it works"* ]]
	[[ "$output" != *$'\nHints\n'* ]]
	lab show pid/clone --all
	[[ "$output" == *$'\nHints\n'* ]]
	# No line is wider than asked for, but what is code.
	[ "$(grep -v '^ ' <<<"$output" | awk 'length > 82')" = '' ]
}

@test "hint: one more each time, the last one again; the cause of the last failure first" {
	for level in 1 2 3 3; do
		lab hint pid/unshare
		[ "$status" -eq 0 ]
		[ "${lines[0]}" = "pid/unshare, hint $level of 3" ]
	done
	cp "$tree/checks/pid/03_unshare.wrong/no-fork.c" "$LAB_WORK/pid/03_unshare.c" 2>/dev/null || {
		lab edit pid/unshare
		cp "$tree/checks/pid/03_unshare.wrong/no-fork.c" "$LAB_WORK/pid/03_unshare.c"
	}
	lab check pid/unshare
	[ "$status" -eq 1 ]
	lab hint pid/unshare
	[ "${lines[0]}" = 'pid/unshare, about "no-fork"' ]
	lab hint pid/unshare
	[ "${lines[0]}" = 'pid/unshare, hint 3 of 3' ]
	lab hint pid/unshare --level 1
	[ "${lines[0]}" = 'pid/unshare, hint 1 of 3' ]
}

@test "solution and diff --solution: after a pass, or when asked anyway" {
	lab solution pid/clone
	[ "$status" -eq 1 ]
	[[ "$stderr" == 'lab: pid/clone is not solved yet.'*'--anyway'* ]]
	[ -z "$output" ]
	lab diff pid/clone --solution
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	lab solution pid/clone --anyway
	[ "$status" -eq 0 ]
	cmp - "$tree/solutions/pid/02_clone.c" <<<"$output"
	lab edit pid/clone
	cp "$tree/checks/pid/02_clone.right/glibc_clone.c" "$LAB_WORK/pid/02_clone.c"
	lab check pid/clone
	lab solution
	[ "$status" -eq 0 ]
	lab diff --solution
	[ "$status" -eq 0 ]
	[[ "$output" == *"+++ pid/clone (solution)"* ]]
}

@test "diff: what was changed, or that nothing was" {
	lab diff pid/clone
	[ "$status" -eq 0 ]
	[ "$output" = "No difference: $LAB_WORK/pid/02_clone.c equals pid/clone (starter)." ]
	echo '/* mine */' >>"$LAB_WORK/pid/02_clone.c"
	lab diff pid/clone
	[ "$status" -eq 0 ]
	[[ "$output" == "--- pid/clone (starter)"*"+/* mine */" ]]
	run --separate-stderr env PATH=/none "$LAB" diff pid/clone
	[ "$status" -eq 4 ]
	[[ "$stderr" == "lab: cannot run diff: "*diffutils* ]]
}
