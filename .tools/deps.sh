#!/bin/sh
# Install what the workbook needs and is not there:  .tools/deps.sh [SECTION...]
#
# Sections: build (compile lab), run (what lab and its exercises call), test,
# bench, lint; later (will be needed, asked for by nobody yet). Default: build run.
# Prints nothing when all is there. Exit status: 0 all there, 1 not, 2 usage.
#
# --list prints the packages that are missing, one a line, and installs nothing.
# --sanitizers only answers whether programs can be built with them.
#
# SBIN (/usr/sbin): where programs are looked for that PATH need not have.
set -u

# One row per need: section, packages of apt, dnf, pacman, apk ("-": part of
# another row's), then the test that it is there. Tests ask for the thing, not
# for the package: it may have come another way, or be installed and broken.
table() {
	cat <<-'ROWS'
	build | gcc libc6-dev | gcc glibc-devel | gcc | gcc musl-dev linux-headers | compiles
	build | pkg-config | pkgconf-pkg-config | pkgconf | pkgconf | has pkg-config
	build | libarchive-dev | libarchive-devel | libarchive | libarchive-dev | library libarchive
	build | libcap-dev | libcap-devel | libcap | libcap-dev | library libcap
	build | libjansson-dev | jansson-devel | jansson | jansson-dev | library jansson
	build | libmd4c-dev | md4c-devel | md4c | md4c-dev | library md4c
	build | nettle-dev | nettle-devel | nettle | nettle-dev | library nettle
	build | libnl-3-dev | libnl3-devel | libnl | libnl3-dev | library libnl-3.0
	build | libnl-route-3-dev | libnl3-devel | libnl | libnl3-dev | library libnl-route-3.0
	build | libncurses-dev | ncurses-devel | ncurses | ncurses-dev | library ncursesw
	build | libreadline-dev | readline-devel | readline | readline-dev | library readline
	build | libvterm-dev | libvterm-devel | libvterm | libvterm-dev | library vterm
	build | musl-tools | musl-gcc | musl | - | static
	run   | bash | bash | bash | bash | has bash
	run   | bats | bats | bash-bats | bats | has bats
	run   | util-linux | util-linux | util-linux | util-linux util-linux-misc | says util-linux unshare --version
	run   | mount | util-linux | util-linux | util-linux mount | says util-linux mount --version
	run   | procps | procps-ng | procps-ng | procps-ng | says procps ps --version
	run   | iproute2 | iproute | iproute2 | iproute2 | says iproute2 ip -V
	run   | nftables | nftables | nftables | nftables | admin nft
	run   | iptables | iptables-nft | iptables-nft | iptables | admin iptables
	run   | iputils-ping | iputils | iputils | iputils-ping | has ping
	run   | libnftables-dev | nftables-devel | nftables | nftables-dev | library libnftables
	run   | busybox-static | busybox | busybox | busybox-static | alone busybox
	run   | diffutils | diffutils | diffutils | diffutils | says GNU diff --version
	run   | uidmap | shadow-utils | shadow | shadow-uidmap | has newuidmap
	run   | debootstrap | - | - | - | admin debootstrap
	run   | python3 | python3 | python | python3 | runs /usr/bin/python3
	test  | - | libasan libubsan | - | - | compiles -fsanitize=address,undefined
	test  | util-linux | util-linux | util-linux | setpriv | says util-linux setpriv --version
	test  | bsdutils | util-linux-script | util-linux | util-linux | says util-linux script --version
	test  | findutils | findutils | findutils | findutils | says GNU find --version
	test  | mawk | gawk | gawk | gawk | has awk
	test  | hostname | hostname | inetutils | - | has hostname
	test  | jq | jq | jq | jq | has jq
	test  | tmux | tmux | tmux | tmux | has tmux
	test  | groff-base | groff-base | groff | groff | has groff
	test  | vim-tiny | vim-minimal | vim | vim | has vi
	test  | python3-jsonschema | python3-jsonschema | python-jsonschema | py3-jsonschema | module jsonschema
	test  | libxml2-utils | libxml2 | libxml2 | libxml2-utils | has xmllint
	test  | zip | zip | zip | zip | has zip
	test  | crun | crun | crun | crun | has crun
	test  | bubblewrap | bubblewrap | bubblewrap | bubblewrap | has bwrap
	test  | parallel | parallel | parallel | parallel | says GNU parallel --version
	test  | python3-yaml | python3-pyyaml | python-yaml | py3-yaml | module yaml
	test  | graphviz | graphviz | graphviz | graphviz | has dot
	bench | runc | runc | runc | runc | admin runc
	lint  | clang-format | clang-tools-extra | clang | clang-extra-tools | has clang-format
	lint  | clang-tidy | clang-tools-extra | clang | clang-extra-tools | has clang-tidy
	lint  | cppcheck | cppcheck | cppcheck | cppcheck | has cppcheck
	lint  | shellcheck | ShellCheck | shellcheck | shellcheck | has shellcheck
	later | strace | strace | strace | strace | has strace
	ROWS
}

has() {
	command -v "$1" >/dev/null 2>&1
}

# An administrator's program, which may be off an ordinary user's PATH.
admin() {
	has "$1" || has "${SBIN-/usr/sbin}/$1"
}

# A module of the python that the distribution has.
module() {
	/usr/bin/python3 -c "import $1" >/dev/null 2>&1
}

runs() {
	"$1" -c '' >/dev/null 2>&1
}

