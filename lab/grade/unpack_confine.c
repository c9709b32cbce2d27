/*
 * A system call filter for a process that only computes: it may read, write and get memory.
 * Everything else fails with EPERM, so that a library which asks for something harmless
 * (a locale, say) goes on without. Sources: seccomp(2), linux/audit.h.
 */
#define _GNU_SOURCE
#include "lab/grade/unpack_internal.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* A sanitizer asks the kernel for more than the program it watches. */
#if defined(__SANITIZE_ADDRESS__)
#elif defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

#ifdef ARCHITECTURE

static const int allowed[] = {
	SYS_read,	    SYS_pread64,      SYS_write,	 SYS_lseek,
	SYS_close,	    SYS_fstat,	      SYS_brk,		 SYS_mmap,
	SYS_munmap,	    SYS_mremap,	      SYS_mprotect,	 SYS_madvise,
	SYS_futex,	    SYS_getrandom,    SYS_clock_gettime, SYS_exit_group,
	SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_newfstatat,
};

#define N_ALLOWED (sizeof(allowed) / sizeof(*allowed))

#define LOAD(member)                                            \
	((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
				      (unsigned)offsetof(struct seccomp_data, member)))
#define UNLESS(value, skip) \
	((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip))
#define ANSWER(value) ((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, value))

void unpack_confine(void)
{
	struct sock_filter program[5 + 2 * N_ALLOWED];
	struct sock_fprog filter = {.filter = program};
	unsigned short n = 0;

	program[n++] = LOAD(arch);
	program[n++] = UNLESS(ARCHITECTURE, 1);
	program[n++] = LOAD(nr);
	for (size_t i = 0; i < N_ALLOWED; i++) {
		program[n++] = UNLESS((unsigned)allowed[i], 1);
		program[n++] = ANSWER(SECCOMP_RET_ALLOW);
	}
	program[n++] = ANSWER(SECCOMP_RET_ERRNO | EPERM);
	filter.len = n;
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

#else

void unpack_confine(void)
{
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

#endif
