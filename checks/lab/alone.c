/*
 * alone COMMAND [ARG...]: run a command and see that nothing of it outlives it.
 *
 * Whatever the command leaves behind becomes a child of this program, daemons
 * too, because it is a subreaper (prctl(2)). What has not ended GRACE_S after
 * the command is named on standard error, killed, and makes the exit status 99;
 * else it is the command's own, 128+N for signal N. SIGUSR1 kills the command
 * with SIGKILL; SIGINT and SIGTERM are passed on.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_S 3
#define LEFT	99

static volatile sig_atomic_t command;
static volatile sig_atomic_t late;

static void pass_on(int sig)
{
	if (sig == SIGALRM)
		late = 1;
	else if (command > 0)
		(void)kill((pid_t)command, sig == SIGUSR1 ? SIGKILL : sig);
}

/* Name a child and kill it; its own children come to us next. */
static int kill_children(void)
{
	char path[64];
	FILE *file;
	int pid, n = 0;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	file = fopen(path, "re");
	while (file && fscanf(file, "%d", &pid) == 1) {
		char name[32] = "?";
		FILE *comm;

		(void)snprintf(path, sizeof(path), "/proc/%d/comm", pid);
		comm = fopen(path, "re");
		if (comm && fscanf(comm, "%31s", name) == 1)
			(void)fprintf(stderr, "alone: left: %d %s\n", pid, name);
		if (comm)
			(void)fclose(comm);
		(void)kill(pid, SIGKILL);
		n++;
	}
	if (file)
		(void)fclose(file);
	return n;
}

/* Reap until nothing is left. Returns false if something had to be killed. */
static int reap_all(void)
{
	int clean = 1;

	(void)alarm(GRACE_S);
	for (;;) {
		pid_t pid = waitpid(-1, NULL, 0);

		if (pid < 0 && errno == ECHILD)
			return clean;
		if (late && kill_children())
			clean = 0;
	}
}

int main(int argc, char **argv)
{
	static const int sigs[] = {SIGINT, SIGTERM, SIGUSR1, SIGALRM};
	struct sigaction action = {.sa_handler = pass_on};
	int status;
	pid_t pid;

	if (argc < 2)
		errx(2, "usage: alone COMMAND [ARG...]");
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		err(4, "prctl");
	for (size_t i = 0; i < sizeof(sigs) / sizeof(*sigs); i++)
		(void)sigaction(sigs[i], &action, NULL);
	pid = fork();
	if (pid < 0)
		err(4, "fork");
	if (pid == 0) {
		(void)signal(SIGINT, SIG_DFL);
		(void)execvp(argv[1], argv + 1);
		err(127, "%s", argv[1]);
	}
	command = pid;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			err(4, "waitpid");
	command = 0;
	if (!reap_all())
		return LEFT;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
