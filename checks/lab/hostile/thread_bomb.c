/*
 * Attack: as many threads as there can be, each with a stack that is used.
 * Outcome: fail/process-limit fail/memory-limit fail/other
 */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

static int run(void *none)
{
	(void)none;
	for (;;)
		pause();
}

int main(void)
{
	const size_t size = 1 << 17;

	for (;;) {
		char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

		if (stack != MAP_FAILED)
			clone(run, stack + size,
			      CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD,
			      NULL);
	}
}
