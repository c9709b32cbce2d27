/*
 * Attack: a program of many gigabytes.
 * Outcome: fail/does-not-compile fail/memory-limit timeout/time-limit
 */
static char large[1ULL << 36] = { 1 };

__asm__(".data\n.fill 0x7fffffff, 8, 1\n.space 0x7fffffffffff\n.text");

int main(void)
{
	return large[1];
}
