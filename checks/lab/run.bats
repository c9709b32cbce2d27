# lab run: the learner's program on the learner's terminal, inside the sandbox.

load lab

# program <C: the body of a main() becomes the learner's pid/clone.
program() {
	mkdir -p "$LAB_WORK/pid"
	{
		printf '#define _GNU_SOURCE\n'
		printf '#include <%s>\n' errno.h fcntl.h signal.h stdio.h stdlib.h string.h sys/mount.h \
			sys/wait.h termios.h unistd.h
		printf 'int main(int argc, char **argv)\n{\n\t(void)argc; (void)argv;\n'
		cat
		printf '\n\treturn 0;\n}\n'
	} >"$LAB_WORK/pid/02_clone.c"
}

@test "the exit status passes" {
	program <<<'return atoi(argv[1]);'
	for status_wanted in 0 1 2 42 124 255; do
		lab run pid/clone "$status_wanted"
		[ "$status" -eq "$status_wanted" ]
	done
	nothing_left
}

@test "a signal is 128 plus its number, and named" {
	program <<<'raise(atoi(argv[1]));'
	for sig in 6 9 11 15; do
		lab run pid/clone "$sig"
		[ "$status" -eq $((128 + sig)) ]
		[[ "$stderr" == *"lab: pid/clone was ended by signal $sig ("* ]]
	done
}

@test "words after the id are the program's, options too" {
	program <<<'for (int i = 0; i < argc; i++) printf("<%s>", argv[i]);'
	lab run pid/clone -- --json -x 'a b' ''
	[ "$status" -eq 0 ]
	[[ "$output" == "<./clone>"*"<--json><-x><a b><>" ]]
	lab run pid/clone ls --help
	[ "$output" = "<./clone><ls><--help>" ]
}

@test "standard input is a pipe: all of it arrives, both outputs stay apart" {
	program <<<'char b[4096]; ssize_t n; long sum = 0; while ((n = read(0, b, sizeof(b))) > 0) sum += n; printf("%ld bytes\n", sum); fprintf(stderr, "to stderr\n");'
	run --separate-stderr bash -c "head -c 3000000 /dev/zero | timeout 30 '$LAB' run pid/clone"
	[ "$status" -eq 0 ]
	[ "$output" = "3000000 bytes" ]
	[ "$stderr" = "to stderr" ]
}

@test "a lot of output arrives whole and in order, and a reader may go" {
	program <<<'for (int i = 0; i < 200000; i++) printf("%d\n", i);'
	lab run pid/clone
	[ "$status" -eq 0 ]
	[ "$output" = "$(seq 0 199999)" ]
	run timeout 30 bash -c "'$LAB' run pid/clone | head -n 1"
	[ "$output" = 0 ]
}

@test "a starter runs to its first gap" {
	lab run pid/clone
	[ "$status" -eq 42 ]
	[[ "$stderr" == *"TODO(1)"* ]]
}

@test "a solution runs: its command is process 1" {
	mkdir -p "$LAB_WORK/pid"
	cp "$tree/solutions/pid/02_clone.c" "$LAB_WORK/pid/"
	lab run pid/clone sh -c 'echo $$; exit 7'
	[ "$status" -eq 7 ]
	[ "$output" = 1 ]
}

@test "a file that does not compile: the compiler's words, status 1" {
	program <<<'nothing here;'
	lab run pid/clone
	[ "$status" -eq 1 ]
	[[ "$stderr" == *"02_clone.c:"*": error: "*"does not compile."* ]]
	[ -z "$output" ]
}

@test "the host is out of reach: no file, no host name, no process of it" {
	program <<END
	printf("%d %d %d\n", access("$tree/solutions", F_OK), access("$BATS_TEST_TMPDIR", F_OK), kill($$, 0));
	printf("%d %d\n", sethostname("changed", 7), mount("none", "/mnt", "tmpfs", 0, ""));
END
	before=$(uname -n)
	lab run pid/clone
	[ "${lines[0]}" = "-1 -1 -1" ]
	[ "${lines[1]}" = "0 0" ]
	[ "$(uname -n)" = "$before" ]
}

