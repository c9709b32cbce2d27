/*
 * Attack: includes a file that never ends.
 * Outcome: fail/does-not-compile fail/memory-limit timeout/time-limit
 */
#include "/dev/zero"
