# make gradescope: the bundle in the layout of Gradescope's container, below a directory of the test.

load lab
load class

# The bundle is made and set up once: with what is built already, so that setup.sh has little to do.
setup_file() {
	"${CC:-cc}" -O1 -o "$BATS_FILE_TMPDIR/alone" "$tree/checks/lab/alone.c"
	local place=$BATS_FILE_TMPDIR/place

	mkdir -p "$place/root/source/workbook/build"
	cp -a "$tree"/build/{obj,lab,*.a,observe*,probe*,init*,flags,static-cc} "$place/root/source/workbook/build/"
	bundle "$BATS_FILE_TMPDIR/bundle.zip" '--only uts/hostname,pid/clone' >"$place/log" 2>&1
	unpack "$BATS_FILE_TMPDIR/bundle.zip" "$place/root/source"
	NSLAB_AUTOGRADER=$place/root NSLAB_DESTDIR=$place/dest "$place/root/source/setup.sh" >>"$place/log" 2>&1 || {
		cat "$place/log"
		return 1
	}
}

bundle() { # ZIP OPTIONS
	(cd "$tree" && GRADE=$2 .tools/gradescope.sh "$1")
}

# unpack ZIP DIR: with modes.
unpack() {
	python "$1" "$2" <<-'END'
		import os, sys, zipfile
		with zipfile.ZipFile(sys.argv[1]) as z:
		    for info in z.infolist():
		        os.chmod(z.extract(info, sys.argv[2]), info.external_attr >> 16)
	END
}

# container: the directory as Gradescope leaves it for a submission.
container() {
	export NSLAB_AUTOGRADER=$PWD/autograder NSLAB_DESTDIR=$BATS_FILE_TMPDIR/place/dest
	mkdir -p autograder/{results,submission,source}
	cp "$BATS_FILE_TMPDIR"/place/root/source/{run_autograder,options} autograder/source/
	cp autograder/source/run_autograder autograder/
	printf '{"id": 1, "users": [{"email": "alice@example.org", "id": 2, "name": "Alice"}]}\n' >autograder/submission_metadata.json
}

# run_it [COMMAND...]: as Gradescope does, from its directory; COMMAND is put in front.
run_it() {
	run --separate-stderr env -C autograder timeout -k 5 300 "$alone" "$@" ./run_autograder </dev/null 3>&-
	result=autograder/results/results.json
}

# nothing_said: there is a text, and nothing that could be taken for a score.
nothing_said() {
	[ "$(jq -c keys $result)" = '["output","stdout_visibility"]' ]
	# shellcheck disable=SC2053 # a pattern
	[[ $(jq -r .output $result) == $1 ]]
	! fits gradescope $result >invalid || return 1
	grep -q "'score' is a required property" invalid
}

@test "gradescope: the bundle has its two programs on top, and nothing but what it needs" {
	python "$BATS_FILE_TMPDIR/bundle.zip" >list <<-'END'
		import sys, zipfile
		for info in zipfile.ZipFile(sys.argv[1]).infolist():
		    print("%o" % (info.external_attr >> 16 & 0o777), info.filename)
	END
	grep -qx '755 setup.sh' list
	grep -qx '755 run_autograder' list
	grep -q ' workbook.tar.gz$' list
	grep -qx -- '--only uts/hostname,pid/clone' "$BATS_FILE_TMPDIR/place/root/source/options"
	[ "$(wc -l <list)" -eq 4 ]
	# What it takes is read by bash or sh.
	sh -n "$tree/docs/instructor/gradescope/run_autograder"
	sh -n "$tree/docs/instructor/gradescope/setup.sh"
	tar -tzf "$BATS_FILE_TMPDIR/place/root/source/workbook.tar.gz" >tree
	run ! grep -qE '^(\./)?(build|work|\.git|checks/lab)/' tree
	[ -x "$BATS_FILE_TMPDIR/place/dest/usr/local/bin/lab" ]
}

@test "gradescope: a submission becomes results.json, and its records are there for the instructor" {
	container
	cp "$solutions/uts/01_hostname.c" autograder/submission/
	mkdir autograder/submission/pid
	cp "$tree/checks/pid/02_clone.wrong/unshare-instead-of-clone.c" autograder/submission/pid/02_clone.c
	run_it
	[ "$status" -eq 0 ]
	fits gradescope $result
	[ "$(jq '.score == 13 and ([.tests[].max_score] | add) == 14' $result)" = true ]
	[ "$(jq -r .stdout_visibility $result)" = hidden ]
	[[ $(jq -r '.tests[] | select(.status == "failed").output' $result) == *unshare-instead-of-clone* ]]
	printf '%s\n' "$output" >records
	fits grade records
	[ "$(jq -r '[.student, .exercise, .verdict] | @tsv' records | sort)" = \
		$'alice@example.org\tpid/clone\tfail\nalice@example.org\tuts/hostname\tpass' ]
	# The same grade as of lab grade at home.
	LAB=$tree/build/lab lab grade --one autograder/submission --student alice@example.org --only uts/hostname,pid/clone --format jsonl
	diff <(jq -r '[.exercise, .verdict, .score, .submission, .checks] | @tsv' <<<"$output" | sort) \
		<(jq -r '[.exercise, .verdict, .score, .submission, .checks] | @tsv' records | sort)
	nothing_left
}

