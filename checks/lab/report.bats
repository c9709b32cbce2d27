# lab report: what lab grade has recorded, in every format, each of which is what its readers expect.

load lab
load class

# A class that has one of everything, graded once for all tests of this file.
graded() {
	if [[ ! -d $BATS_FILE_TMPDIR/class ]]; then
		hand_in alice pid/02_clone.c uts/01_hostname.c
		hand_in "b'o<b>&\"" pid/02_clone.c
		hand_in carol uts/01_hostname.c
		printf '#!/bin/sh\nexec unshare --pid --fork --kill-child "$@"\n' | hand_in_text carol pid/clone.sh
		printf 'int main(void) { return x; }\n' | hand_in_text dave pid/02_clone.c
		mkdir class/empty
		printf 'junk' >class/torn.zip
		lab grade class --only pid/clone,uts/hostname --seed 4
		[ "$status" -eq 4 ]
		cp -rp class "$BATS_FILE_TMPDIR/class"
	fi
	cp -rp "$BATS_FILE_TMPDIR/class" .
}

# report [ARG...]: succeeds, and its output is in the file out.
report() {
	lab report class "$@"
	printf '%s\n' "$output" >out
	[ "$status" -eq 0 ]
}

@test "json, jsonl: they fit their schemas and say the same" {
	graded
	report --json
	fits class out
	[ "$(jq -r '.students[] | [.student, .points, .max, .complete] | @tsv' out)" = \
		"$(printf '%s\t%s\t%s\t%s\n' alice 14 14 true "b'o<b>&\"" 7 14 true carol 13 14 true dave 0 14 true empty 0 14 true torn 0 0 false)" ] ||
		{ jq -c '.students[] | del(.exercises)' out; false; }
	[ "$(jq -c '.exercises[] | select(.exercise == "pid/clone") | [.pass, .fail, .missing, .error]' out)" = '[2,2,1,1]' ]
	[ "$(jq -r '.exercises[0].causes[].cause' out | sort | tr '\n' ' ')" = 'does-not-compile missing unshare-instead-of-clone ' ]
	report --format jsonl
	fits grade out
	[ "$(grades out)" = "$(grades)" ]
	[[ -z $(find class -newer out) ]]
}

@test "junit: valid, and its numbers are right" {
	graded
	report --format junit
	xmllint --noout --schema "$schemas/junit.xsd" out
	[ "$(xmllint --xpath 'count(//testsuite)' out)" -eq 6 ]
	[ "$(xmllint --xpath 'sum(//testsuite/@tests) - count(//testcase)' out)" -eq 0 ]
	[ "$(xmllint --xpath 'sum(//testsuite/@failures) - count(//failure)' out)" -eq 0 ]
	[ "$(xmllint --xpath 'sum(//testsuite/@errors) - count(//error)' out)" -eq 0 ]
	[ "$(xmllint --xpath 'sum(//testsuite/@skipped) - count(//skipped)' out)" -eq 0 ]
	[ "$(xmllint --xpath 'count(//testsuite[@name="torn"]/testcase/error)' out)" -eq 2 ]
	[ "$(xmllint --xpath 'string(//testsuite[2]/@name)' out)" = "b'o<b>&\"" ]
}

@test "tap: a plan that is kept, and no text that could be a directive" {
	graded
	report --format tap
	[ "$(head -n 1 out)" = 'TAP version 13' ]
	[ "$(grep -cE '^(not )?ok [0-9]+ - ' out)" -eq 12 ]
	[ "$(tail -n 1 out)" = '1..12' ]
	[ "$(grep -c '^ok' out)" -eq 4 ]
	grep -qx "ok 3 - b'o<b>&\" pid/clone" out
	[ "$(grep -c '^  ---' out)" -eq "$(grep -c '^  \.\.\.' out)" ]
}

@test "csv: a line for each student, as a spreadsheet reads it" {
	graded
	report --format csv
	python out <<-'END'
		import csv, sys
		rows = list(csv.DictReader(open(sys.argv[1], newline="")))
		assert [r["student"] for r in rows] == ["alice", "b'o<b>&\"", "carol", "dave", "empty", "torn"], rows
		assert [r["pid/clone"] for r in rows] == ["7", "7", "6", "0", "0", "error"], rows
		assert [r["complete"] for r in rows] == ["yes"] * 5 + ["no"]
	END
}

@test "html: one page, well-formed, without a script or anything from elsewhere" {
	graded
	report --format html
	xmllint --noout out
	python out <<-'END'
		import html.parser, sys
		class Page(html.parser.HTMLParser):
		    tags, links, ids = set(), set(), set()
		    def handle_starttag(self, tag, attrs):
		        self.tags.add(tag)
		        for name, value in attrs:
		            assert not name.startswith("on") and name not in ("src", "action", "srcset"), (tag, name)
		            assert name != "href" or value.startswith("#"), value
		            if name == "href": self.links.add(value[1:])
		            if name == "id": self.ids.add(value)
		page = Page(); page.feed(open(sys.argv[1]).read())
		assert not page.tags & {"script", "img", "iframe", "link", "object", "embed", "form", "base"}, page.tags
		assert page.links <= page.ids, page.links - page.ids
	END
	grep -q "default-src 'none'" out
	# The class, what goes wrong, and the facts of each.
	grep -q 'unshare-instead-of-clone' out
	grep -q '2 of 5' out
	grep -q 'b&#39;o&lt;b&gt;&amp;&quot;' out
}

@test "gradescope: results.json of one student; points are the sum of its tests" {
	graded
	for student in alice carol dave empty; do
		report --format gradescope --student "$student"
		fits gradescope out
		jq -e '([.tests[].score] | add) as $sum | .score - $sum | fabs < 0.011' out
		jq -e '([.tests[].max_score] | add) - 14 | fabs < 0.011' out
	done
	lab report class --format gradescope
	refused 2 'the format gradescope is for one student, and there are 6.*'
	lab report class --format gradescope --student torn
	refused 4 'torn: pid/clone could not be graded: *'
	lab report class --format gradescope --student nobody
	refused 2 'there is no grade of "nobody".*'
	lab report class --format gradescope --output all
	[ "$status" -eq 4 ]
	[ "$(ls all | wc -l)" -eq 5 ]
	fits gradescope all/*
}

@test "classroom50: result.json with whole points, and what the runner told" {
	graded
	lab report class --format classroom50 --student carol
	refused 2 'CLASSROOM is not set.*'
	export CLASSROOM=os ASSIGNMENT=ns SUBMISSION_TAG=submit/1 COMMIT_URL=https://x/c RELEASE_URL=https://x/r
	report --format classroom50 --student carol
	fits classroom50 out
	[ "$(jq -c '[.score, ."max-score", .classroom, .review]' out)" = '[13,14,"os","https://x/c"]' ]
	jq -e '([.tests[].score] | add) == .score' out
	report --format classroom50 --student carol --deadline 2001-01-01T00:00Z --late 0
	report --format classroom50 --student torn || [ "$status" -eq 4 ]
}

@test "autolab: the last line is the scores, the line before it the feedback" {
	graded
	report --format autolab --student carol
	[ "$(wc -l <out)" -eq 2 ]
	head -n 1 out >feedback
	tail -n 1 out >scores
	fits autolab-feedback feedback
	fits autolab-scores scores
	[ "$(jq -c '.scores["pid/clone"]' scores)" = 6.0 ] || [ "$(jq -c '.scores["pid/clone"]' scores)" = 6 ]
	[ "$(jq -c '.stages' feedback)" = '["pid/clone","uts/hostname"]' ]
}

@test "weights, partial credit" {
	graded
	printf 'uts 6 # a phase\n\npid/clone 14\npid 1\n' >weights
	report --format csv --weights weights
	grep -q '^alice,20,20,' out
	grep -q '^carol,18,20,' out
	report --format csv --weights weights --whole
	grep -q '^carol,6,20,' out
	export CLASSROOM=os ASSIGNMENT=ns SUBMISSION_TAG=submit/1 COMMIT_URL=https://x/c RELEASE_URL=https://x/r
	for format in gradescope classroom50 autolab; do
		report --format "$format" --weights weights --student carol --whole
	done
	printf 'pid/clone 3.5\n' >weights
	lab report class --weights weights
	refused 2 'weights:1: a line is "ID WEIGHT"*'
}

@test "a weight in the front matter counts, the file's more" {
	graded
	course
	cp -R "$tree/checks/uts" "$NSLAB_COURSE/checks"
	sed -i 's/^time: .*/&\nweight: 70/' "$NSLAB_COURSE/docs/pid/02_clone.md"
	report --format csv
	grep -q '^alice,77,77,' out
	printf 'pid/clone 14\n' >weights
	report --format csv --weights weights
	grep -q '^alice,21,21,' out
}

@test "late: marked, and what each day costs" {
	graded
	printf 'student,time\nalice,2026-01-01T12:00:00Z\ncarol,2026-01-03T12:00:01+02:00\ndave,"2026-01-01 11:00"\nempty,2030-01-01T00:00Z\n' >times
	report --format csv --times times --deadline 2026-01-01T12:00Z
	grep -q '^alice,14,14,2,yes,0,' out
	grep -q '^carol,13,14,1,yes,2,' out
	report --format csv --times times --deadline 2026-01-01T12:00Z --late 25
	grep -q '^alice,14,14,2,yes,0,' out
	grep -q '^carol,6.5,14,1,yes,2,' out
	grep -q '^empty,0,14,0,yes,0,' out
	report --format html --times times --deadline 2026-01-01T12:00Z --late 25
	grep -q '2 days late' out
	report --format csv --times times --deadline 2026-01-01T12:00Z --late 100
	grep -q '^carol,0,14,1,yes,2,' out
	lab report class --deadline yesterday
	[[ $status -eq 2 && $stderr == *'--deadline needs a time'* ]]
	lab report class --late 5
	[[ $status -eq 2 && $stderr == *'--late needs a --deadline'* ]]
	printf 'alice,2026-01-01T12:00:00Z\nbob,then\n' >times
	lab report class --times times
	refused 2 'times:2: a line is "STUDENT,TIME"*'
}

@test "how much of a failure is shown" {
	graded
	export CLASSROOM=os ASSIGNMENT=ns SUBMISSION_TAG=submit/1 COMMIT_URL=https://x/c RELEASE_URL=https://x/r
	for format in json junit tap html gradescope autolab classroom50; do
		report --format "$format" --student carol
		full=$(<out)
		report --format "$format" --student carol --show cause
		cause=$(<out)
		report --format "$format" --student carol --show name
		name=$(<out)
		# Which fact it is stands in all of them, except where exercises are told as a whole.
		for shown in "$full" "$cause" "$name"; do
			[[ $shown == *pid/clone* ]]
			[[ $format == classroom50 || $shown == *"the caller's own children stay outside"* || $shown == *'&#39;s own children stay outside'* ]]
		done
		[[ $format == @(autolab|classroom50) || $full == *pid_for_children* || $full == *observed* ]]
		[[ $name != *'unshare(2)'* ]]
		[[ $format == html || $format == json || $name != *unshare-instead-of-clone* ]]
		[ ${#full} -ge ${#cause} ] && [ ${#cause} -ge ${#name} ]
	done
	lab report class --show nothing
	[[ $status -eq 2 && $stderr == *'--show is full, cause or name'* ]]
}

@test "lines that are no grade are said and left out; the last grade counts" {
	graded
	jq -c 'select(.student == "alice" and .exercise == "pid/clone") | .verdict = "fail" | .score = 2 | .cause = "other"' \
		class/.lab/grades.jsonl >later
	{
		echo 'junk'
		echo '{"schema":"nslab/grade/v1"}'
		cat later
		printf '{"torn'
	} >>class/.lab/grades.jsonl
	lab report class --format csv
	[ "$status" -eq 0 ]
	[[ $stderr == *'2 lines of class/.lab/grades.jsonl can'* ]]
	[[ ${lines[1]} == alice,9,14,1,* ]]
}

@test "what is written to a file is for its owner" {
	graded
	lab report class --format html --output page.html
	[[ $status -eq 0 && -z $output && $(stat -c %a page.html) = 600 ]]
	lab report class --format html --output /nowhere/page.html
	[ "$status" -eq 4 ]
}
