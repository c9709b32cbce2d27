# Programs that do everything but the exercise: none passes, all end in time,
# nothing of them stays, and what they print can't be taken for the report.

load lab

# hostile [ARG...] <C: check the body of a main() as pid/clone.
hostile() {
	{
		printf '#define _GNU_SOURCE\n'
		printf '#include <%s>\n' dirent.h errno.h fcntl.h signal.h stdio.h stdlib.h string.h \
			sys/mman.h sys/mount.h sys/prctl.h sys/ptrace.h sys/stat.h sys/syscall.h sys/wait.h unistd.h
		printf 'int main(int argc, char **argv)\n{\n\t(void)argc; (void)argv;\n'
		cat
		printf '\n\treturn 0;\n}\n'
	} >hostile.c
	SECONDS=0
	check_json pid/clone --source hostile.c "$@"
}

# It was judged: no pass, no error of ours, in bounded time, and the report is clean.
judged() { # [CAUSE]
	[[ $status -eq 1 || $status -eq 124 ]]
	[[ $(value .verdict) == @(fail|timeout) ]]
	[[ $(value .score) -lt 7 ]]
	[[ $SECONDS -le 60 ]]
	[[ $(value '.checks | length') -eq 7 ]]
	[[ -z $(LC_ALL=C tr -d '\n\t\40-\176\200-\377' <<<"$json") ]]
	[[ -z $stderr ]]
	[[ $# -eq 0 || " $* " == *" $(value '[.checks[] | select(.status == "fail")][0].cause') "* ]]
	nothing_left
}

@test "spins for ever" {
	hostile <<<'for (;;) ;'
	judged other time-limit
}

@test "sleeps for ever, deaf to every signal" {
	hostile <<<'for (int i = 1; i < 65; i++) signal(i, SIG_IGN); for (;;) pause();'
	judged other time-limit
}

@test "floods its output" {
	hostile <<<'char b[65536]; memset(b, 65, sizeof(b)); for (;;) if (write(1, b, sizeof(b)) < 0) (void)write(2, b, sizeof(b));'
	judged output-limit other
	[ "${#json}" -lt 300000 ]
}

@test "floods the standard error with lines" {
	hostile <<<'for (;;) fprintf(stderr, "ok 1 the command is in a new PID namespace\n");'
	judged output-limit other
	[ "${#json}" -lt 300000 ]
}

@test "is a fork bomb" {
	hostile <<<'for (;;) fork();'
	judged process-limit other time-limit
}

@test "takes all the memory it can get" {
	hostile <<<'for (;;) { char *p = malloc(1 << 24); if (p) memset(p, 1, 1 << 24); else break; } return 1;'
	judged memory-limit other
}

@test "fills every place it can write to" {
	hostile <<'END'
	const char *at[] = { "/tmp/a", "/work/a", "/dev/shm/a", "/run/a", "/var/tmp/a", "/etc/a", "/usr/a", "/a" };
	char b[65536] = "";
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < 8; i++) {
		int fd = open(at[i], O_WRONLY | O_CREAT, 0600);
		while (fd >= 0 && write(fd, b, sizeof(b)) > 0)
			;
	}
	return 1;
END
	judged
}

@test "prints escape sequences, TAP, records and JSON on every descriptor" {
	hostile <<'END'
	const char *lies[] = {
		"\033]0;title\a\033[2J\033[31mred\033[6n\033P+q\033\\\x9b" "31m\r\n",
		"1..7\nok 1 the command is in a new PID namespace\nok 2 it shares every other namespace with outside\n",
		"fail\tthe command is in a new PID namespace\tother\ta\tb\n",
		"{\"schema\": \"nslab/result/v1\", \"verdict\": \"pass\", \"score\": 7}\n",
		"pid/clone: pass, 7 of 7 points\n", "]]></system-out><testcase/>&<!--\n", "\xff\xfe\xc0\x80\xe2\x80\xae\n",
		"Bail out!\n", "\n  ...\nok 8 - more\n",
	};
	for (int fd = 0; fd < 1024; fd++)
		for (size_t i = 0; i < sizeof(lies) / sizeof(*lies); i++)
			(void)!write(fd, lies[i], strlen(lies[i]));
END
	judged
	[ "$(value .score)" -eq 0 ]
	for format in tap junit pretty; do
		lab check pid/clone --source hostile.c --format "$format"
		[ "$status" -eq 1 ]
		[[ "$output" != *[$'\x1b\x07\r']* ]]
		[[ "$output" != *$'\u202e'* ]]
		printf '%s\n' "$output" >"$format"
	done
	[ "$(grep -cE '^(not )?ok ' tap)" -eq 7 ]
	[ "$(grep -c '^ok ' tap)" -eq 0 ]
	[ "$(grep -c '^1\.\.' tap)" -eq 1 ]
	[ "$(python3 -c 'import sys, xml.etree.ElementTree as x; print(len(x.parse("junit").getroot().findall(".//testcase")))')" -eq 7 ]
	# In the report for people its words stand behind a bar.
	[ "$(grep -c '^pid/clone: ' pretty)" -eq 1 ]
	[ "$(grep -c '^  ok ' pretty)" -eq 0 ]
}

@test "kills whatever it can see, its parents first" {
	hostile <<'END'
	signal(SIGTERM, SIG_IGN);
	for (int i = 0; i < 3; i++) kill(getppid(), SIGKILL);
	for (pid_t p = 1; p < 70000; p++) if (p != getpid()) kill(p, SIGKILL);
	kill(0, SIGTERM);
	kill(-1, SIGKILL);
	kill(-1, SIGSTOP);
	return 1;
END
	judged
}

@test "stops itself and all others" {
	hostile <<<'for (pid_t p = 1; p < 1000; p++) if (p != getpid()) kill(p, SIGSTOP); kill(-1, SIGSTOP); raise(SIGSTOP); for (;;) pause();'
	judged
}

@test "traces, and writes into, whatever it can see" {
	hostile <<'END'
	char name[64];
	for (pid_t p = 1; p < 1000; p++) {
		if (p == getpid() || kill(p, 0) < 0)
			continue;
		if (ptrace(PTRACE_SEIZE, p, 0, PTRACE_O_EXITKILL) == 0) printf("seized %d\n", (int)p);
		snprintf(name, sizeof(name), "/proc/%d/mem", (int)p);
		if (open(name, O_RDWR) >= 0) printf("opened %s\n", name);
	}
	return 1;
END
	judged
	[[ "$(value .output)" != *"opened"* ]]
}

@test "reads the environments and command lines of all it can see: nothing of the checker" {
	hostile <<'END'
	const char *files[] = { "environ", "cmdline", "maps", "mountinfo" };
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int seen = 0, found = 0;
	while (proc && (entry = readdir(proc))) {
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		seen++;
		for (int i = 0; i < 4; i++) {
			char name[300], text[65536];
			ssize_t n;
			snprintf(name, sizeof(name), "/proc/%s/%s", entry->d_name, files[i]);
			int fd = open(name, O_RDONLY);
			while (fd >= 0 && (n = read(fd, text, sizeof(text))) > 0)
				if (memmem(text, n, "NSLAB_", 6) || memmem(text, n, ".bats", 5) || memmem(text, n, "bats-run-", 9)) {
					found++;
					printf("FOUND something in %s\n", name);
				}
			if (fd >= 0) close(fd);
		}
	}
	printf("looked at %d, found %d\n", seen, found);
	return 1;
END
	judged
	[[ "$(value .output)" == *"looked at "[1-9]*", found 0"* ]]
}

@test "looks for solutions, checks, work and temporary files of others" {
	cat >look <<-END
		#!/bin/sh
		for path in "$tree/solutions" "$tree/checks" "$tree/build" "$BATS_TEST_TMPDIR" "$TMPDIR" \\
			"$LAB_WORK" "$HOME/.ssh" /root/.bashrc /proc/1/root$tree/solutions; do
			[ ! -e "\$path" ] || [ -z "\$(ls -A "\$path" 2>/dev/null)" ] || echo "FOUND \$path"
		done
		find / -path /proc -prune -o -path /sys -prune -o -path /usr -prune -o \\
			\\( -name '*02_clone*' -o -name '*.bats' -o -name 'nslab-*' \\) -print 2>/dev/null | sed 's/^/FOUND /'
		echo looked
		exit 1
	END
	chmod +x look
	mkdir "$LAB_WORK" "$HOME/.ssh" alone
	touch "$LAB_WORK/precious" "$HOME/.ssh/key"
	mv look alone
	SECONDS=0
	check_json pid/clone --program alone/look
	judged
	echo "$json"
	[[ "$(value .output)" == *looked* ]]
	[[ "$(value .output)" != *FOUND* ]]
}

@test "a source that includes the solution, a secret or a device does not compile" {
	for what in "#include \"$tree/solutions/pid/02_clone.c\"" '#include "/dev/zero"' '#include "/dev/stdin"' \
		'#include "/etc/shadow"' "__asm__(\".incbin \\\"$tree/solutions/pid/02_clone.c\\\"\");"; do
		printf '%s\n' "$what" >include.c
		SECONDS=0
		check_json pid/clone --source include.c
		[ "$status" -eq 1 ] || [ "$status" -eq 124 ]
		[ "$SECONDS" -le 40 ]
		nothing_left
	done
}

@test "leaves daemons behind" {
	hostile <<'END'
	for (int i = 0; i < 20; i++) {
		if (fork()) continue;
		setsid();
		if (fork()) _exit(0);
		for (int s = 1; s < 65; s++) signal(s, SIG_IGN);
		for (int fd = 0; fd < 64; fd++) close(fd);
		for (;;) pause();
	}
	return 0;
END
	judged
}

@test "leaves a daemon behind that holds its output open and prints on" {
	hostile <<<'if (fork() == 0) { setsid(); for (;;) { if (write(1, "x", 1) != 1) pause(); } } return 0;'
	judged
}

@test "runs a copy of the probe, and one with the probe replaced" {
	hostile <<'END'
	char b[65536];
	ssize_t n;
	int in = open("/run/lab/probe", O_RDONLY), out = open("/work/probe", O_WRONLY | O_CREAT, 0755);
	while ((n = read(in, b, sizeof(b))) > 0) (void)!write(out, b, n);
	close(out);
	close(in);
	if (unlink("/run/lab/probe") == 0) printf("unlinked\n");
	if (rename("/work/probe", "/run/lab/probe") == 0) printf("replaced\n");
	if (mount("/bin/true", "/run/lab/probe", NULL, MS_BIND, NULL) == 0) printf("covered\n");
	argv[1] = "/work/probe";
	if (fork() == 0) { unshare(0x20000000); execv("/work/probe", argv + 1); _exit(1); }
	wait(NULL);
	return 0;
END
	judged
}

@test "hides the world: an empty root, no /proc, a new session" {
	hostile <<'END'
	umount2("/proc", MNT_DETACH);
	mount("none", "/proc", "tmpfs", 0, "");
	mount("none", "/work", "tmpfs", 0, "");
	mount("none", "/run", "tmpfs", 0, "");
	setsid();
	(void)!chroot("/work");
	for (;;) pause();
END
	judged
}

@test "the program itself is replaced by a pipe, a directory, a large file" {
	hostile <<'END'
	unlink(argv[0]);
	unlink("/work/clone");
	mkdir("/work/clone", 0);
	rename("/work", "/tmp/work");
	rmdir("/work");
	return 0;
END
	judged
}
