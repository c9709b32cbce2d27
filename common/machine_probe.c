/*
 * Tries what a sandbox needs, in children that end with everything they made.
 *
 *	caller
 *	  ├─ child: unshare() of each type as the caller is
 *	  ├─ child: clone3() of all types at once
 *	  └─ child: a user namespace, its maps, then each type in it
 *	       └─ PID 1 of the new PID namespace: mounts, pivot_root, hostname, lo
 *
 * Results travel through one page of shared memory, so that a child which is
 * killed (by a filter) leaves what it found until then.
 */
#define _GNU_SOURCE
#include "common/machine_internal.h"

#include "common/cleanup.h"
#include "common/io.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* Seconds after which a probe that hangs (a dead network file system, say) is killed. */
#define DEADLINE 3

static const char *const probe_names[PROBES] = {
	[PROBE_UNSHARE] = "call unshare(2) at all",
	[PROBE_USER] = "create a user namespace",
	[PROBE_MAP] = "write the uid and gid map of a new user namespace",
	[PROBE_CGROUP] = "create a cgroup namespace inside a new user namespace",
	[PROBE_IPC] = "create an IPC namespace inside a new user namespace",
	[PROBE_MNT] = "create a mount namespace inside a new user namespace",
	[PROBE_NET] = "create a network namespace inside a new user namespace",
	[PROBE_PID] = "create a PID namespace inside a new user namespace",
	[PROBE_TIME] = "create a time namespace inside a new user namespace",
	[PROBE_UTS] = "create a UTS namespace inside a new user namespace",
	[PROBE_CLONE3] = "create all namespaces with one clone3(2)",
	[PROBE_INIT] = "start the first process of a new PID namespace",
	[PROBE_PRIVATE] = "change the propagation of the mounts in a new mount namespace",
	[PROBE_TMPFS] = "mount a tmpfs in the new namespaces",
	[PROBE_PROC] = "mount proc in the new namespaces",
	[PROBE_SYSFS] = "mount sysfs in the new namespaces",
	[PROBE_MQUEUE] = "mount mqueue in the new namespaces",
	[PROBE_DEVPTS] = "mount devpts in the new namespaces",
	[PROBE_CGROUP2] = "mount cgroup2 in the new namespaces",
	[PROBE_OVERLAY] = "mount an overlay in the new namespaces",
	[PROBE_BIND_RO] = "make a bind mount read-only in the new namespaces",
	[PROBE_PIVOT] = "change the root with pivot_root(2) in the new namespaces",
	[PROBE_HOSTNAME] = "set the hostname of a new UTS namespace",
	[PROBE_LOOPBACK] = "bring lo up in a new network namespace",
	[PROBE_TIME_OFFSET] = "set the clocks of a new time namespace",
	[PROBE_ROOT_CGROUP] = "create a cgroup namespace without a user namespace",
	[PROBE_ROOT_IPC] = "create an IPC namespace without a user namespace",
	[PROBE_ROOT_MNT] = "create a mount namespace without a user namespace",
	[PROBE_ROOT_NET] = "create a network namespace without a user namespace",
	[PROBE_ROOT_PID] = "create a PID namespace without a user namespace",
	[PROBE_ROOT_TIME] = "create a time namespace without a user namespace",
	[PROBE_ROOT_UTS] = "create a UTS namespace without a user namespace",
};

const char *machine_probe_name(enum machine_probe probe)
{
	return probe_names[probe];
}

/* One namespace type: how it is tried with and without a user namespace. */
struct type_probe {
	int flag;
	enum machine_probe inside, plain;
};

