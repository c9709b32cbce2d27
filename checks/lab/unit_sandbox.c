/*
 * The sandbox from the inside: what a program can see, reach, use up and leave
 * behind. Every row runs a shell script in a sandbox of its own; what must be
 * impossible is tried for real.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"

#include "common/cleanup.h"
#include "common/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define MIB (1024ULL * 1024)

static const struct sandbox_limits small = {
	.wall_ms = 20000,
	.processes = 64,
	.files = 256,
	.memory = 128 * MIB,
	.file_size = 16 * MIB,
	.disk = 32 * MIB,
	.output = 64 * 1024,
};

struct row {
	const char *fact;
	enum sandbox_start start;
	const char *script;
	int exit;	     /* expected exit status */
	const char *printed; /* expected standard output; NULL: any */
};

/* clang-format off */
static const struct row rows[] = {
	{"a command's output and exit status come through", SANDBOX_ROOT,
	 "echo out; echo err >&2; exit 7", 7, "out\n"},
	{"root start: uid 0 with every capability", SANDBOX_ROOT,
	 "id -u; grep -c 'CapEff:.0*1f*$' /proc/self/status", 0, "0\n1\n"},
	{"user start: a five-digit uid and no capability", SANDBOX_USER,
	 "id -u; grep CapEff /proc/self/status", 0, "43210\nCapEff:\t0000000000000000\n"},
	{"user start: PID 1 belongs to the same uid and may be looked at", SANDBOX_USER,
	 "stat -c %u /proc/1; readlink /proc/1/ns/pid | cut -d: -f1", 0, "43210\npid\n"},
	{"user start: the account has a name and a home", SANDBOX_USER,
	 "id -un; id -gn; echo $HOME; test -w $HOME", 0, "learner\nlearner\n/home/learner\n"},
	{"the environment is rebuilt", SANDBOX_ROOT,
	 "echo ${NSLAB_TEST_SECRET-unset}; tr '\\0' '\\n' </proc/1/environ | wc -l", 0, "unset\n0\n"},
	{"no descriptor above 2 is open", SANDBOX_ROOT,
	 "for i in $(seq 3 255); do [ ! -e /proc/$$/fd/$i ] || echo $i; done", 0, ""},
	{"init holds no descriptor of the caller", SANDBOX_ROOT,
	 "ls -l /proc/1/fd | grep -vc -e /dev/null -e socket: -e anon_inode -e total", 1, "0\n"},
	{"no signal is ignored or blocked", SANDBOX_ROOT,
	 "grep -E 'Sig(Ign|Blk)' /proc/self/status | grep -v 0000000000000000", 1, ""},
	{"no process of the host is listed", SANDBOX_ROOT,
	 "ls /proc | grep -c '^[0-9]'", 0, "4\n"},
	{"no home, no /var, no socket of the host", SANDBOX_ROOT,
	 "ls -A /root /home/learner /var/lib /run /tmp /work | grep -v ':$' | grep -c .", 1, "0\n"},
	{"/dev holds a fixed list", SANDBOX_ROOT, "ls /dev | tr '\\n' ' '", 0,
	 "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero "},
	{"no mount of the host is left", SANDBOX_ROOT,
	 "awk '{print $5}' /proc/self/mountinfo | grep -vcE '^/(usr|etc|opt|bin|sbin|lib[x0-9]*|nix|gnu|tmp|run|proc|sys|dev)?($|/)'", 1, "0\n"},
	{"/ is a shared mount", SANDBOX_ROOT,
	 "awk '$5 == \"/\" {print $7 ~ /^shared:/}' /proc/self/mountinfo", 0, "1\n"},
	{"nothing is forwarded, whatever the machine does", SANDBOX_ROOT,
	 "cat /proc/sys/net/ipv4/ip_forward", 0, "0\n"},
	{"lo is up", SANDBOX_ROOT, "ip -o link show lo | grep -c '<.*UP'", 0, "1\n"},
	{"host secrets can't be read", SANDBOX_ROOT, "cat /etc/shadow", 1, ""},
	{"host settings can't be written", SANDBOX_ROOT,
	 "(echo x >/proc/sys/kernel/core_pattern) 2>/dev/null || (echo h >/proc/sysrq-trigger) 2>/dev/null", 2, ""},
	{"device nodes can't be made", SANDBOX_ROOT, "mknod /tmp/sda b 8 0 2>/dev/null", 1, ""},
	{"what is written to a system directory is seen there", SANDBOX_ROOT,
	 "echo x >/usr/nslab-mark && cat /usr/nslab-mark", 0, "x\n"},
	{"... and is gone in the next sandbox", SANDBOX_ROOT, "ls /usr/nslab-mark 2>/dev/null", 2, ""},
	{"the hidden directory is not there", SANDBOX_ROOT,
	 "ls -A /usr/share/doc 2>/dev/null; umount -l /usr/share/doc 2>/dev/null; mkdir -p /usr/share/doc; ls -A /usr/share/doc", 0, ""},
	{"unshare works", SANDBOX_ROOT, "unshare -pf --mount-proc sh -c 'echo $$'", 0, "1\n"},
	{"ip netns works", SANDBOX_ROOT,
	 "ip netns add blue && ip netns exec blue ip -o link show up | wc -l", 0, "0\n"},
	{"mount works", SANDBOX_ROOT, "mount -t tmpfs t /mnt && touch /mnt/x && ls /mnt", 0, "x\n"},
	{"a user namespace inside works without privilege", SANDBOX_USER,
	 "unshare -Ur id -u", 0, "0\n"},
	{"another user's files are nobody's", SANDBOX_ROOT, "stat -c %U /etc/passwd", 0, "nobody\n"},
	{"kill -1 ends the sandbox's processes only", SANDBOX_ROOT,
	 "sleep 100 & kill -KILL -1; kill -0 1 && echo alive", 0, "alive\n"},
	{"a command that is not found: 127", SANDBOX_ROOT, "exec nslab-no-such-command", 127, ""},
	{"a file that can't be executed: 126", SANDBOX_ROOT, "exec /etc/passwd", 126, ""},
	{"a file may not grow beyond its limit", SANDBOX_ROOT,
	 "head -c 30M /dev/zero >/tmp/big 2>/dev/null; stat -c %s /tmp/big", 0, "16777216\n"},
	{"a mount may not grow beyond its limit", SANDBOX_ROOT,
	 "for i in 1 2 3; do head -c 15M /dev/zero >/tmp/$i; done 2>&1 | grep -c 'No space'", 0, "1\n"},
	{"an inode flood ends at a limit", SANDBOX_ROOT,
	 "cd /tmp && mkdir d && cd d && seq 1 70000 | xargs touch 2>&1 | grep -c 'No space' | grep -vc '^0$'", 0, "1\n"},
};

