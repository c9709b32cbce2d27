/*
 * explain's words, its table, and the order of causes for made-up readings.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "lab/explain/explain.h"

#include <ctype.h>
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define CAP(name) (UINT64_C(1) << (name))

static struct machine_readings readings;

static void test_words(void)
{
	is_int(explain_errno_find("EPERM"), EPERM, "by name");
	is_int(explain_errno_find("eperm"), EPERM, "in any case");
	is_int(explain_errno_find("1"), EPERM, "by number");
	is_int(explain_errno_find("Operation not permitted"), EPERM, "by its words");
	is_int(explain_errno_find("no space left on device"), ENOSPC, "by its words in any case");
	is_int(explain_errno_find("EPREM"), 0, "a mistyped name");
	is_int(explain_errno_find("-1"), 0, "a negative number");
	is_int(explain_errno_find("0"), 0, "zero");
	is_int(explain_errno_find("99999999999999999999"), 0, "a number that is too large");
	is_int(explain_errno_find("1x"), 0, "a number with a tail");
	is_int(explain_errno_find(""), 0, "nothing");
	is_str(explain_errno_nearest("EPREM"), "EPERM", "nearest to EPREM");
	is_str(explain_errno_nearest("einvl"), "EINVAL", "nearest to einvl");
	is_str(explain_errno_nearest("zzzzzzzzzzzz"), NULL, "nothing is near");
	is_str(explain_errno_name(ENOMEM), "ENOMEM", "the name of ENOMEM");
	is_str(explain_errno_name(4095), NULL, "4095 has no name");

	ok(explain_call_find("unshare"), "a call by name");
	ok(explain_call_find("UNSHARE(2)") == explain_call_find("unshare"), "with its section");
	ok(explain_call_find("wait4()") == explain_call_find("waitpid"), "by another word");
	ok(!explain_call_find("unshar"), "a mistyped call");
	ok(!explain_call_find(""), "no call");
	is_str(explain_call_nearest("unshar"), "unshare", "nearest to unshar");
}

/* "a(2) b(7)" */
static bool are_pages(const char *text)
{
	const char *at = text;

	while (*at) {
		size_t name = strcspn(at, "( ");

		if (!name || at[name] != '(' || !isdigit((unsigned char)at[name + 1]) ||
		    at[name + 2] != ')')
			return false;
		at += name + 3;
		at += *at == ' ';
	}
	return at != text;
}

static bool calls_known(const char *calls)
{
	char *copy = strdup(calls), *save = NULL;
	bool known = copy && *copy;

	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		known &= strcmp(word, "*") == 0 || explain_call_find(word);
	free(copy);
	return known;
}

static bool is_sentence(const char *text)
{
	return text && *text && text[strlen(text) - 1] != '.' && !strchr(text, '\n');
}

static void test_table(void)
{
	size_t rows = 0, calls = 0;

	for (const struct explain_table *table = explain_tables; table->rows; table++)
		for (size_t i = 0; i < table->n; i++) {
			const struct explain_row *row = &table->rows[i];

			rows++;
			ok(explain_errno_name(row->errnum) && calls_known(row->calls) &&
				   is_sentence(row->cause) && is_sentence(row->tell) &&
				   is_sentence(row->remedy) && are_pages(row->man),
			   "row %zu is whole: %s (%s)", rows, row->name, row->calls);
		}
	ok(rows > 60, "%zu rows", rows);
	for (const struct explain_call *call = explain_calls; call->name; call++) {
		bool used = false;

		calls++;
		for (const struct explain_table *table = explain_tables; table->rows; table++)
			for (size_t i = 0; i < table->n; i++)
				used |= explain_row_names(&table->rows[i], call->name);
		ok(used, "some row speaks of %s", call->name);
	}
	ok(calls > 20, "%zu calls", calls);
}

static void no_numbers(void)
{
	struct machine_process *p = &readings.process;

	p->nproc_limit = p->nofile_limit = p->nproc = p->nofile = p->pids_max = p->pids_now = -1;
	readings.host.unprivileged_userns_clone = readings.host.apparmor_restrict_userns = -1;
}

