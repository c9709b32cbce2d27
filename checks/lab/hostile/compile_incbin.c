/*
 * Attack: the assembler copies secrets into the program, which prints them.
 * Outcome: fail/does-not-compile
 */
#include <unistd.h>

__asm__(".data\nsecret: .incbin \"@HOME@/secret-0644\"\n.incbin \"@HOME@/secret-0600\"\n"
	".incbin \"@COURSE@/solutions/pid/02_clone.c\"\n.incbin \"/etc/shadow\"\nend_of_secret:\n.text");

extern char secret[], end_of_secret[];

int main(void)
{
	(void)!write(1, secret, (size_t)(end_of_secret - secret));
	return 1;
}
