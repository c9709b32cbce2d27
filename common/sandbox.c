/*
 * Start and end of a sandbox.
 *
 *	supervisor			set-up child, then init
 *	clone3() ------------------->	waits for the maps
 *	uid_map, gid_map
 *	how many ids --------------->	ids, limits, mounts, lo, pivot_root
 *	  <--------------- WIRE_READY	(or WIRE_FAILED with the step)
 *					execs sandbox_init
 *	  <------------------ WIRE_UP
 *	WIRE_SPAWN ----------------->	fork, exec
 *	  <------------- WIRE_SPAWNED
 *	  <-------------- WIRE_EXITED
 */
#define _GNU_SOURCE
#include "common/sandbox_internal.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/machine.h"
#include "common/sandbox_ids.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

#define MIB (1024ULL * 1024)

const struct sandbox_limits sandbox_limits_default = {
	.wall_ms = 30000,
	.processes = 256,
	.files = 1024,
	.memory = 768 * MIB,
	.file_size = 128 * MIB,
	.disk = 256 * MIB,
	.output = 256 * 1024,
};

const struct sandbox_limits sandbox_limits_shell = {
	.processes = 512,
	.files = 4096,
	.memory = 2048 * MIB,
	.file_size = 1024 * MIB,
	.disk = 1024 * MIB,
};

/* What clone3(2) takes; the names of <linux/sched.h> clash with <sched.h> on old systems. */
struct clone_request {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal;
	uint64_t stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

long long sandbox_now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- in the set-up child: between clone3() and exec, no allocation ---- */

static void say_failed(int control, int errnum, const char *step)
{
	struct wire_failed failed = {.kind = WIRE_FAILED, .errnum = errnum};

	(void)strncpy(failed.step, step, sizeof(failed.step) - 1);
	(void)send(control, &failed, sizeof(failed), MSG_NOSIGNAL);
	_exit(1);
}

static void set_limit(int which, unsigned long long value)
{
	struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
	struct rlimit now;

	if (!value || getrlimit((__rlimit_resource_t)which, &now) < 0)
		return;
	/* A limit that is lower already stays; raising it would need a privilege. */
	if (now.rlim_max != RLIM_INFINITY && now.rlim_max < value)
		limit.rlim_cur = limit.rlim_max = now.rlim_max;
	(void)setrlimit((__rlimit_resource_t)which, &limit);
}

static void set_limits(const struct sandbox_limits *limits)
{
	set_limit(RLIMIT_NPROC, limits->processes);
	set_limit(RLIMIT_NOFILE, limits->files);
	set_limit(RLIMIT_FSIZE, limits->file_size);
	/* Address space is not memory: this only stops the absurd, the watchdog bounds the rest. */
	set_limit(RLIMIT_AS, limits->memory * 8);
	set_limit(RLIMIT_MEMLOCK, 8 * MIB);
	set_limit(RLIMIT_MSGQUEUE, 4 * MIB);
	/* Signals that wait are counted over all that a user runs, other sandboxes too. */
	set_limit(RLIMIT_SIGPENDING, 1024);
	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

static void bring_lo_up(void)
{
	cleanup_fd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {.ifr_name = "lo"};

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return;
	request.ifr_flags |= IFF_UP;
	(void)ioctl(fd, SIOCSIFFLAGS, &request);
}

/*
 * Who forwards is for the program to say. A new network has what the machine's first one
 * has in this, not its own default: 1 on a host that runs containers.
 */
static void forward_nothing(void)
{
	cleanup_fd int fd = open("/proc/sys/net/ipv4/ip_forward", O_RDWR | O_CLOEXEC);
	char now = '0';

	if (fd >= 0 && read(fd, &now, 1) == 1 && now != '0')
		(void)!pwrite(fd, "0", 1, 0);
}

/* The OOM killer shall take a sandbox before anything of the host. */
static void prefer_for_oom(void)
{
	cleanup_fd int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)!write(fd, "1000", 4);
}

static void become_init(const struct sandbox_setup *setup)
{
	char *argv[] = {(char *)"init", NULL};
	char *envp[] = {NULL};
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; fd < 3; fd++)
		if (dup2(null, fd) < 0)
			say_failed(setup->control, errno, "opening /dev/null");
	/* The control socket to its place; it may be there, or the program may be. */
	if (setup->init == SANDBOX_CONTROL || setup->control == SANDBOX_CONTROL) {
		int control = fcntl(setup->control, F_DUPFD_CLOEXEC, 10);
		int init = fcntl(setup->init, F_DUPFD_CLOEXEC, 10);

		(void)dup3(control, SANDBOX_CONTROL, 0);
		(void)syscall(SYS_execveat, init, "", argv, envp, AT_EMPTY_PATH);
	} else {
		(void)dup3(setup->control, SANDBOX_CONTROL, 0);
		(void)syscall(SYS_execveat, setup->init, "", argv, envp, AT_EMPTY_PATH);
	}
	say_failed(SANDBOX_CONTROL, errno, "executing the sandbox's init");
}

