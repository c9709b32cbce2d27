#define _GNU_SOURCE
#include "lab/explain/explain.h"

#include "common/numeral.h"
#include "lab/nearest.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The errnos that calls on namespaces give. */
static const struct {
	int errnum;
	const char *name;
	const char *meaning;
} errnos[] = {
	{EPERM, "EPERM", "the kernel knows what you want and does not let you"},
	{ENOENT, "ENOENT", "a name in the path does not exist"},
	{ESRCH, "ESRCH", "there is no such process in the caller's PID namespace"},
	{EINTR, "EINTR", "a signal came first; call again"},
	{EIO, "EIO", NULL},
	{E2BIG, "E2BIG", NULL},
	{ENOEXEC, "ENOEXEC", "the file is neither a program for this machine nor a script with #!"},
	{EBADF, "EBADF", "the descriptor is not open; an earlier open has probably failed"},
	{ECHILD, "ECHILD", "there is no child to wait for"},
	{EAGAIN, "EAGAIN", "a limit on processes or memory is reached"},
	{ENOMEM, "ENOMEM", "rarely memory: a PID namespace without its init gives it too"},
	{EACCES, "EACCES", "the mode of a file or directory does not let you"},
	{EFAULT, "EFAULT", "an address that was passed is not the program's"},
	{EBUSY, "EBUSY", "somebody still uses it, or it is a mount point"},
	{EEXIST, "EEXIST", "it is there already"},
	{ENODEV, "ENODEV", "this kernel does not know the file system or device"},
	{ENOTDIR, "ENOTDIR", "a part of the path is no directory"},
	{EISDIR, "EISDIR", NULL},
	{EINVAL, "EINVAL", "the arguments do not make sense together, or not here"},
	{EMFILE, "EMFILE", NULL},
	{ENOSPC, "ENOSPC",
	 "rarely the disk: a limit on the number or depth of namespaces gives it too"},
	{EROFS, "EROFS", NULL},
	{ERANGE, "ERANGE", "a value is out of the range that is allowed here"},
	{ENOSYS, "ENOSYS", "the kernel has no such call, or a filter pretends so"},
	{ELOOP, "ELOOP", NULL},
	{EOVERFLOW, "EOVERFLOW", "a uid or gid has no place in the user namespace's map"},
	{EUSERS, "EUSERS", "too many nested user namespaces; since Linux 4.9 it is ENOSPC"},
	{EOPNOTSUPP, "EOPNOTSUPP", NULL},
	{ENETUNREACH, "ENETUNREACH",
	 "no route leads there in this network namespace; lo may be down"},
	{ENXIO, "ENXIO", NULL},
	{EFBIG, "EFBIG", NULL},
	{ENFILE, "ENFILE", NULL},
	{ENOTTY, "ENOTTY", NULL},
	{EXDEV, "EXDEV", NULL},
	{ETXTBSY, "ETXTBSY", NULL},
	{ESPIPE, "ESPIPE", NULL},
	{EMLINK, "EMLINK", NULL},
	{EPIPE, "EPIPE", NULL},
	{EDOM, "EDOM", NULL},
	{EDEADLK, "EDEADLK", NULL},
	{ENAMETOOLONG, "ENAMETOOLONG", NULL},
	{ENOTEMPTY, "ENOTEMPTY", NULL},
	{EDQUOT, "EDQUOT", NULL},
	{ENOTSOCK, "ENOTSOCK", NULL},
	{EAFNOSUPPORT, "EAFNOSUPPORT", NULL},
	{EADDRINUSE, "EADDRINUSE", NULL},
	{EADDRNOTAVAIL, "EADDRNOTAVAIL", NULL},
	{ENETDOWN, "ENETDOWN", NULL},
	{EHOSTUNREACH, "EHOSTUNREACH", NULL},
	{ECONNREFUSED, "ECONNREFUSED", NULL},
	{ETIMEDOUT, "ETIMEDOUT", NULL},
};

#define ERRNOS (sizeof(errnos) / sizeof(errnos[0]))

const struct explain_call explain_calls[] = {
	{"unshare", "", NULL},
	{"clone", "clone_newpid", NULL},
	{"clone3", "", NULL},
	{"setns", "nsenter", NULL},
	{"mount", "", NULL},
	{"umount", "umount2", NULL},
	{"pivot_root", "pivot", NULL},
	{"chroot", "", NULL},
	{"sethostname", "hostname setdomainname", NULL},
	{"uid_map", "uidmap", "write /proc/PID/uid_map"},
	{"gid_map", "gidmap", "write /proc/PID/gid_map"},
	{"setgroups", "", "setgroups(2), or write /proc/PID/setgroups"},
	{"setuid", "setresuid setreuid setgid setresgid", NULL},
	{"timens_offsets", "timens", "write /proc/PID/timens_offsets"},
	{"fork", "vfork", NULL},
	{"execve", "exec execvp execl", NULL},
	{"waitpid", "wait wait4 waitid", NULL},
	{"open", "openat", NULL},
	{"readlink", "stat", "look at /proc/PID/ns"},
	{"kill", "", NULL},
	{"pthread_create", "pthread thread", NULL},
	{"mknod", "", NULL},
	{"chown", "", NULL},
	{"prctl", "", NULL},
	{"ioctl", "", NULL},
	{"socket", "netlink", NULL},
	{"connect", "ping", NULL},
	{NULL, NULL, NULL},
};

