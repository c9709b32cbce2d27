/*
 * /proc/PID/stat and status: names full of traps, missing lines, damaged numbers;
 * and the readers on this very process.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define REST                                                                    \
	" S 7 42 43 34816 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 987654321 10 11 " \
	"18446744073709551615 0 0\n"

static int parse_stat(const char *text, struct proc_stat *ret)
{
	return proc_stat_parse(text, strlen(text), ret);
}

static void stat_names(void)
{
	static const char *const names[] = {
		"bash",	  "",		")", "(",	 ") S 1 1 1 (",
		"a) R 1", "two\nlines", " ", "(sd-pam)", "kworker/u8:2-events_unbound",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		struct proc_stat stat;

		strbuf_addf(&text, "42 (%s)" REST, names[i]);
		if (is_int(parse_stat(text.s, &stat), 0, "a process with the name \"%s\"",
			   names[i]))
			is_str(stat.comm, names[i], "that name");
	}
}

static void stat_fields(void)
{
	struct proc_stat stat;

	is_int(parse_stat("42 (x)" REST, &stat), 0, "a whole line");
	is_int(stat.pid, 42, "pid");
	is_int(stat.state, 'S', "state");
	is_int(stat.ppid, 7, "parent");
	is_int(stat.pgrp, 42, "process group");
	is_int(stat.session, 43, "session");
	is_int(stat.tty, 34816, "terminal");
	is_int(stat.tpgid, -1, "no foreground group");
	is_int(stat.threads, 3, "threads");
	is_int((long long)stat.starttime, 987654321, "start");
}

static const char *const bad_stats[] = {
	"",
	"42",
	"42 ",
	"42 (",
	"42 (x",
	"42 (x)",
	"42 (x) ",
	"42 (x) S",
	"42 (x) S\n",
	"(x)" REST,
	" 42 (x)" REST,
	"-42 (x)" REST,
	"99999999999 (x)" REST,
	"42 x)" REST,
	"42 (x)S 7 42 43 34816 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 987654321 \n",
	"42 (x) S 7 42 43 34816 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 987654321", /* perhaps cut off */
	"42 (x) S a 42 43 34816 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 987654321 \n",
	"42 (x) S 7  42 43 34816 -1 4194560 1 2 3 4 5 6 7 8 20 0 3 0 987654321 \n",
	"42 (0123456789012345678901234567890123456789012345678901234567890123)" REST,
};

static void stat_refused(void)
{
	static const char whole[] = "42 (x)" REST;
	const char *end = strstr(whole, "987654321 ") + strlen("987654321 ");
	struct proc_stat stat = {.pid = 77};
	char line[4096];

	for (size_t i = 0; i < sizeof(bad_stats) / sizeof(bad_stats[0]); i++)
		is_int(parse_stat(bad_stats[i], &stat), -EBADMSG, "refused: \"%s\"", bad_stats[i]);
	for (size_t len = 0; whole + len < end; len++)
		if (proc_stat_parse(whole, len, &stat) != -EBADMSG)
			ok(false, "cut off after %zu bytes", len);
	memset(line, 'x', sizeof(line));
	is_int(proc_stat_parse(line, sizeof(line), &stat), -EBADMSG, "refused: far too long");
	is_int(proc_stat_parse("42\0(x)", 6, &stat), -EBADMSG, "refused: a NUL");
	is_int(stat.pid, 77, "what is refused leaves the answer untouched");
}

/* The lines that must be there, in the kernel's order; one of them can be replaced. */
static const char *const status_lines[] = {
	"Name:\tin\\\\it\\nx y\n",
	"Umask:\t0022\n",
	"State:\tS (sleeping)\n",
	"Tgid:\t12\n",
	"Ngid:\t0\n",
	"Pid:\t13\n",
	"PPid:\t1\n",
	"TracerPid:\t0\n",
	"Uid:\t0\t1000\t4294967294\t3\n",
	"Gid:\t4\t5\t6\t7\n",
	"Groups:\t27 1000 4294967295 \n",
	"NSpid:\t13\t2\t1\n",
	"VmPeak:\t  123 kB\n",
	"Threads:\t5\n",
	"SigBlk:\t0000000000010000\n",
	"SigIgn:\t0000000000000004\n",
	"SigCgt:\tffffffffffffffff\n",
	"CapInh:\t0000000000000000\n",
	"CapPrm:\t000001ffffffffff\n",
	"CapEff:\t0000000000200000\n",
	"CapBnd:\t000001ffffffffff\n",
	"CapAmb:\t0000000000000001\n",
	"NoNewPrivs:\t1\n",
	"Seccomp:\t2\n",
	"x86_Thread_features:\t\n",
};

