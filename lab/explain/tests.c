#define _GNU_SOURCE
#include "lab/explain/tests.h"

#include "common/caps.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>

/* The inode of the first PID namespace (include/linux/proc_ns.h), the same since Linux 3.8. */
#define INITIAL_PID_NS 0xEFFFFFFCU

/* Levels below the first one that the kernel allows. */
#define DEEPEST 32

static enum fact weaker(enum fact fact)
{
	return fact == FACT_YES ? FACT_MAYBE : fact;
}

static enum fact fact_of(bool yes)
{
	return yes ? FACT_YES : FACT_NO;
}

enum fact explain_lacks_cap(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	bool has = r->process.cap_eff >> arg & 1;

	if (r->process.status != FACT_YES)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "its effective capabilities (%016llx) %s ",
		    (unsigned long long)r->process.cap_eff, has ? "hold" : "lack");
	caps_add_name(seen, arg);
	return fact_of(!has);
}

enum fact explain_not_owner(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	const struct machine_process *p = &r->process;

	if (p->owned[arg] == FACT_UNKNOWN)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "its user namespace (%llu) %s its %s namespace (%llu)",
		    (unsigned long long)p->ns.entry[NSTYPE_USER].id.ino,
		    p->owned[arg] == FACT_NO ? "does not own" : "owns", nstypes[arg].name,
		    (unsigned long long)p->ns.entry[arg].id.ino);
	return fact_of(p->owned[arg] == FACT_NO);
}

enum fact explain_may_not_own(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	return weaker(explain_not_owner(r, arg, seen));
}

enum fact explain_in_child_userns(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	if (r->process.initial_user == FACT_UNKNOWN)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "its user namespace (%llu) is %sthe machine's first",
		    (unsigned long long)r->process.ns.entry[NSTYPE_USER].id.ino,
		    r->process.initial_user == FACT_YES ? "" : "not ");
	return r->process.initial_user == FACT_YES ? FACT_NO : FACT_MAYBE;
}

enum fact explain_threads(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	if (r->process.status != FACT_YES || r->process.here)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "it has %u thread%s", r->process.threads,
		    r->process.threads == 1 ? "" : "s");
	return fact_of(r->process.threads > 1);
}

enum fact explain_filter(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	if (r->process.status != FACT_YES || r->process.seccomp < 0)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "Seccomp is %d in its status file", r->process.seccomp);
	if (r->process.seccomp && r->host.container_mark[0])
		strbuf_addf(seen, ", and %s says container", r->host.container_mark);
	return r->process.seccomp ? FACT_MAYBE : FACT_NO;
}

enum fact explain_chroot(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	if (r->process.chrooted != FACT_UNKNOWN)
		strbuf_addf(seen, "its root directory is %sits mount namespace's root",
			    r->process.chrooted == FACT_YES ? "not " : "");
	return r->process.chrooted;
}

enum fact explain_unmapped(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	const struct machine_process *p = &r->process;

	(void)arg;
	if (p->uid_mapped == FACT_UNKNOWN || p->gid_mapped == FACT_UNKNOWN)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "its uid is %smapped and its gid is %smapped",
		    p->uid_mapped == FACT_YES ? "" : "not ",
		    p->gid_mapped == FACT_YES ? "" : "not ");
	return fact_of(p->uid_mapped == FACT_NO || p->gid_mapped == FACT_NO);
}

enum fact explain_switch_off(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	int value = r->host.unprivileged_userns_clone;

	(void)arg;
	if (value < 0)
		strbuf_adds(seen, "this kernel has no kernel.unprivileged_userns_clone");
	else
		strbuf_addf(seen, "kernel.unprivileged_userns_clone is %d", value);
	return fact_of(value == 0 && r->process.status == FACT_YES &&
		       !(r->process.cap_eff >> CAP_SYS_ADMIN & 1));
}

enum fact explain_apparmor(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	int value = r->host.apparmor_restrict_userns;

	(void)arg;
	if (strstr(r->process.lsm, "unprivileged_userns")) {
		strbuf_addf(seen, "its security label is \"%s\"", r->process.lsm);
		return FACT_YES;
	}
	if (value < 0)
		strbuf_adds(seen,
			    "this kernel has no kernel.apparmor_restrict_unprivileged_userns");
	else
		strbuf_addf(seen, "kernel.apparmor_restrict_unprivileged_userns is %d", value);
	return value > 0 ? FACT_MAYBE : FACT_NO;
}

enum fact explain_limit_zero(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	bool known = false;

	(void)arg;
	for (int i = 0; i < NSTYPE_COUNT; i++) {
		known |= r->host.max_ns[i] >= 0;
		if (r->host.max_ns[i] != 0)
			continue;
		strbuf_addf(seen, "user.max_%s_namespaces is 0 in its user namespace",
			    nstypes[i].name);
		return FACT_YES;
	}
	if (!known)
		return FACT_UNKNOWN;
	strbuf_adds(seen, "no user.max_*_namespaces of its user namespace is 0");
	return FACT_NO;
}

