# The programs, sources, directories and archives of checks/lab/hostile, through lab check and
# lab grade. Each says in its "Outcome:" what may come of it, as VERDICT/CAUSE; never a pass. Whatever
# they do: it ends in time, nothing of it stays, the host is as it was, secrets are
# where they were, and reports are small and clean.

load lab
load class

corpus=$tree/checks/lab/hostile
# The limits of a check: two tests of three seconds each and five beside them; the compiler's own.
SECONDS_MAX=600 # for the machine that is busy with other things
CHECK_MS=16000
COMPILE_MS=20000
RECORD_BYTES=250000

# host: a home with secrets, a course whose solutions and checks can be told apart from the real
# ones, and processes, all of which must be as they were in the end.
host() {
	course
	canary=NSLAB-CANARY-$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
	export CANARY=$canary
	home=$BATS_TEST_TMPDIR/home
	mkdir -p "$home" class
	printf '%s private\n' "$canary" >"$home/secret-0600"
	printf '%s public\n' "$canary" >"$home/secret-0644"
	chmod 600 "$home/secret-0600"
	chmod 644 "$home/secret-0644"
	lib=$NSLAB_COURSE/checks/lib/load.bash
	# What hangs is given up after a second, not after six.
	sed -i 's/:-6} \* 1000/:-1} * 1000/' "$lib"
	! cmp -s "$lib" "$tree/checks/lib/load.bash"
	sed -i 's/^time: .*/time: 3/' "$NSLAB_COURSE/docs/pid/02_clone.md"
	{ cat "$corpus/check.bats" && printf '# %s check\n' "$canary"; } >"$NSLAB_COURSE/checks/pid/02_clone.bats"
	printf '/* %s solution */\n' "$canary" >>"$NSLAB_COURSE/solutions/pid/02_clone.c"
	mkfifo "$home/never"
	exec {never}<>"$home/never"
	setpriv --pdeathsig KILL cat <&"$never" >/dev/null 2>&1 3>&- &
	bystander=$!
	host_before=$(host_now)
	touch before
}

# What a program could change outside of its sandbox, as text.
host_now() {
	local file

	uname -n
	awk '{ print $3, $4, $5, $6 }' /proc/self/mountinfo
	ls /sys/class/net
	for file in kernel/core_pattern kernel/pid_max kernel/modprobe vm/overcommit_memory fs/mount-max \
		user/max_user_namespaces net/ipv4/ip_forward; do
		cat "/proc/sys/$file" 2>/dev/null || :
	done
	find "$home" -printf '%p %y %m %s %T@ %n %l\n' | LC_ALL=C sort
	cksum "$home"/secret-*
	# Alive, neither stopped nor made less important.
	cut -d' ' -f 1,2,19 "/proc/$bystander/stat"
	kill -0 "$bystander" && [[ $(cut -d' ' -f 3 "/proc/$bystander/stat") != [TtZ] ]] && echo runs
}

host_is_as_it_was() {
	diff <(printf '%s\n' "$host_before") <(host_now)
	kill -KILL "$bystander"
	exec {never}>&-
	[[ $(uname -n) != hostile ]]
	nothing_left
}

# Nothing that FILE says is a secret, or could be obeyed by a terminal or turn text around.
clean() { # FILE...
	local file bad

	for file; do
		bad=$(grep -aF -m 3 "$canary" "$file" || :)
		bad+=$(grep -a -m 3 LEAK "$file" || :)
		bad+=$(LC_ALL=C grep -aP -m 3 '[\x00-\x08\x0b-\x1f\x7f]' "$file" | cat -v || :)
		bad+=$(LC_ALL=C grep -aP -m 3 '\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\xc2[\x80-\x9f]' "$file" || :)
		[[ -z $bad ]] || { printf '%s: %s\n' "$file" "$bad" && return 1; }
	done
}

