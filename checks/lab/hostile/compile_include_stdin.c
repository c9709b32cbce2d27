/*
 * Attack: includes what the compiler's caller may have left open, and the caller's terminal.
 * Outcome: fail/does-not-compile
 */
#include "/dev/stdin"
#include "/dev/fd/3"
#include "/dev/tty"
int main(void) { return 1; }
