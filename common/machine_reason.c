#define _GNU_SOURCE
#include "common/machine_internal.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What a sandbox can't do without, in the order in which it is needed. */
static const enum machine_probe needed[] = {
	PROBE_USER,    PROBE_MAP,   PROBE_CLONE3,  PROBE_MNT,	 PROBE_PID,
	PROBE_NET,     PROBE_IPC,   PROBE_UTS,	   PROBE_CGROUP, PROBE_INIT,
	PROBE_PRIVATE, PROBE_TMPFS, PROBE_BIND_RO, PROBE_PIVOT,
};

/* Which limit counts namespaces of a probe's type. */
static const struct {
	enum machine_probe probe;
	enum nstype_id type;
} limits[] = {
	{PROBE_USER, NSTYPE_USER}, {PROBE_CGROUP, NSTYPE_CGROUP}, {PROBE_IPC, NSTYPE_IPC},
	{PROBE_MNT, NSTYPE_MNT},   {PROBE_NET, NSTYPE_NET},	  {PROBE_PID, NSTYPE_PID},
	{PROBE_TIME, NSTYPE_TIME}, {PROBE_UTS, NSTYPE_UTS},
};

struct situation {
	const struct machine_process *process;
	const struct machine_host *host;
	const struct machine_probes *probes;
	enum machine_probe probe;
	int errnum;
};

/* A cause: when it is the one, and what to say. The first row that fits counts. */
struct cause {
	const char *name;
	bool (*fits)(const struct situation *s);
	const char *what;
	const char *remedy;
};

static bool lacks_admin(const struct situation *s)
{
	return s->process->status == FACT_YES &&
	       !(s->process->cap_eff & (UINT64_C(1) << CAP_SYS_ADMIN));
}

static bool refused(const struct situation *s)
{
	return s->errnum == EPERM || s->errnum == EACCES;
}

static bool no_kernel_support(const struct situation *s)
{
	return s->probe == PROBE_USER && s->errnum == EINVAL &&
	       s->process->ns.entry[NSTYPE_USER].errnum == ENOENT;
}

static const char *zero_limit(const struct situation *s)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		if ((limits[i].probe == s->probe || s->probe == PROBE_CLONE3) &&
		    s->host->max_ns[limits[i].type] == 0)
			return nstypes[limits[i].type].name;
	return NULL;
}

static bool limit_is_zero(const struct situation *s)
{
	return s->errnum == ENOSPC && zero_limit(s);
}

static bool limit_reached(const struct situation *s)
{
	return s->errnum == ENOSPC || s->errnum == EUSERS;
}

static bool chrooted(const struct situation *s)
{
	return s->probe == PROBE_USER && s->errnum == EPERM && s->process->chrooted == FACT_YES;
}

static bool unmapped(const struct situation *s)
{
	return s->probe == PROBE_USER && s->errnum == EPERM &&
	       (s->process->uid_mapped == FACT_NO || s->process->gid_mapped == FACT_NO);
}

static bool switch_off(const struct situation *s)
{
	return s->probe == PROBE_USER && s->errnum == EPERM && lacks_admin(s) &&
	       s->host->unprivileged_userns_clone == 0;
}

static bool in_container(const struct situation *s)
{
	return s->process->seccomp == 2 && s->host->container_mark[0];
}

/* A filter may refuse the whole call, only its namespace flags, or hide clone3. */
static bool filtered(const struct situation *s)
{
	if (s->errnum == ENOSYS)
		return s->process->seccomp == 2;
	return refused(s) && s->probe != PROBE_MAP &&
	       (s->process->seccomp == 2 || s->probes->errnum[PROBE_UNSHARE] > 0);
}

static bool filtered_in_container(const struct situation *s)
{
	return filtered(s) && in_container(s);
}

static bool old_kernel(const struct situation *s)
{
	return s->errnum == ENOSYS;
}

static bool apparmor(const struct situation *s)
{
	return refused(s) && (s->host->apparmor_restrict_userns > 0 ||
			      strstr(s->probes->lsm, "unprivileged_userns"));
}

static bool security_module(const struct situation *s)
{
	return refused(s) && (s->process->lsm[0] || s->probes->lsm[0]) &&
	       strcmp(s->process->lsm, "unconfined") != 0;
}

static bool user_refused(const struct situation *s)
{
	return refused(s) && s->probe == PROBE_USER;
}

static bool anything(const struct situation *s)
{
	(void)s;
	return true;
}

#define RUN_AS_ROOT "or run lab as root, which then only writes the id maps"

