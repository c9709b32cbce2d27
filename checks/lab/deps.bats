# The script that installs what is missing, on a machine made of fakes: PATH
# holds nothing but the tools put there, and the package managers only take notes.

setup() {
	deps=$BATS_TEST_DIRNAME/../../.tools/deps.sh
	machine=$BATS_TEST_TMPDIR/bin
	log=$BATS_TEST_TMPDIR/log
	mkdir "$machine"
	for tool in sh tr cat rm tail mktemp mkdir chmod env; do
		ln -s "$(type -P $tool)" "$machine/$tool"
	done
	: >"$log"
	uid 0
}

# fake NAME: a command whose script is on standard input
fake() {
	{ echo '#!/bin/sh'; cat; } >"$machine/$1"
	chmod +x "$machine/$1"
}

uid() {
	fake id <<<"echo $1"
}

# Everything that building and running needs.
furnish() {
	fake cc <<-'EOF'
		while [ "$1" != -o ]; do shift; done
		printf '#!/bin/sh\n' >"$2" && chmod +x "$2"
	EOF
	for tool in pkg-config bash bats busybox newuidmap debootstrap nft iptables ping; do fake $tool <<<'exit 0'; done
	fake unshare <<<'echo "unshare from util-linux 2.38"'
	fake mount <<<'echo "mount from util-linux 2.38"'
	fake ps <<<'echo "ps from procps-ng 4.0"'
	fake ip <<<'echo "ip utility, iproute2-6.1.0"'
	fake diff <<<'echo "diff (GNU diffutils) 3.8"'
}

# manager NAME: a package manager that writes down how it is called and brings all that was missing
manager() {
	declare -f fake furnish >"$BATS_TEST_TMPDIR/furnish"
	fake "$1" <<-EOF
		echo "$1 \$*" >>"$log"
		case "\$1" in install | add | -S)
			PATH=/usr/bin:/bin exec bash -c 'machine=$machine; . $BATS_TEST_TMPDIR/furnish; furnish' ;;
		esac
	EOF
}

deps() {
	run env -i PATH="$machine" SBIN="$machine/sbin" "$(type -P sh)" "$deps" "$@" </dev/null
}

@test "where all is there it prints nothing and calls nobody" {
	furnish
	fake apt-get <<<"echo called >>$log"
	deps build run
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -s "$log" ]
}

@test "on a bare machine root gets everything, announced before" {
	manager apt-get
	deps build run
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 1 ]
	[ "${lines[0]}" = "deps: installing with apt-get: gcc libc6-dev pkg-config libarchive-dev libcap-dev libjansson-dev libmd4c-dev nettle-dev libnl-3-dev libnl-route-3-dev libncurses-dev libreadline-dev libvterm-dev musl-tools bash bats util-linux mount procps iproute2 nftables iptables iputils-ping libnftables-dev busybox-static diffutils uidmap debootstrap" ]
	[ "$(cat "$log")" = "apt-get install -y --no-install-recommends ${lines[0]#*apt-get: }" ]
	deps build run
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "only what is missing is installed" {
	furnish
	manager apt-get
	rm "$machine/bats"
	deps
	[ "$status" -eq 0 ]
	[ "$(cat "$log")" = "apt-get install -y --no-install-recommends bats" ]
}

@test "a smaller tool of the same name counts as missing" {
	furnish
	fake unshare <<<'echo "BusyBox v1.35.0 multi-call binary." >&2; exit 1'
	fake ps <<<'echo "ps: unrecognized option: version" >&2; exit 1'
	deps --list
	[ "$status" -eq 0 ]
	[ "$output" = $'util-linux\nprocps' ]
}

@test "a busybox that needs libraries counts as missing, unless a static one is beside it" {
	furnish
	fake ldd <<-'EOF'
		case $1 in *.static) echo "not a dynamic executable" >&2; exit 1 ;; esac
		echo "	libc.so.6 => /lib/libc.so.6 (0x1)"
	EOF
	deps --list
	[ "$status" -eq 0 ]
	[ "$output" = busybox-static ]
	fake busybox.static <<<'exit 0'
	deps --list
	[ -z "$output" ]
}

@test "a compiler without the C library's headers counts as missing" {
	furnish
	fake cc <<<'exit 1'
	deps --list
	[ "$output" = $'gcc\nlibc6-dev\nmusl-tools' ]
}

@test "package lists that are empty or old are refreshed, and it tries again" {
	manager apt-get
	mv "$machine/apt-get" "$machine/real"
	fake apt-get <<-EOF
		[ "\$1" = update ] && echo update >>$log && : >$BATS_TEST_TMPDIR/fresh && exit 0
		[ -e $BATS_TEST_TMPDIR/fresh ] && exec real "\$@"
		echo refused >>$log
		exit 100
	EOF
	deps build
	[ "$status" -eq 0 ]
	[[ "$(cat "$log")" == refused$'\n'update$'\n'"apt-get install"* ]]
}

