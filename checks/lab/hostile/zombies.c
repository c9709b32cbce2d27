/*
 * Attack: children that nobody waits for, and vforks that never return.
 * Outcome: fail/process-limit fail/other
 */
#include <unistd.h>

int main(void)
{
	for (int i = 0; i < 400; i++)
		if (fork() == 0)
			_exit(0);
	for (;;)
		if (vfork() == 0)
			pause();
}
