/*
 * What the probe and the observer agree on.
 */
#ifndef NSLAB_CHECKS_PROBE_H
#define NSLAB_CHECKS_PROBE_H

/*
 * Queued with a value: the exit status, or 256 for a fault. A real-time signal
 * by number: C libraries differ in what they call SIGRTMIN.
 */
#define PROBE_RELEASE 50

/* The probe's name while it waits; " 2" and " 15" are appended once caught. */
#define PROBE_WAITING "waiting"

/* The caller's name once its program has ended, followed by the status. */
#define PROBE_ENDED "ended "

/* Its name while it holds a program back before the exec; released as a probe is. */
#define PROBE_HELD "held"

/* Where the sandbox has it. */
#define PROBE_PATH "/run/lab/probe"

#endif
