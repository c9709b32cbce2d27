/*
 * A command of lab's that runs beside the screen: on a pty of its own, whose
 * output the terminal pane shows, or with its output through a pipe, for results
 * in JSON. The screen itself never runs a learner's program.
 */
#ifndef NSLAB_LAB_SCREEN_JOB_H
#define NSLAB_LAB_SCREEN_JOB_H

#include "common/error.h"
#include "lab/screen/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct job;

/* Called from the loop. */
struct job_events {
	/** Some bytes of output (standard error too on a pty, else it is on_errors'). */
	void (*on_output)(void *data, const char *bytes, size_t len);
	void (*on_errors)(void *data, const char *bytes, size_t len); /* may be NULL: dropped */
	/**
	 * It has ended, all output was told of; status as of waitpid(2). The job may be freed
	 * here (and only here, of these three). A child of it that keeps the output open is
	 * waited for 0.1 s, or 256 KiB.
	 */
	void (*on_end)(void *data, struct job *job, int status);
};

struct job_request {
	char *const *argv; /* argv[0] is a path */
	const char *const
		*env;  /* NAME=VALUE added to the environment, NULL-terminated; may be NULL */
	bool terminal; /* a pty: session of its own, controlling terminal */
	unsigned short rows, cols;
	const struct job_events *events;
	void *data;
};

/**
 * Start it. Reads at most 64 KiB a turn of the loop, and less where on_output takes
 * longer than 4 ms, so that a flood leaves time for keys; the program is told to wait by
 * not reading. A path that can't be run is told of on its standard error, status 127.
 */
int job_start(struct loop *loop, const struct job_request *request, struct job **ret,
	      struct error *err);

/** Queue what was typed; a program that reads nothing blocks nobody (kept up to 1 MiB, then dropped). */
void job_write(struct job *job, const void *bytes, size_t len);

void job_resize(struct job *job, unsigned short rows, unsigned short cols);

/** SIGTERM to its process group; SIGKILL after a second, or at once if asked again. */
void job_stop(struct job *job);

pid_t job_pid(const struct job *job);
bool job_running(const struct job *job);

/** End it (SIGKILL) where it still runs, wait, free. Accepts NULL. */
void job_free(struct job *job);

#endif
