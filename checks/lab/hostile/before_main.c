/*
 * Attack: has done its work, and told its lies, before main begins.
 * Outcome: fail/other
 */
#include <stdio.h>
#include <unistd.h>

static void first(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("1..2\nok 1 the command is in a new PID namespace that clone made\n");
	fflush(stdout);
	_exit(0);
}

__attribute__((section(".preinit_array"), used)) static void (*const early)(int, char **) = first;

__attribute__((constructor)) static void second(void)
{
	_exit(0);
}

__attribute__((destructor)) static void last(void)
{
	_exit(0);
}

int main(void)
{
	return 1;
}
