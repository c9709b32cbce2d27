/*
 * Reasons from made-up readings and probes, and the real ones of this machine.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/machine.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct machine_readings readings;
static struct machine_probes probes;
static struct machine_reason reason;

/* A machine where all works, asked by an ordinary user. */
static void fresh(void)
{
	memset(&readings, 0, sizeof(readings));
	memset(&probes, 0, sizeof(probes));
	readings.process.status = FACT_YES;
	readings.process.uid_mapped = readings.process.gid_mapped = FACT_YES;
	readings.process.chrooted = FACT_NO;
	readings.host.unprivileged_userns_clone = -1;
	readings.host.apparmor_restrict_userns = -1;
	(void)snprintf(readings.host.release, sizeof(readings.host.release), "4.4.0-made-up");
	for (int i = 0; i < NSTYPE_COUNT; i++)
		readings.host.max_ns[i] = 1000;
}

/* One probe fails; those that need it are not tried. */
static void fails(enum machine_probe probe, int errnum)
{
	probes.errnum[probe] = errnum;
	for (int later = probe + 1; probe == PROBE_USER && later < PROBE_ROOT_CGROUP; later++)
		probes.errnum[later] = -1;
}

static void expect(const char *name, const char *what, const char *remedy)
{
	const char *title = name ? name : "nothing";

	machine_reason(&readings, &probes, &reason);
	is_str(reason.name, name, "the reason is %s", title);
	if (!name)
		return;
	ok(strstr(reason.what, what), "%s: \"%s\" names \"%s\"", title, reason.what, what);
	ok(strstr(reason.remedy, remedy), "%s: \"%s\" advises \"%s\"", title, reason.remedy,
	   remedy);
	ok(!strstr(reason.what, "%s") && !strstr(reason.remedy, "%s"), "%s: no word is left open",
	   title);
	ok(reason.what[strlen(reason.what) - 1] != '.', "%s: no full stop", title);
}

static void test_limits(void)
{
	fresh();
	expect(NULL, NULL, NULL);

	fresh();
	fails(PROBE_USER, ENOSPC);
	readings.host.max_ns[NSTYPE_USER] = 0;
	expect("limit-zero", "user.max_user_namespaces is 0", "user.max_user_namespaces=");

	fresh();
	fails(PROBE_NET, ENOSPC);
	readings.host.max_ns[NSTYPE_NET] = 0;
	expect("limit-zero", "user.max_net_namespaces is 0", "user.max_net_namespaces=");

	fresh();
	fails(PROBE_NET, ENOSPC);
	readings.host.max_ns[NSTYPE_UTS] = 0;
	expect("limit-reached", "number or the nesting", "lab ns --all");

	fresh();
	fails(PROBE_USER, EUSERS);
	expect("limit-reached", "nesting", "32");
}

static void test_refused(void)
{
	fresh();
	fails(PROBE_USER, EPERM);
	readings.process.chrooted = FACT_YES;
	expect("chroot", "chroot", "pivot_root");

	fresh();
	fails(PROBE_USER, EPERM);
	readings.process.gid_mapped = FACT_NO;
	expect("unmapped-ids", "map", "gid_map");

	fresh();
	fails(PROBE_USER, EPERM);
	readings.host.unprivileged_userns_clone = 0;
	expect("unprivileged-switch", "kernel.unprivileged_userns_clone is 0",
	       "kernel.unprivileged_userns_clone=1");

	readings.process.cap_eff = UINT64_C(1) << CAP_SYS_ADMIN;
	expect("refused", "refuses user namespaces", "root");

	fresh();
	fails(PROBE_MAP, EPERM);
	readings.host.apparmor_restrict_userns = 1;
	expect("apparmor", "AppArmor", "kernel.apparmor_restrict_unprivileged_userns=0");

	fresh();
	fails(PROBE_MNT, EPERM);
	(void)snprintf(probes.lsm, sizeof(probes.lsm), "unprivileged_userns (enforce)");
	expect("apparmor", "AppArmor", "profile");

	fresh();
	fails(PROBE_USER, EACCES);
	(void)snprintf(readings.process.lsm, sizeof(readings.process.lsm), "staff_u:staff_r");
	expect("security-module", "staff_u:staff_r", "policy");
}

static void test_filters(void)
{
	fresh();
	fails(PROBE_USER, EPERM);
	readings.process.seccomp = 2;
	expect("seccomp", "seccomp filter", "Seccomp: 2");

	(void)snprintf(readings.host.container_mark, sizeof(readings.host.container_mark),
		       "/.dockerenv");
	expect("seccomp-container", "/.dockerenv", "seccomp=unconfined");

	fresh();
	fails(PROBE_CLONE3, ENOSYS);
	readings.process.seccomp = 2;
	expect("seccomp", "filter", "outside");

	readings.process.seccomp = 0;
	expect("old-kernel", "4.4.0-made-up", "Linux 5");

	fresh();
	fails(PROBE_USER, EINVAL);
	readings.process.ns.entry[NSTYPE_USER].errnum = ENOENT;
	expect("no-user-namespaces", "CONFIG_USER_NS", "kernel");

	fresh();
	fails(PROBE_PIVOT, EINVAL);
	expect("unknown", machine_probe_name(PROBE_PIVOT), "lab doctor --json");
}

/* What a sandbox can do without is no reason. */
static void test_optional(void)
{
	static const enum machine_probe optional[] = {PROBE_TIME,     PROBE_SYSFS,
						      PROBE_MQUEUE,   PROBE_CGROUP2,
						      PROBE_OVERLAY,  PROBE_TIME_OFFSET,
						      PROBE_ROOT_PID, PROBE_ROOT_UTS};

	fresh();
	for (size_t i = 0; i < sizeof(optional) / sizeof(*optional); i++)
		fails(optional[i], EPERM);
	expect(NULL, NULL, NULL);
}

static void test_here(void)
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		(void)pause();
		_exit(0);
	}
	is_int(machine_read(0, &readings), 0, "the caller can be read");
	ok(readings.process.here && readings.process.pid == getpid(), "it is the caller");
	ok(readings.process.status == FACT_YES, "its status is known");
	is_int(readings.process.euid, geteuid(), "its effective uid");
	is_int(readings.process.threads, 1, "its threads");
	ok(readings.host.release[0], "the kernel has a release");
	is_int(machine_read(child, &readings), 0, "a child can be read");
	ok(!readings.process.here && readings.process.pid == child, "it is not the caller");
	is_int(readings.process.children, FACT_NO, "and has no child");
	(void)kill(child, SIGKILL);
	is_int(waitpid(child, &status, 0), child, "the child ends");
	is_int(machine_read(child, &readings), -ESRCH, "who is gone can't be read");

	memset(&probes, 0x55, sizeof(probes));
	machine_probe(&probes);
	is_int(probes.errnum[PROBE_UNSHARE], 0, "unshare(0) works");
	for (int i = 0; i < PROBES; i++)
		ok(machine_probe_name(i) && probes.errnum[i] >= -1 && probes.errnum[i] < 4096,
		   "%s: %d", machine_probe_name(i), probes.errnum[i]);
	is_int(waitpid(-1, NULL, WNOHANG | __WALL), -1, "probes leave no child");
}

int main(void)
{
	is_str(machine_fact_name(FACT_MAYBE), "maybe", "a fact has a name");
	test_limits();
	test_refused();
	test_filters();
	test_optional();
	test_here();
	return unit_done();
}
