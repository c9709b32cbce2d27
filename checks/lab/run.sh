#!/bin/bash
# Run every test of the workbook and count:  checks/lab/run.sh [NAME...]
#
# NAME limits it to the files unit_NAME.c and NAME.bats. The suite runs in passes:
#
#	self      as whoever called, with the ordinary build
#	user      as an ordinary user, where root called: in a mount namespace whose
#	          propagation is the other one than outside's (shared or private)
#	asan      the build with AddressSanitizer and UBSan; where root called as an ordinary
#	          user who has an account and subordinate ids, which "user" has not
#
# The course's several hundred wrong programs are shared out between self and user, where
# both run; all the rest runs in each pass. NSLAB_PASSES="self user" chooses.
# NSLAB_MUST_WORK=1 turns skipped tests into failed ones. After each pass nothing may be left behind: mounts, links, IPC,
# processes, host name, sysctls, files in TMPDIR and control groups are compared.
# What failed is printed with its file, and all of it once more at the end, the names last.
# The last line is "N passed, N failed" or "N passed, N failed, N skipped".
set -u
shopt -s nullglob

readonly JOBS=2
readonly FILE_SECONDS=1500
readonly USER_ID=65533 # belongs to nobody; needs no account

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd) || exit 4
readonly here

# What a suite could change outside itself, as text.
snapshot() {
	echo "host name $(uname -n)"
	sed 's/^[0-9]* [0-9]* /mount /; s/ \(shared\|master\|propagate_from\):[0-9]*//g' /proc/self/mountinfo
	for link in /sys/class/net/*; do echo "link ${link##*/}"; done
	for file in /proc/sysvipc/*; do sed "1d; s|^|${file##*/} |" "$file" | awk '{ print $1, $2, $3 }'; done
	for file in /proc/sys/kernel/{core_pattern,domainname,pid_max,threads-max,randomize_va_space} \
		/proc/sys/net/ipv4/ip_forward /proc/sys/fs/mount-max /proc/sys/user/max_*_namespaces; do
		[ -r "$file" ] && echo "$file $(<"$file")"
	done
	find /sys/fs/cgroup -maxdepth 4 -type d -name '*nslab*' 2>/dev/null
}

# Processes that belong to this pass: marked in the environment, or running one of its programs.
ours() {
	local pid programs
	# shellcheck disable=SC2153
	programs=" $(stat -L -c '%d:%i' "$BUILD"/{lab,observe,probe,init} 2>/dev/null | tr '\n' ' ')"
	for pid in /proc/[0-9]*; do
		[ "${pid#/proc/}" = $$ ] && continue
		if [[ $programs == *" $(stat -L -c '%d:%i' "$pid/exe" 2>/dev/null) "* ]]; then
			echo "process ${pid#/proc/} $(tr '\0' ' ' <"$pid/cmdline")"
		fi
	done 2>/dev/null
}

# Has every test of a TAP file been told?
is_complete() {
	awk '/^1\.\.[0-9]+/ { plan = substr($1, 4) } /^(not )?ok / { n++ } END { exit !(plan && n == plan) }' "$1"
}

