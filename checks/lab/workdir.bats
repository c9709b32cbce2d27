# The work directory: made once, never overwritten, and reset and undo lose nothing.

load lab

setup() {
	# shellcheck disable=SC2046 # names only
	unset $(compgen -e NSLAB_) NO_COLOR EDITOR VISUAL TERM_PROGRAM TMUX
	alone=$BATS_FILE_TMPDIR/alone
	export LAB_WORK=$BATS_TEST_TMPDIR/work TMPDIR=$BATS_TEST_TMPDIR/tmp HOME=$BATS_TEST_TMPDIR
	mkdir "$TMPDIR"
	cd "$BATS_TEST_TMPDIR"
	mine=$LAB_WORK/pid/02_clone.c
	starter=$tree/phases/pid/02_clone.c
}

# tree_of DIR: its files and their contents, as text
tree_of() {
	(cd "$1" && find . -type f ! -name progress.lock -exec cksum {} + | sort)
}

@test "the first command that needs it makes it: a copy of every starter" {
	lab edit pid/clone
	[ "$status" -eq 0 ]
	[[ "$output" =~ ^"$mine":[0-9]+$ ]]
	sed -n "${output##*:}p" "$mine" | grep -q 'TODO('
	for file in "$tree"/phases/*/*.c; do
		cmp "$file" "$LAB_WORK/${file#"$tree"/phases/}"
		[ -w "$LAB_WORK/${file#"$tree"/phases/}" ]
	done
	[ "$(cd "$LAB_WORK" && find . -name '*.c' | wc -l)" -eq "$("$LAB" list --ids | wc -l)" ]
}

@test "what is there is never overwritten, by no command" {
	mkdir -p "$LAB_WORK/pid"
	echo '/* mine */' >"$mine"
	echo '/* notes */' >"$LAB_WORK/pid/notes.c"
	for words in next 'edit pid/clone' 'check pid/clone' 'diff pid/clone' 'hint pid/clone' 'run pid/clone' \
		'reset pid/unshare --yes' status list; do
		# shellcheck disable=SC2086
		lab $words
		[ "$(<"$mine")" = '/* mine */' ]
		[ "$(<"$LAB_WORK/pid/notes.c")" = '/* notes */' ]
	done
	[ -e "$LAB_WORK/pid/03_unshare.c" ]
}

@test "a file that was deleted stays deleted until it is asked for" {
	lab next
	rm "$mine" "$LAB_WORK/pid/03_unshare.c"
	lab next
	lab edit pid/inspect
	[ ! -e "$mine" ]
	lab edit pid/clone
	cmp "$mine" "$starter"
	[ ! -e "$LAB_WORK/pid/03_unshare.c" ]
}

@test "LAB_WORK may be relative; an empty one counts as none" {
	LAB_WORK=here lab edit pid/clone
	[[ "$output" == "$BATS_TEST_TMPDIR/here/pid/02_clone.c:"* ]]
	course
	LAB_WORK='' lab edit pid/clone
	# A course of one's own has a work directory of its own.
	[[ "$output" == "$NSLAB_COURSE/work/pid/02_clone.c:"* ]]
	[ "$(ls -A "$NSLAB_COURSE")" = "$(printf '%s\n' checks docs phases solutions work)" ]
}

@test "without LAB_WORK: work/ in a checkout that can be written, else in the home directory" {
	course
	touch "$NSLAB_COURSE/Makefile"
	LAB_WORK='' lab status --json
	[ "$(jq -r .work <<<"$output")" = "$NSLAB_COURSE/work" ]
	chmod a-w "$NSLAB_COURSE"
	LAB_WORK='' powerless_lab status --json
	chmod u+w "$NSLAB_COURSE"
	[ "$(jq -r .work <<<"$output")" = "$HOME/nslab" ]
}

@test "no place for it: one sentence, with the remedy" {
	course
	# Who has an account has a home directory there.
	run --separate-stderr env -u HOME -u LAB_WORK NSLAB_COURSE="$NSLAB_COURSE" \
		"$LAB" status
	[[ $status -eq 0 || ($status -eq 4 && "$stderr" == "lab: there is no place for the work directory, HOME is not set."*"LAB_WORK"*) ]]
}

@test "names with blanks and other odd characters" {
	export LAB_WORK="$BATS_TEST_TMPDIR/my 'work' %s \$x"
	mine=$LAB_WORK/pid/02_clone.c
	EDITOR='printf "%s\n"' lab edit pid/clone
	[ "$status" -eq 0 ]
	[ "$output" = "$mine" ]
	cp "$tree/solutions/pid/02_clone.c" "$mine"
	lab check pid/clone
	[ "$status" -eq 0 ]
}

