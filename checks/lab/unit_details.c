/*
 * lab/ns/details.h on real namespaces: a child in new ones changes something in each, and
 * what differs must be told. As root and as anybody who may make a user namespace.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "common/proc.h"
#include "lab/ns/details.h"
#include "lab/ns/details_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int procfd = -1;

/* What of it works is no matter here: each test looks for its own. */
static void change_everything(void)
{
	(void)sethostname("inner", 5);
	(void)setdomainname("in\x1bner", 6);
	(void)shmget(0x4711, 4096, IPC_CREAT | 0600);
	(void)semget(0x4712, 3, IPC_CREAT | 0640);
	(void)msgget(0x4713, IPC_CREAT | 0600);
	(void)syscall(SYS_mq_open, "letters", O_CREAT | O_RDWR, 0600, NULL);
	(void)mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	(void)mount("somewhere", "/tmp", "tmpfs", MS_NOSUID, "size=64k");
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static void put(const char *path, const char *text)
{
	cleanup_fd int fd = open(path, O_WRONLY | O_CLOEXEC);

	(void)!write(fd, text, strlen(text));
}

/* Who is nobody can't make a file, a queue of POSIX included. */
static void become_root(uid_t uid, gid_t gid)
{
	cleanup_free char *uids = xasprintf("0 %u 1", (unsigned)uid);
	cleanup_free char *gids = xasprintf("0 %u 1", (unsigned)gid);

	put("/proc/self/uid_map", uids);
	put("/proc/self/setgroups", "deny");
	put("/proc/self/gid_map", gids);
}

/* A child in new namespaces that waits for its end; 0: this machine refuses them. */
static pid_t start_child(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) < 0)
		return 0;
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC |
			    CLONE_NEWNET | CLONE_NEWPID) < 0)
			_exit(1);
		become_root(uid, gid);
		change_everything();
		(void)!write(ready[1], "", 1);
		(void)pause();
		_exit(0);
	}
	(void)close(ready[1]);
	if (read(ready[0], &byte, 1) != 1) {
		(void)waitpid(pid, NULL, 0);
		pid = 0;
	}
	(void)close(ready[0]);
	return pid;
}

static const struct ns_detail *find(const struct ns_details *details, const char *name)
{
	for (size_t i = 0; i < details->n; i++)
		if (!strncmp(details->list[i].name, name, strlen(name)))
			return &details->list[i];
	return NULL;
}

static void take(enum nstype_id type, pid_t inside, struct ns_details *details)
{
	ns_details_take(procfd, type, inside, getpid(), details);
	is_int(details->errnum_inside, 0, "%s, inside", nstypes[type].name);
	is_int(details->errnum_outside, 0, "%s, outside", nstypes[type].name);
}

static void test_uts(pid_t pid)
{
	struct ns_details details;
	const struct ns_detail *row;

	take(NSTYPE_UTS, pid, &details);
	row = find(&details, "host name");
	if (ok(row && row->inside && row->outside, "host names")) {
		is_str(row->inside, "inner", "that inside");
		ok(row->differs && strcmp(row->outside, "inner") != 0, "another outside");
	}
	row = find(&details, "domain name");
	ok(row && row->inside && !strchr(row->inside, '\x1b'), "made harmless");
	ns_details_free(&details);
}

static void test_ipc(pid_t pid)
{
	struct ns_details details;
	const struct ns_detail *row;

	take(NSTYPE_IPC, pid, &details);
	row = find(&details, "shared memory");
	ok(row && row->inside && strstr(row->inside, "0x4711, 4096 bytes, mode 600, 0 attached"),
	   "shared memory");
	ok(row && row->differs, "not outside");
	row = find(&details, "semaphore set");
	ok(row && row->inside && strstr(row->inside, "0x4712, 3 in it, mode 640"), "semaphores");
	row = find(&details, "message queue");
	ok(row && row->inside && strstr(row->inside, "0x4713, 0 messages"), "a queue of System V");
	row = find(&details, "queue /letters");
	ok(row && row->inside && !row->outside, "a queue of POSIX");
	ns_details_free(&details);
}

