/*
 * A crowd that is never the same twice, for programs that look at processes while those come and go.
 */
#ifndef NSLAB_CHECKS_PROBE_BUSY_H
#define NSLAB_CHECKS_PROBE_BUSY_H

/** Start a process with `count` children, which it ends and replaces as fast as it can; it ends with the caller. */
void probe_busy(unsigned count);

#endif