#define N_LINES (sizeof(status_lines) / sizeof(status_lines[0]))

/* The whole text with one line exchanged (NULL: none, "": left out). */
static char *status_text(const char *field, const char *instead)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < N_LINES; i++) {
		size_t len = field ? strlen(field) : 0;

		if (field && !strncmp(status_lines[i], field, len) && status_lines[i][len] == ':')
			strbuf_adds(&text, instead);
		else
			strbuf_adds(&text, status_lines[i]);
	}
	return strbuf_steal(&text);
}

static int parse_with(const char *field, const char *instead, struct proc_status *ret)
{
	cleanup_free char *text = status_text(field, instead);

	return proc_status_parse(text, ret);
}

static void status_fields(void)
{
	struct proc_status status;

	if (!is_int(parse_with(NULL, NULL, &status), 0, "a whole status file"))
		return;
	is_str(status.name, "in\\it\nx y", "the name, its escapes undone");
	is_int(status.state, 'S', "state");
	ok(status.tgid == 12 && status.pid == 13 && status.ppid == 1, "ids");
	ok(status.uid[PROC_ID_REAL] == 0 && status.uid[PROC_ID_EFFECTIVE] == 1000 &&
		   status.uid[PROC_ID_SAVED] == 4294967294u && status.uid[PROC_ID_FS] == 3,
	   "all uids");
	ok(status.gid[PROC_ID_REAL] == 4 && status.gid[PROC_ID_FS] == 7, "all gids");
	ok(status.n_groups == 3 && status.groups[0] == 27 && status.groups[2] == 4294967295u,
	   "supplementary groups");
	ok(status.n_nspid == 3 && status.nspid[0] == 13 && status.nspid[2] == 1,
	   "a number for each PID namespace");
	is_int(status.threads, 5, "threads");
	ok(status.sig_blk == 0x10000 && status.sig_ign == 4 && status.sig_cgt == UINT64_MAX,
	   "signal sets");
	ok(status.cap[PROC_CAP_PRM] == 0x1ffffffffff && status.cap[PROC_CAP_EFF] == 0x200000 &&
		   status.cap[PROC_CAP_AMB] == 1 && status.cap[PROC_CAP_INH] == 0,
	   "capability sets");
	ok(status.no_new_privs == 1 && status.seccomp == 2, "no_new_privs and seccomp");
	proc_status_free(&status);
	ok(!status.groups && !status.n_groups, "freed and empty");
	is_str(proc_cap_name(PROC_CAP_BND), "CapBnd", "a set's name in the file");
}

static void status_optional(void)
{
	static const char *const optional[] = {"NSpid", "CapAmb", "NoNewPrivs", "Seccomp"};
	struct proc_status status;

	for (size_t i = 0; i < sizeof(optional) / sizeof(optional[0]); i++)
		if (is_int(parse_with(optional[i], "", &status), 0, "a kernel without %s",
			   optional[i]))
			proc_status_free(&status);
	if (parse_with("Seccomp", "", &status) == 0) {
		is_int(status.seccomp, -1, "what it does not say is -1");
		proc_status_free(&status);
	}
	if (is_int(parse_with("Groups", "Groups:\t \n", &status), 0, "no groups")) {
		is_int((long long)status.n_groups, 0, "none");
		proc_status_free(&status);
	}
}

static const struct {
	const char *field, *instead;
} bad_status[] = {
	{"Name", ""},
	{"State", ""},
	{"PPid", ""},
	{"Uid", ""},
	{"Gid", ""},
	{"CapEff", ""},
	{"Name", "Name:\ta\\x\n"},
	{"Name", "Name:\ta\\\n"},
	{"Name", "Name:\t0123456789012345678901234567890123456789012345678901234567890123\n"},
	{"State", "State:\t\n"},
	{"State", "State:\tSleeping\n"},
	{"Pid", "Pid:\t\n"},
	{"Pid", "Pid:\t-1\n"},
	{"Pid", "Pid:\t1x\n"},
	{"Pid", "Pid:\t4294967296\n"},
	{"Uid", "Uid:\t0\t0\t0\n"},
	{"Uid", "Uid:\t0\t0\t0\t0\t0\n"},
	{"Uid", "Uid:\t0\t0\t0\t4294967296\n"},
	{"Gid", "Gid:\t0 0 0 x\n"},
	{"Groups", "Groups:\t1 2 x\n"},
	{"NSpid", "NSpid:\t1 x\n"},
	{"NSpid", "NSpid:\t1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1\n"},
	{"CapEff", "CapEff:\t1ffffffffff\n"},
	{"CapEff", "CapEff:\t0000000000000000f\n"},
	{"CapEff", "CapEff:\tg000000000000000\n"},
	{"Threads", "Threads:\tmany\n"},
	{"Umask", "no colon\n"},
	{"Umask", "Pid:\t13\n"}, /* twice */
	{"Seccomp", "Seccomp:\t2"},
};

