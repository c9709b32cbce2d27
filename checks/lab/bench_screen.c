/*
 * How fast the screen is:  bench_screen LAB PROCESSES
 *
 * Runs lab on a pty of 80x24 among PROCESSES others and measures, as a person would
 * notice it: from the start to the first frame, from a key to the frame that answers
 * it, and what it costs while nothing happens, with a shell running beside the
 * namespace pane.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define STARTS	  10
#define KEYS	  100
#define MOMENTS	  10
#define MOMENT_MS 100 /* the promise; the others depend more on the machine */
#define IDLE_MS	  3000
#define QUIET_MS  50
#define GONE_MS	  300	/* after which the columns of what has ended are gone */
#define GIVE_UP	  20000 /* ms */

struct screen {
	pid_t pid;
	int tty;
	char seen[1 << 16]; /* the last output */
	size_t len;
};

static double now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void start(struct screen *screen, const char *lab)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};

	screen->len = 0;
	screen->tty = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (screen->tty < 0 || grantpt(screen->tty) < 0 || unlockpt(screen->tty) < 0)
		err(4, "pty");
	(void)ioctl(screen->tty, TIOCSWINSZ, &size);
	screen->pid = fork();
	if (screen->pid < 0)
		err(4, "fork");
	if (screen->pid == 0) {
		int slave = open(ptsname(screen->tty), O_RDWR);

		(void)setsid();
		(void)ioctl(slave, TIOCSCTTY, 0);
		for (int fd = 0; fd < 3; fd++)
			(void)dup2(slave, fd);
		(void)setenv("TERM", "xterm-256color", 1);
		(void)execl(lab, lab, (char *)NULL);
		_exit(127);
	}
}

/* Read until something came that holds TEXT (NULL: anything); how long that took, in ms. */
static double until(struct screen *screen, const char *text)
{
	double from = now_ms();

	for (;;) {
		struct pollfd polled = {.fd = screen->tty, .events = POLLIN};
		ssize_t n;

		if (now_ms() - from > GIVE_UP || poll(&polled, 1, GIVE_UP) <= 0)
			errx(4, "the screen never showed %s", text ? text : "an answer");
		if (screen->len > sizeof(screen->seen) / 2)
			screen->len = 0;
		n = read(screen->tty, screen->seen + screen->len,
			 sizeof(screen->seen) - screen->len - 1);
		if (n <= 0)
			errx(4, "lab has ended");
		screen->len += (size_t)n;
		screen->seen[screen->len] = '\0';
		if (!text || memmem(screen->seen, screen->len, text, strlen(text)))
			return now_ms() - from;
	}
}

/* Take what still comes, until nothing has for so long. */
static void drain(struct screen *screen, int quiet_ms)
{
	struct pollfd polled = {.fd = screen->tty, .events = POLLIN};

	while (poll(&polled, 1, quiet_ms) > 0 &&
	       read(screen->tty, screen->seen, sizeof(screen->seen)) > 0)
		;
	screen->len = 0;
}

static void type(const struct screen *screen, const char *keys)
{
	if (write(screen->tty, keys, strlen(keys)) < 0)
		err(4, "write");
}

static void end(struct screen *screen)
{
	(void)kill(screen->pid, SIGTERM);
	(void)waitpid(screen->pid, NULL, 0);
	(void)close(screen->tty);
}

static double real_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/*
 * In the shell of the sandbox, unshare -p -f: a process that is in a namespace of its own
 * tells when that is, and the row pid marks it different and new. ms between them.
 */
static double moment(struct screen *screen)
{
	double began, shown;
	char *at;

	/* On an empty screen, where every character of it is new to the terminal. */
	type(screen, "clear\r");
	drain(screen, GONE_MS);
	type(screen, "unshare -p -f bash -c 'echo N\"\"OW$EPOCHREALTIME.; read -r x'\r");
	(void)until(screen, "\xe2\x89\xa0*");
	shown = real_ms();
	at = memmem(screen->seen, screen->len, "NOW", 3);
	if (!at) {
		(void)until(screen, "NOW");
		return 0; /* seen before it could say so */
	}
	began = strtod(at + 3, NULL) * 1e3;
	type(screen, "\r");
	drain(screen, GONE_MS);
	return shown - began;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double median(double *values, int n)
{
	qsort(values, (size_t)n, sizeof(*values), compare);
	return values[n / 2];
}

/* Milliseconds of CPU that a process has used. */
static double cpu_ms(pid_t pid)
{
	char path[64], text[1024];
	unsigned long long user = 0, system = 0;
	FILE *file;
	char *at;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		err(4, "%s", path);
	(void)fclose(file);
	at = strrchr(text, ')');
	for (int field = 3; at && field <= 14; field++)
		at = strchr(at + 1, ' ');
	if (!at || sscanf(at, "%llu %llu", &user, &system) != 2)
		errx(4, "%s can't be read", path);
	return (double)(user + system) * 1000.0 / (double)sysconf(_SC_CLK_TCK);
}

static double idle(struct screen *screen)
{
	double before = cpu_ms(screen->pid), from = now_ms();

	while (now_ms() - from < IDLE_MS) {
		struct pollfd polled = {.fd = screen->tty, .events = POLLIN};

		if (poll(&polled, 1, 100) > 0)
			(void)!read(screen->tty, screen->seen, sizeof(screen->seen));
	}
	return (cpu_ms(screen->pid) - before) / (now_ms() - from) * 100;
}

/* Processes that wait for the end of this one. */
static void crowd(int processes)
{
	for (int i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				(void)pause();
		}
		if (pid < 0)
			err(3, "cannot start process %d of %d", i + 1, processes);
	}
}

int main(int argc, char **argv)
{
	struct screen screen;
	double first[STARTS], key[KEYS], late;
	int processes;

	if (argc != 3)
		errx(2, "usage: bench_screen LAB PROCESSES");
	processes = atoi(argv[2]);
	crowd(processes);
	/* Once to have the work directory made, and the welcome read. */
	start(&screen, argv[1]);
	(void)until(&screen, "welcome");
	end(&screen);
	for (int i = 0; i < STARTS; i++) {
		start(&screen, argv[1]);
		first[i] = until(&screen, "Quit");
		if (i + 1 < STARTS)
			end(&screen);
	}
	drain(&screen, QUIET_MS);
	for (int i = 0; i < KEYS; i++) {
		type(&screen, i % 2 ? "k" : "j");
		key[i] = until(&screen, NULL);
		drain(&screen, QUIET_MS);
	}
	printf("screen, %d processes: first frame %.1f ms (at most 60), key to screen %.1f ms (at most 16), medians\n",
	       processes, median(first, STARTS), median(key, KEYS));
	printf("screen, idle: %.1f %% of a core (less than 2)", idle(&screen));
	type(&screen, "!");
	(void)until(&screen, "sandbox");
	drain(&screen, QUIET_MS);
	printf(", with a shell beside the namespace pane: %.1f %%\n", idle(&screen));
	for (int i = 0; i < MOMENTS; i++)
		first[i] = moment(&screen);
	late = median(first, MOMENTS);
	printf("screen, from unshare -p -f to the row pid: %.1f ms, at most %.1f (at most 100)\n",
	       late, first[MOMENTS - 1]);
	end(&screen);
	return late > MOMENT_MS;
}