@test "daemons end with the program" {
	program <<<'for (int i = 0; i < 5; i++) if (fork() == 0) { setsid(); for (int s = 1; s < 65; s++) signal(s, SIG_IGN); for (;;) pause(); } return 3;'
	lab run pid/clone
	[ "$status" -eq 3 ]
	nothing_left
}

@test "escape sequences that could harm the terminal do not reach it; a pipe gets every byte" {
	program <<<'printf("a\033]0;title\ab\033[31mred\033[0m\033]52;c;aGk=\a\033[6n\033P+q\033\\c\n"); fprintf(stderr, "d\033]0;title\ae\n");'
	for command in "$LAB run pid/clone" "$LAB run pid/clone </dev/null"; do
		terminal "$command"
		ended
		[[ "$seen" == *a*b*$'\x1b[31m'red*c* && "$seen" == *de* ]]
		[[ "$seen" != *$'\x1b]'* && "$seen" != *$'\x1b[6n'* && "$seen" != *$'\x1bP'* ]]
	done
	lab run pid/clone
	[ "$output" = $'a\x1b]0;title\ab\x1b[31mred\x1b[0m\x1b]52;c;aGk=\a\x1b[6n\x1bP+q\x1b\\c' ]
}

@test "on a terminal: it is one, of the right size, and the modes are put back" {
	program <<<'struct termios t; printf("tty %d %d %d, leader %d\n", isatty(0), isatty(1), isatty(2), tcgetpgrp(0) == getpgrp()); tcgetattr(0, &t); t.c_lflag = 0; t.c_oflag = 0; tcsetattr(0, TCSANOW, &t); return 5;'
	terminal "stty rows 33 cols 77; stty -g; $LAB run pid/clone; echo status \$?; stty -g"
	await "tty 1 1 1, leader 1"
	await "status 5"
	ended
	[ "$(grep -E '^[0-9a-f]+(:[0-9a-f]+)+' <<<"$seen" | wc -l)" -eq 2 ]
	[ "$(grep -E '^[0-9a-f]+(:[0-9a-f]+)+' <<<"$seen" | sort -u | wc -l)" -eq 1 ]
}

@test "on a terminal: ^C and ^\\ go to the program, not to lab" {
	program <<<'signal(SIGINT, SIG_IGN); printf("ready\n"); fflush(stdout); for (;;) pause();'
	terminal "$LAB run pid/clone; echo status \$?"
	await ready
	send '\003'
	send '\034'
	await "status 131"
	ended
	program <<<'printf("ready\n"); fflush(stdout); for (;;) pause();'
	terminal "$LAB run pid/clone; echo status \$?"
	await ready
	send '\003'
	await "status 130"
	ended
	nothing_left
}

@test "on a terminal: a program that makes it silent and is killed leaves it as it was" {
	program <<<'struct termios t; tcgetattr(0, &t); cfmakeraw(&t); tcsetattr(0, TCSANOW, &t); printf("\033[?1049h\033[?25lready"); fflush(stdout); for (;;) pause();'
	terminal "stty -g; $LAB run pid/clone; echo status \$?; stty -g"
	await ready
	kill -TERM "$(pgrep -f "^$LAB run pid/clone" | head -n 1)"
	await "status "
	ended
	[ "$(grep -E '^[0-9a-f]+(:[0-9a-f]+)+' <<<"$(tr -d '\r' <<<"$seen")" | sort -u | wc -l)" -eq 1 ]
	[[ "$seen" == *$'\x1b[?1049l'* && "$seen" == *$'\x1b[?25h'* ]]
}

@test "a lab that is killed takes the program with it" {
	program <<<'printf("ready\n"); fflush(stdout); for (;;) pause();'
	session "$LAB" run pid/clone
	await ready
	kill -USR1 "$session"
	ended
	[ "$status" -eq 137 ]
}
