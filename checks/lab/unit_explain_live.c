/*
 * Real failures, provoked in children: explain looks at the child while it
 * stands where the call failed, and must put the right cause first.
 *
 * A failure that this machine does not give (no user namespaces, another errno
 * from an odd configuration) is a skipped test.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "lab/explain/explain.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

#define DEADLINE_MS 20000
#define NOBODY	    65533
#define UNPROVOKED  (-1)

static int report_fd; /* the child's end */

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int failed = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		failed = errno;
	(void)close(fd);
	return failed;
}

/* An errno of a call that gives 0 or more for success. */
static int failure(long r)
{
	return r < 0 ? errno : 0;
}

/* Be an ordinary user, whoever called. A change of ids would leave /proc/self to root. */
static bool drop(void)
{
	return geteuid() ||
	       (setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
		setresuid(NOBODY, NOBODY, NOBODY) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0);
}

/* Be root of a new user namespace, with one id mapped, and in the others of flags. */
static bool own(int flags)
{
	char uids[32], gids[32];

	(void)snprintf(uids, sizeof(uids), "0 %u 1", (unsigned)geteuid());
	(void)snprintf(gids, sizeof(gids), "0 %u 1", (unsigned)getegid());
	return unshare(CLONE_NEWUSER | flags) == 0 &&
	       write_file("/proc/self/setgroups", "deny") == 0 &&
	       write_file("/proc/self/uid_map", uids) == 0 &&
	       write_file("/proc/self/gid_map", gids) == 0;
}

/* A child of the child that waits; it dies with its process group. */
static pid_t bystander(int flags)
{
	pid_t pid = (pid_t)syscall(SYS_clone, (long)flags, 0L, 0L, 0L, 0L);

	if (pid == 0)
		for (;;)
			(void)pause();
	return pid;
}

static void *idle(void *arg)
{
	(void)pause();
	return arg;
}

static int no_rights_unshare(void)
{
	return drop() ? failure(unshare(CLONE_NEWUTS)) : UNPROVOKED;
}

static int no_rights_mount(void)
{
	return drop() ? failure(mount("none", "/tmp", "tmpfs", 0, NULL)) : UNPROVOKED;
}

static int no_rights_hostname(void)
{
	return drop() ? failure(sethostname("x", 1)) : UNPROVOKED;
}

static int no_rights_chroot(void)
{
	return drop() ? failure(chroot("/usr")) : UNPROVOKED;
}

static int no_rights_setns(void)
{
	return drop() ? failure(setns(open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC), 0))
		      : UNPROVOKED;
}

static int unshared_twice(void)
{
	return own(CLONE_NEWPID) ? failure(unshare(CLONE_NEWPID)) : UNPROVOKED;
}

static int threads(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, idle, NULL))
		return UNPROVOKED;
	return failure(unshare(CLONE_NEWUSER));
}

static int dead_init(void)
{
	pid_t init;

	if (!own(CLONE_NEWPID))
		return UNPROVOKED;
	init = fork();
	if (init == 0)
		_exit(0);
	if (waitpid(init, NULL, 0) != init)
		return UNPROVOKED;
	init = fork();
	if (init == 0)
		_exit(0);
	return failure(init);
}

static int no_child(void)
{
	return failure(waitpid(-1, NULL, 0));
}

static int mute_child(void)
{
	return failure(waitpid(bystander(0), NULL, 0));
}

static int ignored_child(void)
{
	pid_t child;

	(void)signal(SIGCHLD, SIG_IGN);
	child = fork();
	if (child == 0)
		_exit(0);
	return failure(waitpid(child, NULL, 0));
}

static int map_twice(void)
{
	return own(0) ? write_file("/proc/self/uid_map", "0 0 1") : UNPROVOKED;
}

static int group_map_without_deny(void)
{
	char gids[32];

	if (!drop())
		return UNPROVOKED;
	(void)snprintf(gids, sizeof(gids), "0 %u 1", (unsigned)getegid());
	if (unshare(CLONE_NEWUSER))
		return UNPROVOKED;
	return write_file("/proc/self/gid_map", gids);
}

static int map_range(void)
{
	char uids[32];

	if (!drop())
		return UNPROVOKED;
	(void)snprintf(uids, sizeof(uids), "0 %u 5", (unsigned)geteuid());
	return unshare(CLONE_NEWUSER) ? UNPROVOKED : write_file("/proc/self/uid_map", uids);
}