/* An ordinary process of an ordinary user, of which all is known. */
static void fresh(void)
{
	struct machine_process *p = &readings.process;

	memset(&readings, 0, sizeof(readings));
	p->pid = 77;
	p->status = FACT_YES;
	p->uid = p->euid = p->egid = 1000;
	p->threads = 1;
	p->children = FACT_NO;
	for (int i = 0; i < NSTYPE_COUNT; i++) {
		p->ns.entry[i].id.ino = 4026531800U + (unsigned)i;
		p->owned[i] = FACT_YES;
		readings.host.max_ns[i] = 1000;
	}
	p->initial_user = FACT_YES;
	p->ns.entry[NSTYPE_PID].id.ino = 0xEFFFFFFCU; /* the machine's first */
	p->pid_for_children = p->time_for_children = MACHINE_PENDING_NONE;
	p->uid_mapped = p->gid_mapped = FACT_YES;
	p->uid_map_written = p->gid_map_written = FACT_YES;
	p->uids = p->gids = UINT32_MAX;
	p->setgroups_denied = p->chrooted = p->root_shared = p->root_initial = FACT_NO;
	p->proc_masked = p->sys_masked = FACT_NO;
	no_numbers();
}

/* In a user namespace that it made and whose maps are empty. */
static void fresh_unmapped(void)
{
	fresh();
	readings.process.initial_user = FACT_NO;
	readings.process.cap_eff = ~UINT64_C(0);
	readings.process.uid_map_written = readings.process.gid_map_written = FACT_NO;
	readings.process.uid_mapped = readings.process.gid_mapped = FACT_NO;
	readings.process.uids = readings.process.gids = 0;
}

static void first(int errnum, const char *call, enum fact holds, const char *name)
{
	struct explain_answer answer;
	bool sorted = true;

	explain_pick(errnum, explain_call_find(call), &readings, &answer);
	if (ok(answer.n, "%s from %s has causes", explain_errno_name(errnum), call)) {
		is_str(answer.causes[0].row->name, name, "%s from %s: the first cause",
		       explain_errno_name(errnum), call);
		is_int(answer.causes[0].holds, holds, "%s: how sure", name);
		ok(holds != FACT_YES || answer.causes[0].seen[0], "%s: what was seen", name);
	}
	for (size_t i = 1; i < answer.n; i++) {
		sorted &= answer.causes[i].holds != FACT_YES ||
			  answer.causes[i - 1].holds == FACT_YES;
		sorted &=
			answer.causes[i - 1].holds != FACT_NO || answer.causes[i].holds == FACT_NO;
	}
	ok(sorted, "%s from %s: true ones first, excluded ones last", explain_errno_name(errnum),
	   call);
	explain_answer_free(&answer);
}

static void test_making(void)
{
	fresh();
	first(EPERM, "unshare", FACT_YES, "no-sys-admin");
	readings.process.cap_eff = ~UINT64_C(0);
	first(EPERM, "unshare", FACT_UNKNOWN, "user-namespace-later");
	readings.process.chrooted = FACT_YES;
	first(EPERM, "unshare", FACT_YES, "chroot");
	fresh_unmapped();
	first(EPERM, "clone3", FACT_YES, "unmapped-ids");
	first(EOVERFLOW, "open", FACT_YES, "unmapped-ids");
	fresh();
	readings.host.unprivileged_userns_clone = 0;
	first(EPERM, "clone", FACT_YES, "switched-off");

	fresh();
	first(ENOSPC, "unshare", FACT_UNKNOWN, "limit-reached");
	readings.host.max_ns[NSTYPE_NET] = 0;
	first(ENOSPC, "unshare", FACT_YES, "limit-zero");
	fresh();
	readings.process.threads = 3;
	first(EINVAL, "unshare", FACT_YES, "threads");
	first(EINVAL, "setns", FACT_YES, "threads");
	fresh();
	readings.process.pid_for_children = MACHINE_PENDING_DEAD;
	first(ENOMEM, "fork", FACT_YES, "init-is-gone");
	readings.process.pid_for_children = MACHINE_PENDING_EMPTY;
	first(EINVAL, "unshare", FACT_YES, "pid-unshared-twice");
	first(EINVAL, "pthread_create", FACT_YES, "pid-pending");
	first(ENOENT, "readlink", FACT_YES, "pid-for-children-empty");
	fresh();
	readings.process.nproc = readings.process.nproc_limit = 20;
	first(EAGAIN, "fork", FACT_YES, "process-limit");
	readings.process.nproc = 3;
	readings.process.pids_max = readings.process.pids_now = 9;
	first(EAGAIN, "clone", FACT_YES, "cgroup-pids");
	fresh();
	readings.process.seccomp = 2;
	first(ENOSYS, "clone3", FACT_MAYBE, "seccomp-filter");
}