static void set_up(struct sandbox_setup *setup)
{
	struct wire_ready ready = {.kind = WIRE_READY};
	struct wire_failed failed = {.kind = WIRE_FAILED};
	const char *hostname = setup->config->hostname ? setup->config->hostname : "sandbox";

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* End of file: the supervisor died before the death signal was armed, or refused. */
	if (recv(setup->control, &setup->ids, sizeof(setup->ids), 0) != sizeof(setup->ids))
		_exit(1);
	if (setresgid(setup->uid, setup->uid, setup->uid) < 0 ||
	    setresuid(setup->uid, setup->uid, setup->uid) < 0)
		say_failed(setup->control, errno, "taking the sandbox's ids");
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)setsid();
	(void)umask(0);
	(void)syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
	prefer_for_oom();
	if (sandbox_root_enter(setup, &ready.features, &failed) < 0) {
		(void)send(setup->control, &failed, sizeof(failed), MSG_NOSIGNAL);
		_exit(1);
	}
	(void)umask(022);
	bring_lo_up();
	forward_nothing();
	if (sethostname(hostname, strlen(hostname)) < 0)
		say_failed(setup->control, errno, "setting the host name");
	ready.features.time_ns = access("/proc/self/ns/time", F_OK) == 0;
	set_limits(setup->limits);
	(void)send(setup->control, &ready, sizeof(ready), MSG_NOSIGNAL);
	become_init(setup);
}

/* ---- in the supervisor ---- */

/*
 * init as a descriptor that any uid may execute: the file itself may lie in a
 * directory or have a mode that only the caller can use, so its bytes go into
 * a sealed memfd, once per process.
 */
