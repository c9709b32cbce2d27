#!/bin/bash
# Make hostile work directories:  paths.sh DIRECTORY SOLUTION HOME
#
# Each is a submission whose files are not what they seem. Prints "OUTCOME NAME" of each; a name
# that is no plain text is printed as lab writes it.
# shellcheck disable=SC2016,SC1003 # names, not words of the shell's
set -eu

cd "$1"
solution=$2
home=$3
file=pid/02_clone.c

# a NAME OUTCOME: a submission to be filled.
a() {
	mkdir -p -- "./$1/pid"
	printf '%s %s\n' "$2" "${3:-$1}"
}

a link_secret error
ln -s "$home/secret-0644" link_secret/$file
a link_shadow error
ln -s /etc/shadow link_shadow/$file
a link_solution error
ln -s "$solution" link_solution/$file
a link_student error
ln -s ../../alice/$file link_student/$file
a link_loop error
ln -s 02_clone.c link_loop/$file
a link_nowhere error
ln -s /nonexistent link_nowhere/$file
a link_directory missing
rmdir link_directory/pid
ln -s "${solution%/*}" link_directory/pid
a link_root missing
ln -s / link_root/root
a fifo error
mkfifo fifo/$file
a socket error
/usr/bin/python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' socket/$file
a directory_for_file missing
mkdir -p directory_for_file/$file/$file
a empty_file fail
: >empty_file/$file
a hole error
truncate -s 1T hole/$file
a zeros fail
head -c 100000 /dev/zero >zeros/$file
a one_line fail
head -c 1000000 /dev/zero | tr '\0' '(' >one_line/$file
a hard_link pass
cp "$solution" hard_link/other
ln hard_link/other hard_link/$file
a deep missing
(
	cd deep
	# Together longer than any path may be.
	for i in 1 2 3; do
		way=$(printf 'dddddddddddddddddddd/%.0s' {1..100})
		mkdir -p "$way"
		cd "$way"
	done
	mkdir pid
	cp "$solution" $file
)
a entries error
(
	cd entries
	cp "$solution" $file
	for ((i = 0; i < 4200; i++)); do : >"$i"; done
)
a two error
cp "$solution" two/$file
echo "int main;" >two/pid/3_clone.c
a odd_names pass
cp "$solution" odd_names/$file
(
	cd odd_names
	for name in -rf --help $'new\nline' $'esc\33]0;x\7' '$(reboot)' '`reboot`' '*' ' ' "$(printf 'n%.0s' {1..255})" \
		$'\xff\xfe' $'\xe2\x80\xaeevil' con nul 'a;b' "it's" '"' '\'; do
		: >"./$name"
		mkdir -p "./pid/$name"
	done
)
a special_mode pass
cp "$solution" special_mode/$file
chmod 7755 special_mode/$file
a --help pass
cp "$solution" ./--help/$file
a $'\33]0;x\7' pass '\x1b]0;x\x07'
cp "$solution" $'\33]0;x\7'/$file
a '$(touch pwned)' pass
cp "$solution" ./'$(touch pwned)'/$file
printf 'junk' >junk.zip
echo error junk
ln -s "$home" linked
echo error linked
mkfifo pipe.tar.gz
echo error pipe
