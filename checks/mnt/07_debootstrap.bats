# mnt/debootstrap: a Debian system in a directory, by a root that may not make devices.

load ../lib/load

# The tools come from this machine; what a program is to do with them is its own affair.
tools() {
	local tool dir

	for tool in debootstrap mmdebstrap; do
		for dir in /usr/sbin /usr/bin /usr/local/sbin /usr/local/bin; do
			[[ ! -x $dir/$tool ]] || return 0
		done
	done
	unsupported "neither debootstrap nor mmdebstrap is on this machine; apt install debootstrap"
}

not_started() {
	[[ $status != 42 || $errors != *TODO* ]] || {
		stop_here
		fail_with not-started "the program makes a system" \
			"it stopped at a gap: $(last_line "$errors")"
	}
}

# The mirror failed on the way: nobody's mistake.
mirror_held() {
	asked 0
	[[ $'\n'${answer[asked]} != *$'\n'502\ * ]] || unsupported \
		"the mirror failed to deliver $(sed -n '/^502 /{s/^502 //p;q}' <<<"${answer[asked]}")"
}

@test "it asks the mirror it is given for the suite it is given" {
	local suite

	tools
	mirror_in_sandbox closed
	launch /work/system sid "${answer[mirror]}"
	asked 20
	suite=$(sed -nE 's|^[0-9]+ dists/([^/]+)/.*|\1|p' <<<"${answer[asked]}" | sort -u)
	if [[ -z $suite ]]; then
		finish 0 || :
		not_started
		stop_here
		fail_with half-configured "a request to MIRROR for the release's index" \
			"none came${status:+; it ended with exit status $status: $(last_line "$errors")}"
	fi
	[[ $suite == sid ]] || {
		stop_here
		fail_with wrong-suite "SUITE is fetched: dists/sid/..." "it asked for dists/$suite/..."
	}
}

@test "DIR becomes a minimal system of that suite, whole and configured" {
	local dir=/work/system-$RANDOM suite states whole

	tools
	mirror_in_sandbox
	suite=${answer[suite]}
	launch "$dir" "$suite" "${answer[mirror]}"
	finish "${NSLAB_TIME:-120}" || fail_with other "the program ends" "it still runs"
	not_started
	mirror_held
	look outside "$dir/etc/os-release"
	[[ ${answer[type]} == file ]] || fail_with half-configured "a system in DIR" \
		"there is no etc/os-release; exit status $status: $(last_line "$errors$output")"
	grep -Eq "\\b$suite\\b" <<<"${answer[text]}" || fail_with wrong-suite \
		"etc/os-release names $suite" "$(grep PRETTY <<<"${answer[text]}")"
	# shellcheck disable=SC2016 # a format of dpkg-query's
	outside_does chroot "$dir" dpkg-query -W -f '${db:Status-Abbrev}${Package}\n'
	((did == 0)) || fail_with half-configured "chroot DIR dpkg-query -W works" \
		"exit status $did: $(last_line "$said")"
	states=$(grep -v '^ii ' <<<"$said") || :
	[[ -z $states ]] || fail_with half-configured "every package is configured" \
		"$(wc -l <<<"$states") are not: $(head -n 3 <<<"$states" | tr '\n' ' ')"
	whole=$(grep -c '^ii ' <<<"$said") || :
	((whole >= 60)) || fail_with half-configured "at least 60 packages" "$whole"
	outside_does chroot "$dir" bash -c true
	((did == 0)) || fail_with half-configured "chroot DIR bash -c true works" \
		"exit status $did: $(last_line "$said")"
	((status == 0)) || fail_with other "exit status 0" "$status"
	outside_unchanged other
	seen "$suite with $whole packages, all configured"
}

@test "bad usage is refused" {
	tools
	mirror_in_sandbox closed
	launch
	finish || fail_with other "a usage line, and the end" "it still runs"
	[[ $status == 2 ]] || fail_with other "exit status 2 without DIR" "${status:-none}"
}
