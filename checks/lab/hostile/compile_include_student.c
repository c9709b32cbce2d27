/*
 * Attack: its whole text is the path of what another student has handed in.
 * Outcome: fail/does-not-compile
 */
#include "@CLASS@/alice/pid/02_clone.c"
