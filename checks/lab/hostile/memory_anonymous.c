/*
 * Attack: takes all the memory it can get, in several processes.
 * Outcome: fail/memory-limit fail/other fail/crashed
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	fork();
	fork();
	for (;;) {
		char *p = malloc(1 << 24);

		if (!p)
			pause();
		memset(p, 1, 1 << 24);
	}
}