static int map_after_exec(void)
{
	char fd[16];

	(void)snprintf(fd, sizeof(fd), "%d", report_fd);
	if (!drop() || unshare(CLONE_NEWUSER))
		return UNPROVOKED;
	(void)execl("/proc/self/exe", "unit", "map", fd, (char *)NULL);
	return UNPROVOKED;
}

static int foreign_hostname(void)
{
	return own(0) ? failure(sethostname("x", 1)) : UNPROVOKED;
}

static int foreign_mount(void)
{
	return own(0) ? failure(mount("none", "/tmp", "tmpfs", 0, NULL)) : UNPROVOKED;
}

static int foreign_proc(void)
{
	return own(CLONE_NEWNS) ? failure(mount("proc", "/proc", "proc", 0, NULL)) : UNPROVOKED;
}

static int pivot_shared(void)
{
	if (!own(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL) ||
	    mount("none", "/tmp", "tmpfs", 0, NULL) || chdir("/tmp"))
		return UNPROVOKED;
	return failure(syscall(SYS_pivot_root, ".", "."));
}

static int pivot_no_mount(void)
{
	if (!own(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", "/tmp", "tmpfs", 0, NULL) || mkdir("/tmp/new", 0700) || chdir("/tmp/new"))
		return UNPROVOKED;
	return failure(syscall(SYS_pivot_root, ".", "."));
}

static int chrooted(void)
{
	return own(0) && chroot("/usr") == 0 && chdir("/") == 0 ? failure(unshare(CLONE_NEWUSER))
								: UNPROVOKED;
}

static int unmapped(void)
{
	return unshare(CLONE_NEWUSER) ? UNPROVOKED : failure(unshare(CLONE_NEWUSER));
}

static int denied_groups(void)
{
	return own(0) ? failure(setgroups(0, NULL)) : UNPROVOKED;
}

static int unmapped_uid(void)
{
	return own(0) ? failure(setuid(5)) : UNPROVOKED;
}

static int limit_zero(void)
{
	if (!own(0) || write_file("/proc/sys/user/max_uts_namespaces", "0"))
		return UNPROVOKED;
	return failure(unshare(CLONE_NEWUTS));
}

static int late_offset(void)
{
	if (!own(CLONE_NEWTIME) || bystander(SIGCHLD) < 0)
		return UNPROVOKED;
	return write_file("/proc/self/timens_offsets", "monotonic 1 0");
}

static int empty_link(void)
{
	char target[64];

	return own(CLONE_NEWPID)
		       ? failure(readlink("/proc/self/ns/pid_for_children", target, sizeof(target)))
		       : UNPROVOKED;
}

static int late_thread(void)
{
	pthread_t thread;

	return own(CLONE_NEWPID) ? pthread_create(&thread, NULL, idle, NULL) : UNPROVOKED;
}

static int no_descriptors(void)
{
	struct rlimit limit = {.rlim_cur = 16, .rlim_max = 16};

	if (setrlimit(RLIMIT_NOFILE, &limit))
		return UNPROVOKED;
	for (int i = 0; i < 32; i++)
		if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
			return errno;
	return UNPROVOKED;
}

static int no_processes(void)
{
	struct rlimit limit = {.rlim_cur = 1, .rlim_max = 1};
	pid_t child;

	/* The second of two; with a limit of one the first is one too many. */
	if (!drop() || bystander(SIGCHLD) < 0 || setrlimit(RLIMIT_NPROC, &limit))
		return UNPROVOKED;
	child = fork();
	if (child == 0)
		_exit(0);
	return failure(child);
}

static const struct provocation {
	int (*provoke)(void); /* the errno, 0 where the call worked, or UNPROVOKED */
	int errnum;
	const char *call, *name;
} provocations[] = {
	{no_rights_unshare, EPERM, "unshare", "no-sys-admin"},
	{no_rights_mount, EPERM, "mount", "no-sys-admin"},
	{no_rights_hostname, EPERM, "sethostname", "no-sys-admin"},
	{no_rights_setns, EPERM, "setns", "no-sys-admin"},
	{unshared_twice, EINVAL, "unshare", "pid-unshared-twice"},
	{threads, EINVAL, "unshare", "threads"},
	{dead_init, ENOMEM, "fork", "init-is-gone"},
	{no_child, ECHILD, "waitpid", "no-child"},
	{mute_child, ECHILD, "waitpid", "no-exit-signal"},
	{ignored_child, ECHILD, "waitpid", "sigchld-ignored"},
	{map_twice, EPERM, "uid_map", "written-already"},
	{group_map_without_deny, EPERM, "gid_map", "setgroups-allowed"},
	{map_range, EPERM, "uid_map", "no-setuid-outside"},
	{map_after_exec, EPERM, "uid_map", "capabilities-lost"},
	{foreign_hostname, EPERM, "sethostname", "uts-not-owned"},
	{foreign_mount, EPERM, "mount", "mnt-not-owned"},
	{foreign_proc, EPERM, "mount", "pid-not-owned"},
	{no_rights_chroot, EPERM, "chroot", "no-sys-chroot"},
	{pivot_shared, EINVAL, "pivot_root", "root-shared"},
	{pivot_no_mount, EINVAL, "pivot_root", "no-mount-point"},
	{chrooted, EPERM, "unshare", "chroot"},
	{unmapped, EPERM, "unshare", "unmapped-ids"},
	{denied_groups, EPERM, "setgroups", "denied"},
	{unmapped_uid, EINVAL, "setuid", "one-id"},
	{limit_zero, ENOSPC, "unshare", "limit-zero"},
	{late_offset, EACCES, "timens_offsets", "time-namespace-in-use"},
	{empty_link, ENOENT, "readlink", "pid-for-children-empty"},
	{late_thread, EINVAL, "pthread_create", "pid-pending"},
	{no_descriptors, EMFILE, "open", "descriptors"},
	{no_processes, EAGAIN, "fork", "process-limit"},
};

#define PROVOCATIONS (sizeof(provocations) / sizeof(*provocations))

/* For the child: tell the errno and stay. */
static _Noreturn void report(int errnum)
{
	if (write(report_fd, &errnum, sizeof(errnum)) != sizeof(errnum))
		_exit(1);
	for (;;)
		(void)pause();
}

static pid_t start(const struct provocation *provocation, int *ret_errnum)
{
	struct pollfd ready;
	int pipes[2];
	pid_t child;

	*ret_errnum = UNPROVOKED;
	if (pipe(pipes))
		return -1;
	child = fork();
	if (child == 0) {
		(void)setpgid(0, 0);
		(void)close(pipes[0]);
		report_fd = pipes[1];
		report(provocation->provoke());
	}
	(void)setpgid(child, child);
	(void)close(pipes[1]);
	ready = (struct pollfd){.fd = pipes[0], .events = POLLIN};
	if (poll(&ready, 1, DEADLINE_MS) != 1 ||
	    read(pipes[0], ret_errnum, sizeof(*ret_errnum)) != sizeof(*ret_errnum))
		*ret_errnum = UNPROVOKED;
	(void)close(pipes[0]);
	return child;
}

/* Returns whether it could be provoked. */
static bool test(const struct provocation *provocation)
{
	static struct machine_readings readings;
	struct explain_answer answer;
	int errnum;
	pid_t child = start(provocation, &errnum);

	if (errnum != provocation->errnum) {
		unit_skip("%s: %s from %s can't be provoked here (got %d)", provocation->name,
			  explain_errno_name(provocation->errnum), provocation->call, errnum);
	} else {
		is_int(machine_read(child, &readings), 0, "%s: the child can be read",
		       provocation->name);
		explain_pick(errnum, explain_call_find(provocation->call), &readings, &answer);
		is_str(answer.n ? answer.causes[0].row->name : NULL, provocation->name,
		       "%s from %s: the first cause (%s)", explain_errno_name(errnum),
		       provocation->call, answer.n ? answer.causes[0].seen : "");
		ok(answer.n && answer.causes[0].holds >= FACT_MAYBE, "%s: true or likely",
		   provocation->name);
		explain_answer_free(&answer);
	}
	if (child > 0) {
		(void)kill(-child, SIGKILL);
		(void)waitpid(child, NULL, 0);
	}
	return errnum == provocation->errnum;
}

int main(int argc, char **argv)
{
	size_t provoked = 0;

	if (argc == 3 && strcmp(argv[1], "map") == 0) {
		report_fd = atoi(argv[2]);
		report(write_file("/proc/self/uid_map", "0 0 1"));
	}
	for (size_t i = 0; i < PROVOCATIONS; i++)
		provoked += test(&provocations[i]);
	if (provoked < 15)
		unit_skip("only %zu of %zu failures could be provoked", provoked, PROVOCATIONS);
	return unit_done();
}
