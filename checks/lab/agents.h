/*
 * Processes that do what a test tells them. A stand-in for `lab run` starts an init in new
 * namespaces; it and its descendants are agents, each doing on its socket what it is
 * told, byte by byte, and answering when it is done.
 */
#ifndef NSLAB_CHECKS_LAB_AGENTS_H
#define NSLAB_CHECKS_LAB_AGENTS_H

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define AGENTS	    8
#define CROWD	    80
#define DEADLINE_MS 10000

/* What an agent is told; "F" and "T" are followed by a digit, the number of the new one. */
enum order {
	DO_FORK = 'F',
	DO_THREAD_FORK = 'T', /* by a second thread, which stays */
	DO_CROWD = 'C',	      /* CROWD children that wait for their end */
	DO_UNSHARE_UTS = 'u',
	DO_UNSHARE_PID = 'p',
	DO_SETNS_UTS = 's', /* back to where it was at its start */
	DO_RENAME = 'n',
	DO_RUN = 'r', /* nothing, but it has run */
	DO_WAIT = 'w',
	DO_EXIT = 'x', /* not answered */
};

static int sockets[AGENTS][2];

static void agent(int number) __attribute__((noreturn));

static void *fork_in_thread(void *arg)
{
	if (fork() == 0)
		agent((int)(intptr_t)arg);
	(void)pause();
	return NULL;
}

static void order_fork(int own, bool thread)
{
	pthread_t id;
	char digit;

	if (read(own, &digit, 1) != 1)
		_exit(1);
	if (thread)
		(void)pthread_create(&id, NULL, fork_in_thread, (void *)(intptr_t)(digit - '0'));
	else if (fork() == 0)
		agent(digit - '0');
}

static void crowd(void)
{
	for (int i = 0; i < CROWD; i++) {
		if (fork() == 0) {
			(void)pause();
			_exit(0);
		}
	}
}

static bool obey(char order, int uts)
{
	switch (order) {
	case DO_UNSHARE_UTS:
		return unshare(CLONE_NEWUTS) == 0;
	case DO_UNSHARE_PID:
		return unshare(CLONE_NEWPID) == 0;
	case DO_SETNS_UTS:
		return setns(uts, CLONE_NEWUTS) == 0;
	case DO_RENAME:
		return prctl(PR_SET_NAME, "renamed") == 0;
	case DO_WAIT:
		return waitpid(-1, NULL, 0) > 0;
	case DO_CROWD:
		crowd();
		return true;
	default:
		return order == DO_RUN;
	}
}

static void agent(int number)
{
	int own = sockets[number][1];
	int uts = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	char order;

	if (write(own, "+", 1) != 1)
		_exit(1);
	while (read(own, &order, 1) == 1) {
		if (order == DO_EXIT)
			_exit(0);
		if (order == DO_FORK || order == DO_THREAD_FORK) {
			order_fork(own, order == DO_THREAD_FORK);
			continue;
		}
		if (write(own, obey(order, uts) ? "+" : "-", 1) != 1)
			break;
	}
	_exit(0);
}

static bool answered(int number)
{
	struct pollfd polled = {.fd = sockets[number][0], .events = POLLIN};
	char answer = 0;

	if (poll(&polled, 1, DEADLINE_MS) != 1 || read(polled.fd, &answer, 1) != 1)
		return false;
	return answer == '+';
}

static bool tell(int number, enum order order)
{
	char byte = (char)order;

	return write(sockets[number][0], &byte, 1) == 1 && (order == DO_EXIT || answered(number));
}

static bool tell_fork(int number, enum order order, int child)
{
	char bytes[2] = {(char)order, (char)('0' + child)};

	return write(sockets[number][0], bytes, 2) == 2 && answered(child);
}

static pid_t clone_init(void)
{
	struct clone_args args = {
		.flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS,
		.exit_signal = SIGCHLD,
	};

	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

struct run {
	pid_t lab, init;
};

/* The stand-in for `lab run`: it waits for its init. */
static bool start_run(struct run *run)
{
	int told[2];

	for (int i = 0; i < AGENTS; i++)
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets[i]) < 0)
			return false;
	if (pipe(told) < 0)
		return false;
	run->lab = fork();
	if (run->lab == 0) {
		pid_t init;

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		init = clone_init();
		if (init == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			agent(0);
		}
		(void)!write(told[1], &init, sizeof(init));
		(void)waitpid(init, NULL, 0);
		_exit(0);
	}
	(void)close(told[1]);
	if (read(told[0], &run->init, sizeof(run->init)) != sizeof(run->init))
		run->init = -1;
	(void)close(told[0]);
	return run->init > 0 && answered(0);
}

static bool wait_end(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd polled = {.fd = fd, .events = POLLIN};
	bool ended = fd < 0 ? errno == ESRCH : poll(&polled, 1, DEADLINE_MS) == 1;

	if (fd >= 0)
		(void)close(fd);
	return ended;
}

static void end_run(const struct run *run)
{
	(void)kill(run->init, SIGKILL);
	(void)waitpid(run->lab, NULL, 0);
	for (int i = 0; i < AGENTS; i++) {
		(void)close(sockets[i][0]);
		(void)close(sockets[i][1]);
	}
}

#endif
