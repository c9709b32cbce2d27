#define _GNU_SOURCE
#include "lab/screen/job.h"

#include "common/cleanup.h"
#include "common/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define CHUNK	    (64 * 1024) /* read at most a turn; less where taking it takes long */
#define CHUNK_LEAST 1024
#define CHUNK_FIRST (8 * 1024)
#define BUSY_US	    4000 /* a turn must not take longer: keys wait meanwhile */
#define TYPED_MAX   (1 << 20)
#define KILL_MS	    1000

/* After the end somebody else may have the output open, and go on printing. */
#define LAST_MS	   100
#define LAST_BYTES (256 * 1024)

struct job {
	struct loop *loop;
	const struct job_events *events;
	void *data;
	pid_t pid;
	int pidfd;
	int out; /* the pty's master, or the pipe */
	int err; /* the other pipe, or -1 */
	bool terminal;
	bool stopping;
	bool ended; /* and was waited for; its last output may be on the way */
	int status;
	size_t chunk;	     /* to read a turn, as fast as it is taken */
	size_t last;	     /* bytes read since the end */
	struct strbuf typed; /* not written yet */
};

static void on_out(void *data, uint32_t events);
static void on_err(void *data, uint32_t events);
static void on_exit_of(void *data, uint32_t events);
static void on_last_ms(void *data);

/* ---- starting ---- */

static void add_env(const char *const *env)
{
	for (; env && *env; env++)
		(void)putenv((char *)*env);
}

static void child(const struct loop *loop, const struct job_request *request, const int fds[3])
{
	const unsigned long as_born[8] = {0}; /* the kernel's struct sigaction: SIG_DFL */

	/* By system call, since libraries keep some numbers to themselves. */
	for (int signo = 1; signo < NSIG; signo++)
		(void)syscall(SYS_rt_sigaction, signo, as_born, NULL, (size_t)NSIG / 8);
	(void)sigprocmask(SIG_SETMASK, loop_old_mask(loop), NULL);
	(void)setsid();
	if (request->terminal) {
		(void)ioctl(fds[0], TIOCSCTTY, 0);
		(void)unsetenv("LINES");
		(void)unsetenv("COLUMNS");
	}
	for (int i = 0; i < 3; i++)
		if (dup2(fds[i], i) < 0)
			_exit(126);
#ifdef SYS_close_range
	(void)syscall(SYS_close_range, 3U, ~0U, 0U);
#endif
	add_env(request->env);
	(void)execv(request->argv[0], request->argv);
	(void)dprintf(STDERR_FILENO, "lab: cannot run %s: %s.\n", request->argv[0],
		      strerror(errno));
	_exit(127);
}