# A C library to link statically, for the programs that run inside: musl's, or the usual one.
static() {
	CC=musl-gcc compiles -static || compiles -static
}

# A program that needs no library, to be copied into a root file system.
alone() {
	for name in "$1.static" "$1-static" "$1"; do
		file=$(command -v "$name") || continue
		case $(ldd "$file" 2>&1) in *"=>"* | *ld-musl*) ;; *) return 0 ;; esac
	done
	return 1
}

library() {
	pkg-config --exists "$1" 2>/dev/null
}

# says TEXT COMMAND...: tells a full tool from a smaller one of the same name
says() {
	text=$1
	shift
	case $("$@" 2>&1) in *"$text"*) return 0 ;; esac
	return 1
}

compiles() {
	try=$(mktemp -d) || return 1
	printf '#include <stdio.h>\nint main(void) { return puts("") == EOF; }\n' >"$try/t.c"
	"${CC:-cc}" "$@" -o "$try/t" "$try/t.c" >/dev/null 2>&1 && "$try/t" >/dev/null 2>&1
	result=$?
	rm -rf "$try"
	return $result
}

manager() {
	for name in apt-get dnf pacman apk; do
		has $name && echo $name && return
	done
	echo none
}

# Packages missing for the sections in $1, in this manager's names, each once.
missing() {
	seen=' '
	table | while IFS='|' read -r section apt dnf pacman apk probe; do
		case " $1 " in *" ${section%% *} "*) ;; *) continue ;; esac
		case $manager in
		dnf) packages=$dnf ;;
		pacman) packages=$pacman ;;
		apk) packages=$apk ;;
		*) packages=$apt ;;
		esac
		[ "$packages" = " - " ] && continue
		# Word splitting makes the probe's arguments.
		# shellcheck disable=SC2086
		$probe && continue
		for package in $packages; do
			case $seen in *" $package "*) continue ;; esac
			seen="$seen$package "
			echo "$package"
		done
	done
}

# The command that installs; refresh first where $1 is "refresh".
install_with() {
	case $manager-$1 in
	apt-get-refresh) echo "apt-get update" ;;
	apt-get-*) echo "apt-get install -y --no-install-recommends" ;;
	dnf-refresh) echo "dnf makecache" ;;
	dnf-*) echo "dnf install -y --setopt=install_weak_deps=False" ;;
	pacman-refresh) echo "pacman -Sy" ;;
	pacman-*) echo "pacman -S --needed --noconfirm" ;;
	apk-refresh) echo "apk update" ;;
	apk-*) echo "apk add" ;;
	esac
}

# Both with $root in front; word splitting makes their arguments.
# shellcheck disable=SC2046,SC2086
install_all() {
	$root $(install_with install) $want
}

# shellcheck disable=SC2046,SC2086
refresh() {
	$root $(install_with refresh)
}

# How to become root: "" for root itself. Fails where there is no way. A password
# is asked for only at a terminal.
become() {
	[ "$(id -u)" = 0 ] && return 0
	for how in sudo doas; do
		has $how || continue
		if $how -n true 2>/dev/null || { [ -t 0 ] && [ -t 2 ]; }; then
			echo $how
			return 0
		fi
	done
	return 1
}

say() {
	printf 'deps: %s\n' "$*" >&2
}

by_hand() {
	echo "$(install_with refresh) && $(install_with install) $1"
}

refuse() {
	say "you may not install packages here; ask an administrator to run: $(by_hand "$want")"
	exit 1
}

main() {
	list=
	[ "${1-}" = --list ] && list=yes && shift
	if [ "${1-}" = --sanitizers ]; then
		compiles -fsanitize=address,undefined
		exit
	fi
	[ $# -gt 0 ] || set -- build run
	for section; do
		case $section in
		build | run | test | bench | lint | later) ;;
		*) say "no section '$section'; there are build, run, test, bench, lint and later."
			exit 2 ;;
		esac
	done

	manager=$(manager)
	want=$(missing "$*" | tr '\n' ' ')
	want=${want% }
	if [ -n "$list" ]; then
		[ -z "$want" ] || printf '%s\n' "$want" | tr ' ' '\n'
		exit 0
	fi
	[ -n "$want" ] || exit 0
	if [ "$manager" = none ]; then
		say "this needs (in Debian's names) $want, and there is no apt, dnf, pacman or apk here;" \
			"install them by hand and run make again."
		exit 1
	fi
	root=$(become) || refuse

	say "installing with $manager: $want"
	# The password is asked for here, once, and not by each command that needs it.
	[ "$root" != sudo ] || sudo -n true 2>/dev/null || sudo -v || refuse
	DEBIAN_FRONTEND=noninteractive
	export DEBIAN_FRONTEND
	# sudo drops the environment.
	root=${root:+$root env DEBIAN_FRONTEND=noninteractive}
	# The lists may be empty or old: refresh and try again before giving up.
	notes=$(mktemp) || exit 1
	if ! install_all >"$notes" 2>&1 </dev/null && ! { refresh && install_all; } >"$notes" 2>&1 </dev/null; then
		tail -n 15 "$notes" >&2
		rm -f "$notes"
		say "could not install; this is the command to try by hand: $(by_hand "$want")"
		exit 1
	fi
	rm -f "$notes"
	left=$(missing "$*" | tr '\n' ' ')
	if [ -n "$left" ]; then
		say "installed, and still not usable: ${left% }. Reinstalling these may help."
		exit 1
	fi
}

main "$@"
