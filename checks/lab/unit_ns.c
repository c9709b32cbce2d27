/*
 * Namespaces: the table of types, links as text, comparison, and the kernel's answers
 * about this process's own.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "common/ns.h"
#include "common/proc.h"
#include "common/scan_build.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void types(void)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		const struct nstype *type = &nstypes[i];

		ok(nstype_by_name(type->name) == type && nstype_index(type) == i,
		   "%s is found by its name", type->name);
		ok(!strncmp(type->path, "ns/", 3) && !strcmp(type->path + 3, type->name),
		   "%s is found below /proc/PID", type->name);
		ok(nstype_by_flag(type->flag) == &nstypes[type->kind],
		   "%s leads to the type of its flag", type->name);
		ok(type->for_children == (type->kind != i), "%s: for children or not", type->name);
		ok(!i || strcmp(nstypes[i - 1].name, type->name) < 0, "%s is in its place",
		   type->name);
	}
	ok(!nstype_by_name("") && !nstype_by_name("ne") && !nstype_by_name("nets"),
	   "other names are none");
	ok(!nstype_by_flag(0) && !nstype_by_flag(CLONE_NEWNET | CLONE_NEWUTS) &&
		   !nstype_by_flag(CLONE_FS) && !nstype_by_flag(-ENOTTY),
	   "other flags are none");
}

static void links(void)
{
	static const struct {
		const char *text;
		uint32_t ino;
	} rows[] = {
		{"net:[4026531833]", 4026531833u},
		{"pid_for_children:[4026531836]", 4026531836u},
		{"net:[1]", 1},
		{"net:[4294967295]", 4294967295u},
		{"net:[4294967296]", 0},
		{"net:[99999999999999999999999]", 0},
		{"net:[]", 0},
		{"net:[", 0},
		{"net:[12", 0},
		{"net:12", 0},
		{"net:[-1]", 0},
		{"net:[1 ]", 0},
		{"net:[0x1]", 0},
		{"net [12]", 0},
		{"[12]", 0},
		{"]", 0},
		{"x", 0},
		{"/dev/pts/0", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* Of exactly its size, so that a byte too many is noticed. */
		size_t len = strlen(rows[i].text);
		char *text = xreallocarray(NULL, len, 1);
		ino_t got;

		memcpy(text, rows[i].text, len);
		got = scan_parse_link(text, len);
		free(text);
		is_int(got, rows[i].ino, "the inode in \"%s\"", rows[i].text);
	}
}

static void comparison(void)
{
	struct ns_snapshot a = {0}, b = {0};
	char text[NS_ENTRY_TEXT];

	a.entry[NSTYPE_NET].id = b.entry[NSTYPE_NET].id = (struct ns_id){4, 4026531833u};
	is_int(ns_compare(&a, &b, NSTYPE_NET), NS_SAME, "the same device and inode");
	b.entry[NSTYPE_NET].id.ino++;
	is_int(ns_compare(&a, &b, NSTYPE_NET), NS_DIFFERENT, "another inode");
	b.entry[NSTYPE_NET].id = (struct ns_id){5, 4026531833u};
	is_int(ns_compare(&a, &b, NSTYPE_NET), NS_DIFFERENT, "another device");
	is_str(ns_entry_text(&a.entry[NSTYPE_NET], text), "4026531833", "an entry in words");
	b.entry[NSTYPE_NET] = a.entry[NSTYPE_NET];
	b.entry[NSTYPE_NET].errnum = EACCES;
	is_int(ns_compare(&a, &b, NSTYPE_NET), NS_UNKNOWN, "one may not be read");
	is_str(ns_entry_text(&b.entry[NSTYPE_NET], text), "?", "in words");
	a.entry[NSTYPE_NET].errnum = b.entry[NSTYPE_NET].errnum = ENOENT;
	is_int(ns_compare(&a, &b, NSTYPE_NET), NS_UNKNOWN, "there are none");
	is_str(ns_entry_text(&a.entry[NSTYPE_NET], text), "-", "in words");
	is_str(ns_relation_word(NS_SAME), "same", "same");
	is_str(ns_relation_word(NS_DIFFERENT), "different", "different");
	is_str(ns_relation_word(NS_UNKNOWN), "unknown", "unknown");
}

