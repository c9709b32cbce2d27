/*
 * Attack: asks the compiler which files there are, and tells by whether it compiles.
 * Outcome: fail/other
 */
#define ASK(path) __has_include(path)
#if ASK("@HOME@/secret-0644") || ASK("@HOME@/secret-0600") || ASK("@COURSE@/solutions/pid/02_clone.c") || \
	ASK("@CLASS@/alice/pid/02_clone.c") || ASK("@COURSE@/checks/pid/02_clone.bats") || ASK("@LAB@") || \
	ASK("/proc/1/root@HOME@/secret-0644") || ASK("/proc/self/cwd/../..@HOME@/secret-0644")
#error LEAK a file of the host
#endif

int main(void)
{
	return 1;
}
