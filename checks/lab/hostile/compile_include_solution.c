/*
 * Attack: its whole text is the solution's path.
 * Outcome: fail/does-not-compile
 */
#include "@COURSE@/solutions/pid/02_clone.c"
