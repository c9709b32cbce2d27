/*
 * What only somebody inside can see: a child of ours joins the namespace (through the
 * user namespace that owns it, which gives it every capability there), looks,
 * and writes lines "NAME\tVALUE" into a pipe.
 */
#define _GNU_SOURCE
#include "lab/ns/details_internal.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/ns.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A look takes less than a millisecond; who hangs is given up. */
#define LOOK_MS	 1000
#define LOOK_MAX (256u << 10)

typedef void looker(int dir, FILE *to);

struct visit {
	int ns, owner; /* -1: we are there already */
	int flag;
	looker *look;
};

/* A descriptor of the process's namespace, or of its owner, unless it is our own. */
static int other(int fd, enum nstype_id type)
{
	char path[32];
	struct ns_id theirs, ours;
	cleanup_fd int own = -1;

	(void)snprintf(path, sizeof(path), "/proc/self/%s", nstypes[type].path);
	own = open(path, O_RDONLY | O_CLOEXEC);
	if (own < 0 || ns_identify(own, &ours) < 0 || ns_identify(fd, &theirs) < 0 ||
	    !ns_id_equal(ours, theirs))
		return fd;
	(void)close(fd);
	return -1;
}

/* Runs in the child. The exit status is an errno. */
static int look_from_inside(int dir, const struct visit *visit, int pipe_fd)
{
	FILE *to = fdopen(pipe_fd, "w");

	if (!to)
		return ENOMEM;
	if (visit->ns >= 0 && visit->owner >= 0 && setns(visit->owner, CLONE_NEWUSER) < 0)
		return errno;
	if (visit->ns >= 0 && setns(visit->ns, visit->flag) < 0)
		return errno;
	visit->look(dir, to);
	return fflush(to) == 0 ? 0 : EIO;
}

static long long now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static int read_until(int fd, long long deadline, struct strbuf *to)
{
	for (;;) {
		struct pollfd polled = {.fd = fd, .events = POLLIN};
		long long left = deadline - now_ms();
		char text[4096];
		ssize_t len;

		if (left <= 0 || to->len > LOOK_MAX)
			return -ETIMEDOUT;
		if (poll(&polled, 1, (int)left) <= 0)
			continue;
		len = read(fd, text, sizeof(text));
		if (len == 0)
			return 0;
		if (len < 0 && errno != EINTR)
			return -errno;
		if (len > 0)
			strbuf_add(to, text, (size_t)len);
	}
}