/* Each of these must be stopped by the supervisor, for the reason in outcome. */
static const struct {
	const char *fact, *script;
	enum sandbox_outcome outcome;
} hostile[] = {
	{"a program that spins is stopped", "while :; do :; done", SANDBOX_TIME_LIMIT},
	{"a program that waits is stopped", "exec sleep 1000", SANDBOX_TIME_LIMIT},
	{"an output flood is stopped", "yes", SANDBOX_OUTPUT_LIMIT},
	{"an error flood is stopped", "yes >&2", SANDBOX_OUTPUT_LIMIT},
	{"a fork bomb is stopped", "exec bash -c 'b() { b | b & }; b; while :; do :; done' 2>/dev/null", SANDBOX_PROCESS_LIMIT},
	{"many processes are stopped", "exec bash -c 'while :; do sleep 100 & done' 2>/dev/null", SANDBOX_PROCESS_LIMIT},
	{"a memory hog is stopped", "x=$(head -c 400M /dev/zero | tr '\\0' a); sleep 100", SANDBOX_MEMORY_LIMIT},
	{"a tmpfs of its own counts as memory",
	 "mount -t tmpfs -o size=2G t /mnt; i=0; while :; do i=$((i+1)); head -c 15M /dev/zero >/mnt/$i; done",
	 SANDBOX_MEMORY_LIMIT},
	{"a tmpfs that is unmounted but open counts",
	 "mount -t tmpfs -o size=2G t /mnt; cd /mnt; umount -l /mnt; i=0; while :; do i=$((i+1)); head -c 15M /dev/zero >$i; exec 7<$i; done",
	 SANDBOX_MEMORY_LIMIT},
};
/* clang-format on */

static const char *const hide[] = {"/usr/share/doc"};

static bool start(enum sandbox_start how, const struct sandbox_limits *limits, struct sandbox **ret)
{
	struct sandbox_config config = {
		.start = how,
		.uid = 43210,
		.limits = limits,
		.hide = hide,
		.n_hide = 1,
	};
	struct error err = {0};

	if (sandbox_start(&config, ret, &err) == 0)
		return true;
	ok(false, "a sandbox starts: %s", err.what);
	return false;
}

static bool run(struct sandbox *box, const char *script, struct sandbox_capture *ret)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct error err = {0};

	if (sandbox_capture(box, argv, ret, &err) == 0)
		return true;
	ok(false, "a command starts: %s", err.what);
	return false;
}

