# The instructor's guide and the files beside it: commands run and print what they show, options and
# targets exist, files for other programs have the form that these read.

load lab
load class

guide=$tree/docs/instructor.md
beside=$tree/docs/instructor

# normal: without what differs each time.
normal() {
	sed -E 's/\r$//; s/[0-9]{4,}/#/g'
}

# follow FROM TO: the commands of the console blocks from one heading to the next, in one directory; each
# prints what stands below it. Sets ran.
follow() {
	local line command='' expected='' got

	ran=0
	while IFS= read -r line; do
		if [[ $line != '$ '* ]]; then
			expected+=$line$'\n'
			continue
		fi
		if [[ -n $command ]]; then
			got=$(bash -c "$command" 2>>errors </dev/null 3>&- | normal)
			if [[ $got != "$(normal <<<"${expected%$'\n'}")" ]]; then
				printf '$ %s\nexpected:\n%s\ngot:\n%s\n' "$command" "$expected" "$got"
				tail errors
				return 1
			fi
			ran=$((ran + 1))
		fi
		command=${line:2} expected=''
	done < <(sed -n "/^## $1/,/^## $2/p" "$guide" | awk '/^```console$/ { inside = 1; next } /^```/ { inside = 0 } inside'; echo '$ ')
}

# desk: as at the top of a checkout, with nothing in it that is not the test's.
desk() {
	local name

	for name in docs solutions phases checks; do ln -s "$tree/$name" "$name"; done
	# A lab of the same name that is the one of this pass.
	mkdir bin
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$LAB" >bin/lab
	chmod +x bin/lab
	PATH=$PWD/bin:$PATH
	unset LAB_WORK
}

@test "guide: grading, points, formats and disputes" {
	desk
	follow Grade 'An exercise'
	[ "$ran" -ge 16 ]
	xmllint --noout class.html
	fits gradescope upload/*.json
}

@test "guide: an exercise of one's own" {
	desk
	follow 'An exercise' 'Many machines'
	[ "$ran" -ge 11 ]
	local file kind

	# All of the example, in both directions.
	for file in mine/checks/mnt/01_mask.right/*; do
		kind=--program
		[[ $file != *.c ]] || kind=--source
		lab --course mine check mask "$kind" "$file"
		[ "$status" -eq 0 ]
	done
	for file in mine/checks/mnt/01_mask.wrong/*; do
		lab --course mine check mask --program "$file" --json
		# Out of time: this machine is overloaded.
		[ "$status" -ne 124 ] || lab --course mine check mask --program "$file" --json
		[ "$status" -eq 1 ]
		[ "$(jq -r '[.checks[].cause | select(. != "")][0]' <<<"$output")" = "$(basename "$file" .sh)" ]
	done
	lab --course mine check mask --source mine/phases/mnt/01_mask.c
	[ "$status" -eq 1 ]
	nothing_left
}

@test "guide: many machines, with GNU parallel and as a cluster starts it" {
	parallel --version 2>/dev/null | grep -q GNU || skip "GNU parallel is not here"
	desk
	mkdir -p class/{alice/pid,bob,carol}
	cp solutions/pid/02_clone.c class/alice/pid/
	cp checks/pid/02_clone.wrong/unshare-instead-of-clone.c class/bob/clone.c
	follow 'Many machines' Platforms
	[ "$ran" -ge 9 ]
	# The same grades as of one process that grades all.
	lab grade class --only pid/clone --seed 2026 -j1 --results one.jsonl
	for file in records.jsonl 'records/*.jsonl'; do
		# shellcheck disable=SC2086 # a pattern
		diff <(facts one.jsonl) <(facts $file)
	done
	fits grade records.jsonl records/*.jsonl
	nothing_left
}

# facts FILE...: of grades what does not depend on when and how long.
facts() {
	jq -cS '[.student, .exercise, .verdict, .score, .max_score, .cause, .seed, .submission, .checks, .submitted]' "$@" | sort
}

@test "one: what is no submission is said, and leaves no record" {
	export LAB
	mkdir class
	ln -s /etc class/alice
	printf 'int main(void) { return 0; }\n' | hand_in_text $'bob\nx' clone.c
	printf 'hello\n' >class/notes.txt
	run -2 "$beside/one" class records 1
	[[ $output == *'symbolic link'* ]]
	JOB_COMPLETION_INDEX=1 "$beside/one" class records --only pid/clone
	[ "$(jq -r '[.exercise, .verdict] | @tsv' records/2.jsonl)" = $'pid/clone\tfail' ]
	run -2 "$beside/one" class records 3
	run -2 "$beside/one" class records 4
	[[ $output == *'has no entry 4'* ]]
	run -2 "$beside/one" class
	[ "$(ls -A records)" = 2.jsonl ]
	nothing_left
}

# spoken FILE...: the lab command lines in them, one a line: "COMMAND [ARG...]".
spoken() {
	# Lines that go on are joined; what is quoted or commented is looked at as well.
	sed -e ':a' -e '/\\$/N; s/\\\n *//; ta' "$@" |
		grep -oE '(^|[^a-z./-])((nslab/)?build/lab|lab|nslab)( --course [^ ]+)? (grade|report|check|new|lint|list|doctor|help|solution|status|show|run)( [^|;`)]*)?' |
		sed -E 's/.*(lab|nslab)( --course [^ ]+)? (grade|report|check|new|lint|list|doctor|help|solution|status|show|run)/\3/'
}