@test "reset and undo: there and back" {
	lab next
	printf '/* mine \200 */' >"$mine"
	cp "$mine" saved
	lab reset pid/clone --yes
	[ "$status" -eq 0 ]
	cmp "$mine" "$starter"
	lab undo
	[ "$status" -eq 0 ]
	[ "$output" = "$mine is as it was before the reset." ]
	cmp "$mine" saved
	lab undo
	[ "$status" -eq 1 ]
	[ "$stderr" = "lab: nothing was reset, there is nothing to undo." ]
	[ -z "$(ls -A "$LAB_WORK/.lab/undo")" ]
}

@test "undo goes back one reset at a time, of one exercise or of any" {
	lab next
	for n in 1 2 3; do
		echo "/* text $n */" >"$mine"
		lab reset pid/clone --yes
	done
	echo '/* other */' >"$LAB_WORK/pid/03_unshare.c"
	lab reset pid/unshare --yes
	lab undo pid/clone
	[ "$(<"$mine")" = '/* text 3 */' ]
	lab undo
	[ "$(<"$LAB_WORK/pid/03_unshare.c")" = '/* other */' ]
	lab undo
	[ "$(<"$mine")" = '/* text 2 */' ]
	lab undo clone
	[ "$(<"$mine")" = '/* text 1 */' ]
	lab undo pid/clone
	[ "$status" -eq 1 ]
	[ "$stderr" = "lab: pid/clone was not reset, there is nothing to undo." ]
}

@test "what was written between reset and undo is kept" {
	lab next
	echo '/* first */' >"$mine"
	lab reset pid/clone --yes
	echo '/* second */' >"$mine"
	lab undo
	[ "$status" -eq 0 ]
	[ "$(<"$mine")" = '/* first */' ]
	kept=$(sed -n 's/^What you wrote since then is kept in \(.*\)\.$/\1/p' <<<"$output")
	[ "$(<"$kept")" = '/* second */' ]
}

@test "a file that is the starter already, and one that is missing" {
	lab next
	lab reset pid/clone --yes
	[ "$status" -eq 0 ]
	[ "$output" = "$mine is the starter already." ]
	rm "$mine"
	lab reset pid/clone --yes
	[ "$status" -eq 0 ]
	cmp "$mine" "$starter"
	[ ! -e "$LAB_WORK/.lab/undo" ]
}

@test "reset asks on a terminal, and wants --yes where there is none" {
	lab next
	echo '/* mine */' >"$mine"
	lab reset pid/clone
	[ "$status" -eq 2 ]
	[[ "$stderr" == "lab: resetting pid/clone has to be confirmed."*"--yes"* ]]
	terminal "$LAB reset pid/clone"
	await "Put the starter back in place of $mine? [y/N] "
	send 'n\n'
	await 'Nothing was changed.'
	ended
	[ "$status" -eq 1 ]
	[ "$(<"$mine")" = '/* mine */' ]
	terminal "$LAB reset pid/clone"
	await '[y/N] '
	send 'y\n'
	await 'is the starter again'
	ended
	[ "$status" -eq 0 ]
	cmp "$mine" "$starter"
}

@test "the mode of the file and a symbolic link survive reset and undo" {
	lab next
	echo '/* mine */' >elsewhere.c
	chmod 0640 elsewhere.c
	ln -sf "$PWD/elsewhere.c" "$mine"
	lab reset pid/clone --yes
	[ "$status" -eq 0 ]
	[ -L "$mine" ]
	cmp elsewhere.c "$starter"
	lab undo
	[ "$(<elsewhere.c)" = '/* mine */' ]
	[ "$(stat -c %a elsewhere.c)" = 640 ]
}

@test "a work directory that can't be made, and one that can't be written" {
	: >file
	LAB_WORK=$PWD/file/work lab edit pid/clone
	[ "$status" -eq 4 ]
	[[ "$stderr" == "lab: "*"$PWD/file"*"LAB_WORK"* ]]
	[ -z "$output" ]
	LAB_WORK=$PWD/file lab edit pid/clone
	[ "$status" -eq 4 ]
	[[ "$stderr" == "lab: "*"$PWD/file"*"LAB_WORK"* ]]

	mkdir locked
	chmod a-w locked
	LAB_WORK=$PWD/locked powerless_lab edit pid/clone
	chmod u+w locked
	[ "$status" -eq 4 ]
	[[ "$stderr" == "lab: "*"$PWD/locked"*"ermission denied"*"LAB_WORK"* ]]
	[ -z "$(ls -A locked)" ]
}

