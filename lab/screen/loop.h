/*
 * The one place that waits: descriptors, signals and deadlines, each with a
 * function that is called when it is due. Callbacks never block.
 */
#ifndef NSLAB_LAB_SCREEN_LOOP_H
#define NSLAB_LAB_SCREEN_LOOP_H

#include "common/error.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct loop;

/**
 * Blocks SIGINT SIGTERM SIGHUP SIGWINCH SIGCHLD and takes them by signalfd(2); of the first
 * three only those that are not ignored (nohup(1)). They wait for loop_signals().
 */
int loop_new(struct loop **ret, struct error *err);
void loop_free(struct loop *loop); /* restores the signal mask */

typedef void loop_fd_fn(void *data, uint32_t events /* EPOLLIN ... */);
typedef void loop_signal_fn(void *data, int signo);
typedef void loop_timer_fn(void *data);

/** Watch a descriptor (level-triggered); events 0 stops watching it. One function a descriptor. */
int loop_fd(struct loop *loop, int fd, uint32_t events, loop_fd_fn *fn, void *data);

/** Who hears of signals. */
void loop_signals(struct loop *loop, loop_signal_fn *fn, void *data);

#define LOOP_TIMERS 16

/**
 * Call fn once after ms; again for the same data and fn replaces the deadline; ms < 0
 * takes it back. At most LOOP_TIMERS at a time (abort: a programming error).
 */
void loop_timer(struct loop *loop, int ms, loop_timer_fn *fn, void *data);

/** Wait for something and call its functions, until loop_stop(). before_wait is called each turn. */
int loop_run(struct loop *loop, loop_timer_fn *before_wait, void *data, struct error *err);
void loop_stop(struct loop *loop);

/** The signal mask as it was before loop_new(); NULL: before the newest one, empty without. */
const sigset_t *loop_old_mask(const struct loop *loop);

/** Milliseconds of CLOCK_MONOTONIC. */
long long loop_now_ms(void);

#endif