static void snapshot(int dir)
{
	struct ns_snapshot shot;

	if (!is_int(ns_snapshot_take(dir, &shot), 0, "a snapshot of this process"))
		return;
	for (size_t i = 0; i < NSTYPE_COUNT; i++) {
		struct stat st;
		char path[64];

		(void)snprintf(path, sizeof(path), "/proc/self/%s", nstypes[i].path);
		if (stat(path, &st) < 0)
			is_int(shot.entry[i].errnum, errno, "%s is not there", nstypes[i].name);
		else
			ok(shot.entry[i].id.ino == st.st_ino && shot.entry[i].id.dev == st.st_dev,
			   "%s is what stat says", nstypes[i].name);
	}
}

static void questions(int dir)
{
	struct ns_id ids[NS_DEPTH_MAX], own;
	cleanup_fd int user = -1;
	cleanup_fd int net = -1;
	int other = -1;
	int n;

	if (ns_open(dir, NSTYPE_USER, &user) < 0 || ns_open(dir, NSTYPE_NET, &net) < 0) {
		unit_skip("this kernel lacks user or network namespaces");
		return;
	}
	is_int(ns_flag(net), CLONE_NEWNET, "the type of a namespace file");
	is_int(ns_flag(dir), -ENOTTY, "a directory is none");
	is_int(ns_open_parent(net, &other), -EINVAL, "network namespaces have no parent");
	is_int(ns_open_owner(user, &other), -EPERM, "the own user namespace's owner is not seen");
	is_int(other, -1, "the answer is untouched");
	n = ns_ancestry(user, ids);
	ok(ns_identify(user, &own) == 0 && n == 1 && ns_id_equal(ids[0], own),
	   "nothing is seen above the own user namespace");
	n = ns_ancestry(net, ids);
	ok(ns_identify(net, &own) == 0 && n == 1 && ns_id_equal(ids[0], own),
	   "nor above one that does not nest");
	is_int(ns_identify(-1, &own), -EBADF, "no file");
}

/* The scan finds this process, where the snapshot says it is. */
static void scan(int procfd, int dir)
{
	const struct scan_process *process;
	struct ns_snapshot shot;
	struct scan_process alone;
	struct proc_stat stat;
	struct error err = {0};
	struct scan all;

	if (proc_read_stat(dir, &stat) < 0 || ns_snapshot_take(dir, &shot) < 0 ||
	    scan_take(procfd, SCAN_ALL, &all, &err) < 0) {
		ok(false, "a scan");
		return;
	}
	process = scan_find_process(&all, stat.pid);
	if (ok(process && !process->unreadable, "the scan finds this process")) {
		is_int((long long)process->starttime, (long long)stat.starttime, "its start");
		for (size_t i = 0; i < NSTYPE_COUNT; i++)
			if (!shot.entry[i].errnum)
				ok(process->ns[i] == scan_find_ns(&all, nstypes[i].kind,
								  shot.entry[i].id.ino),
				   "its %s", nstypes[i].name);
	}
	ok(!scan_find_process(&all, 0) && scan_find_ns(&all, NSTYPE_NET, 1) == SCAN_NONE,
	   "it finds nothing that is not there");
	for (size_t i = 1; i < all.n_namespaces; i++)
		if (all.namespaces[i - 1].type > all.namespaces[i].type ||
		    (all.namespaces[i - 1].type == all.namespaces[i].type &&
		     all.namespaces[i - 1].ino >= all.namespaces[i].ino))
			ok(false, "namespace %zu is in its place", i);
	scan_free(&all);
	ok(scan_read_process(procfd, stat.pid, &alone) == 0 &&
		   alone.ns[NSTYPE_PID] == shot.entry[NSTYPE_PID].id.ino,
	   "read alone it is the same");
}

int main(void)
{
	cleanup_fd int procfd = -1;
	cleanup_fd int dir = -1;
	struct scan_process none;

	types();
	links();
	comparison();
	if (proc_mount_open("/proc", &procfd) < 0 || proc_open(procfd, 0, &dir) < 0) {
		ok(false, "/proc");
		return unit_done();
	}
	snapshot(dir);
	questions(dir);
	scan(procfd, dir);
	is_int(scan_read_process(procfd, 0x7ffffffe, &none), -ESRCH, "no such process");
	return unit_done();
}
