/*
 * lab/screen/spaces.h: which sandbox is shown. Below a stand-in for `lab run` a shell is
 * the init of a sandbox, and runs something that is a compiler or not.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "lab/screen/spaces.h"
#include "lab/screen/spaces_internal.h"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE_MS 10000

static pid_t clone_init(void)
{
	struct clone_args args = {
		.flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS,
		.exit_signal = SIGCHLD,
	};

	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

static long long now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* A sandbox of real programs: a shell as init, and what it runs. */
static pid_t start_shell(const char *script)
{
	pid_t pid = fork();

	if (pid == 0) {
		pid_t init;

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* As lab is another program than its sandbox's init. */
		init = clone_init();
		if (init == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			(void)execl("/bin/sh", "sh", "-c", script, (char *)NULL);
			_exit(127);
		}
		if (init < 0)
			_exit(0);
		(void)waitpid(init, NULL, 0);
		_exit(0);
	}
	return pid;
}

/* Step until the sandbox has been told apart; true: it is shown. */
static bool is_shown(const char *script)
{
	struct spaces *spaces = spaces_new();
	pid_t pid = start_shell(script);
	long long deadline = now_ms() + DEADLINE_MS;
	bool shown;

	spaces_follow(spaces, pid);
	while (spaces_columns(spaces) == 1 && !spaces->candidate.refused && now_ms() < deadline) {
		/* Looks that see nothing yet are not to be counted here. */
		spaces->candidate.since = spaces_now_ns();
		(void)spaces_step(spaces);
		(void)sched_yield();
	}
	shown = spaces_columns(spaces) > 1;
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	spaces_free(spaces);
	return shown;
}

static void test_purposes(void)
{
	char dir[] = "/tmp/unit-spaces-XXXXXX";
	char path[64], script[128];

	if (!ok(mkdtemp(dir) != NULL, "a directory"))
		return;
	(void)snprintf(path, sizeof(path), "%s/cc", dir);
	(void)snprintf(script, sizeof(script), "%s 30 & wait", path);
	ok(symlink("/bin/sleep", path) == 0, "a compiler");
	ok(!is_shown(script), "a sandbox that compiles is passed over");
	ok(!is_shown("sh -c '/bin/sleep 30; exit; pkg-config' & wait"),
	   "so is one that looks for libraries first");
	ok(is_shown("/bin/sleep 30 & wait"), "one that runs a program is shown");
	(void)unlink(path);
	(void)rmdir(dir);
}

/* May namespaces be made here? */
static bool can_clone(void)
{
	pid_t pid = clone_init();

	if (pid == 0)
		_exit(0);
	return pid > 0 && waitpid(pid, NULL, 0) == pid;
}

int main(void)
{
	if (can_clone())
		test_purposes();
	else
		unit_skip("this machine refuses user namespaces");
	return unit_done();
}
