# Completion: the scripts are sourced by a real shell and asked for words.

load lab

# complete_words WORD...: what bash offers for the last of them, one a line, sorted
complete_words() {
	bash --norc -c '
		eval "$("$LAB" completion bash)"
		lab() { "$LAB" "$@"; }
		compopt() { :; } # works only while readline asks
		COMP_WORDS=("$LAB" "$@") COMP_CWORD=$#
		_lab
		printf "%s\n" "${COMPREPLY[@]}"
	' bash "$@" | sort
}

# offers WORDS WORD...: it offers exactly these
offers() {
	local want

	want=$(tr ' ' '\n' <<<"$1" | sort)
	shift
	got=$(complete_words "$@")
	echo "$*: $got"
	[ "$got" = "$want" ]
}

ids() {
	"$LAB" list --ids | tr '\n' ' ' | sed 's/ $//'
}

setup() {
	# shellcheck disable=SC2046 # names only
	unset $(compgen -e NSLAB_) NO_COLOR
	alone=$BATS_FILE_TMPDIR/alone
	export LAB LAB_WORK=$BATS_TEST_TMPDIR/work TMPDIR=$BATS_TEST_TMPDIR/tmp HOME=$BATS_TEST_TMPDIR
	mkdir "$TMPDIR"
	cd "$BATS_TEST_TMPDIR"
}

@test "bash: loads without a word and registers itself" {
	run --separate-stderr bash --norc -uec 'eval "$("$LAB" completion bash)"; complete -p lab'
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$output" = "complete -F _lab lab" ]
}

@test "bash: the commands" {
	offers "$("$LAB" help --names | tr '\n' ' ' | sed 's/ $//')" ''
	offers 'screen shell show solution status' s
	offers 'solution' so
	offers '' xyz
	offers 'check completion' help c
}

@test "bash: ids, phases, all" {
	for command in show edit run watch hint diff solution reset undo; do
		offers "$(ids)" "$command" ''
		offers pid/clone "$command" pid/cl
	done
	for command in check lint; do
		offers "$(ids) advanced all ipc mnt net pid user uts" "$command" ''
	done
	offers pid/pair check pid/clone pid/pa
	offers '' list ''
	offers '' status ''
}

@test "bash: an exercise that is added completes at once" {
	course
	mkdir -p "$NSLAB_COURSE/phases/net"
	: >"$NSLAB_COURSE/phases/net/99_added.c"
	offers net/added show net/ad
}

@test "bash: the options of every command are those of its help" {
	for command in $("$LAB" help --names); do
		options=$("$LAB" help "$command" | sed -nE 's/^  (-[a-z], )?(--[a-z-]+)( .*)?$/\2/p' | tr '\n' ' ')
		offers "$options--help" "$command" --
	done
}

@test "bash: values of options, also behind an equals sign" {
	offers 'json junit pretty tap' check --format ''
	offers 'junit' check --format ju
	offers 'junit' check --format = ju
	offers 'json junit pretty tap' check --format =
	offers 'private shared' check --propagation ''
	offers 'mnt' list --phase m
	offers 'bash zsh' completion ''
	offers '' hint --level ''
	offers 'cgroup ipc mnt net pid time user uts' ns --type ''
	offers 'uts user' ns --type = u
}

@test "bash: explain takes an errno, then a call" {
	local word names

	offers 'EBADF EBUSY' explain EB
	names=$(complete_words explain '')
	[[ $(wc -l <<<"$names") -gt 20 && $names != *[a-z]* ]]
	offers 'clone clone3' explain EPERM cl
	offers 'clone clone3' explain eperm cl
	offers 'clone clone3' explain --pid $$ EPERM cl
	offers 'EPERM EPIPE' explain --pid $$ EP
	# lab knows whatever is offered.
	for word in $names; do "$LAB" explain "$word" >/dev/null; done
	for word in $(complete_words explain EPERM ''); do "$LAB" explain EPERM "$word" >/dev/null; done
}

@test "bash: files with blanks in their names, and processes" {
	touch 'my file.c' other.c
	offers other.c check --source o
	[ "$(complete_words check --source my)" = 'my file.c' ]
	offers $$ ns $$
}

@test "zsh: the script is valid, and offers commands, ids and values" {
	"$LAB" completion zsh >_lab
	[ "$(head -n 1 _lab)" = "#compdef lab" ]
	# It can be tried only where there is a zsh.
	command -v zsh >/dev/null || return 0
	zsh -n _lab
	cat >ask.zsh <<-'END'
		# compadd and the helpers of zsh's completion only work while its editor
		# asks; these print what they were given instead.
		compadd() { [[ $1 == -- ]] && shift; print -l -- "$@"; }
		_describe() { print -l -- ${${(P)2}%%:*}; }
		_files() { print files; }
		_pids() { print pids; }
		compset() { :; }
		compdef() { :; }
		source ./_lab
		words=("$LAB" "$@") CURRENT=$(($# + 1))
		_lab
	END
	ask() { zsh -f ask.zsh "$@" | sed '/^$/d'; }
	[ "$(ask '')" = "$("$LAB" help --names)" ]
	[ "$(ask show '')" = "$("$LAB" list --ids)" ]
	[ "$(ask check '' | tail -n 1)" = all ]
	[ "$(ask check --format '')" = "$(printf '%s\n' pretty tap junit json)" ]
	[ "$(ask check --format=j)" = "$(printf '%s\n' pretty tap junit json)" ]
	[ "$(ask check --source '')" = files ]
	[ "$(ask ns '')" = pids ]
	[ "$(ask ns --type '' | tr '\n' ' ')" = "cgroup ipc mnt net pid time user uts " ]
	ask explain '' | grep -qx EPERM
	ask explain eperm '' | grep -qx pivot_root
	[ -z "$(ask explain eperm '' | grep '[A-Z]')" ]
	[ "$(ask reset -)" = "$(printf '%s\n' --yes --help)" ]
}
