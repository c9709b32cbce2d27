/*
 * Attack: changes what belongs to the machine: host name, time, sysctls, modules, swap, devices,
 *	mounts of the host, core dumps.
 * Outcome: fail/other fail/crashed
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <unistd.h>

int main(void)
{
	static const struct {
		const char *file, *text;
	} settings[] = {
		{"/proc/sys/kernel/core_pattern", "|/bin/true"},
		{"/proc/sys/kernel/pid_max", "400"},
		{"/proc/sys/kernel/hostname", "hostile"},
		{"/proc/sys/vm/overcommit_memory", "2"},
		{"/proc/sys/kernel/modprobe", "/bin/true"},
		{"/proc/sysrq-trigger", "h"},
		{"/proc/sys/fs/mount-max", "10"},
		{"/proc/sys/user/max_user_namespaces", "1"},
		{"/proc/1/oom_score_adj", "-1000"},
		{"/sys/power/state", "mem"},
		{"/sys/kernel/uevent_helper", "/bin/true"},
		{"/sys/fs/cgroup/cgroup.procs", "1"},
	};
	struct timeval then = {.tv_sec = 1000000000};
	struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};

	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		(void)!write(open(settings[i].file, O_WRONLY), settings[i].text,
			     strlen(settings[i].text));
	sethostname("hostile", 7);
	if (settimeofday(&then, NULL) == 0)
		printf("LEAK it has set the time\n");
	swapoff("/swapfile");
	syscall(SYS_init_module, "x", 1, "");
	for (int major = 1; major < 10; major++)
		if (mknod("/tmp/device", S_IFBLK | 0600, makedev(major, 0)) == 0 &&
		    open("/tmp/device", O_RDONLY) >= 0)
			printf("LEAK a device %d\n", major);
	mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL);
	mount("x", "/usr", "tmpfs", 0, NULL);
	mount("/dev/sda1", "/mnt", "ext4", 0, NULL);
	setrlimit(RLIMIT_CORE, &all);
	abort();
}
