#define _GNU_SOURCE
#include "checks/lib/observe_inside.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/ns.h"
#include "common/proc.h"
#include "common/sandbox_internal.h"
#include "common/text.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <mqueue.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#define TELL_MS	    4000
#define TELL_BYTES  (1U << 20)
#define TEXT_BYTES  32
#define SEGMENT_MAX (16UL << 20)

/* What a child does once it is inside: 0, or -errno. It only ever appends to `to`. */
typedef int teller(char **words, struct strbuf *to);

/* In the child: root of the sandbox first, which has every right in what belongs to it. */
static void tell(const struct session *session, const int ns[2], int into, teller *run,
		 char **words)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	uid_t own = session->box->uid;
	int r;

	if (setns(ns[0], CLONE_NEWUSER) < 0 || setns(ns[1], 0) < 0)
		_exit(1);
	/* What it makes shall belong to somebody who exists inside. */
	(void)!setresgid(own, own, own);
	(void)!setresuid(own, own, own);
	r = run(words, &text);
	if (r < 0)
		_exit(2);
	_exit(io_write_all(into, text.s, text.len) < 0);
}

int inside_take(int from, int timeout_ms, size_t max, struct strbuf *to)
{
	long long deadline = sandbox_now_ms() + timeout_ms;
	struct pollfd polled = {.fd = from, .events = POLLIN};
	char chunk[65536];

	for (;;) {
		long long left = deadline - sandbox_now_ms();
		ssize_t n;

		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(&polled, 1, (int)left) <= 0)
			continue;
		n = read(from, chunk, sizeof(chunk));
		if (n <= 0)
			return n < 0 ? -errno : 0;
		strbuf_add(to, chunk, (size_t)n);
		if (to->len > max)
			return -EFBIG;
	}
}