static int run(int dir, const struct visit *visit, struct strbuf *to)
{
	int status = 0;
	int pair[2];
	pid_t pid;
	int r;

	if (pipe2(pair, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(look_from_inside(dir, visit, pair[1]));
	}
	(void)close(pair[1]);
	r = pid < 0 ? -EAGAIN : read_until(pair[0], now_ms() + LOOK_MS, to);
	(void)close(pair[0]);
	if (pid < 0)
		return r;
	if (r < 0)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (r == 0 && WIFEXITED(status) && WEXITSTATUS(status))
		r = -WEXITSTATUS(status);
	return r;
}

static int look_inside(int dir, enum nstype_id type, looker *look, struct ns_facts *to)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_fd int ns = -1;
	cleanup_fd int owner = -1;
	struct visit visit = {-1, -1, nstypes[type].flag, look};
	char *save = NULL;
	int r = ns_open(dir, type, &ns);

	if (r < 0)
		return r;
	if (ns_open_owner(ns, &owner) == 0)
		owner = other(owner, NSTYPE_USER);
	ns = other(ns, type);
	visit.ns = ns;
	visit.owner = owner;
	r = run(dir, &visit, &text);
	if (r < 0)
		return r;
	for (char *line = strtok_r(text.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *tab = strchr(line, '\t');

		if (!tab)
			continue;
		*tab = '\0';
		ns_facts_add(to, line, tab + 1);
	}
	return 0;
}

/* Control characters would look like the end of a line. */
static void put(FILE *to, const char *name, const char *value)
{
	(void)fputs(name, to);
	(void)fputc('\t', to);
	for (const char *c = value; *c; c++)
		(void)fputc((unsigned char)*c < 0x20 ? '?' : *c, to);
	(void)fputc('\n', to);
}

static void look_uts(int dir, FILE *to)
{
	struct utsname names;

	(void)dir;
	if (uname(&names) < 0)
		return;
	put(to, "host name", names.nodename);
	put(to, "domain name", names.domainname);
}

int ns_facts_uts(int dir, struct ns_facts *to)
{
	return look_inside(dir, NSTYPE_UTS, look_uts, to);
}

/* One line of a file of /proc/sysvipc: a name with the object's id, and the rest in words. */
typedef bool object_parser(const char *line, char *name, char *value, size_t size);

static bool parse_shm(const char *line, char *name, char *value, size_t size)
{
	unsigned long long bytes;
	int key, id, attached;
	unsigned mode;

	if (sscanf(line, "%d %d %o %llu %*d %*d %d", &key, &id, &mode, &bytes, &attached) != 5)
		return false;
	(void)snprintf(name, size, "shared memory %d", id);
	(void)snprintf(value, size, "key 0x%x, %llu bytes, mode %03o, %d attached", (unsigned)key,
		       bytes, mode & 0777u, attached);
	return true;
}

static bool parse_sem(const char *line, char *name, char *value, size_t size)
{
	unsigned long count;
	int key, id;
	unsigned mode;

	if (sscanf(line, "%d %d %o %lu", &key, &id, &mode, &count) != 4)
		return false;
	(void)snprintf(name, size, "semaphore set %d", id);
	(void)snprintf(value, size, "key 0x%x, %lu in it, mode %03o", (unsigned)key, count,
		       mode & 0777u);
	return true;
}

static bool parse_msg(const char *line, char *name, char *value, size_t size)
{
	unsigned long bytes, count;
	int key, id;
	unsigned mode;

	if (sscanf(line, "%d %d %o %lu %lu", &key, &id, &mode, &bytes, &count) != 5)
		return false;
	(void)snprintf(name, size, "message queue %d", id);
	(void)snprintf(value, size, "key 0x%x, %lu messages, %lu bytes, mode %03o", (unsigned)key,
		       count, bytes, mode & 0777u);
	return true;
}

static unsigned look_sysv(const char *path, object_parser *parse, FILE *to)
{
	cleanup_file FILE *file = fopen(path, "re");
	char line[512], name[128], value[128];
	unsigned n = 0;

	while (file && fgets(line, sizeof(line), file)) {
		if (!parse(line, name, value, sizeof(name)))
			continue;
		put(to, name, value);
		n++;
	}
	return n;
}

/*
 * A mount of mqueue shows the queues of who makes it. Ours is attached nowhere and goes with
 * us; making one takes a mount namespace that we have capabilities in.
 */
static int open_queues(void)
{
	int fd = -1;
#ifdef SYS_fsopen
	cleanup_fd int fs = -1;

	if (unshare(CLONE_NEWNS) == 0)
		fs = (int)syscall(SYS_fsopen, "mqueue", 1 /* FSOPEN_CLOEXEC */);
	if (fs >= 0 && syscall(SYS_fsconfig, fs, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0) == 0)
		fd = (int)syscall(SYS_fsmount, fs, 1 /* FSMOUNT_CLOEXEC */, 0);
#endif
	return fd;
}

static unsigned look_queues(FILE *to)
{
	cleanup_fd int mount = open_queues();
	cleanup_dir DIR *dir = NULL;
	struct dirent *entry;
	unsigned n = 0;
	int fd = mount < 0 ? -1 : openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || !(dir = fdopendir(fd)))
		return 0;
	while ((entry = readdir(dir))) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;
		cleanup_free char *name = NULL;

		if (entry->d_name[0] == '.')
			continue;
		name = xasprintf("queue /%s", entry->d_name);
		for (char *c = name; *c; c++)
			if ((unsigned char)*c < 0x20)
				*c = '?';
		if (io_read_proc(fd, entry->d_name, 4096, &text) == 0)
			text.s[strcspn(text.s, "\n")] = '\0';
		put(to, name, *text.s ? text.s : "there");
		n++;
	}
	return n;
}

