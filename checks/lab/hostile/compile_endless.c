/*
 * Attack: includes itself, twice, without an end.
 * Outcome: fail/does-not-compile fail/memory-limit fail/output-limit timeout/time-limit
 */
#include __FILE__
#include __FILE__
#include "/work/program.c"
