/*
 * Attack: becomes the command itself, so that all exit statuses are right.
 * Outcome: fail/no-new-pid-namespace
 */
#include <unistd.h>

int main(int argc, char **argv)
{
	(void)argc;
	execvp(argv[1], argv + 1);
	return 127;
}
