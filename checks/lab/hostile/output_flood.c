/*
 * Attack: prints without an end, without a newline, on both streams, from a process that stays.
 * Outcome: fail/output-limit fail/other
 */
#include <string.h>
#include <unistd.h>

int main(void)
{
	static char block[1 << 16];

	memset(block, 'A', sizeof(block));
	fork();
	for (;;)
		if (write(1, block, sizeof(block)) < 0 && write(2, block, sizeof(block)) < 0)
			pause();
}