static int open_init(struct error *err)
{
	static int memfd = -1;
	const char *path = getenv("NSLAB_INIT");
	cleanup_free char *found = path ? xstrdup(path) : sandbox_helper_path("init");
	struct strbuf image cleanup_strbuf = STRBUF_INIT;
	cleanup_fd int fd = -1;
	int r;

	if (memfd >= 0)
		return memfd;
	r = io_read_file(AT_FDCWD, found, 16 * MIB, &image, err);
	if (r < 0) {
		error_remedy(err, "run make, or set NSLAB_INIT to the built init program");
		return r;
	}
	fd = memfd_create("init", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return error_set(err, errno, "cannot make a memfd for the sandbox's init");
	r = io_write_all(fd, image.s, image.len);
	if (r < 0 || fchmod(fd, 0555) < 0)
		return error_set(err, r < 0 ? -r : errno, "cannot copy the sandbox's init");
	(void)fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
	memfd = steal_fd(&fd);
	return memfd;
}

static pid_t clone_all(int *ret_pidfd)
{
	uint64_t flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC |
			 CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWTIME;
	int pidfd = -1;
	pid_t pid;

	for (;;) {
		struct clone_request request = {
			.flags = flags | CLONE_PIDFD,
			.pidfd = (uintptr_t)&pidfd,
			.exit_signal = SIGCHLD,
		};

		pid = (pid_t)syscall(SYS_clone3, &request, sizeof(request));
		if (pid >= 0 || errno != EINVAL || !(flags & CLONE_NEWTIME))
			break;
		/* Before Linux 5.6, or built without time namespaces. */
		flags &= ~(uint64_t)CLONE_NEWTIME;
	}
	if (pid > 0)
		*ret_pidfd = pidfd;
	return pid;
}

static int explain_clone(struct error *err, int errnum)
{
	error_set(err, errnum, "this machine refuses to make the sandbox's namespaces");
	(void)machine_explain_userns(err);
	return -errnum;
}

static void take_features(struct sandbox *box, const struct wire_ready *ready)
{
	struct sandbox_features known = box->features;

	box->features = ready->features;
	box->features.ids = known.ids;
	box->features.cgroup = known.cgroup;
}

/*
 * Until init itself says that it runs. Before its exec it is a copy of us under another uid,
 * which no program of the sandbox may look at.
 */
static int wait_up(struct sandbox *box, struct error *err)
{
	union {
		uint32_t kind;
		struct wire_failed failed;
		struct wire_ready ready;
		struct wire_reply up;
	} answer = {0};
	ssize_t n;

	for (;;) {
		n = recv(box->control, &answer, sizeof(answer), 0);
		if (n == sizeof(answer.ready) && answer.kind == WIRE_READY)
			take_features(box, &answer.ready);
		else if (n == sizeof(answer.up) && answer.kind == WIRE_UP)
			return 0;
		else if (n >= 0 || errno != EINTR)
			break;
	}
	if (n == sizeof(answer.failed) && answer.kind == WIRE_FAILED) {
		answer.failed.step[sizeof(answer.failed.step) - 1] = '\0';
		error_set(err, answer.failed.errnum, "cannot set up the sandbox: %s",
			  answer.failed.step);
		(void)machine_explain_userns(err);
		return -answer.failed.errnum;
	}
	error_say(err, ECHILD, "cannot set up the sandbox: its first process was killed");
	error_remedy(err, "look for memory shortage or a security policy in the kernel log");
	return -ECHILD;
}

/* Descriptors into the sandbox's file system, taken before anything of the learner's runs. */
static int open_views(struct sandbox *box, struct error *err)
{
	cleanup_free char *root = xasprintf("/proc/%d/root", (int)box->pid);

	box->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (box->root < 0)
		return error_set(err, errno, "cannot look into the sandbox");
	box->proc = openat(box->root, "proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (box->proc < 0)
		return error_set(err, errno, "cannot look into the sandbox's /proc");
	return 0;
}

static int start(struct sandbox *box, const struct sandbox_config *config, struct error *err)
{
	struct sandbox_setup setup = {.config = config, .limits = &box->limits, .uid = box->uid};
	cleanup_fd int theirs = -1;
	int pair[2];
	int r;

	setup.init = open_init(err);
	if (setup.init < 0)
		return setup.init;
	sandbox_ids_prepare();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "cannot make a socket pair");
	box->control = pair[0];
	theirs = pair[1];
	setup.control = theirs;
	box->pid = clone_all(&box->pidfd);
	if (box->pid < 0)
		return explain_clone(err, errno);
	if (box->pid == 0) {
		(void)close(pair[0]);
		set_up(&setup);
		_exit(1);
	}
	(void)close(steal_fd(&theirs));
	r = sandbox_ids_map(box->pid, box->uid, config->range, &box->features.ids, err);
	if (r < 0) {
		(void)machine_explain_userns(err);
		return r;
	}
	if (config->cgroup)
		sandbox_cgroup_join(box);
	setup.ids = box->features.ids;
	if (send(box->control, &setup.ids, sizeof(setup.ids), MSG_NOSIGNAL) < 0)
		return error_set(err, errno, "cannot set up the sandbox: its first process ended");
	r = wait_up(box, err);
	return r < 0 ? r : open_views(box, err);
}

int sandbox_start(const struct sandbox_config *config, struct sandbox **ret, struct error *err)
{
	struct sandbox *box = xcalloc(1, sizeof(*box));
	int r;

	box->pid = -1;
	box->pidfd = box->control = box->root = box->proc = -1;
	box->start = config->start;
	box->uid = config->start == SANDBOX_USER ? (config->uid ? config->uid : 54321) : 0;
	box->limits = config->limits ? *config->limits : sandbox_limits_default;
	box->started_ms = sandbox_now_ms();
	r = start(box, config, err);
	if (r < 0) {
		sandbox_end(box);
		return r;
	}
	*ret = box;
	return 0;
}

void sandbox_end(struct sandbox *box)
{
	siginfo_t info;

	if (!box)
		return;
	if (box->pid > 0) {
		(void)kill(box->pid, SIGKILL);
		while (waitid(P_PID, (id_t)box->pid, &info, WEXITED) < 0 && errno == EINTR)
			;
	}
	sandbox_cgroup_leave(box);
	for (size_t i = 0; i < 4; i++) {
		int fd = ((int[]){box->pidfd, box->control, box->root, box->proc})[i];

		if (fd >= 0)
			(void)close(fd);
	}
	free(box->exits);
	free(box);
}

pid_t sandbox_pid(const struct sandbox *box)
{
	return box->pid;
}

int sandbox_root_fd(const struct sandbox *box)
{
	return box->root;
}

int sandbox_proc_fd(const struct sandbox *box)
{
	return box->proc;
}

const struct sandbox_features *sandbox_features(const struct sandbox *box)
{
	return &box->features;
}
