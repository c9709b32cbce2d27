/*
 * Attack: more errors than anybody can read.
 * Outcome: fail/does-not-compile fail/output-limit
 */
#define A(x) x x x x x x x x x x
#define B(x) A(A(A(A(x))))

int main(void)
{
	B(nothing();)
	B(return missing;)
}