enum fact explain_depth(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	const struct machine_process *p = &r->process;
	unsigned depth = arg == NSTYPE_PID ? p->depth_pid : p->depth_user;
	bool first = arg == NSTYPE_PID ? p->ns.entry[NSTYPE_PID].id.ino == INITIAL_PID_NS
				       : p->initial_user == FACT_YES;

	if (p->ns.entry[arg].errnum)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "%u level%s above its %s namespace can be seen", depth,
		    depth == 1 ? "" : "s", nstypes[arg].name);
	if (first)
		return FACT_NO;
	/* Levels above lab's own can't be seen, so that a few prove nothing. */
	return depth >= DEEPEST ? FACT_YES : depth > DEEPEST / 2 ? FACT_MAYBE : FACT_UNKNOWN;
}

enum fact explain_no_type(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	if (r->process.status != FACT_YES)
		return FACT_UNKNOWN;
	for (int i = 0; i < NSTYPE_COUNT; i++) {
		if (nstypes[i].for_children || r->process.ns.entry[i].errnum != ENOENT)
			continue;
		strbuf_addf(seen, "this kernel has no %s namespaces", nstypes[i].name);
		return FACT_MAYBE;
	}
	strbuf_adds(seen, "this kernel has every type of namespace");
	return FACT_NO;
}

static const char *const pending_words[] = {
	[MACHINE_PENDING_UNKNOWN] = "",
	[MACHINE_PENDING_NONE] = "its children stay in its own PID namespace",
	[MACHINE_PENDING_EMPTY] = "its pid_for_children is a PID namespace without a process",
	[MACHINE_PENDING_LIVE] = "its pid_for_children is another PID namespace, whose init runs",
	[MACHINE_PENDING_DEAD] = "its pid_for_children is a PID namespace whose init is gone",
};

static enum machine_pending pending(const struct machine_readings *r, struct strbuf *seen)
{
	/* What lab's own children would get says nothing about a program. */
	enum machine_pending state =
		r->process.here ? MACHINE_PENDING_UNKNOWN : r->process.pid_for_children;

	strbuf_adds(seen, pending_words[state]);
	return state;
}

enum fact explain_init_dead(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	enum machine_pending state = pending(r, seen);

	(void)arg;
	if (state == MACHINE_PENDING_UNKNOWN)
		return FACT_UNKNOWN;
	return fact_of(state == MACHINE_PENDING_DEAD);
}

enum fact explain_pid_pending(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	enum machine_pending state = pending(r, seen);

	(void)arg;
	if (state == MACHINE_PENDING_UNKNOWN)
		return FACT_UNKNOWN;
	return fact_of(state != MACHINE_PENDING_NONE);
}

enum fact explain_time_pending(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	if (r->process.here || r->process.time_for_children == MACHINE_PENDING_UNKNOWN)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "its children %s its own time namespace",
		    r->process.time_for_children == MACHINE_PENDING_NONE ? "stay in" : "leave");
	return fact_of(r->process.time_for_children != MACHINE_PENDING_NONE);
}

enum fact explain_no_children(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	const struct machine_process *p = &r->process;

	(void)arg;
	if (p->here || p->children == FACT_UNKNOWN)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "it has %u child%s", p->n_children, p->n_children == 1 ? "" : "ren");
	return fact_of(p->children == FACT_NO);
}

enum fact explain_mute_children(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	const struct machine_process *p = &r->process;

	(void)arg;
	if (p->here || p->children == FACT_UNKNOWN)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "%u of its %u child%s will end without SIGCHLD", p->n_mute, p->n_children,
		    p->n_children == 1 ? "" : "ren");
	return fact_of(p->n_mute > 0);
}

enum fact explain_sigchld_ignored(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	bool ignored = r->process.sig_ignored >> (SIGCHLD - 1) & 1;

	(void)arg;
	if (r->process.status != FACT_YES)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "it %s SIGCHLD", ignored ? "ignores" : "does not ignore");
	return fact_of(ignored);
}

enum fact explain_pid_ns(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	const struct ns_entry *own = &r->process.ns.entry[NSTYPE_PID];
	bool first = own->id.ino == INITIAL_PID_NS;

	(void)arg;
	if (own->errnum)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "its PID namespace (%llu) is %sthe machine's first",
		    (unsigned long long)own->id.ino, first ? "" : "not ");
	return first ? FACT_UNKNOWN : FACT_MAYBE;
}

enum fact explain_root_shared(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	if (r->process.root_shared != FACT_UNKNOWN)
		strbuf_addf(seen, "the mount at its / is %sshared",
			    r->process.root_shared == FACT_YES ? "" : "not ");
	return r->process.root_shared;
}

enum fact explain_root_initial(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	if (r->process.root_initial != FACT_UNKNOWN)
		strbuf_addf(seen, "its / is %srootfs",
			    r->process.root_initial == FACT_YES ? "" : "not ");
	return r->process.root_initial;
}

enum fact explain_cwd_no_mount(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	if (r->process.here || r->process.cwd_mount == FACT_UNKNOWN)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "its working directory is %s",
		    r->process.cwd_mount == FACT_YES ? "a mount point" : "no mount point");
	return r->process.cwd_mount == FACT_YES ? FACT_UNKNOWN : FACT_MAYBE;
}