# run_bats TAP FILE: bats goes on for as long as anything holds its output. Where every test has been
# told and that takes a minute, it is ended, and what was left of it is told.
run_bats() {
	local tap=$1 pid process left='' ticks=0 rounds=0 room='' never

	timeout -k 10 $FILE_SECONDS bats --tap "$2" >"$tap" 2>&1 </dev/null &
	pid=$!
	exec {never}<> <(:)
	while kill -0 "$pid" 2>/dev/null; do
		# A tick that starts no process; five of them are a round.
		read -r -t 0.2 -u "$never" _ || :
		((++ticks % 5)) && continue
		is_complete "$tap" || continue
		((++rounds >= ${NSLAB_LINGER:-60})) || continue
		# timeout(1) leads the group of what it has started.
		for process in $(ps -eo pgid=,pid= | awk -v pgid="$pid" '$1 == pgid { print $2 }'); do
			left+="; $process $(tr '\0' ' ' <"/proc/$process/cmdline")"
			room=${room:-$(tr '\0' '\n' <"/proc/$process/environ" | sed -n 's/^BATS_RUN_TMPDIR=//p')}
		done 2>/dev/null
		kill -TERM -- "-$pid"
		wait "$pid"
		[[ $room != "$TMPDIR"/* ]] || rm -rf "$room"
		echo "# lingered: bats was ended after its last test, with${left:1}" >>"$tap"
		# A program of ours that has stayed is a failure, whoever has ended it.
		[[ $left != *"$BUILD"/* ]]
		return
	done
	wait "$pid"
}

# --one OUT FILE: run one unit program or bats file; TAP goes to OUT/NAME.tap.
one() {
	local out=$1 file=$2 name status began=$EPOCHSECONDS
	name=$(basename "$file")
	case $file in
	*.bats) run_bats "$out/$name.tap" "$file" ;;
	*)
		name=unit_$name
		timeout -k 10 $FILE_SECONDS "$file" >"$out/$name.tap" 2>"$out/$name.stderr" </dev/null
		;;
	esac
	status=$?
	# Standard error of a unit belongs below what it has printed.
	[ -s "$out/$name.stderr" ] && sed 's/^/# /' "$out/$name.stderr" >>"$out/$name.tap"
	rm -f "$out/$name.stderr"
	echo "$status $((EPOCHSECONDS - began))" >"$out/$name.status"
	return 0
}

# --pass OUT [NAME...]: all files of one pass, with what was left behind in OUT/leftover.tap.
pass() {
	local out=$1 file files=() before after
	shift
	for file in "$BUILD"/unit/* "$here"/checks/lab/*.bats; do
		local name=${file##*/}
		case $name in *.d | *.*.*) continue ;; esac
		if [ $# -eq 0 ] || [[ " $* " == *" ${name%.bats} "* ]]; then files+=("$file"); fi
	done
	before=$(snapshot)
	[ ${#files[@]} -eq 0 ] ||
		printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$JOBS" "${BASH_SOURCE[0]}" --one "$out"
	after=$(snapshot; ours; find "$TMPDIR" -mindepth 1 -maxdepth 1 | sed 's/^/file /')
	if [ "$before" = "$after" ]; then
		echo "ok 1 - nothing is left behind"
	else
		echo "not ok 1 - nothing is left behind"
		diff <(echo "$before") <(echo "$after") | sed -n 's/^</# gone: /p; s/^>/# new: /p'
	fi >"$out/leftover.tap"
	echo "1..1" >>"$out/leftover.tap"
	if compgen -G "$REPORTS/*" >/dev/null; then
		echo "not ok 1 - the sanitizers have nothing to report"
		head -n 60 "$REPORTS"/* | sed 's/^/# /'
	else
		echo "ok 1 - the sanitizers have nothing to report"
	fi >"$out/sanitizers.tap"
	echo "1..1" >>"$out/sanitizers.tap"
	echo 0 0 | tee "$out/leftover.status" >"$out/sanitizers.status"
}

# Print the failures of one TAP file, then "COUNTS passed failed skipped".
# shellcheck disable=SC2016
readonly COUNT='
function fail(text) { failed++; printf "  FAILED %s: %s: %s\n", pass, file, text }
/^1\.\.[0-9]+/ { plan = substr($1, 4); planned = 1; next }
/^# lingered/ { printf "  %s: %s: %s\n", pass, file, substr($0, 3); next }
/^ok / {
	ran++; show = 0
	if (tolower($0) !~ /# skip/) { passed++; next }
	sub(/^ok [0-9]+ (- )?/, "")
	if (must) fail("skipped, but must work here: " $0)
	else { skipped++; printf "  skipped %s: %s: %s\n", pass, file, $0 }
	next
}
/^not ok / { ran++; sub(/^not ok [0-9]+ (- )?/, ""); fail($0); show = 1; next }
show || !planned { if (show) print "    " $0; else other = other "    " $0 "\n" }
END {
	if (!planned || ran != plan) { fail("ended early, " ran + 0 " of " plan + 0 " tests were run (exit status " status ")"); printf "%s", other }
	else if (status && !failed) fail("exit status " status)
	printf "COUNTS %d %d %d\n", passed, failed, skipped
}'

total_passed=0 total_failed=0 total_skipped=0 failures=()

count() {
	local label=$1 out=$2 tap line name passed failed skipped status seconds
	for tap in "$out"/*.tap; do
		name=$(basename "$tap" .tap)
		read -r status seconds 2>/dev/null <"$out/$name.status" || status=99 seconds=0
		while IFS= read -r line; do
			[[ $line == COUNTS* ]] || {
				echo "$line"
				[[ $line == "  skipped"* || $line == *": lingered: "* ]] || failures+=("$line")
				continue
			}
			read -r _ passed failed skipped <<<"$line"
			total_passed=$((total_passed + passed))
			total_failed=$((total_failed + failed))
			total_skipped=$((total_skipped + skipped))
			printf '%-5s %-28s %4d s %4d passed%s%s\n' "$label" "${name%.bats}" "$seconds" "$passed" \
				"$([ "$failed" -eq 0 ] || echo ", $failed failed")" \
				"$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
		done < <(awk -v pass="$label" -v file="${name%.bats}" -v must="${NSLAB_MUST_WORK-}" \
			-v status="$status" "$COUNT" "$tap")
	done
}

# machine shared|private ROOM COMMAND...: the mounts of the user's passes. Made private
# first, so that nothing reaches outside. With ROOM/etc the user has an account and
# subordinate ids; without, nobody knows who it is.
machine() {
	local propagation=$1 room=$2 file
	shift 2
	for file in passwd subuid subgid; do
		[ ! -e "$room/etc/$file" ] || mount --bind "$room/etc/$file" "/etc/$file" || exit 4
	done
	[ "$propagation" = private ] || mount --make-rshared / || exit 4
	exec "$@"
}

account() {
	local room=$1 file
	mkdir "$room/etc"
	for file in passwd subuid subgid; do
		[ ! -e "/etc/$file" ] || cp "/etc/$file" "$room/etc/$file"
	done
	[ ! -e "$room/etc/subuid" ] || [ ! -e "$room/etc/subgid" ] ||
		echo learner:700000:65536 | tee -a "$room/etc/subuid" >>"$room/etc/subgid"
	echo "learner:x:$USER_ID:$USER_ID::$room/home:/bin/bash" >>"$room/etc/passwd"
}

# as_user ROOM COMMAND...: as an ordinary user, with the other propagation than outside's
as_user() {
	local room=$1 other=shared enter=()
	shift
	findmnt -no PROPAGATION / 2>/dev/null | grep -q shared && other=private
	unshare --mount --propagation private true 2>/dev/null && enter=(unshare --mount \
		--propagation private "${BASH_SOURCE[0]}" --machine "$other" "$room")
	"${enter[@]}" setpriv --reuid=$USER_ID --regid=$USER_ID --clear-groups --inh-caps=-all "$@"
}

# run_pass LABEL self|user BUILD SHARE [NAME...]: SHARE is K/N, the Kth of N parts of what is shared out
run_pass() {
	local label=$1 who=$2 build=$3 share=$4 tree=$here room=$temp/$1 enter=()
	shift 4
	mkdir -p "$room"/{home,tmp,out,reports}
	if [ "$who" = user ]; then
		tree=$room/tree
		mkdir "$tree"
		tar -C "$here" --exclude=./.git --exclude=./work -cf - . | tar -C "$tree" -xf - --no-same-owner
		chown -R $USER_ID:$USER_ID "$room"
		[ "$label" = user ] || account "$room"
		enter=(as_user "$room")
	fi
	(
		cd "$tree" || exit 4
		"${enter[@]}" env -i PATH="$PATH" LANG=C.UTF-8 TERM=dumb HOME="$room/home" \
			TMPDIR="$room/tmp" REPORTS="$room/reports" BUILD="$tree/$build" \
			LAB="$tree/$build/lab" SHARE="$share" NSLAB_MUST_WORK="${NSLAB_MUST_WORK-}" \
			NSLAB_LINGER="${NSLAB_LINGER-}" ASAN_OPTIONS="exitcode=99:log_path=$room/reports/asan" \
			UBSAN_OPTIONS="print_stacktrace=1:exitcode=99:log_path=$room/reports/ubsan" \
			checks/lab/run.sh --pass "$room/out" "$@"
	)
	count "$label" "$room/out"
}

main() {
	local passes=${NSLAB_PASSES-} asan=self shares=1
	case ${1-} in
	--one) shift && one "$@" && exit ;;
	--pass) shift && pass "$@" && exit ;;
	--machine) shift && machine "$@" ;;
	esac
	umask 022
	temp=$(mktemp -d "${TMPDIR:-/tmp}/nslab-test.XXXXXX") || exit 4
	trap 'rm -rf "$temp"' EXIT
	trap 'exit 130' INT TERM
	chmod 755 "$temp"
	if [ -z "$passes" ]; then
		passes="self asan"
		[ "$(id -u)" -ne 0 ] || passes="self user asan"
	fi
	[ "$(id -u)" -ne 0 ] || asan=user
	[[ " $passes " != *" self "* || " $passes " != *" user "* ]] || shares=2
	for name in $passes; do
		case $name in
		self) run_pass self self build "1/$shares" "$@" ;;
		user) run_pass user user build "$shares/$shares" "$@" ;;
		asan) [ ! -e "$here/build/asan/lab" ] || run_pass asan $asan build/asan 1/1 "$@" ;;
		*) echo "run.sh: no pass '$name'; there are self, user and asan." >&2 && exit 2 ;;
		esac
	done
	# Once more where a log that was cut short still has it, the names where even less is left.
	if [ "$total_failed" -ne 0 ]; then
		printf '%s\n' "What failed:" "${failures[@]}" "The names:"
		printf '%s\n' "${failures[@]}" | grep '^  FAILED'
	fi
	[ "$total_skipped" -eq 0 ] && total_skipped=
	echo "$total_passed passed, $total_failed failed${total_skipped:+, $total_skipped skipped}"
	[ "$total_failed" -eq 0 ]
}

main "$@"