static void test_net(pid_t pid)
{
	struct ns_details details;
	const struct ns_detail *row;

	take(NSTYPE_NET, pid, &details);
	row = find(&details, "device lo");
	ok(row && row->inside && !strcmp(row->inside, "down"), "lo is down in a new one");
	ns_details_free(&details);
}

static void test_mnt(pid_t pid)
{
	struct ns_details details;
	const struct ns_detail *row;

	take(NSTYPE_MNT, pid, &details);
	row = find(&details, "/tmp");
	ok(row && row->inside && row->differs, "a mount that is not outside");
	for (size_t i = 1; i < details.n; i++)
		if (details.list[i].differs && !details.list[i - 1].differs)
			row = NULL;
	ok(row != NULL, "what differs comes first");
	ns_details_free(&details);
}

static void test_user(pid_t pid)
{
	struct ns_details details;
	const struct ns_detail *row;

	take(NSTYPE_USER, pid, &details);
	row = find(&details, "uid map");
	ok(row && row->inside && strstr(row->inside, " 1") && row->differs, "the map");
	row = find(&details, "setgroups");
	ok(row && row->inside && !strcmp(row->inside, "deny"), "setgroups");
	row = find(&details, "user id");
	ok(row && row->inside && row->inside[0] == '0', "root there");
	row = find(&details, "effective caps");
	ok(row && row->inside && strstr(row->inside, "all"), "every capability there");
	row = find(&details, "no_new_privs");
	ok(row && row->differs, "no_new_privs");
	ns_details_free(&details);
}

static void test_pid(pid_t pid)
{
	struct ns_details details;
	const struct ns_detail *row;

	take(NSTYPE_PID, pid, &details);
	row = find(&details, "its next child");
	ok(row && row->inside && strstr(row->inside, "PID 1 of a new"), "where the next one goes");
	ok(row && row->outside && strstr(row->outside, "same"), "here in the same");
	ns_details_free(&details);
}

/* One's own are read without joining anything, so anybody may. */
static void test_self(void)
{
	for (int type = 0; type < NSTYPE_COUNT; type++) {
		struct ns_details details;

		ns_details_take(procfd, (enum nstype_id)type, getpid(), 0, &details);
		ok(!details.errnum_inside || details.errnum_inside == ENOENT,
		   "lab's own %s: error %d", nstypes[type].name, details.errnum_inside);
		for (size_t i = 0; i < details.n; i++)
			if (details.list[i].differs || details.list[i].outside)
				ok(false, "%s: nothing to compare with", details.list[i].name);
		ns_details_free(&details);
	}
}

static void test_gone(void)
{
	struct ns_details details;
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	(void)waitpid(pid, NULL, 0);
	ns_details_take(procfd, NSTYPE_UTS, pid, getpid(), &details);
	is_int(details.errnum_inside, ESRCH, "who has ended is told");
	ok(find(&details, "host name") != NULL, "the other side is there");
	ns_details_free(&details);
}

static void test_names(void)
{
	struct ns_facts facts = {NULL, 0};

	ns_facts_add(&facts, "/mnt", "one");
	ns_facts_add(&facts, "/mnt", "two\nlines");
	is_str(facts.list[1].name, "/mnt (2)", "a second one of a name");
	is_str(facts.list[1].value, "two lines", "on one line");
	ns_facts_free(&facts);
}

int main(void)
{
	pid_t pid;

	if (!ok(proc_mount_open("/proc", &procfd) == 0, "/proc"))
		return unit_done();
	test_names();
	test_self();
	test_gone();
	pid = start_child();
	if (pid) {
		test_uts(pid);
		test_ipc(pid);
		test_net(pid);
		test_mnt(pid);
		test_user(pid);
		test_pid(pid);
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	} else {
		unit_skip("this machine refuses user namespaces");
	}
	(void)close(procfd);
	return unit_done();
}