/* The PID namespace comes last: after it, this process's children are elsewhere. */
static const struct type_probe types[] = {
	{CLONE_NEWCGROUP, PROBE_CGROUP, PROBE_ROOT_CGROUP},
	{CLONE_NEWIPC, PROBE_IPC, PROBE_ROOT_IPC},
	{CLONE_NEWNS, PROBE_MNT, PROBE_ROOT_MNT},
	{CLONE_NEWNET, PROBE_NET, PROBE_ROOT_NET},
	{CLONE_NEWUTS, PROBE_UTS, PROBE_ROOT_UTS},
	{CLONE_NEWTIME, PROBE_TIME, PROBE_ROOT_TIME},
	{CLONE_NEWPID, PROBE_PID, PROBE_ROOT_PID},
};

#define N_TYPES (sizeof(types) / sizeof(*types))

static int result(int r)
{
	return r < 0 ? errno : 0;
}

/** Run body in a child and wait for its end. */
static void in_child(void (*body)(struct machine_probes *), struct machine_probes *probes)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)alarm(DEADLINE);
		body(probes);
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

static void try_plain(struct machine_probes *probes)
{
	probes->errnum[PROBE_UNSHARE] = result(unshare(0));
	for (size_t i = 0; i < N_TYPES; i++)
		probes->errnum[types[i].plain] = result(unshare(types[i].flag));
}

/* As the sandbox does it; the child ends at once. */
static void try_clone3(struct machine_probes *probes)
{
	struct clone_args args = {.exit_signal = SIGCHLD, .flags = CLONE_NEWUSER};
	pid_t pid;

	for (size_t i = 0; i < N_TYPES; i++)
		if (types[i].flag != CLONE_NEWTIME || access("/proc/self/ns/time", F_OK) == 0)
			args.flags |= (unsigned)types[i].flag;
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid == 0)
		_exit(0);
	probes->errnum[PROBE_CLONE3] = result(pid);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
}

static int write_text(const char *path, const char *text)
{
	cleanup_fd int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return errno;
	n = write(fd, text, strlen(text));
	return n < 0 ? errno : 0;
}

static int try_map(uid_t uid, gid_t gid)
{
	char text[64];
	int r;

	(void)snprintf(text, sizeof(text), "0 %u 1", uid);
	r = write_text("/proc/self/uid_map", text);
	/* A missing file means a kernel before 3.19, which asks for nothing. */
	if (!r) {
		r = write_text("/proc/self/setgroups", "deny");
		r = r == ENOENT ? 0 : r;
	}
	(void)snprintf(text, sizeof(text), "0 %u 1", gid);
	return r ? r : write_text("/proc/self/gid_map", text);
}

static int try_loopback(void)
{
	cleanup_fd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};

	return fd < 0 ? errno : result(ioctl(fd, SIOCSIFFLAGS, &request));
}

/* Mount flags of the source that a user namespace may not take away (mount_namespaces(7)). */
static unsigned long locked_flags(const char *path)
{
	static const struct {
		unsigned long statvfs, mount;
	} flags[] = {
		{ST_NOSUID, MS_NOSUID},	    {ST_NODEV, MS_NODEV},
		{ST_NOEXEC, MS_NOEXEC},	    {ST_NOATIME, MS_NOATIME},
		{ST_RELATIME, MS_RELATIME}, {ST_NODIRATIME, MS_NODIRATIME},
	};
	struct statvfs st;
	unsigned long locked = 0;

	if (statvfs(path, &st) < 0)
		return 0;
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (st.f_flag & flags[i].statvfs)
			locked |= flags[i].mount;
	return locked;
}

static int try_bind(const char *from, const char *to)
{
	if (mount(from, to, NULL, MS_BIND, NULL) < 0)
		return errno;
	return result(
		mount(NULL, to, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | locked_flags(to), NULL));
}

/* Something that every machine has and that nobody minds being covered, in this process only. */
static const char *covered(void)
{
	static const char *const places[] = {"/tmp", "/mnt", "/var", "/usr", "/etc"};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (access(places[i], F_OK) == 0)
			return places[i];
	return "/";
}

/* Mounts of one kind each on a directory of its own below the working directory. */
struct mount_probe {
	enum machine_probe probe;
	const char *type, *dir, *data;
};