static const struct cause causes[] = {
	{"no-user-namespaces", no_kernel_support,
	 "this kernel was built without user namespaces (CONFIG_USER_NS)",
	 "Use a kernel that has them; every distribution's own does"},
	{"limit-zero", limit_is_zero,
	 "the limit user.max_%s_namespaces is 0, so that none may be created",
	 "As root: sysctl -w user.max_%s_namespaces=15000 (and write the same to "
	 "/etc/sysctl.d/ to keep it)"},
	{"limit-reached", limit_reached,
	 "a limit on the number or the nesting of namespaces is reached",
	 "Compare the limits in /proc/sys/user/ with lab ns --all, end what holds namespaces, or "
	 "leave some levels of nesting (32 is the most)"},
	{"chroot", chrooted,
	 "this process runs in a chroot, and the kernel makes no user namespace for it",
	 "Run lab outside of the chroot, or enter the directory with pivot_root(2): "
	 "unshare --mount and bwrap do"},
	{"unmapped-ids", unmapped,
	 "this process's uid or gid has no place in the map of its own user namespace",
	 "Write /proc/PID/uid_map and gid_map of the namespace that lab runs in first "
	 "(unshare --user --map-root-user does)"},
	{"unprivileged-switch", switch_off,
	 "kernel.unprivileged_userns_clone is 0: only root may create user namespaces",
	 "As root: sysctl -w kernel.unprivileged_userns_clone=1, " RUN_AS_ROOT},
	{"seccomp-container", filtered_in_container,
	 "the container that lab runs in (%s) filters the calls that make namespaces",
	 "Start the container with --security-opt seccomp=unconfined --security-opt "
	 "apparmor=unconfined --security-opt systempaths=unconfined, or run lab outside of it"},
	{"seccomp", filtered, "a seccomp filter refuses the calls that make namespaces",
	 "Run lab outside of the sandbox, container or service that set the filter (Seccomp: 2 in "
	 "/proc/self/status)"},
	{"old-kernel", old_kernel, "this kernel (%s) is too old: it lacks a system call lab needs",
	 "Use Linux 5.10 or newer"},
	{"apparmor", apparmor,
	 "AppArmor takes all rights away inside new user namespaces "
	 "(kernel.apparmor_restrict_unprivileged_userns)",
	 "As root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or give lab a profile "
	 "with the rule userns, " RUN_AS_ROOT},
	{"security-module", security_module,
	 "a security module refuses it to this process (label \"%s\")",
	 "Ask for a policy that allows user namespaces, " RUN_AS_ROOT},
	{"refused", user_refused,
	 "the kernel refuses user namespaces to this process; a chroot or a security module are "
	 "what is left",
	 "Run lab outside of a chroot, " RUN_AS_ROOT},
	{"unknown", anything, "trying to %s fails here",
	 "Report it with the output of lab doctor --json"},
};

/* The word that a cause's text leaves open. */
static const char *detail(const struct cause *cause, const struct situation *s)
{
	if (cause->fits == limit_is_zero)
		return zero_limit(s);
	if (cause->fits == filtered_in_container)
		return s->host->container_mark;
	if (cause->fits == old_kernel)
		return s->host->release;
	if (cause->fits == security_module)
		return s->process->lsm[0] ? s->process->lsm : s->probes->lsm;
	return machine_probe_name(s->probe);
}

/* Copy text with its one %s replaced. A format string from a table would hide it from -Wformat. */
static void fill(char *to, size_t size, const char *text, const char *word)
{
	const char *open = strstr(text, "%s");

	if (open)
		(void)snprintf(to, size, "%.*s%s%s", (int)(open - text), text, word, open + 2);
	else
		(void)snprintf(to, size, "%s", text);
}

void machine_reason(const struct machine_readings *readings, const struct machine_probes *probes,
		    struct machine_reason *ret)
{
	struct situation s = {&readings->process, &readings->host, probes, PROBE_USER, 0};

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed) && !s.errnum; i++) {
		s.probe = needed[i];
		s.errnum = probes->errnum[needed[i]] > 0 ? probes->errnum[needed[i]] : 0;
	}
	for (size_t i = 0; s.errnum && i < sizeof(causes) / sizeof(*causes); i++) {
		const char *word;

		if (!causes[i].fits(&s))
			continue;
		word = detail(&causes[i], &s);
		ret->name = causes[i].name;
		ret->probe = s.probe;
		ret->errnum = s.errnum;
		fill(ret->what, sizeof(ret->what), causes[i].what, word);
		fill(ret->remedy, sizeof(ret->remedy), causes[i].remedy, word);
		return;
	}
}

/* Does /proc belong to another PID namespace than the caller's? */
static bool foreign_proc(void)
{
	char self[32] = "";
	char own[32];

	(void)snprintf(own, sizeof(own), "%d", (int)getpid());
	return readlink("/proc/self", self, sizeof(self) - 1) < 0 || strcmp(self, own) != 0;
}

int machine_explain_userns(struct error *err)
{
	struct machine_readings readings;
	struct machine_probes probes;
	struct machine_reason reason;
	size_t len = strlen(err->what);

	(void)machine_read(0, &readings);
	machine_probe(&probes);
	machine_reason(&readings, &probes, &reason);
	if (!reason.name && foreign_proc()) {
		(void)snprintf(err->what + len, sizeof(err->what) - len,
			       ", because /proc shows another PID namespace than this one");
		error_remedy(err, "Mount the right one: mount -t proc proc /proc (unshare has "
				  "--mount-proc)");
		return 0;
	}
	if (!reason.name)
		return -ENOENT;
	(void)snprintf(err->what + len, sizeof(err->what) - len, ", because %s", reason.what);
	error_remedy(err, "%s", reason.remedy);
	return 0;
}
