/*
 * Attack: includes the environments and command lines of the compiler and of PID 1.
 * Outcome: fail/does-not-compile
 */
#include "/proc/self/environ"
#include "/proc/1/environ"
#include "/proc/1/cmdline"