@test "the names of Fedora, Arch and Alpine" {
	manager dnf
	deps --list build run
	[ "$output" = "$(printf '%s\n' gcc glibc-devel pkgconf-pkg-config libarchive-devel libcap-devel jansson-devel md4c-devel nettle-devel libnl3-devel ncurses-devel readline-devel libvterm-devel musl-gcc bash bats util-linux procps-ng iproute nftables iptables-nft iputils nftables-devel busybox diffutils shadow-utils)" ]
	mv "$machine/dnf" "$machine/pacman"
	deps --list build run
	[ "$output" = "$(printf '%s\n' gcc pkgconf libarchive libcap jansson md4c nettle libnl ncurses readline libvterm musl bash bash-bats util-linux procps-ng iproute2 nftables iptables-nft iputils busybox diffutils shadow)" ]
	mv "$machine/pacman" "$machine/apk"
	deps --list build run
	[ "$output" = "$(printf '%s\n' gcc musl-dev linux-headers pkgconf libarchive-dev libcap-dev jansson-dev md4c-dev nettle-dev libnl3-dev ncurses-dev readline-dev libvterm-dev bash bats util-linux util-linux-misc mount procps-ng iproute2 nftables iptables iputils-ping nftables-dev busybox-static diffutils shadow-uidmap)" ]
}

@test "each of them is called its own way" {
	for call in "dnf install -y --setopt=install_weak_deps=False" "pacman -S --needed --noconfirm" "apk add"; do
		rm -f "$machine"/{cc,pkg-config,bash,bats,busybox,newuidmap,debootstrap,nft,iptables,ping,diff,unshare,mount,ps,ip} "$machine"/{dnf,pacman,apk}
		: >"$log"
		manager "${call%% *}"
		deps build run
		[ "$status" -eq 0 ]
		[[ "$(cat "$log")" == "$call gcc "* ]]
	done
}

@test "without rights: one sentence with the command for an administrator" {
	uid 1000
	furnish
	manager apt-get
	rm "$machine/bats" "$machine/ip"
	deps
	[ "$status" -eq 1 ]
	[ "$output" = "deps: you may not install packages here; ask an administrator to run: apt-get update && apt-get install -y --no-install-recommends bats iproute2" ]
	[ ! -s "$log" ]
}

@test "an ordinary user who may use sudo uses it" {
	uid 1000
	manager apt-get
	fake sudo <<-EOF
		echo "sudo \$*" >>$log
		[ "\$1" = -n ] && shift
		[ "\$1" = true ] && exit 0
		exec "\$@"
	EOF
	deps build run
	[ "$status" -eq 0 ]
	grep -qx "sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc .*" "$log"
}

@test "a sudo that wants a password is not asked without a terminal" {
	uid 1000
	manager apt-get
	fake sudo <<<'exit 1'
	deps build
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ "$output" == *"ask an administrator to run: apt-get update && apt-get install"* ]]
}

@test "on a terminal sudo asks once, after what is to be installed was said; a refusal ends it" {
	uid 1000
	manager apt-get
	fake sudo <<-EOF
		echo "sudo \$*" >>$log
		exit 1
	EOF
	run env -i PATH="$machine" SBIN= "$(type -P script)" -qec "$(type -P sh) $deps build" /dev/null </dev/null
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 2 ]
	[[ "${lines[0]}" == "deps: installing with apt-get: gcc "* ]]
	[[ "${lines[1]}" == *"ask an administrator to run: apt-get update && apt-get install -y "* ]]
	[ "$(sort -u "$log")" = $'sudo -n true\nsudo -v' ]
}

@test "an administrator's program counts where it is, whatever PATH says" {
	furnish
	rm "$machine/debootstrap"
	fake apt-get <<<'exit 1'
	deps --list
	[ "$output" = debootstrap ]
	mkdir "$machine/sbin"
	fake sbin/debootstrap <<<'exit 0'
	deps --list
	[ -z "$output" ]
}

@test "an installation that fails ends with the command to try by hand" {
	fake apt-get <<<'echo "E: no network" >&2; exit 100'
	deps build
	[ "$status" -eq 1 ]
	[[ "$output" == *"E: no network"* ]]
	[[ "${lines[-1]}" == "deps: could not install; this is the command to try by hand: apt-get update && apt-get install -y "* ]]
}

@test "packages that are installed and don't help are named" {
	fake apt-get <<<'exit 0'
	furnish
	rm "$machine/bats"
	deps
	[ "$status" -eq 1 ]
	[ "${lines[-1]}" = "deps: installed, and still not usable: bats. Reinstalling these may help." ]
}

@test "a system with none of the four package managers" {
	deps build
	[ "$status" -eq 1 ]
	[[ "$output" == *"no apt, dnf, pacman or apk here; install them by hand"* ]]
}

@test "an unknown section is a usage error" {
	deps everything
	[ "$status" -eq 2 ]
	[[ "$output" == "deps: no section 'everything'"* ]]
}

@test "every row of the table has six fields and a known section" {
	run awk -F ' *[|] *' '/ROWS.?$/ { on = !on; next }
		on && (NF != 6 || $1 !~ /^\t(build|run|test|bench|lint|later)$/ || $6 !~ /^(has|runs|says|library|compiles|static|alone|admin|module)/) { print }' "$deps"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$(grep -cE '^	(build|run|test|bench|lint|later) .*\|' "$deps")" -ge 20 ]
}
