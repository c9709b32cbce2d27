# What `make install` puts where, and that the installed program finds it.

setup() {
	tree=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	dest=$BATS_TEST_TMPDIR/dest
	cd "$tree"
	.tools/install.sh install "$dest" /usr
}

@test "the program, its helpers, the course, completions and the manual page are installed" {
	[ -x "$dest/usr/bin/lab" ]
	for name in observe probe init; do [ -x "$dest/usr/libexec/nslab/$name" ]; done
	for part in phases solutions docs checks; do [ -d "$dest/usr/share/nslab/$part/pid" ]; done
	[ -f "$dest/usr/share/nslab/checks/lib/load.bash" ]
	[ -s "$dest/usr/share/bash-completion/completions/lab" ]
	[ -s "$dest/usr/share/zsh/site-functions/_lab" ]
	[ -s "$dest/usr/share/man/man1/lab.1" ]
	[ -s "$dest/usr/share/man/man5/lab-exercise.5" ]
	[ -x "$dest/usr/share/nslab/docs/instructor/one" ]
	[ -f "$dest/usr/share/doc/nslab/LICENSE" ]
	[ ! -e "$dest/usr/share/nslab/checks/lab" ]
}

@test "the installed program finds its course, wherever it was installed to" {
	cd "$BATS_TEST_TMPDIR"
	run env HOME="$BATS_TEST_TMPDIR" "$dest/usr/bin/lab" version
	[ "$status" -eq 0 ]
	[[ "$output" == *"$dest/usr/share/nslab"* ]]
	HOME=$BATS_TEST_TMPDIR "$dest/usr/bin/lab" list >installed
	LAB_WORK=$BATS_TEST_TMPDIR/nslab "$tree/build/lab" list >built
	diff installed built
}

@test "an exercise of one's own course is made of the installed course's templates and words" {
	cd "$BATS_TEST_TMPDIR"
	mkdir -p own/phases
	HOME=$BATS_TEST_TMPDIR run "$dest/usr/bin/lab" --course own new pid/first
	[ "$status" -eq 0 ]
	[ "$(readlink own/checks/lib)" = "$dest/usr/share/nslab/checks/lib" ]
	HOME=$BATS_TEST_TMPDIR "$dest/usr/bin/lab" --course own check pid/first --source own/solutions/pid/01_first.c
}

@test "everybody may read what is installed" {
	[ -z "$(find "$dest" -type f ! -perm -444)" ]
	[ -z "$(find "$dest" -type d ! -perm -555)" ]
	[ -z "$(find "$dest" -perm /022 ! -type l)" ]
}

@test "a second installation leaves no exercise of an older one" {
	touch "$dest/usr/share/nslab/phases/pid/99_gone.c"
	.tools/install.sh install "$dest" /usr
	[ ! -e "$dest/usr/share/nslab/phases/pid/99_gone.c" ]
}

@test "uninstalling leaves no file" {
	.tools/install.sh uninstall "$dest" /usr
	[ -z "$(find "$dest" ! -type d)" ]
}

@test "the completion for bash is a script that bash can read" {
	bash -n "$dest/usr/share/bash-completion/completions/lab"
}
