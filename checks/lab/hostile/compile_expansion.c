/*
 * Attack: a macro that stands for ten thousand million words.
 * Outcome: fail/memory-limit fail/does-not-compile timeout/time-limit
 */
#define A(x) x x x x x x x x x x
#define B(x) A(A(x))
#define C(x) B(B(x))
#define D(x) B(B(B(x)))

static const int all[] = { D(C(1,)) };

int main(void)
{
	return all[0];
}