/* Is WORD one of the words of LIST, in any case? */
static bool among(const char *list, const char *word, size_t len)
{
	while (*list) {
		size_t n = strcspn(list, " ");

		if (n == len && strncasecmp(list, word, len) == 0)
			return true;
		list += n + strspn(list + n, " ");
	}
	return false;
}

const struct explain_call *explain_call_find(const char *word)
{
	size_t len = strcspn(word, "(");

	for (const struct explain_call *call = explain_calls; call->name; call++)
		if ((strlen(call->name) == len && strncasecmp(call->name, word, len) == 0) ||
		    among(call->aliases, word, len))
			return call;
	return NULL;
}

const char *explain_call_nearest(const char *word)
{
	struct nearest nearest = nearest_start(word);

	for (const struct explain_call *call = explain_calls; call->name; call++)
		nearest_offer(&nearest, call->name, call->name);
	return nearest.best;
}

int explain_errno_find(const char *word)
{
	char *end;
	long number = strtol(word, &end, 10);

	if (end != word && !*end)
		return number > 0 && number < 4096 && explain_errno_name((int)number) ? (int)number
										      : 0;
	for (size_t i = 0; i < ERRNOS; i++)
		if (strcasecmp(errnos[i].name, word) == 0 ||
		    strcasecmp(strerror(errnos[i].errnum), word) == 0)
			return errnos[i].errnum;
	return 0;
}

const char *explain_errno_nearest(const char *word)
{
	struct nearest nearest;
	char upper[32];
	size_t len = 0;

	for (; len < sizeof(upper) - 1 && word[len]; len++)
		upper[len] = (char)toupper((unsigned char)word[len]);
	upper[len] = '\0';
	nearest = nearest_start(upper);
	for (size_t i = 0; i < ERRNOS; i++)
		nearest_offer(&nearest, errnos[i].name, errnos[i].name);
	return nearest.best;
}

const char *explain_errno_name(int errnum)
{
	for (size_t i = 0; i < ERRNOS; i++)
		if (errnos[i].errnum == errnum)
			return errnos[i].name;
	return NULL;
}

const char *explain_errno_at(size_t i)
{
	return i < ERRNOS ? errnos[i].name : NULL;
}

const char *explain_errno_meaning(int errnum)
{
	for (size_t i = 0; i < ERRNOS; i++)
		if (errnos[i].errnum == errnum)
			return errnos[i].meaning;
	return NULL;
}

bool explain_row_names(const struct explain_row *row, const char *call)
{
	return among(row->calls, call, strlen(call));
}

static void judge(const struct explain_row *row, const struct machine_readings *readings,
		  struct explain_answer *to)
{
	struct strbuf seen = STRBUF_INIT;
	enum fact holds = row->test ? row->test(readings, row->arg, &seen) : FACT_UNKNOWN;

	to->causes = xreallocarray(to->causes, to->n + 1, sizeof(*to->causes));
	to->causes[to->n++] = (struct explain_cause){
		.row = row,
		.holds = holds,
		.seen = strbuf_steal(&seen),
	};
}

/* The class of a cause in the answer; lower comes first. */
static int rank(enum fact holds)
{
	static const int ranks[] = {
		[FACT_YES] = 0, [FACT_MAYBE] = 1, [FACT_UNKNOWN] = 2, [FACT_NO] = 3};

	return ranks[holds];
}

void explain_pick(int errnum, const struct explain_call *call,
		  const struct machine_readings *readings, struct explain_answer *ret)
{
	*ret = (struct explain_answer){0};
	for (const struct explain_table *table = explain_tables; table->rows; table++)
		for (size_t i = 0; i < table->n; i++) {
			const struct explain_row *row = &table->rows[i];

			if (row->errnum == errnum && (!call || strcmp(row->calls, "*") == 0 ||
						      explain_row_names(row, call->name)))
				judge(row, readings, ret);
		}
	/* Insertion: stable, and there are never more than a dozen. */
	for (size_t i = 1; i < ret->n; i++)
		for (size_t k = i; k && rank(ret->causes[k].holds) < rank(ret->causes[k - 1].holds);
		     k--) {
			struct explain_cause swap = ret->causes[k];

			ret->causes[k] = ret->causes[k - 1];
			ret->causes[k - 1] = swap;
		}
}

void explain_answer_free(struct explain_answer *answer)
{
	for (size_t i = 0; i < answer->n; i++)
		free(answer->causes[i].seen);
	free(answer->causes);
	*answer = (struct explain_answer){0};
}