static void look_ipc(int dir, FILE *to)
{
	unsigned n;

	(void)dir;
	n = look_sysv("/proc/sysvipc/shm", parse_shm, to);
	n += look_sysv("/proc/sysvipc/sem", parse_sem, to);
	n += look_sysv("/proc/sysvipc/msg", parse_msg, to);
	n += look_queues(to);
	if (!n)
		put(to, "objects", "none");
}

int ns_facts_ipc(int dir, struct ns_facts *to)
{
	return look_inside(dir, NSTYPE_IPC, look_ipc, to);
}

static unsigned prefix_length(const unsigned char *mask, size_t len)
{
	unsigned bits = 0;

	for (size_t i = 0; i < len; i++)
		bits += (unsigned)__builtin_popcount(mask[i]);
	return bits;
}

static void add_address(struct strbuf *to, const struct ifaddrs *entry)
{
	const void *address, *mask;
	char text[INET6_ADDRSTRLEN];
	size_t len;

	if (!entry->ifa_addr || !entry->ifa_netmask)
		return;
	if (entry->ifa_addr->sa_family == AF_INET) {
		address = &((const struct sockaddr_in *)(const void *)entry->ifa_addr)->sin_addr;
		mask = &((const struct sockaddr_in *)(const void *)entry->ifa_netmask)->sin_addr;
		len = 4;
	} else if (entry->ifa_addr->sa_family == AF_INET6) {
		address = &((const struct sockaddr_in6 *)(const void *)entry->ifa_addr)->sin6_addr;
		mask = &((const struct sockaddr_in6 *)(const void *)entry->ifa_netmask)->sin6_addr;
		len = 16;
	} else {
		return;
	}
	if (inet_ntop(entry->ifa_addr->sa_family, address, text, sizeof(text)))
		strbuf_addf(to, " %s/%u", text, prefix_length(mask, len));
}

static void look_net(int dir, FILE *to)
{
	struct ifaddrs *list = NULL;

	(void)dir;
	if (getifaddrs(&list) < 0)
		return;
	/* Each device once as itself, then with each of its addresses. */
	for (const struct ifaddrs *device = list; device; device = device->ifa_next) {
		cleanup_strbuf struct strbuf value = STRBUF_INIT;
		cleanup_free char *name = xasprintf("device %s", device->ifa_name);

		if (!device->ifa_addr || device->ifa_addr->sa_family != AF_PACKET)
			continue;
		strbuf_adds(&value, device->ifa_flags & IFF_UP ? "up" : "down");
		for (const struct ifaddrs *entry = list; entry; entry = entry->ifa_next)
			if (!strcmp(entry->ifa_name, device->ifa_name))
				add_address(&value, entry);
		put(to, name, value.s);
	}
	freeifaddrs(list);
}

int ns_facts_net(int dir, struct ns_facts *to)
{
	return look_inside(dir, NSTYPE_NET, look_net, to);
}

/* Paths of /proc/PID/cgroup are relative to the root of who reads. */
static void look_cgroup(int dir, FILE *to)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	char *save = NULL;

	if (io_read_proc(dir, "cgroup", LOOK_MAX, &text) < 0)
		return;
	for (char *line = strtok_r(text.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *names = strchr(line, ':');
		char *path = names ? strchr(names + 1, ':') : NULL;
		cleanup_free char *name = NULL;

		if (!path)
			continue;
		*path = '\0';
		name = xasprintf("%s, from inside", names[1] ? names + 1 : "cgroup2");
		put(to, name, path + 1);
	}
}

static void look_cgroup_outside(struct ns_facts *to, int dir)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	char *save = NULL;

	if (io_read_proc(dir, "cgroup", LOOK_MAX, &text) < 0)
		return;
	for (char *line = strtok_r(text.s, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *names = strchr(line, ':');
		char *path = names ? strchr(names + 1, ':') : NULL;
		cleanup_free char *name = NULL;

		if (!path)
			continue;
		*path = '\0';
		name = xasprintf("%s, from lab", names[1] ? names + 1 : "cgroup2");
		ns_facts_add(to, name, path + 1);
	}
}

int ns_facts_cgroup(int dir, struct ns_facts *to)
{
	int r = look_inside(dir, NSTYPE_CGROUP, look_cgroup, to);

	if (r < 0)
		return r;
	look_cgroup_outside(to, dir);
	return 0;
}
