#!/bin/sh
# Called by make:  .tools/gradescope.sh ZIP
#
# Makes the bundle that Gradescope's "Configure Autograder" takes: setup.sh, run_autograder,
# options, and the workbook's tree, which is built there.
#
# GRADE     options of lab grade: "--only pid --show cause"
# WEIGHTS   a file for --weights
# COURSE    a course of one's own, instead of the workbook's
set -eu

zip=$1
GRADE=${GRADE-} WEIGHTS=${WEIGHTS-} COURSE=${COURSE-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cp docs/instructor/gradescope/* "$scratch"
chmod 755 "$scratch/setup.sh" "$scratch/run_autograder"
[ -z "$GRADE" ] || printf '%s\n' "$GRADE" >>"$scratch/options"
if [ -n "$WEIGHTS" ]; then
	cp "$WEIGHTS" "$scratch/weights"
	echo "--weights weights" >>"$scratch/options"
fi
if [ -n "$COURSE" ]; then
	[ -d "$COURSE/phases" ] || { echo "gradescope.sh: $COURSE is no course, there is no phases/ in it." >&2; exit 2; }
	course=$(cd "$COURSE" && pwd)
	# The words of its checks are a link to the workbook's: they come along.
	tar -C "$COURSE" --dereference --exclude=./work --exclude=./.git -czf "$scratch/course.tar.gz" .
fi
# Options that lab grade does not know should fail here, not there: grade somebody who handed nothing in.
mkdir "$scratch/nobody"
lab=$PWD/build/lab
# shellcheck disable=SC2046
(cd "$scratch" && NSLAB_COURSE=${COURSE:+$course} "$lab" grade --one nobody --format gradescope \
	$(sed 's/#.*//' options)) >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; exit 2; }
rm -r "$scratch/nobody" "$scratch/log"

tar --exclude=checks/lab -czf "$scratch/workbook.tar.gz" \
	LICENSE README.md Makefile .tools phases solutions checks common lab docs
# Not zip(1), which not everybody has; modes are kept all the same.
# shellcheck disable=SC2035 # all names are ours
(cd "$scratch" && /usr/bin/python3 -m zipfile -c bundle.zip *)
mv "$scratch/bundle.zip" "$zip"
echo "$zip: upload it at Configure Autograder; see docs/instructor.md."
