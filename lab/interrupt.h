/*
 * Interruption while something runs that must be cleaned up: between
 * interrupt_begin() and interrupt_end() SIGINT, SIGTERM and SIGHUP do not end
 * lab. They are remembered, wake a poll(), and end the sandbox that was named,
 * so that whoever waits for it comes back at once and can tidy up.
 *
 * Not for threads; calls nest.
 */
#ifndef NSLAB_LAB_INTERRUPT_H
#define NSLAB_LAB_INTERRUPT_H

#include <sys/types.h>

void interrupt_begin(void);

/** Put the former handling back. A signal that was ignored before stayed ignored. */
void interrupt_end(void);

/** The signal that came since interrupt_begin(), or 0. */
int interrupt_signal(void);

/** A descriptor that is readable once a signal came; -1 where there is none. Not the caller's. */
int interrupt_fd(void);

/** A process to SIGKILL when a signal comes (at once if one came already); 0: none any more. */
void interrupt_kills(pid_t pid);

/** In a child that will exec: handlers and mask as a fresh program expects them. */
void interrupt_child(void);

#endif