enum fact explain_cwd_shared(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	if (r->process.here || r->process.cwd_shared == FACT_UNKNOWN)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "the mount below its working directory's is %sshared",
		    r->process.cwd_shared == FACT_YES ? "" : "not ");
	return weaker(r->process.cwd_shared);
}

/* Only who is not root of the machine must see a file system whole to get another one. */
static enum fact masked(const struct machine_readings *r, enum fact fact, const char *path,
			const char *mask, struct strbuf *seen)
{
	if (fact == FACT_UNKNOWN || r->process.initial_user == FACT_UNKNOWN)
		return FACT_UNKNOWN;
	if (fact == FACT_YES)
		strbuf_adds(seen, mask);
	else
		strbuf_addf(seen, "nothing covers a part of %s", path);
	return r->process.initial_user == FACT_YES ? FACT_NO : weaker(fact);
}

enum fact explain_proc_masked(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	return masked(r, r->process.proc_masked, "/proc", r->process.proc_mask, seen);
}

enum fact explain_sys_masked(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	return masked(r, r->process.sys_masked, "/sys", r->process.sys_mask, seen);
}

/* Maps belong to the process that is mapped; lab's own say nothing about it. */
static enum fact written(const struct machine_readings *r, int which, struct strbuf *seen)
{
	enum fact fact = which == 'g' ? r->process.gid_map_written : r->process.uid_map_written;

	/* The first user namespace has its map from the kernel. */
	if (r->process.here || fact == FACT_UNKNOWN || r->process.initial_user == FACT_YES)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "its %cid_map is %s", which, fact == FACT_YES ? "written" : "empty");
	return fact;
}

enum fact explain_map_written(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	return written(r, arg, seen);
}

enum fact explain_caps_lost(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	const struct machine_process *p = &r->process;

	(void)arg;
	if (p->here || p->status != FACT_YES || p->uid_map_written == FACT_UNKNOWN ||
	    p->initial_user == FACT_YES)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "its uid_map is %s and it has %s capabilities",
		    p->uid_map_written == FACT_YES ? "written" : "empty",
		    p->cap_eff ? "some" : "no");
	return fact_of(p->uid_map_written == FACT_NO && !p->cap_eff);
}

/* The capability counts outside: before the map is written, the uid outside tells. */
enum fact explain_one_id_only(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	const struct machine_process *p = &r->process;

	if (p->here || p->status != FACT_YES || p->uid_map_written == FACT_UNKNOWN)
		return FACT_UNKNOWN;
	if (p->uid_map_written == FACT_YES)
		return weaker(explain_lacks_cap(r, arg, seen));
	strbuf_addf(seen, "outside of its user namespace it is uid %u and gid %u",
		    (unsigned)p->euid, (unsigned)p->egid);
	return p->euid ? FACT_MAYBE : FACT_NO;
}

enum fact explain_setgroups_allowed(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	const struct machine_process *p = &r->process;

	(void)arg;
	if (p->here || p->setgroups_denied == FACT_UNKNOWN || p->gid_map_written == FACT_UNKNOWN)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "its setgroups file says %s",
		    p->setgroups_denied == FACT_YES ? "deny" : "allow");
	if (p->setgroups_denied == FACT_YES || p->gid_map_written == FACT_YES)
		return FACT_NO;
	/* A writer with CAP_SETGID outside needs no "deny". */
	return p->euid == 0 ? FACT_MAYBE : FACT_YES;
}

enum fact explain_setgroups_denied(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	if (r->process.setgroups_denied != FACT_UNKNOWN)
		strbuf_addf(seen, "its setgroups file says %s",
			    r->process.setgroups_denied == FACT_YES ? "deny" : "allow");
	return r->process.setgroups_denied;
}

enum fact explain_one_id(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	unsigned long long ids = arg == 'g' ? r->process.gids : r->process.uids;
	enum fact known = arg == 'g' ? r->process.gid_map_written : r->process.uid_map_written;

	if (known == FACT_UNKNOWN)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "%llu %cid%s mapped in its user namespace", ids, arg,
		    ids == 1 ? " is" : "s are");
	return ids <= 1 ? FACT_YES : ids < UINT32_MAX ? FACT_UNKNOWN : FACT_NO;
}

static enum fact reached(long long used, long long limit, const char *what, struct strbuf *seen)
{
	if (used < 0 || limit < 0)
		return FACT_UNKNOWN;
	strbuf_addf(seen, "%lld of %lld %s are in use", used, limit, what);
	return fact_of(used >= limit);
}

enum fact explain_nproc(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	return reached(r->process.nproc, r->process.nproc_limit, "tasks (RLIMIT_NPROC)", seen);
}

enum fact explain_pids_max(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	return reached(r->process.pids_now, r->process.pids_max,
		       "tasks (pids.max of its control group)", seen);
}

enum fact explain_nofile(const struct machine_readings *r, int arg, struct strbuf *seen)
{
	(void)arg;
	if (r->process.here)
		return FACT_UNKNOWN;
	return reached(r->process.nofile, r->process.nofile_limit, "descriptors (RLIMIT_NOFILE)",
		       seen);
}
