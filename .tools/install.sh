#!/bin/sh
# Called by make:  .tools/install.sh install|uninstall DESTDIR PREFIX
#
# bin/lab                   the program
# libexec/nslab/            what it starts: observe, probe, init
# share/nslab/              the course: phases, solutions, checks, docs
# share/bash-completion, share/zsh   completion, written by lab itself
# share/man/man1/lab.1      the manual page, too
set -eu
umask 022

action=$1
root=$2$3
share=$root/share
bash_file=$share/bash-completion/completions/lab
zsh_file=$share/zsh/site-functions/_lab
man_file=$share/man/man1/lab.1
exercise_file=$share/man/man5/lab-exercise.5

case $action in
install)
	install -d "$root/bin" "$root/libexec/nslab" "$share/doc/nslab" \
		"${bash_file%/*}" "${zsh_file%/*}" "${man_file%/*}" "${exercise_file%/*}"
	install -m 755 build/lab "$root/bin/lab"
	install -m 755 build/observe build/probe build/init "$root/libexec/nslab/"
	install -m 644 README.md LICENSE "$share/doc/nslab/"
	build/lab completion bash >"$bash_file"
	build/lab completion zsh >"$zsh_file"
	build/lab help --man >"$man_file"
	build/lab help --man exercise >"$exercise_file"
	# The course is replaced as a whole: exercises of an older version must not stay.
	rm -rf "$share/nslab"
	install -d "$share/nslab"
	tar --exclude=checks/lab -cf - phases solutions checks docs |
		tar -C "$share/nslab" --no-same-owner -xf -
	chmod -R u=rwX,go=rX "$share/nslab"
	;;
uninstall)
	rm -f "$root/bin/lab" "$bash_file" "$zsh_file" "$man_file" "$exercise_file"
	rm -rf "$root/libexec/nslab" "$share/nslab" "$share/doc/nslab"
	;;
*)
	echo "install.sh: '$action' is not install or uninstall." >&2
	exit 2
	;;
esac