/* fds: what the child gets; ours in job. All of them are close-on-exec. */
static int open_terminal(struct job *job, const struct job_request *request, int fds[3])
{
	struct winsize size = {.ws_row = request->rows, .ws_col = request->cols};
	int slave;

	job->out = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (job->out < 0 || grantpt(job->out) < 0 || unlockpt(job->out) < 0)
		return -errno;
	(void)ioctl(job->out, TIOCSWINSZ, &size);
	slave = ioctl(job->out, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		return -errno;
	fds[0] = fds[1] = fds[2] = slave;
	return 0;
}

static int open_pipes(struct job *job, int fds[3])
{
	int out[2], err[2];

	if (pipe2(out, O_CLOEXEC) < 0)
		return -errno;
	job->out = out[0];
	fds[1] = out[1];
	if (pipe2(err, O_CLOEXEC) < 0)
		return -errno;
	job->err = err[0];
	fds[2] = err[1];
	fds[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fds[0] < 0)
		return -errno;
	(void)fcntl(job->out, F_SETFL, O_NONBLOCK);
	(void)fcntl(job->err, F_SETFL, O_NONBLOCK);
	return 0;
}

static void close_all(const int fds[3])
{
	for (int i = 0; i < 3; i++) {
		bool again = false;

		for (int j = 0; j < i; j++)
			again = again || fds[j] == fds[i];
		if (fds[i] >= 0 && !again)
			(void)close(fds[i]);
	}
}

int job_start(struct loop *loop, const struct job_request *request, struct job **ret,
	      struct error *err)
{
	struct job *job = xcalloc(1, sizeof(*job));
	int fds[3] = {-1, -1, -1};
	int r;

	*job = (struct job){.loop = loop,
			    .events = request->events,
			    .data = request->data,
			    .pidfd = -1,
			    .out = -1,
			    .err = -1,
			    .terminal = request->terminal,
			    .chunk = CHUNK_FIRST,
			    .typed = STRBUF_INIT};
	r = request->terminal ? open_terminal(job, request, fds) : open_pipes(job, fds);
	if (r == 0) {
		job->pid = fork();
		if (job->pid == 0)
			child(loop, request, fds);
		r = job->pid < 0 ? -errno : 0;
	}
	close_all(fds);
	if (r == 0) {
		job->pidfd = (int)syscall(SYS_pidfd_open, job->pid, 0);
		r = job->pidfd < 0 ? -errno : 0;
	}
	if (r < 0) {
		job_free(job);
		return error_set(err, -r, "cannot start %s", request->argv[0]);
	}
	(void)loop_fd(loop, job->out, EPOLLIN, on_out, job);
	if (job->err >= 0)
		(void)loop_fd(loop, job->err, EPOLLIN, on_err, job);
	(void)loop_fd(loop, job->pidfd, EPOLLIN, on_exit_of, job);
	*ret = job;
	return 0;
}

/* ---- output ---- */

static void close_fd(struct job *job, int *fd)
{
	if (*fd < 0)
		return;
	(void)loop_fd(job->loop, *fd, 0, NULL, NULL);
	(void)close(*fd);
	*fd = -1;
}

static long long now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* A pty gives 4 KiB at a time: read on until there is enough, or nothing now, or the end. */
static size_t gather(const int *fd, char *bytes, size_t want, bool *ret_end)
{
	size_t len = 0;

	*ret_end = false;
	while (len < want) {
		ssize_t n = read(*fd, bytes + len, want - len);

		if (n > 0) {
			len += (size_t)n;
		} else if (n < 0 && errno == EINTR) {
			continue;
		} else {
			/* EIO: nobody has the pty open any more. */
			*ret_end = n == 0 || errno != EAGAIN;
			break;
		}
	}
	return len;
}

static void tell(struct job *job, bool errors, const char *bytes, size_t len)
{
	if (!errors)
		job->events->on_output(job->data, bytes, len);
	else if (job->events->on_errors)
		job->events->on_errors(job->data, bytes, len);
}

/* The next turn takes more or less, as this one was fast or slow. */
static void adapt(struct job *job, long long took_us)
{
	if (took_us > BUSY_US && job->chunk > CHUNK_LEAST)
		job->chunk /= 2;
	else if (took_us < BUSY_US / 4 && job->chunk < CHUNK)
		job->chunk *= 2;
}

/* One turn's worth; returns whether there was anything. Closes at the end. */
static bool read_some(struct job *job, int *fd, bool errors)
{
	char bytes[CHUNK];
	long long began = now_us();
	bool end;
	size_t len;

	if (*fd < 0)
		return false;
	len = gather(fd, bytes, job->chunk, &end);
	if (end)
		close_fd(job, fd);
	if (job->ended)
		job->last += len;
	if (!len)
		return false;
	tell(job, errors, bytes, len);
	adapt(job, now_us() - began);
	return true;
}

static void write_typed(struct job *job)
{
	while (job->out >= 0 && job->typed.len) {
		ssize_t n = write(job->out, job->typed.s, job->typed.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		memmove(job->typed.s, job->typed.s + n, job->typed.len - (size_t)n + 1);
		job->typed.len -= (size_t)n;
	}
	if (job->out >= 0)
		(void)loop_fd(job->loop, job->out, job->typed.len ? EPOLLIN | EPOLLOUT : EPOLLIN,
			      on_out, job);
}

/* All was told of: tell of the end. The job may be gone then. */
static void finish(struct job *job)
{
	close_fd(job, &job->out);
	close_fd(job, &job->err);
	loop_timer(job->loop, -1, on_last_ms, job);
	job->events->on_end(job->data, job, job->status);
}

static void finish_if_drained(struct job *job)
{
	if (job->ended && ((job->out < 0 && job->err < 0) || job->last > LAST_BYTES))
		finish(job);
}

static void on_out(void *data, uint32_t events)
{
	struct job *job = data;

	if (events & EPOLLOUT)
		write_typed(job);
	if (events & ~(uint32_t)EPOLLOUT)
		(void)read_some(job, &job->out, false);
	finish_if_drained(job);
}

static void on_err(void *data, uint32_t events)
{
	struct job *job = data;

	(void)events;
	(void)read_some(job, &job->err, true);
	finish_if_drained(job);
}

/* A child of it keeps the output open. What is there is read; nobody waits for more. */
static void on_last_ms(void *data)
{
	struct job *job = data;
	bool some = read_some(job, &job->out, false);

	some = read_some(job, &job->err, true) || some;
	if (some && job->last <= LAST_BYTES && (job->out >= 0 || job->err >= 0))
		loop_timer(job->loop, LAST_MS, on_last_ms, job);
	else
		finish(job);
}

static void on_exit_of(void *data, uint32_t events)
{
	struct job *job = data;
	int status = 0;

	(void)events;
	if (job->ended || waitpid(job->pid, &status, WNOHANG) <= 0)
		return;
	job->ended = true;
	job->status = status;
	close_fd(job, &job->pidfd);
	/* Output may still be on its way through the terminal: the end of it tells, else the time. */
	loop_timer(job->loop, LAST_MS, on_last_ms, job);
	finish_if_drained(job);
}

/* ---- typing, stopping ---- */

void job_write(struct job *job, const void *bytes, size_t len)
{
	if (job->ended || job->out < 0 || !job->terminal || job->typed.len + len > TYPED_MAX)
		return;
	strbuf_add(&job->typed, bytes, len);
	write_typed(job);
}

void job_resize(struct job *job, unsigned short rows, unsigned short cols)
{
	struct winsize size = {.ws_row = rows, .ws_col = cols};

	if (job->terminal && job->out >= 0)
		(void)ioctl(job->out, TIOCSWINSZ, &size);
}

/* The child becomes the leader of its group a moment after it was started. */
static void signal_it(const struct job *job, int signo)
{
	if (!job->ended && kill(-job->pid, signo) < 0)
		(void)kill(job->pid, signo);
}

static void kill_it(void *data)
{
	signal_it(data, SIGKILL);
}

void job_stop(struct job *job)
{
	if (job->ended)
		return;
	if (job->stopping) {
		kill_it(job);
		return;
	}
	job->stopping = true;
	signal_it(job, SIGTERM);
	signal_it(job, SIGCONT);
	loop_timer(job->loop, KILL_MS, kill_it, job);
}

pid_t job_pid(const struct job *job)
{
	return job->ended ? 0 : job->pid;
}

bool job_running(const struct job *job)
{
	return !job->ended;
}

void job_free(struct job *job)
{
	if (!job)
		return;
	loop_timer(job->loop, -1, kill_it, job);
	loop_timer(job->loop, -1, on_last_ms, job);
	if (job->pid > 0 && !job->ended) {
		signal_it(job, SIGKILL);
		while (waitpid(job->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close_fd(job, &job->pidfd);
	close_fd(job, &job->out);
	close_fd(job, &job->err);
	strbuf_free(&job->typed);
	free(job);
}