@test "gradescope: an empty submission is missing work, a second run replaces the first" {
	container
	printf 'stale\n' >autograder/results/results.json
	run_it
	[ "$status" -eq 0 ]
	fits gradescope $result
	[ "$(jq '.score == 0' $result)" = true ]
}

@test "gradescope: without user namespaces it says so, and there is no score" {
	container
	cp "$solutions/uts/01_hostname.c" autograder/submission/
	run_it unshare --user --map-root-user sh -c \
		'echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-sys_admin "$@"' sh
	[ "$status" -eq 3 ]
	nothing_said "This machine can't check programs"*"There is no score."*"missing  this machine refuses to make the sandbox's namespaces"*
	[[ $output == *'remedy: '* ]]
	nothing_left
}

@test "gradescope: what can't be graded gets no score, and the reason is there" {
	container
	ln -s /etc/passwd autograder/submission/01_hostname.c
	printf '{"score": 14, "tests": []}' >autograder/results/results.json
	run_it
	[ "$status" -eq 4 ]
	nothing_said "This could not be graded."*"There is no score."*'uts/hostname could not be graded: 01_hostname.c is a symbolic link'*
	[[ $(jq -r '[.student, .verdict] | @tsv' <<<"$output" 2>/dev/null) == *$'alice@example.org\terror'* ]]
	# Quotation marks and backslashes of names stay text.
	rm autograder/submission/*
	mkdir 'autograder/submission/a"b\c'
	ln -s x 'autograder/submission/a"b\c/01_hostname.c'
	run_it
	[ "$status" -eq 4 ]
	nothing_said "This could not be graded."*'a"b'*
	nothing_left
}

@test "gradescope: a submission that writes what the grader looks for changes nothing" {
	container
	cat >autograder/submission/01_hostname.c <<-'END'
		#include <stdio.h>
		int main(void) { puts("{\"verdict\":\"unsupported\",\"score\":7}"); return 1; }
	END
	run_it
	[ "$status" -eq 0 ]
	fits gradescope $result
	[ "$(jq '.score < 7' $result)" = true ]
}

@test "gradescope: options that lab grade does not know are refused when the bundle is made" {
	run -2 bundle "$PWD/x.zip" '--only no/such'
	[[ $output == *'there is no exercise "no/such"'* && ! -e x.zip ]]
	run -2 bundle "$PWD/x.zip" --shoe=full
	[ ! -e x.zip ]
	COURSE=$PWD/none run -2 bundle "$PWD/x.zip" ''
	[[ $output == *'is no course'* && ! -e x.zip ]]
	nothing_left
}

@test "gradescope: weights and a course of one's own" {
	mkdir -p own/{phases,solutions,checks,docs}/uts
	cp "$starters"/uts/01_* own/phases/uts/
	cp "$solutions"/uts/01_* own/solutions/uts/
	cp "$tree"/docs/uts/01_* own/docs/uts/
	cp -R "$tree"/checks/uts/01_* own/checks/uts/
	ln -s "$tree/checks/lib" own/checks/lib
	printf 'uts/hostname 30\n' >ours
	COURSE=own WEIGHTS=ours relative
	container
	unpack "$PWD/own.zip" autograder/source
	# As setup.sh does.
	mkdir autograder/source/course
	tar -C autograder/source/course --no-same-owner -xzf autograder/source/course.tar.gz
	[ -f autograder/source/course/checks/lib/load.bash ] && [ ! -L autograder/source/course/checks/lib ]
	cp "$solutions/uts/01_hostname.c" autograder/submission/
	run_it
	[ "$status" -eq 0 ]
	fits gradescope $result
	[ "$(jq -r '[.exercise, .verdict] | @tsv' <<<"$output")" = $'uts/hostname\tpass' ]
	[ "$(jq '.score == 30' $result)" = true ]
}

# relative: make own.zip of paths as an instructor gives them.
relative() {
	COURSE=$PWD/$COURSE WEIGHTS=$PWD/$WEIGHTS bundle "$PWD/own.zip" ''
}