static void try_row(const struct row *row)
{
	struct sandbox_capture capture;
	struct sandbox *box;

	if (!start(row->start, &small, &box))
		return;
	if (run(box, row->script, &capture)) {
		bool same = !row->printed || strcmp(capture.out.s, row->printed) == 0;

		ok(capture.outcome == SANDBOX_EXITED && WIFEXITED(capture.status) &&
			   WEXITSTATUS(capture.status) == row->exit && same,
		   "%s", row->fact);
		if (!same || !WIFEXITED(capture.status) || WEXITSTATUS(capture.status) != row->exit)
			printf("# outcome %d, status 0x%x, printed: %s, errors: %s\n",
			       (int)capture.outcome, (unsigned)capture.status, capture.out.s,
			       capture.err.s);
		sandbox_capture_free(&capture);
	}
	sandbox_end(box);
}

/* Stopped for the right reason, soon enough, and nothing of it lives on. */
static void try_hostile(size_t i)
{
	struct sandbox_limits limits = small;
	struct sandbox_capture capture;
	struct sandbox *box;
	pid_t init;

	limits.wall_ms = hostile[i].outcome == SANDBOX_TIME_LIMIT ? 300 : 15000;
	if (!start(SANDBOX_ROOT, &limits, &box))
		return;
	init = sandbox_pid(box);
	if (run(box, hostile[i].script, &capture)) {
		is_int(capture.outcome, hostile[i].outcome, "%s", hostile[i].fact);
		ok(capture.out.len + capture.err.len < 4 * limits.output,
		   "... and what it printed stays small");
		ok(capture.outcome != SANDBOX_TIME_LIMIT || capture.duration_ms < 1300,
		   "... within its limit and a second (%u ms)", capture.duration_ms);
		sandbox_capture_free(&capture);
	}
	sandbox_end(box);
	ok(kill(init, 0) < 0 && errno == ESRCH, "... and nothing of it is left");
}

/* kill -9 the supervisor: the kernel takes the sandbox with it. */
static void try_orphan(void)
{
	int pair[2];
	pid_t pid, init = 0;
	struct pollfd polled = {.events = POLLIN};

	if (pipe(pair) < 0)
		return;
	pid = fork();
	if (pid == 0) {
		struct sandbox *box;

		if (start(SANDBOX_ROOT, &small, &box)) {
			init = sandbox_pid(box);
			(void)!write(pair[1], &init, sizeof(init));
		}
		for (;;)
			(void)pause();
	}
	if (read(pair[0], &init, sizeof(init)) == sizeof(init)) {
		polled.fd = (int)syscall(SYS_pidfd_open, init, 0);
		(void)kill(pid, SIGKILL);
		ok(polled.fd >= 0 && poll(&polled, 1, 5000) == 1,
		   "a sandbox ends with its supervisor");
	}
	(void)waitpid(pid, NULL, 0);
}

/* Nothing may depend on what the last one did, and nothing may pile up. */
static void try_many(int count)
{
	const char *const argv[] = {"true", NULL};
	struct stat before, after;
	int good = 0;

	(void)stat("/proc/self/ns/mnt", &before);
	for (int i = 0; i < count; i++) {
		struct sandbox_capture capture;
		struct error err;
		struct sandbox *box;

		if (!start(SANDBOX_ROOT, &small, &box))
			return;
		good += sandbox_capture(box, argv, &capture, &err) == 0 && capture.status == 0;
		sandbox_capture_free(&capture);
		sandbox_end(box);
	}
	(void)stat("/proc/self/ns/mnt", &after);
	is_int(good, count, "%d sandboxes in a row work", count);
	ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "... and leave no child");
	ok(before.st_ino == after.st_ino, "... and the caller where it was");
}

/* Fills what a user may have of descriptors in messages, says so, and holds them. */
static const char fill_messages[] =
	"import array, signal, socket\n"
	"fds, keep = array.array('i', [0] * 250), []\n"
	"try:\n"
	"    while True:\n"
	"        pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
	"        keep.append(pair)\n"
	"        pair[0].sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])\n"
	"except OSError:\n"
	"    print('full', flush=True)\n"
	"signal.pause()\n";