static const struct mount_probe mounts[] = {
	{PROBE_PROC, "proc", "proc", NULL},
	{PROBE_SYSFS, "sysfs", "sys", NULL},
	{PROBE_MQUEUE, "mqueue", "mqueue", NULL},
	{PROBE_DEVPTS, "devpts", "pts", "newinstance,ptmxmode=0666,mode=0620"},
	{PROBE_CGROUP2, "cgroup2", "cgroup", NULL},
	{PROBE_OVERLAY, "overlay", "merged", "lowerdir=lower,upperdir=upper,workdir=index"},
};

static void try_mounts(struct machine_probes *probes)
{
	static const char *const dirs[] = {"lower", "upper", "index", "bind", "old"};
	const char *place = covered();

	probes->errnum[PROBE_PRIVATE] = result(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	probes->errnum[PROBE_TMPFS] =
		result(mount("tmpfs", place, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=755"));
	if (probes->errnum[PROBE_TMPFS] || chdir(place) < 0)
		return;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		(void)mkdir(dirs[i], 0755);
	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++) {
		(void)mkdir(mounts[i].dir, 0755);
		probes->errnum[mounts[i].probe] = result(
			mount(mounts[i].type, mounts[i].dir, mounts[i].type, 0, mounts[i].data));
	}
	probes->errnum[PROBE_BIND_RO] = try_bind("lower", "bind");
	probes->errnum[PROBE_PIVOT] = result((int)syscall(SYS_pivot_root, ".", "old"));
}

/* The first process of the new PID namespace. */
static void try_as_init(struct machine_probes *probes)
{
	static const char name[] = "probe";

	probes->errnum[PROBE_INIT] = getpid() == 1 ? 0 : ESRCH;
	if (!probes->errnum[PROBE_UTS])
		probes->errnum[PROBE_HOSTNAME] = result(sethostname(name, strlen(name)));
	if (!probes->errnum[PROBE_NET])
		probes->errnum[PROBE_LOOPBACK] = try_loopback();
	if (!probes->errnum[PROBE_MNT]) /* else they would be the machine's */
		try_mounts(probes);
}

static void read_own_label(char *ret, size_t size)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (io_read_proc(AT_FDCWD, "/proc/self/attr/current", 4096, &text) == 0)
		(void)snprintf(ret, size, "%.*s", (int)strcspn(text.s, "\n"), text.s);
}

static void try_inside(struct machine_probes *probes)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();

	probes->errnum[PROBE_USER] = result(unshare(CLONE_NEWUSER));
	if (probes->errnum[PROBE_USER])
		return;
	read_own_label(probes->lsm, sizeof(probes->lsm));
	probes->errnum[PROBE_MAP] = try_map(uid, gid);
	if (probes->errnum[PROBE_MAP])
		return;
	for (size_t i = 0; i < N_TYPES; i++) {
		int r = result(unshare(types[i].flag));

		probes->errnum[types[i].inside] = r;
		if (types[i].flag == CLONE_NEWTIME && !r)
			probes->errnum[PROBE_TIME_OFFSET] =
				write_text("/proc/self/timens_offsets", "monotonic 60 0\n");
	}
	if (!probes->errnum[PROBE_PID]) {
		pid_t pid = fork();

		if (pid == 0) {
			/* An alarm would not do: PID 1 ignores what it has no handler for. */
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			try_as_init(probes);
			_exit(0);
		}
		if (pid < 0)
			probes->errnum[PROBE_INIT] = errno;
		while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
}

void machine_probe(struct machine_probes *ret)
{
	struct machine_probes *shared;

	memset(ret, 0, sizeof(*ret));
	for (int i = 0; i < PROBES; i++)
		ret->errnum[i] = -1;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		return;
	*shared = *ret;
	in_child(try_plain, shared);
	in_child(try_clone3, shared);
	in_child(try_inside, shared);
	*ret = *shared;
	(void)munmap(shared, sizeof(*shared));
}
