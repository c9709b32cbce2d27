# mnt/rootfs: a directory in which programs run when it is their root.

# shellcheck disable=SC2016 # scripts for the shells inside
load ../lib/load

# build_root BIN...: the program makes a root file system at $dir, a directory
# that is not there yet on a mount of its own.
build_root() {
	random_word
	dir=/tmp/$REPLY
	launch "$dir" "$@"
	finish 10 || fail_with other "the program ends" "it still runs"
	if [[ $status == 42 && $errors == *TODO* ]]; then
		no_start other
	fi
	[[ $status == 0 ]] || fail_with other "exit status 0" "$status: $(last_line "$errors")"
}

# runs EXPECTED BIN [ARG...]: BIN prints that with $dir as its root; else why not.
runs() {
	local seen_status seen_text

	outside_does chroot "$dir" "${@:2}"
	if [[ $did == 0 && $said == *"$1"* ]]; then
		return 0
	fi
	seen_status=$did seen_text=$(last_line "$said")
	why_not "$2"
	fail_with other "chroot $dir ${*:2} to work" "exit status $seen_status: $seen_text"
}

# is_there PATH CAUSE WHAT: can it be reached in $dir?
is_there() {
	look outside "$1" "$dir"
	[[ ${answer[type]} != dangling ]] || fail_with dangling-symlink \
		"$3 $1 in $dir" "a symbolic link is there, and what it leads to is not"
	[[ ${answer[type]} != - ]] || fail_with "$2" "$3 $1 in $dir" "it is missing"
}

# What BIN needs and does not find in $dir: itself, an interpreter, a library.
why_not() { # BIN
	local line path

	is_there "$1" other "the program"
	look outside "$1"
	if [[ ${answer[text]} == '#!'* ]]; then
		read -r path _ <<<"${answer[text]:2:200}"
		is_there "$path" loader-missing "the script's interpreter"
		why_not "$path"
		return
	fi
	outside_does ldd "$1"
	while read -r line; do
		if [[ $line == /* ]]; then
			is_there "${line%% *}" loader-missing "the loader"
		fi
	done <<<"$said"
	while read -r line; do
		if [[ $line == *' => /'* ]]; then
			path=${line#* => }
			is_there "${path%% *}" library-missing "the library"
		fi
	done <<<"$said"
}

@test "the programs of this machine run, and nothing is mounted" {
	local bin there=()

	for bin in /bin/bash /bin/ls /bin/mount /bin/ip /usr/bin/curl /usr/bin/openssl /usr/bin/wget; do
		look outside "$bin"
		[[ ${answer[type]} != file ]] || there+=("$bin")
	done
	build_root "${there[@]}"
	outside_unchanged bind-mounted
	for bin in "${there[@]}"; do
		case $bin in
		*/bash) runs 42 "$bin" -c 'echo $((6 * 7))' ;;
		*/ls) runs lib "$bin" / ;;
		*/ip) runs ip "$bin" -V ;;
		*/openssl) runs SSL "$bin" version ;;
		*) runs . "$bin" --version ;;
		esac
	done
	seen "run in there: ${there[*]}"
}

# make_home: $home, a place for programs of our own.
make_home() {
	random_word
	home=/srv/$REPLY
	outside_does mkdir -p "$home/bin" "$home/lib" "$home/more"
	((did == 0)) || crash "$said"
}

# writes FILE LINE...: a text file in $home.
writes() {
	outside_does sh -c 'file=$1; shift; printf "%s\n" "$@" >"$file"; chmod 755 "$file"' sh \
		"$home/$1" "${@:2}"
	((did == 0)) || crash "$said"
}

# compiles NAME ARG...: with the machine's compiler, in $home.
compiles() {
	outside_does sh -c 'cd "$0" && exec "${CC:-cc}" -o "$@"' "$home" "$@"
	((did == 0))
}

@test "a program with libraries of its own, and libraries of those" {
	local rpath

	make_home
	writes two.c 'int two(void) { return 41; }'
	writes one.c 'int two(void);' 'int one(void) { return two() + 1; }'
	writes main.c '#include <stdio.h>' 'int one(void);' \
		'int main(void) { printf("the answer is %d\n", one()); return 0; }'
	# By whole paths: without a /proc in $dir the loader can't tell what $ORIGIN is.
	rpath=-Wl,--enable-new-dtags,-rpath,$home
	compiles more/libtwo.so -shared -fPIC two.c &&
		compiles lib/libone.so.1.2 -shared -fPIC one.c -Lmore -ltwo -Wl,-soname,libone.so.1 "$rpath/more" &&
		outside_does ln -s libone.so.1.2 "$home/lib/libone.so.1" &&
		compiles bin/answer main.c lib/libone.so.1 "$rpath/lib" -Wl,-rpath-link,more ||
		unsupported "there is no compiler that makes shared libraries here: $(last_line "$said")"
	build_root "$home/bin/answer"
	runs "the answer is 42" "$home/bin/answer"
	seen "$home/bin/answer finds libone.so.1 by its RUNPATH, and libone.so.1 libtwo.so by another"
	outside_does bash -c 'd=$(mktemp -d) && for f in "$(command -v bash)" \
		$(ldd "$(command -v bash)" | grep -oE "/[^ ]*(/ld-|/libc\.)[^ ]*"); do
			mkdir -p "$d${f%/*}" && cp -L "$f" "$d$f" || exit; done; chroot "$d" "$(command -v bash)" -c true'
	truth_if two-libraries yes no test "$did" = 0
}

