/*
 * The observer: stands outside of a sandbox, starts a program in it, and reads
 * facts about its processes from the kernel. One per test, driven by load.bash
 * through lines on its standard input.
 *
 *	observe.c          the commands and their lines
 *	observe_session.c  the sandbox, the program, its output, the probes
 *	observe_payload.c  what is handed in: the program, its files, the probe
 *	observe_facts.c    what is read about one process
 */
#ifndef NSLAB_CHECKS_OBSERVE_H
#define NSLAB_CHECKS_OBSERVE_H

#include "common/error.h"
#include "common/mountinfo.h"
#include "common/sandbox.h"
#include "common/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A process with a name in the check: outside, program, caller, cmd, cmd2 ... or a helper's. */
struct subject {
	char name[32];
	pid_t pid;  /* as the sandbox's init sees it */
	int dir;    /* its /proc directory: bound to this process for good */
	bool probe; /* found as a waiting probe; program or starter may name the same process */
};

#define SUBJECTS_MAX 64

struct session {
	struct sandbox *box;
	int lifeline; /* readable once lab is gone; -1: none */
	int inotify;  /* tells when the probe's file is opened */
	dev_t probe_dev;
	ino_t probe_ino;
	struct subject subjects[SUBJECTS_MAX];
	size_t n_subjects;
	unsigned n_probes; /* CMDs found so far */

	char *program; /* path inside */
	struct sandbox_process process;
	bool running, ended;
	int status;	     /* as of waitpid(2), once ended */
	int out, err, input; /* our ends; input: the terminal's master */
	bool terminal;
	struct strbuf text[2]; /* what the program printed */
	size_t shown;	       /* how much of the screen was matched already */
	char *mounts;	       /* outside's mount table before the program ran */
	enum sandbox_outcome outcome;
};

/** A variable of the environment that is set and not empty, else the other text. */
const char *session_setting(const char *name, const char *otherwise);

#define PAYLOAD_MAX 128

/* The files of the payload directory, and the probe, as files to hand in. */
struct payload {
	struct sandbox_file files[PAYLOAD_MAX];
	char *paths[PAYLOAD_MAX];
	size_t n;
};

/** Open them all. *payload starts zeroed and is freed in any case. */
int payload_collect(struct payload *payload, struct error *err);
void payload_free(struct payload *payload);

/** Start the sandbox the environment describes (docs/design.md). */
int session_open(struct session *session, struct error *err);
void session_close(struct session *session);

/** Start the program with these arguments, on pipes or as a terminal's caller's child. */
int session_launch(struct session *session, char **args, bool terminal, struct error *err);

/** Another process beside the program; waits until it has executed what it was asked to. */
int session_helper(struct session *session, const char *name, char **argv, long long deadline,
		   struct error *err);

/*
 * What a wait is for: returns true once it has come. Called after every event
 * and at least every few milliseconds.
 */
typedef bool session_condition(struct session *session, void *data);

/**
 * Wait for a condition, taking output and keeping the sandbox's limits. Returns
 * whether the condition came true before the deadline (CLOCK_MONOTONIC, ms);
 * false too when a limit was hit (session->outcome) or lab has gone.
 */
bool session_wait(struct session *session, session_condition *condition, void *data,
		  long long deadline);

/** Kill the sandbox if it has outgrown a limit; false then, and session->outcome says which. */
bool session_keep_limits(struct session *session);

/** Find probes that wait now and have no name yet; returns how many CMDs there are. */
unsigned session_find_probes(struct session *session);

struct subject *session_subject(struct session *session, const char *name);

/** Has the program (or, on a terminal, the caller's program) ended? Fills status. */
bool session_has_ended(struct session *session, void *unused);

/** PIDs in the sandbox other than init and those named as helpers or caller; appended with spaces. */
void session_leftover(struct session *session, struct strbuf *to);

/** Append [KEY]='VALUE', quoted for the shell. Control characters other than newline and tab are gone. */
void answer_add(struct strbuf *to, const char *key, const char *value);

/** answer_add() everything the kernel says about a subject; keys are NAME.KEY. */
void facts_read(struct session *session, const char *name, const struct subject *subject,
		struct strbuf *to);

/** answer_add() which mount points of outside's table came or went since the program started. */
void facts_mounts(struct session *session, struct strbuf *to);

#endif