@test "where nothing can be written, reading goes on" {
	lab edit pid/clone
	chmod -R a-w "$LAB_WORK"
	for words in list status next show 'hint pid/clone' 'diff pid/clone'; do
		# shellcheck disable=SC2086
		powerless_lab $words
		echo "$words: $status"
		[ "$status" -eq 0 ]
		[ -n "$output" ]
	done
	powerless_lab reset pid/unshare --yes
	[ "$status" -eq 0 ]
	chmod -R u+w "$LAB_WORK"
	echo '/* mine */' >"$mine"
	chmod -R a-w "$LAB_WORK"
	powerless_lab reset pid/clone --yes
	chmod -R u+w "$LAB_WORK"
	[ "$status" -eq 4 ]
	[[ "$stderr" == "lab: "*"ermission denied"* ]]
	[ "$(<"$mine")" = '/* mine */' ]
}

@test "a full disk: the sentence, and the text stays as it was" {
	unshare --user --map-root-user --mount true 2>/dev/null || skip "no user namespaces for whoever calls"
	lab edit pid/clone
	before=$(tree_of "$LAB_WORK")
	# One with room for what is there and little more.
	cat >full.sh <<-'END'
		mkdir small
		mount -t tmpfs -o size=256k none small || exit 99
		cp -R "$LAB_WORK/." small
		echo '/* mine */' >small/pid/02_clone.c
		head -c 1000000 /dev/zero >small/fill 2>/dev/null
		LAB_WORK=$PWD/small "$LAB" reset pid/clone --yes
		status=$?
		cat small/pid/02_clone.c
		ls -A small/.lab/undo 2>/dev/null
		ls -A small/pid | grep '\.c\.'
		exit $status
	END
	LAB=$LAB run --separate-stderr unshare --user --map-root-user --mount sh full.sh
	[ "$status" -eq 4 ]
	[[ "$stderr" == "lab: "*"o space left on device"* ]]
	[ "$output" = '/* mine */' ]
	[ "$(tree_of "$LAB_WORK")" = "$before" ]
}

@test "two labs that make it at once" {
	"$LAB" next >one 3>&- &
	"$LAB" next >two 3>&- &
	wait
	cmp one two
	for file in "$tree"/phases/*/*.c; do cmp "$file" "$LAB_WORK/${file#"$tree"/phases/}"; done
	[ -z "$(find "$LAB_WORK" -name '*.c.*')" ]
}

@test "a lab that was killed while making it: the next one goes on" {
	mkdir -p "$LAB_WORK/pid"
	cp "$tree/phases/pid/01_inspect.c" "$LAB_WORK/pid"
	lab next
	[ "$status" -eq 0 ]
	cmp "$mine" "$starter"
}

@test "edit: the editor is the shell's words, its failure is told, what it needs is on standard output" {
	VISUAL='printf "<%s>\n" --wait' EDITOR=false lab edit pid/clone
	[ "$status" -eq 0 ]
	[ "$output" = "$(printf '<%s>\n' --wait "$mine")" ]
	EDITOR='no-such-editor -x' lab edit pid/clone
	[ "$status" -eq 4 ]
	[[ "$stderr" == *'lab: cannot run the editor "no-such-editor -x".'*"$mine"* ]]
	EDITOR='exit 3;' lab edit pid/clone
	[ "$status" -eq 4 ]
	[[ "$stderr" == *'ended with status 3'* ]]
	TERM_PROGRAM=vscode lab edit pid/clone
	[ "$status" -eq 0 ]
	[[ "$output" =~ ^"$mine":[0-9]+$ ]]
}

# Stopped by ^Z between fork and exec, an editor must not keep lab from stopping with it.
@test "edit: stopped as soon as it has a child, lab is stopped, too" {
	for _ in {1..20}; do
		EDITOR='sleep 1000 #' bash -c '
			set -m
			"$0" edit pid/inspect >/dev/null 2>&1 3>&- &
			deadline=$((SECONDS + 20))
			until [[ -n $(<"/proc/$!/task/$!/children") ]]; do ((SECONDS < deadline)) || exit 1; done
			kill -TSTP -- -$!
			until [[ $(<"/proc/$!/stat") == *") T "* ]]; do ((SECONDS < deadline)) || break; done
			[[ $(<"/proc/$!/stat") == *") T "* ]]
			stopped=$?
			kill -KILL -- -$!
			exit $stopped' "$LAB" || return 1
	done
}