static void status_refused(void)
{
	cleanup_free char *whole = status_text(NULL, NULL);
	struct proc_status status = {.pid = 77};

	for (size_t i = 0; i < sizeof(bad_status) / sizeof(bad_status[0]); i++)
		is_int(parse_with(bad_status[i].field, bad_status[i].instead, &status), -EBADMSG,
		       "refused: \"%s\" for %s", bad_status[i].instead, bad_status[i].field);
	for (size_t len = 0; len < strlen(whole); len++) {
		cleanup_free char *part = strndup(whole, len);
		struct proc_status cut;
		int r = proc_status_parse(part, &cut);

		/* What is behind CapBnd need not be there. */
		if (r == 0 && (!strstr(part, "CapBnd") || whole[len - 1] != '\n'))
			ok(false, "cut off after %zu bytes", len);
		if (r == 0)
			proc_status_free(&cut);
	}
	is_int(status.pid, 77, "what is refused leaves the answer untouched");
}

static void readers(int procfd)
{
	cleanup_strbuf struct strbuf cmdline = STRBUF_INIT;
	cleanup_fd int dir = -1;
	struct proc_status status;
	struct proc_stat stat;
	struct pid_list list = {NULL, 0};
	struct idmap map;

	if (!is_int(proc_open(procfd, 0, &dir), 0, "this process's directory"))
		return;
	if (is_int(proc_read_status(dir, &status), 0, "its status")) {
		is_int(status.uid[PROC_ID_EFFECTIVE], geteuid(), "its uid");
		proc_status_free(&status);
	}
	if (is_int(proc_read_stat(dir, &stat), 0, "its stat"))
		is_str(stat.comm, program_invocation_short_name, "its name");
	ok(proc_read_cmdline(dir, &cmdline) == 0 && strstr(cmdline.s, program_invocation_name),
	   "its command line");
	ok(proc_read_idmap(dir, "uid_map", &map) == 0 && map.n > 0, "its uid map");
	if (is_int(proc_list_threads(dir, &list), 0, "its threads")) {
		is_int((long long)list.n, 1, "one");
		pid_list_free(&list);
	}
}

/* A directory stays bound to one process. */
static void ended(int procfd)
{
	cleanup_fd int dir = -1;
	struct proc_stat stat;
	int still[2] = {-1, -1};
	char c = 0;
	pid_t pid;
	int r;

	if (pipe2(still, O_CLOEXEC) < 0 || (pid = fork()) < 0) {
		ok(false, "a process to look at");
		return;
	}
	if (pid == 0) {
		(void)close(still[1]);
		_exit(read(still[0], &c, 1) < 0);
	}
	r = proc_open(procfd, pid, &dir);
	(void)close(still[0]);
	(void)close(still[1]);
	(void)waitpid(pid, NULL, 0);
	if (is_int(r, 0, "a child's directory"))
		is_int(proc_read_stat(dir, &stat), -ESRCH, "has nothing once the child is gone");
	r = dir;
	is_int(proc_open(procfd, pid, &dir), -ESRCH, "nor can it be opened then");
	is_int(dir, r, "the answer is untouched");
}

int main(void)
{
	cleanup_fd int procfd = -1;
	int other = -1;

	stat_names();
	stat_fields();
	stat_refused();
	status_fields();
	status_optional();
	status_refused();
	is_int(proc_mount_open("/", &other), -ENOTSUP, "/ is no procfs");
	is_int(proc_mount_open("/nothing/there", &other), -ENOENT, "a procfs that is not there");
	if (is_int(proc_mount_open("/proc", &procfd), 0, "/proc is one")) {
		readers(procfd);
		ended(procfd);
	}
	return unit_done();
}