# The corpus's programs, with its places filled in, below DIR: NAME/02_clone.ENDING. Into $programs.
programs() { # DIR
	local file name

	programs=()
	for file in "$corpus"/*.c "$corpus"/*_*.sh "$corpus"/{links,mounts}.sh "$corpus"/interpreter.py; do
		name=${file##*/}
		mkdir "$1/${name%.*}"
		sed "s|@HOME@|$home|g; s|@COURSE@|$NSLAB_COURSE|g; s|@CLASS@|$PWD/class|g; s|@TMP@|$TMPDIR|g; s|@LAB@|$LAB|g
			s|@ESC@|\x1b|g; s|@CSI@|\x9b|g" "$file" >"$1/${name%.*}/clone.${name##*.}"
		chmod +x "$1/${name%.*}/clone.${name##*.}"
		programs+=("${name%.*}")
	done
}

# outcomes NAME: what its file says may come of it.
outcomes() {
	sed -n 's/^[ #/*]*Outcome: //p' "$corpus/$1".{c,sh,py} 2>/dev/null || :
}

# right STUDENT...: they hand in the solution.
right() {
	local student

	for student; do
		mkdir -p "class/$student/pid"
		{ cat "$solutions/pid/02_clone.c" && printf '/* %s %s */\n' "$canary" "$student"; } >"class/$student/pid/02_clone.c"
	done
}

# Each line of the results: a verdict, its causes, milliseconds, bytes.
judged() { # FILE
	local name verdict cause ms bytes limit wrong=0 allowed

	while IFS=$'\t' read -r name verdict cause ms bytes; do
		limit=$((CHECK_MS + COMPILE_MS + 1000))
		allowed=" $(outcomes "$name") "
		if [[ $verdict == pass || $allowed != *" $verdict/$cause "* ]]; then
			echo "$name: $verdict/$cause, and not one of$allowed"
			wrong=1
		fi
		if ((ms > limit || bytes > RECORD_BYTES)); then
			echo "$name: $ms ms, $bytes bytes"
			wrong=1
		fi
	done <"$1"
	return $wrong
}

@test "programs and sources, in one class with others" {
	host
	programs class
	right alice zoe
	mkdir class/missing
	lab grade class --only pid/clone -j2 --format csv
	# Its lines end as RFC 4180 says.
	tr -d '\r' <<<"$output" >csv
	printf '%s\n' "$stderr" >messages
	[ "$status" -eq 0 ]
	fits grade class/.lab/grades.jsonl
	jq -r 'select(.student | IN("alice", "zoe", "missing") | not)
		| [.student, .verdict, .cause, .duration_ms, (tojson | length)] | @tsv' class/.lab/grades.jsonl >outcomes
	cat outcomes
	[ "$(lines_of outcomes)" -eq "${#programs[@]}" ]
	judged outcomes
	[ "$(grades | grep -E '^(alice|zoe|missing) ')" = \
		$'alice pid/clone pass 2/2 \nmissing pid/clone missing 0/2 missing\nzoe pid/clone pass 2/2 ' ]
	jq -r '.. | strings' class/.lab/grades.jsonl >said
	clean csv messages said class/.lab/grades.jsonl
	for format in pretty html json junit tap; do
		lab report class --format "$format"
		printf '%s\n' "$output" >report
		clean report
		[ "$(wc -c <report)" -lt 4000000 ]
	done
	host_is_as_it_was
}

# class_outcomes FILE: OUTCOME NAME lines against the grades.
class_outcomes() {
	local name want grade wrong=0

	while read -r want name; do
		grade=$(jq -r --arg n "$name" 'select(.student == $n) | .verdict' class/.lab/grades.jsonl)
		[[ $grade == "$want" ]] || { echo "$name: $grade, not $want: $(reason "$name" pid/clone)" && wrong=1; }
	done <"$1"
	return $wrong
}

# All that a class of odd submissions must leave: grades of its own, and others' as they are.
class_is_safe() { # FILE
	printf '%s\n' "$output" "$stderr" >messages
	fits grade class/.lab/grades.jsonl
	class_outcomes "$1"
	class_outcomes <(printf 'pass %s\n' alice zoe)
	# The right ones are copies of the solution: their text is the canary's, and stays unsaid.
	jq -r '.. | strings' class/.lab/grades.jsonl >said
	clean messages said
	[[ $(jq -s 'map(tojson | length) | max' class/.lab/grades.jsonl) -lt RECORD_BYTES ]]
	[ ! -e pwned ] && [ ! -e class/pwned ] && [ -z "$(find . /tmp -maxdepth 1 -name '*evil*' -newer before)" ]
	host_is_as_it_was
}