@test "every option of lab that guide, workflow, scripts and files name exists" {
	local command rest option seen=0

	while read -r command rest; do
		"$LAB" help "$command" >told
		for option in $rest; do
			[[ $option == --[a-z]* ]] || continue
			option=${option%%=*}
			option=${option%\"}
			grep -qE -- "$option( |$)" told || { echo "lab $command has no $option"; return 1; }
			seen=$((seen + 1))
		done
	done < <(spoken "$guide" "$beside"/{classroom.yml,kubernetes.yml,Containerfile,one,gradescope/run_autograder})
	echo "$seen options"
	[ "$seen" -ge 40 ]
	# The tables of options and formats are complete.
	for option in $("$LAB" help grade | sed -nE 's/^  (-., )?(--[a-z]+).*/\2/p'); do
		grep -qE -- "^\| .*\`${option}[ \`]" "$guide" || { echo "the guide has no $option"; return 1; }
	done
	for option in $("$LAB" report --format none . 2>&1 | grep -oE 'pretty.*' | grep -oE '[a-z0-9]+' | grep -vx or); do
		grep -qE -- "^\| .*\`$option\`" "$guide" || { echo "the guide has no format $option"; return 1; }
	done
}

@test "every target of make that they name exists" {
	local target

	# In code only: "make" is a word, too.
	for target in $({ grep -E '^ {4}' "$guide"; grep -oE '`make [^`]*`' "$guide"; cat "$beside"/{classroom.yml,Containerfile,gradescope/setup.sh}; } |
		sed '/^ *#/d' | grep -oE '(^|[ `])make [^`|;&#]*' |
		awk '{ for (i = 2; i <= NF; i++) if ($i == "-C") i++; else if ($i ~ /^[a-z]+$/) { print $i; break } }' | sort -u); do
		grep -qE "^$target:" "$tree/Makefile" || {
			echo "make has no $target"
			return 1
		}
		echo "$target"
	done >targets
	[ "$(sort targets | tr '\n' ' ')" = 'deps gradescope install start test ' ]
}

@test "the files that the guide links to are there" {
	local link

	for link in $(grep -oE '\]\([^)#]+\)' "$guide" | tr -d ']()'); do
		[ -e "$tree/docs/$link" ]
	done
	# So are the sections.
	for link in $(grep -oE '\]\(#[^)]+\)' "$guide" | tr -d ']()#'); do
		grep '^## ' "$guide" | tr 'A-Z ' 'a-z-' | grep -qx -- "##-$link"
	done
	grep -q 'docs/instructor.md' "$tree/README.md"
}

@test "workflow and job are YAML of the right form, and their scripts are scripts" {
	/usr/bin/python3 -c 'import yaml' 2>/dev/null || skip "python3-yaml is not here"
	python "$beside" "$PWD" <<-'END'
		import pathlib, sys, yaml
		beside, here = map(pathlib.Path, sys.argv[1:])
		flow = yaml.safe_load((beside / "classroom.yml").read_text())
		assert set(flow) == {"name", True, "permissions", "env", "jobs"}, set(flow)
		assert flow["permissions"] == {"contents": "read"}
		job = flow["jobs"]["grade"]
		assert job["runs-on"] == "ubuntu-24.04" and job["timeout-minutes"]
		runs = []
		for step in job["steps"]:
		    assert set(step) <= {"name", "uses", "with", "run", "env", "if"}, step
		    assert ("uses" in step) != ("run" in step), step
		    if "uses" in step:
		        assert step["uses"].startswith("actions/") and "@v" in step["uses"], step
		    else:
		        # What a user typed never becomes part of a script.
		        assert "${{" not in step["run"], step
		        runs.append(step["run"])
		assert any("apparmor_restrict_unprivileged_userns=0" in run for run in runs)
		assert runs.index(next(r for r in runs if "apparmor" in r)) < runs.index(next(r for r in runs if "lab doctor" in r))
		for i, run in enumerate(runs):
		    (here / f"run{i}.sh").write_text(run + "\n")
		job = yaml.safe_load((beside / "kubernetes.yml").read_text())
		assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")
		spec = job["spec"]
		assert spec["completionMode"] == "Indexed" and spec["completions"] >= spec["parallelism"]
		pod = spec["template"]["spec"]
		assert pod["restartPolicy"] == "Never" and pod["hostUsers"] is False
		(box,) = pod["containers"]
		assert box["securityContext"]["procMount"] == "Unmasked" and "privileged" not in box["securityContext"]
		assert {m["name"] for m in box["volumeMounts"]} == {v["name"] for v in pod["volumes"]}
		assert box["command"] == ["/usr/local/share/nslab/docs/instructor/one"]
	END
	for script in run*.sh; do bash -n "$script"; done
}

@test "the container file has the form that builders read, and ends as an ordinary user" {
	# Instructions begin a line, everything else continues one.
	sed -e '/^#/d; /^$/d' "$beside/Containerfile" | sed -e ':a' -e '/\\$/N; s/\\\n//; ta' >instructions
	run ! grep -vE '^(FROM|COPY|RUN|USER|ENV|WORKDIR|ENTRYPOINT|CMD) ' instructions
	[ "$(sed -n '1s/ .*//p' instructions)" = FROM ]
	sed -n 's/^RUN //p' instructions >run.sh
	sh -n run.sh
	[ "$(sed -n 's/^USER //p' instructions | tail -n 1)" = grader ]
	for list in $(sed -nE 's/^(ENTRYPOINT|CMD) //p' instructions); do jq -e 'all(type == "string")' <<<"$list"; done
	# What the guide says of starting it is what the file says.
	for option in seccomp=unconfined apparmor=unconfined systempaths=unconfined unmask=ALL; do
		grep -q -- "--security-opt $option" "$guide"
		grep -q -- "--security-opt $option" "$beside/Containerfile"
	done
}