/* Run a teller in a subject's namespace. Nothing is told where that has ended. */
static int tell_from(struct session *session, const struct subject *subject, enum nstype_id type,
		     teller *run, char **words, struct strbuf *to, struct error *err)
{
	const struct subject *outside = session_subject(session, "outside");
	cleanup_fd int user = -1, ns = -1, from = -1, into = -1;
	int pair[2], status = 0;
	pid_t child;
	int r;

	if (ns_open(outside->dir, NSTYPE_USER, &user) < 0 || ns_open(subject->dir, type, &ns) < 0)
		return 0;
	if (pipe2(pair, O_CLOEXEC) < 0)
		return error_set(err, errno, "cannot make a pipe");
	from = pair[0];
	into = pair[1];
	child = fork();
	if (child < 0)
		return error_set(err, errno, "cannot fork");
	if (child == 0)
		tell(session, (int[]){user, ns}, into, run, words);
	(void)close(steal_fd(&into));
	r = inside_take(from, TELL_MS, TELL_BYTES, to);
	if (r < 0)
		(void)kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (r == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return error_say(err, EIO, "cannot look into the %s namespace of %s", nstypes[type].name,
			 subject->name);
}

/* The same for WHO, which is words[0]. */
static int tell_of(struct session *session, enum nstype_id type, teller *run, char **words,
		   struct strbuf *to, struct error *err)
{
	const struct subject *subject = session_subject(session, words[0]);

	if (!subject)
		return error_say(err, ESRCH, "there is no %s", words[0]);
	return tell_from(session, subject, type, run, words + 1, to, err);
}

/* ---- UTS ---- */

static bool is_third(int dir, const struct ns_snapshot known[2])
{
	struct ns_snapshot own;

	return ns_snapshot_take(dir, &own) == 0 &&
	       ns_compare(&own, &known[0], NSTYPE_UTS) == NS_DIFFERENT &&
	       ns_compare(&own, &known[1], NSTYPE_UTS) == NS_DIFFERENT;
}

/* A process whose UTS namespace is neither outside's nor cmd's, the lowest PID; its dir is the caller's. */
static bool find_third(struct session *session, struct subject *ret)
{
	const struct subject *cmd = session_subject(session, "cmd");
	struct ns_snapshot known[2];
	struct pid_list pids;

	*ret = (struct subject){.dir = -1};
	if (!cmd || proc_list(sandbox_proc_fd(session->box), &pids) < 0)
		return false;
	(void)ns_snapshot_take(session_subject(session, "outside")->dir, &known[0]);
	(void)ns_snapshot_take(cmd->dir, &known[1]);
	for (size_t i = 0; i < pids.n && ret->dir < 0; i++) {
		cleanup_fd int dir = -1;

		if (proc_open(sandbox_proc_fd(session->box), pids.pids[i], &dir) == 0 &&
		    is_third(dir, known))
			ret->dir = steal_fd(&dir);
	}
	pid_list_free(&pids);
	return ret->dir >= 0;
}

static int tell_uts(char **words, struct strbuf *to)
{
	struct utsname names;

	(void)words;
	if (uname(&names) < 0)
		return -errno;
	answer_add(to, "hostname", names.nodename);
	answer_add(to, "domainname", names.domainname);
	return 0;
}

int inside_uts(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct subject third;
	int r = 0;

	if (strcmp(words[0], "middle") != 0)
		return tell_of(session, NSTYPE_UTS, tell_uts, words, to, err);
	if (find_third(session, &third)) {
		(void)snprintf(third.name, sizeof(third.name), "middle");
		r = tell_from(session, &third, NSTYPE_UTS, tell_uts, words, to, err);
		(void)close(third.dir);
	}
	return r;
}

/* ---- System V shared memory ---- */

/* FNV-1a */
static uint64_t hash(const unsigned char *bytes, size_t n)
{
	uint64_t sum = 0xcbf29ce484222325;

	while (n--)
		sum = (sum ^ *bytes++) * 0x100000001b3;
	return sum;
}

static void add_segment(struct strbuf *to, int key, int id, size_t size, unsigned attached)
{
	const unsigned char *bytes = shmat(id, NULL, SHM_RDONLY);
	size_t readable = size < SEGMENT_MAX ? size : SEGMENT_MAX;
	uint64_t sum = 0;

	if (to->len)
		strbuf_addc(to, '\n');
	if (bytes != (void *)-1)
		sum = hash(bytes, readable);
	strbuf_addf(to, "0x%x %zu %u %016jx ", (unsigned)key, size, attached, (uintmax_t)sum);
	for (size_t i = 0; bytes != (void *)-1 && i < readable && i < TEXT_BYTES; i++) {
		if (bytes[i] < ' ' || bytes[i] > '~')
			break;
		strbuf_addc(to, (char)bytes[i]);
	}
	if (bytes != (void *)-1)
		(void)shmdt(bytes);
}

/* The file shows the IPC namespace of whoever opens it (proc(5), /proc/sysvipc). */
static int tell_shm(char **words, struct strbuf *to)
{
	struct strbuf table cleanup_strbuf = STRBUF_INIT, text cleanup_strbuf = STRBUF_INIT;
	char *save = NULL;
	int r = io_read_proc(AT_FDCWD, "/proc/sysvipc/shm", 1 << 20, &table);

	(void)words;
	if (r < 0)
		return r;
	for (char *line = strtok_r(table.s, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		unsigned perms, cpid, lpid, attached;
		unsigned long size;
		int key, id;

		/* The first line names the columns, and has no number. */
		if (sscanf(line, "%d %d %o %lu %u %u %u", &key, &id, &perms, &size, &cpid, &lpid,
			   &attached) == 7)
			add_segment(&text, key, id, size, attached);
	}
	answer_add(to, "segments", text.s);
	return 0;
}

int inside_shm(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	return tell_of(session, NSTYPE_IPC, tell_shm, words, to, err);
}

static int make_shm(char **words, struct strbuf *to)
{
	size_t size = strtoul(words[1], NULL, 0);
	int id = shmget((key_t)strtol(words[0], NULL, 0), size, IPC_CREAT | IPC_EXCL | 0666);
	char *bytes = id < 0 ? (void *)-1 : shmat(id, NULL, 0);

	(void)to;
	if (bytes == (void *)-1)
		return -errno;
	(void)snprintf(bytes, size, "%s", words[2]);
	return 0;
}

int inside_make_shm(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	return tell_of(session, NSTYPE_IPC, make_shm, words, to, err);
}

/* ---- message queues ---- */

static int add_queue(struct strbuf *to, const char *entry)
{
	cleanup_free char *name = xasprintf("/%s", entry);
	mqd_t queue = mq_open(name, O_RDONLY | O_NONBLOCK);
	struct mq_attr attr = {.mq_curmsgs = -1};

	if (queue != (mqd_t)-1) {
		(void)mq_getattr(queue, &attr);
		(void)mq_close(queue);
	}
	strbuf_addf(to, "%s%s %ld", to->len ? "\n" : "", entry, (long)attr.mq_curmsgs);
	return 0;
}

/*
 * Queues have no list but their file system: it is mounted in a mount namespace of
 * the child's own, over a directory that every machine has.
 */
static int tell_mqueue(char **words, struct strbuf *to)
{
	static const char at[] = "/dev";
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	cleanup_free char *dev = NULL;
	struct dirent **list;
	struct stat st;
	int n;

	(void)words;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("mqueue", at, "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0 ||
	    stat(at, &st) < 0)
		return -errno;
	n = scandir(at, &list, NULL, alphasort);
	if (n < 0)
		return -errno;
	for (int i = 0; i < n; i++) {
		if (list[i]->d_name[0] != '.')
			(void)add_queue(&text, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	dev = xasprintf("%ju", (uintmax_t)st.st_dev);
	answer_add(to, "queues", text.s);
	answer_add(to, "dev", dev);
	return 0;
}

int inside_mqueue(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	return tell_of(session, NSTYPE_IPC, tell_mqueue, words, to, err);
}

static int make_mqueue(char **words, struct strbuf *to)
{
	(void)to;
	return mq_open(words[0], O_RDWR | O_CREAT | O_EXCL, 0600, NULL) == (mqd_t)-1 ? -errno : 0;
}

int inside_make_mqueue(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	return tell_of(session, NSTYPE_IPC, make_mqueue, words, to, err);
}

/* ---- the sandbox as a whole ---- */

static void add_owner(struct strbuf *to, const char *key, const struct subject *outside,
		      const char *map_name, uint32_t id)
{
	struct idmap map = {.n = 0};
	cleanup_free char *text = NULL;
	uint32_t seen = 65534;

	if (proc_read_idmap(outside->dir, map_name, &map) == 0)
		(void)idmap_to_inside(&map, id, &seen);
	text = xasprintf("%u", seen);
	answer_add(to, key, text);
}

int inside_owner(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	const struct subject *outside = session_subject(session, "outside");
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	cleanup_fd int at = (int)syscall(SYS_openat2, sandbox_root_fd(session->box), words[0], &how,
					 sizeof(how));
	struct stat st;

	(void)err;
	if (at < 0 || fstat(at, &st) < 0) {
		answer_add(to, "uid", "-");
		answer_add(to, "gid", "-");
		return 0;
	}
	add_owner(to, "uid", outside, "uid_map", st.st_uid);
	add_owner(to, "gid", outside, "gid_map", st.st_gid);
	return 0;
}
