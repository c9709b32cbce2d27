/*
 * What the files of the screen share: its state, and who does what.
 */
#ifndef NSLAB_LAB_SCREEN_SCREEN_INTERNAL_H
#define NSLAB_LAB_SCREEN_SCREEN_INTERNAL_H

#include "lab/check/watch.h"
#include "lab/course/lesson.h"
#include "lab/course/pick.h"
#include "lab/screen/job.h"
#include "lab/screen/keys.h"
#include "lab/screen/list_pane.h"
#include "lab/screen/loop.h"
#include "lab/screen/pager.h"
#include "lab/screen/screen.h"
#include "lab/screen/spaces_pane.h"
#include "lab/screen/terminal_pane.h"
#include "lab/screen/verdict_pane.h"

struct screen;

/* A captured command: what to do with what it printed. captured.line is the command. */
typedef void captured_fn(struct screen *screen, int status, const char *out, const char *err);

struct captured {
	struct job *job;
	char *line; /* "lab hint pid/clone --json", as logged */
	captured_fn *done;
	struct strbuf out, err;
};

/* What follows the network of a run. */
struct network {
	struct job *job;    /* lab net PID --watch --json */
	pid_t of;	    /* PID */
	bool looked;	    /* it was started, be it that it has ended */
	struct strbuf line; /* that is not complete */
};

/* A check, and the file it is about. */
struct checking {
	struct watch *watch;
	char *path;
	uint64_t checked; /* digest of the text last checked, or of the first seen */
	struct job *job;
	const struct exercise *exercise; /* of the job */
	uint64_t of_job;		 /* digest of what it checks */
	bool stopped;			 /* by whom it was started for */
	const struct exercise *again;	 /* wanted meanwhile */
	struct strbuf out, err;
	json_t *results; /* id: its last result in this session, and the digest of what was checked */
};

/* On the message row. */
struct message {
	char text[512];
	enum role role; /* ROLE_BAD: an error */
	long long since_ms;
};

/* Something is asked with y/N there. */
struct question {
	void (*yes)(struct screen *screen); /* NULL: nothing is asked */
	char error[512];		    /* that came meanwhile, said after the answer */
};

struct screen {
	const struct lab *lab;
	char *self; /* lab's own path, for children */
	struct loop *loop;
	struct pick pick;
	struct surface surface;
	struct layout layout;

	struct list_pane *list;
	struct pager *lesson;
	struct verdict_pane *verdict;
	struct terminal_pane *terminal;
	struct spaces *spaces;
	struct spaces_pane *spaces_pane;
	struct pane *panes[PANE_COUNT];
	struct pager *overlay; /* help, log, hint, solution: lies over the panes */
	bool overlay_on;

	enum pane_id focus;
	enum pane_id came_from; /* where v goes back to */
	bool zoom;
	bool typing; /* keys go to the program */
	char *search;

	const struct exercise *exercise; /* the one worked on */
	struct lesson text;
	struct checking checking;
	struct captured captured;
	struct network network;
	struct question question;

	struct message message;
	struct strbuf log; /* the commands behind the actions, one a line */
	bool dirty;
	bool stepping; /* the namespaces are looked at again and again */
	long long drawn_ms;
	bool leaving;
	int status; /* enum lab_status to leave with */
};

/* message.c */

/**
 * Say something on the message row, for 5 s. ROLE_BAD is an error: it stays until the next
 * key, and nothing but another error takes its place.
 */
void screen_say(struct screen *screen, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** Ask TEXT with y/N; YES is called for y only. */
void screen_ask(struct screen *screen, void (*yes)(struct screen *screen), const char *text);

void message_clear(struct screen *screen);

/** A key was pressed: an error has been seen. */
void message_seen(struct screen *screen);

/** Draw it, or what stands there while there is none; WHOLE is the screen. */
void message_draw(const struct screen *screen, const struct area *whole);

/* screen.c */

/** To a pane; keys go to the program where one runs there. What lies on top is closed. */
void screen_focus(struct screen *screen, enum pane_id pane);

/** Work on an exercise: its lesson, its file, its last verdict. */
void screen_enter(struct screen *screen, const struct exercise *exercise);

/** Read the progress again: a check or reset changed it. */
void screen_reload(struct screen *screen);
void screen_leave(struct screen *screen, int status);

/** End a search: nothing is marked any more. */
void screen_end_search(struct screen *screen);

/** Show something on top; Esc takes it away. */
void screen_show_markdown(struct screen *screen, const char *title, const char *markdown);
void screen_show_text(struct screen *screen, const char *title, const char *text);
void screen_hide(struct screen *screen);

/** A program has been started on the terminal: follow its namespaces. */
void screen_watch_spaces(struct screen *screen);

/* draw.c */

void screen_draw(struct screen *screen);

/** Draw what is dirty, unless the last picture was just now. A loop_timer_fn. */
void screen_before_wait(void *screen);

/* input.c */

/** The terminal has input. */
void input_ready(void *data, uint32_t events);

/* actions.c */

/** Do it; says why where it can't be done now. number: of ACTION_PHASE. */
void action_do(struct screen *screen, enum action action, unsigned number);

/** Why an action can't be done now: one sentence without the full stop, or NULL. */
const char *action_refusal(const struct screen *screen, enum action action);

/** A line of the prompt (command_line.c). */
void action_command(struct screen *screen, const char *line);

/** Run lab with these words on the terminal pane. */
void action_on_terminal(struct screen *screen, const char *const *words);

/** The cursor of the list has moved: work on what it is on now. */
void action_moved_in_list(struct screen *screen);

/** The exercise that `next-unsolved` goes to, or NULL. */
const struct exercise *action_unsolved(const struct screen *screen);

/** The program on the terminal has ended, with this status as of waitpid(2). */
void action_ended(void *data, int status);

/* checking.c */

void checking_enter(struct screen *screen, const struct exercise *exercise);
void checking_start(struct screen *screen);
void checking_stop(struct screen *screen);

/** Stop the check that runs; false where none does. */
bool checking_cancel(struct screen *screen);

/** Take what the watch has seen, and check where something was saved. */
void checking_look(struct screen *screen);

/* captured.c */

/** Run lab with these words (NULL-terminated), captured. One at a time: says so and returns false. */
bool captured_run(struct screen *screen, const char *const *words, captured_fn *done);
void captured_stop(struct screen *screen);

/** Ask the command that runs to end; false where none does. */
bool captured_cancel(struct screen *screen);

/** argv of lab with words, for children; freed with free(). Logged as the user would type it. */
char **screen_argv(struct screen *screen, const char *const *words);

/* network.c */

/** Begin or end following the network, as it is in sight or not. */
void network_look(struct screen *screen);
void network_stop(struct screen *screen);

/* help.c */

void help_markdown(const struct screen *screen, struct strbuf *to);

/** Eight lines for who comes for the first time. */
extern const char help_welcome[];

/** "Why it works" with the numbers of the last check. */
void help_why(const struct screen *screen, struct strbuf *to);

/* place.c */

/* Where one was when one left. */
struct place {
	char *exercise;
	int pane;
	int top; /* of the lesson */
};

/** False where there was no place yet: the first run. */
bool place_load(const struct lab *lab, struct place *ret);
void place_save(const struct lab *lab, const struct place *place);

#endif