/* What one sandbox uses up of its user's must not silence the init of another. */
static void try_crowd(void)
{
	const char *const argv[] = {"/usr/bin/python3", "-c", fill_messages, NULL};
	struct sandbox_command command = {.argv = argv, .stdio = {-1, -1, -1}};
	struct sandbox *box = NULL, *other = NULL;
	struct sandbox_process process;
	struct sandbox_capture capture;
	struct error err = {0};
	char said[5] = "";
	int pair[2];

	if (pipe(pair) < 0 || !start(SANDBOX_ROOT, &small, &box))
		return;
	command.stdio[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	command.stdio[1] = command.stdio[2] = pair[1];
	if (sandbox_spawn(box, &command, &process, &err) < 0)
		ok(false, "a command starts: %s", err.what);
	(void)close(pair[1]);
	ok(read(pair[0], said, 4) == 4 && strcmp(said, "full") == 0,
	   "one sandbox has all descriptors on their way that it may have");
	if (start(SANDBOX_ROOT, &small, &other) && run(other, "echo hello", &capture)) {
		is_str(capture.out.s, "hello\n", "... and another is not kept from answering");
		sandbox_capture_free(&capture);
	}
	sandbox_end(other);
	sandbox_end(box);
	(void)close(pair[0]);
	(void)close(command.stdio[0]);
	(void)close(process.pidfd);
}

static void try_read_file(void)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	struct sandbox_capture capture;
	struct sandbox *box;
	struct error err;

	if (!start(SANDBOX_ROOT, &small, &box))
		return;
	if (run(box,
		"echo hello >/work/a; ln -s /etc/passwd /work/b; mkfifo /work/c; "
		"head -c 2000 /dev/zero >/work/d; ln -s / /work/e",
		&capture)) {
		is_int(sandbox_read_file(box, "work/a", 1000, &text, &err), 0,
		       "a file is copied out");
		is_str(text.s, "hello\n", "... with its bytes");
		ok(sandbox_read_file(box, "work/b", 1000, &text, &err) < 0,
		   "a link is not followed");
		ok(sandbox_read_file(box, "work/c", 1000, &text, &err) < 0,
		   "a FIFO does not block");
		ok(sandbox_read_file(box, "work/d", 1000, &text, &err) == -EFBIG,
		   "too much is too much");
		ok(sandbox_read_file(box, "work/e/etc/passwd", 1000, &text, &err) < 0,
		   "no link on the way is followed");
		sandbox_capture_free(&capture);
	}
	sandbox_end(box);
}

/* A caller that looks before it runs anything sees init, not what was there before its exec. */
static void try_up(void)
{
	struct sandbox *box;
	char name[16] = "";
	int fd;

	if (!start(SANDBOX_USER, &small, &box))
		return;
	fd = openat(sandbox_proc_fd(box), "1/comm", O_RDONLY | O_CLOEXEC);
	(void)!read(fd, name, sizeof(name) - 1);
	is_str(name, "init\n", "once started, the first process is init");
	(void)close(fd);
	sandbox_end(box);
}

/* All descriptors that a user may have on their way, held by a child for a while. */
static pid_t take_all_in_flight(void)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.head = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec iov = {.iov_base = (char[]){'x'}, .iov_len = 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	int pairs[8][2], n = 0;
	pid_t child;

	for (; n < 8 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pairs[n]) == 0; n++)
		while (sendmsg(pairs[n][0], &msg, MSG_DONTWAIT) > 0)
			;
	child = fork();
	if (child == 0) {
		(void)poll(NULL, 0, 300);
		_exit(0);
	}
	for (int i = 0; i < n; i++)
		for (int end = 0; end < 2; end++)
			(void)close(pairs[i][end]);
	return child;
}

/* A program in another sandbox has them all: ours waits. Root may have more than that. */
static void try_refused(void)
{
	struct sandbox_capture capture;
	struct rlimit was, low;
	struct sandbox *box;
	pid_t child;

	if (!start(SANDBOX_USER, &small, &box))
		return;
	(void)getrlimit(RLIMIT_NOFILE, &was);
	low = (struct rlimit){.rlim_cur = 64, .rlim_max = was.rlim_max};
	(void)setrlimit(RLIMIT_NOFILE, &low);
	child = take_all_in_flight();
	ok(run(box, "echo all the same", &capture), "too many descriptors on their way: it waits");
	is_str(capture.out.s, "all the same\n", "and is started then");
	(void)setrlimit(RLIMIT_NOFILE, &was);
	(void)waitpid(child, NULL, 0);
	sandbox_capture_free(&capture);
	sandbox_end(box);
}

int main(void)
{
	/* A descriptor and a variable that must not come through. */
	int leak = open("/dev/zero", O_RDONLY);

	(void)dup2(leak, 77);
	(void)setenv("NSLAB_TEST_SECRET", "secret", 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		try_row(&rows[i]);
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++)
		try_hostile(i);
	try_up();
	try_refused();
	try_orphan();
	try_crowd();
	try_read_file();
	try_many(100);
	return unit_done();
}
