/*
 * Attack: a macro of the assembler that has no end.
 * Outcome: fail/does-not-compile fail/memory-limit timeout/time-limit
 */
__asm__(".macro again n\nagain \\n+1\nagain \\n+2\n.endm\nagain 1");

int main(void)
{
	return 0;
}