@test "static programs, which need nothing" {
	local bins=("$PROBE") kind

	make_home
	writes main.c '#include <stdio.h>' 'int main(void) { puts("all by myself"); return 0; }'
	for kind in static static-pie; do
		if compiles "bin/$kind" "-$kind" main.c; then
			bins+=("$home/bin/$kind")
		else
			seen "a $kind program can't be made here, and was not tried"
		fi
	done
	build_root "${bins[@]}"
	for kind in "${bins[@]:1}"; do
		runs "all by myself" "$kind"
	done
	# The probe refuses options that it does not know.
	outside_does chroot "$dir" "$PROBE" --no-such-option
	[[ $did == 2 ]] || fail_with other "$PROBE, a static program, to run in $dir" \
		"exit status $did: $(last_line "$said")"
}

@test "scripts, which need their interpreter" {
	make_home
	writes bin/one '#!/bin/sh -e' 'echo a script of sh'
	writes bin/two '#! /bin/bash' 'echo "a script of ${BASH##*/}"'
	build_root "$home/bin/one" "$home/bin/two"
	runs "a script of sh" "$home/bin/one"
	runs "a script of bash" "$home/bin/two"
}

@test "a program that is a symbolic link" {
	make_home
	outside_does sh -c 'cp /bin/cat "$0/lib/real" && ln -s ../lib/real "$0/more/link" &&
		ln -s "$0/more/link" "$0/bin/cat"' "$home"
	build_root "$home/bin/cat" /bin/sh
	outside_does sh -c 'echo text >"$0/tmp/file"' "$dir"
	runs text "$home/bin/cat" /tmp/file
	runs text /bin/sh -c 'echo text'
}

@test "the usual directories are there, and /tmp is for everybody" {
	local name

	build_root /bin/sh
	for name in bin lib lib64 usr proc sys dev tmp; do
		look outside "$name" "$dir"
		[[ ${answer[type]} != dangling ]] || fail_with dangling-symlink "a directory $name in $dir" \
			"a symbolic link that leads nowhere"
		[[ ${answer[type]} == dir ]] || fail_with other "a directory $name in $dir" \
			"$([[ ${answer[type]} == - ]] && echo "there is none" || echo "it is no directory")"
	done
	[[ ${answer[mode]} == 1777 ]] || fail_with other "mode 1777 for $dir/tmp" "mode ${answer[mode]}"
}

@test "it works where the directory is there already" {
	make_home
	random_word
	dir=/srv/$REPLY
	outside_does mkdir "$dir"
	launch "$dir" /bin/sh
	finish 10 || fail_with other "the program ends" "it still runs"
	status_is 0 other
	runs text /bin/sh -c 'echo text'
	outside_unchanged bind-mounted
}

# used DIR...: how many inodes are in use where these directories are.
used() {
	local where counts=''

	for where in "$@"; do
		look outside "$where"
		counts+="${answer[used]:-} "
	done
	REPLY=$counts
}

@test "nothing outside of DIR changes" {
	local places=(/usr /etc /opt /run /dev/shm) before

	outside_does touch /run/stamp
	note /
	used "${places[@]}"
	before=$REPLY
	build_root /bin/sh
	outside_unchanged bind-mounted
	changes /
	[[ -z ${answer[added]}${answer[removed]}${answer[changed]} ]] || fail_with other \
		"nothing outside of $dir to change" \
		"new: ${answer[added]:-nothing}; gone: ${answer[removed]:-nothing}; changed: ${answer[changed]:-nothing}"
	outside_does ls -A /tmp
	[[ $said == "${dir#/tmp/}"$'\n' ]] || fail_with other "nothing but $dir in /tmp" "${said//$'\n'/ }"
	used "${places[@]}"
	[[ $REPLY != "$before" ]] || return 0
	# Python may keep what it has compiled; nothing else may have come.
	# What may not be looked into belongs to others, and nobody here could have changed it.
	outside_does sh -c 'exec find "$@" 2>/dev/null' sh "${places[@]}" -xdev -newer /run/stamp ! -path '*__pycache__*' ! -type d
	[[ -z $said ]] || fail_with other "nothing outside of $dir to change" "new: ${said//$'\n'/ }"
}

@test "a program that does not exist is named, and nothing is left half copied" {
	local missing

	random_word
	dir=/tmp/$REPLY
	random_word
	missing=/usr/bin/$REPLY
	launch "$dir" /bin/sh "$missing"
	finish 10 || fail_with other "the program ends" "it still runs"
	if [[ $status == 42 && $errors == *TODO* ]]; then
		no_start other
	fi
	[[ $status != 0 ]] || fail_with missing-binary-ignored "exit status 1, since there is no $missing" \
		"exit status 0"
	[[ $status == 1 ]] || fail_with other "exit status 1, since there is no $missing" "exit status $status"
	[[ $errors == *"$missing"* ]] || fail_with other "a message that names $missing" \
		"${errors:-no message}"
	outside_does sh -c 'cd "$0" 2>/dev/null || exit 0
		find . -type f | while read -r file; do
			case $file in "./$1") echo "$file" ;; esac
			[ ! -e "/$file" ] || cmp -s "$file" "/$file" || echo "$file"
		done' "$dir" "${missing#/}"
	[[ -z $said ]] || fail_with other "no file half copied in $dir" "${said//$'\n'/ }"
}

@test "without arguments it says how it is used" {
	launch
	finish || fail_with other "exit status 2" "it still runs"
	status_is 2 other
	[[ -n $errors ]] || fail_with other "a usage line on standard error" "nothing"
}
