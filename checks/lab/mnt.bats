# What the mnt phase promises beyond its exercises: container tools of the
# distribution are right programs, and the Debian mirror of the machine reaches
# the sandbox, and nothing else of the network does.

load lab

# around COMMAND...: a program that hands ROOTFS and the command on to a tool.
around() {
	printf '#!/bin/sh\nrootfs=$1\nshift\nexec %s\n' "$1" >program
	chmod +x program
}

first_cause() {
	value '[.checks[] | select(.status == "fail") | .cause][0]'
}

@test "mnt/pivot: a script around bwrap passes" {
	command -v bwrap >/dev/null || skip "bwrap is not here"
	around 'bwrap --bind "$rootfs" / --proc /proc --unshare-pid -- "$@"'
	lab check mnt/pivot --program program
	[ "$status" -eq 0 ]
	around 'bwrap --bind "$rootfs" / --proc /proc --dev /dev --unshare-all --as-pid-1 -- "$@"'
	lab check mnt/pivot --program program
	[ "$status" -eq 0 ]
	nothing_left
}

@test "mnt/pivot: a script around chroot does not, and is told why" {
	around 'chroot "$rootfs" "$@"'
	check_json mnt/pivot --program program
	[ "$status" -eq 1 ]
	[ "$(first_cause)" = chroot-instead-of-pivot ]
	around 'unshare --pid --mount --fork chroot "$rootfs" "$@"'
	check_json mnt/pivot --program program
	[ "$(first_cause)" = chroot-instead-of-pivot ]
	nothing_left
}

@test "mnt/isolated: a script around bwrap passes" {
	command -v bwrap >/dev/null || skip "bwrap is not here"
	around 'bwrap --bind "$rootfs" / --proc /proc --unshare-pid --unshare-net -- "$@"'
	lab check mnt/isolated --program program
	[ "$status" -eq 0 ]
}

# ---- the Debian mirror ----

# ids_missing: this machine lends no subordinate ids; the exercise says so then.
ids_missing() {
	! "$LAB" shell -c 'test "$(wc -l </proc/self/uid_map)" -gt 1' || return 1
	run "$LAB" check mnt/debootstrap --source "$tree/phases/mnt/07_debootstrap.c"
	[ "$status" -eq 3 ]
	[[ "$output" == *"subordinate ids"* ]]
}

# mirror: an archive on this machine's loopback, with an index and one file. Sets $port.
mirror() {
	[ -x /usr/lib/apt/apt-helper ] || skip "apt is not here"
	/usr/bin/python3 -c '' || skip "python3 is not here"
	command -v debootstrap mmdebstrap >/dev/null || [ -x /usr/sbin/debootstrap ] ||
		skip "debootstrap is not here"
	mkdir -p www/debian/dists/sid www/debian/pool/main
	printf 'Origin: %s\nCodename: sid\n' "${1:-Debian}" | sed '1i -----BEGIN PGP SIGNED MESSAGE-----' \
		>www/debian/dists/sid/InRelease
	echo "the mirror's file" >www/debian/pool/main/file.deb
	echo "the machine's file" >www/secret
	session /usr/bin/python3 -u -m http.server --bind 127.0.0.1 --directory www 0
	await 'port '
	await ' '
	port=${seen#*port }
	port=${port%% *}
	export NSLAB_MIRROR="http://127.0.0.1:$port/debian sid" XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
}

# asks PATH...: a program that fetches these from the relay, and from the machine itself.
asks() {
	{
		printf '#!/bin/bash\nport=%s\n' "$port"
		cat <<-'END'
			get() {
				exec 5<>"/dev/tcp/127.0.0.1/$1" || { echo "no $1"; return; }
				printf 'GET %s HTTP/1.1\r\nConnection: close\r\n\r\n' "$2" >&5
				while IFS= read -r -t 5 line <&5; do
					echo "$2: ${line%$'\r'}"
					[[ $line != *"'s file" && $line != HTTP/*\ [45]* ]] || break
				done
				exec 5>&-
			}
			get 3142 /debian/dists/sid/InRelease
			get "$port" /secret
		END
		printf 'get 3142 %q\n' "$@"
	} >program
	chmod +x program
}

@test "the mirror's files reach the sandbox, and nothing else of the machine" {
	if ids_missing; then return; fi
	mirror
	asks /debian/pool/main/file.deb /debian/pool/main/none.deb /secret /debian/pool/../../secret \
		"http://127.0.0.1:$port/secret" http://deb.debian.org/debian/pool/main/file.deb
	lab check mnt/debootstrap --program program
	[ "$status" -eq 1 ]
	[[ "$output" == *"no $port"* ]]
	[[ "$output" == *"/debian/pool/main/file.deb: the mirror's file"* ]]
	[[ "$output" == *"/debian/pool/main/none.deb: HTTP/1.1 404"* ]]
	[[ "$output" == *"org/debian/pool/main/file.deb: the mirror's file"* ]]
	[[ "$output" == *"/debian/pool/../../secret: HTTP/1.1 400"* ]]
	[[ "$output" != *"the machine's file"* ]]
	nothing_left
}

@test "what was fetched once is not fetched again" {
	if ids_missing; then return; fi
	mirror
	asks /debian/pool/main/file.deb
	lab check mnt/debootstrap --program program
	[[ "$output" == *"the mirror's file"* ]]
	end_session
	# The mirror has gone, and nobody asks for it.
	lab check mnt/debootstrap --program program
	[ "$status" -eq 1 ]
	[[ "$output" == *"the mirror's file"* ]]
	nothing_left
}

@test "a mirror that can't be reached, or that is none: unsupported, with the reason" {
	if ids_missing; then return; fi
	mirror Ubuntu
	check_json mnt/debootstrap --source "$tree/solutions/mnt/07_debootstrap.c"
	[ "$status" -eq 3 ]
	[ "$(value .verdict)" = unsupported ]
	[[ "$json" == *"is no mirror of Debian"* ]]
	end_session
	rm -rf "$XDG_CACHE_HOME"
	check_json mnt/debootstrap --source "$tree/solutions/mnt/07_debootstrap.c"
	[ "$status" -eq 3 ]
	[[ "$json" == *"mirror can't be reached: http://127.0.0.1:$port/debian/dists/sid/InRelease"* ]]
	NSLAB_MIRROR=nonsense check_json mnt/debootstrap --source "$tree/solutions/mnt/07_debootstrap.c"
	[ "$status" -eq 3 ]
	nothing_left
}