static void test_maps(void)
{
	fresh_unmapped();
	first(EPERM, "uid_map", FACT_MAYBE, "no-setuid-outside");
	first(EPERM, "gid_map", FACT_YES, "setgroups-allowed");
	readings.process.uid_map_written = FACT_YES;
	first(EPERM, "uid_map", FACT_YES, "written-already");
	first(EPERM, "gid_map", FACT_YES, "setgroups-allowed");
	readings.process.setgroups_denied = FACT_YES;
	readings.process.gid_map_written = FACT_YES;
	first(EPERM, "gid_map", FACT_YES, "written-already");
	first(EPERM, "setgroups", FACT_YES, "denied");
	fresh_unmapped();
	readings.process.cap_eff = 0;
	first(EPERM, "uid_map", FACT_YES, "capabilities-lost");
	fresh();
	readings.process.cap_eff = ~CAP(CAP_SETUID);
	first(EPERM, "setuid", FACT_YES, "no-setuid");
	readings.process.uids = 1;
	first(EINVAL, "setuid", FACT_YES, "one-id");
	readings.process.time_for_children = MACHINE_PENDING_EMPTY;
	first(EACCES, "timens_offsets", FACT_YES, "time-namespace-in-use");
}

static void test_other_calls(void)
{
	fresh();
	first(ECHILD, "waitpid", FACT_YES, "no-child");
	readings.process.children = FACT_YES;
	readings.process.n_children = readings.process.n_mute = 1;
	first(ECHILD, "waitpid", FACT_YES, "no-exit-signal");
	readings.process.n_mute = 0;
	readings.process.sig_ignored = UINT64_C(1) << (SIGCHLD - 1);
	first(ECHILD, "waitpid", FACT_YES, "sigchld-ignored");

	first(EPERM, "mount", FACT_YES, "no-sys-admin");
	first(EPERM, "sethostname", FACT_YES, "no-sys-admin");
	readings.process.cap_eff = ~UINT64_C(0);
	readings.process.owned[NSTYPE_UTS] = readings.process.owned[NSTYPE_MNT] = FACT_NO;
	first(EPERM, "mount", FACT_YES, "mnt-not-owned");
	first(EPERM, "sethostname", FACT_YES, "uts-not-owned");
	fresh();
	readings.process.cap_eff = ~UINT64_C(0);
	readings.process.initial_user = FACT_NO;
	readings.process.proc_masked = FACT_YES;
	first(EPERM, "mount", FACT_MAYBE, "proc-masked");
	readings.process.root_shared = FACT_YES;
	first(EINVAL, "pivot_root", FACT_YES, "root-shared");
	readings.process.root_shared = FACT_NO;
	readings.process.chrooted = FACT_YES;
	first(EINVAL, "pivot_root", FACT_YES, "chroot");
	readings.process.nofile = readings.process.nofile_limit = 16;
	first(EMFILE, "open", FACT_YES, "descriptors");
}

/* What a shell has, or nobody could read, decides nothing. */
static void test_unknown(void)
{
	struct explain_answer answer;

	fresh();
	readings.process.here = true;
	first(ECHILD, "waitpid", FACT_UNKNOWN, "no-child");
	first(ENOMEM, "fork", FACT_UNKNOWN, "init-is-gone");
	first(EPERM, "uid_map", FACT_UNKNOWN, "written-already");

	memset(&readings, 0, sizeof(readings));
	no_numbers();
	for (int i = 0; i < NSTYPE_COUNT; i++)
		readings.host.max_ns[i] = -1;
	for (size_t i = 0; explain_calls[i].name; i++)
		for (int errnum = 1; errnum < 134; errnum++) {
			bool claims = false;

			explain_pick(errnum, &explain_calls[i], &readings, &answer);
			for (size_t k = 0; k < answer.n; k++)
				claims |= answer.causes[k].holds == FACT_YES;
			if (claims)
				ok(false, "%s from %s claims %s without a fact",
				   explain_errno_name(errnum), explain_calls[i].name,
				   answer.causes[0].row->name);
			explain_answer_free(&answer);
		}
	explain_pick(EISDIR, NULL, &readings, &answer);
	is_int((long long)answer.n, 0, "nothing is known of EISDIR");
	explain_answer_free(&answer);
}

int main(void)
{
	test_words();
	test_table();
	test_making();
	test_maps();
	test_other_calls();
	test_unknown();
	return unit_done();
}