@test "archives that escape, lie or explode" {
	host
	right alice zoe
	"$corpus/archives.py" class "$solutions/pid/02_clone.c" "$home/evil" >expected
	SECONDS=0
	lab grade class --only pid/clone -j2
	[ "$status" -eq 4 ]
	# Five seconds of a processor are an archive's limit; few come near it.
	[ "$SECONDS" -lt 120 ]
	class_is_safe expected
	cp class/explode_zeros.tar.gz class/escape_dotdot.tar.gz .
	for name in explode_zeros escape_dotdot; do
		lab grade --one "$name.tar.gz" --only pid/clone --format jsonl
		[ "$status" -eq 4 ]
		[ "$(jq -r '[.verdict, .score] | @tsv' <<<"$output")" = $'error\t' ]
	done
}

@test "directories of links, devices, holes and names" {
	host
	right alice zoe
	"$corpus/paths.sh" class "$solutions/pid/02_clone.c" "$home" >expected
	if mknod class/device c 1 5 2>/dev/null; then
		mkdir -p class/zero/pid
		mv class/device class/zero/pid/02_clone.c
		echo error zero >>expected
	fi
	lab grade class --only pid/clone -j2
	[ "$status" -eq 4 ]
	class_is_safe expected
}

@test "what a terminal obeys and what a report could be taken for, in every format" {
	local name format

	host
	mkdir each
	programs each
	for name in escapes fake_results before_main compile_messages compile_errors output_flood; do
		for format in pretty tap junit; do
			lab check pid/clone --source "each/$name/clone.c" --format "$format"
			[ "$status" -eq 1 ]
			printf '%s\n' "$output" >report
			printf '%s\n' "$stderr" >>report
			clean report
			[ "$(wc -c <report)" -lt "$RECORD_BYTES" ]
			case $format in
			# What it prints stands behind a bar there.
			pretty) [[ $(grep -c '^pid/clone: ' report) -eq 1 && $(grep -c '^  ok ' report) -eq 0 ]] ;;
			tap) [[ $(grep -c '^not ok ' report) -le 3 && $(grep -c '^1\.\.' report) -eq 1 && $(grep -c '^ok ' report) -eq 0 ]] ;;
			junit) xmllint --noout report ;;
			esac
		done
	done
	host_is_as_it_was
}

@test "the terminal of whoever checks is neither read nor written" {
	local name

	host
	mkdir each
	programs each
	for name in read_terminal compile_include_stdin fake_results; do
		terminal "NO_COLOR=1 '$LAB' check pid/clone --source each/$name/clone.c --json >json"
		send 'LEAK typed\n'
		ended 100
		[ "$status" -eq 1 ]
		clean json
		[[ ${seen//LEAK typed/} != *[![:space:]]* ]]
	done
	host_is_as_it_was
}

@test "keys of the caller's keyrings are neither found nor left" {
	host
	mkdir each
	programs each
	CANARY=$canary "$corpus/keys.py" "$LAB" check pid/clone --source each/read_memory/clone.c --json >json
	clean json
	CANARY=$canary "$corpus/keys.py" "$LAB" check pid/clone --source each/cheat_second_run/clone.c --json >json
	clean json
	host_is_as_it_was
}

@test "what is no file is not waited for" {
	local what

	host
	mkfifo pipe
	mkdir directory
	printf 'int main(void) { return 1; }\n' >"$(printf -- '-o.c')"
	: >empty
	for what in pipe directory /dev/zero /dev/stdin /proc/self/fd/0 "$PWD" nothing "$(printf 'new\nline\33]0;x\7')"; do
		SECONDS_MAX=30
		for how in --source --program; do
			lab check pid/clone "$how" "$what"
			[ "$status" -eq 2 ]
			printf '%s\n' "$output" "$stderr" >said
			[ "$(wc -l <said)" -le 4 ]
			clean said
		done
	done
	lab check pid/clone --source ./-o.c --json
	[ "$status" -eq 1 ]
	host_is_as_it_was
}
