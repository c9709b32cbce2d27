/*
 * Attack: a compiler quotes the lines of what it is given: the secret of the home directory.
 * Outcome: fail/does-not-compile
 */
#include "@HOME@/secret-0644"
