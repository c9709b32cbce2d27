#define _GNU_SOURCE
#include "common/proc_status.h"

#include "common/numeral.h"
#include "common/strbuf.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const cap_names[PROC_CAP_COUNT] = {
	[PROC_CAP_INH] = "CapInh", [PROC_CAP_PRM] = "CapPrm", [PROC_CAP_EFF] = "CapEff",
	[PROC_CAP_BND] = "CapBnd", [PROC_CAP_AMB] = "CapAmb",
};

const char *proc_cap_name(enum proc_cap set)
{
	return cap_names[set];
}

static void skip_blanks(const char **at)
{
	while (**at == ' ' || **at == '\t')
		(*at)++;
}

static bool at_end(const char *at)
{
	skip_blanks(&at);
	return *at == '\0';
}

/* The readers below get a field's value without the newline, and where it goes. */

static bool read_name(const char *at, void *to)
{
	struct proc_status *status = to;
	size_t len = 0;

	for (; *at; at++) {
		char c = *at;

		if (c == '\\' && at[1] == 'n')
			c = '\n';
		if (c == '\\' && at[1] != '\\' && at[1] != 'n')
			return false;
		if (*at == '\\')
			at++;
		if (len + 1 == sizeof(status->name))
			return false;
		status->name[len++] = c;
	}
	status->name[len] = '\0';
	return true;
}

static bool read_state(const char *at, void *to)
{
	*(char *)to = at[0];
	return at[0] && (at[1] == ' ' || at[1] == '\0');
}

static bool read_pid(const char *at, void *to)
{
	uint64_t value;

	if (!numeral_take(&at, 10, INT_MAX, &value) || !at_end(at))
		return false;
	*(pid_t *)to = (pid_t)value;
	return true;
}

static bool read_count(const char *at, void *to)
{
	uint64_t value;

	if (!numeral_take(&at, 10, UINT_MAX, &value) || !at_end(at))
		return false;
	*(unsigned *)to = (unsigned)value;
	return true;
}

static bool read_small(const char *at, void *to)
{
	uint64_t value;

	if (!numeral_take(&at, 10, INT_MAX, &value) || !at_end(at))
		return false;
	*(int *)to = (int)value;
	return true;
}

static bool read_set(const char *at, void *to)
{
	const char *start = at;
	uint64_t value;

	if (!numeral_take(&at, 16, UINT64_MAX, &value) || !at_end(at) || at - start != 16)
		return false;
	*(uint64_t *)to = value;
	return true;
}

static bool read_ids(const char *at, void *to)
{
	uid_t *ids = to;

	for (size_t i = 0; i < PROC_ID_COUNT; i++) {
		uint64_t value;

		skip_blanks(&at);
		if (!numeral_take(&at, 10, UINT32_MAX, &value))
			return false;
		ids[i] = (uid_t)value;
	}
	return at_end(at);
}

static bool read_nspid(const char *at, void *to)
{
	struct proc_status *status = to;
	size_t n = 0;

	while (!at_end(at)) {
		uint64_t value;

		skip_blanks(&at);
		if (n == PROC_LEVELS_MAX || !numeral_take(&at, 10, INT_MAX, &value))
			return false;
		status->nspid[n++] = (pid_t)value;
	}
	status->n_nspid = n;
	return true;
}

static bool read_groups(const char *at, void *to)
{
	struct proc_status *status = to;

	status->n_groups = 0;
	while (!at_end(at)) {
		uint64_t value;

		skip_blanks(&at);
		if (!numeral_take(&at, 10, UINT32_MAX, &value))
			return false;
		status->groups = xreallocarray(status->groups, status->n_groups + 1, sizeof(gid_t));
		status->groups[status->n_groups++] = (gid_t)value;
	}
	return true;
}

struct field {
	const char *name;
	bool (*read)(const char *at, void *to);
	size_t offset;
	bool optional; /* older or smaller kernels do not write it */
};

#define AT(member) offsetof(struct proc_status, member)

static const struct field fields[] = {
	{"Name", read_name, 0, false},
	{"State", read_state, AT(state), false},
	{"Tgid", read_pid, AT(tgid), false},
	{"Pid", read_pid, AT(pid), false},
	{"PPid", read_pid, AT(ppid), false},
	{"Uid", read_ids, AT(uid), false},
	{"Gid", read_ids, AT(gid), false},
	{"Groups", read_groups, 0, false},
	{"NSpid", read_nspid, 0, true},
	{"Threads", read_count, AT(threads), false},
	{"SigBlk", read_set, AT(sig_blk), false},
	{"SigIgn", read_set, AT(sig_ign), false},
	{"SigCgt", read_set, AT(sig_cgt), false},
	{"CapInh", read_set, AT(cap[PROC_CAP_INH]), false},
	{"CapPrm", read_set, AT(cap[PROC_CAP_PRM]), false},
	{"CapEff", read_set, AT(cap[PROC_CAP_EFF]), false},
	{"CapBnd", read_set, AT(cap[PROC_CAP_BND]), false},
	{"CapAmb", read_set, AT(cap[PROC_CAP_AMB]), true},
	{"NoNewPrivs", read_small, AT(no_new_privs), true},
	{"Seccomp", read_small, AT(seccomp), true},
};

#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

/* Parse one line, which is cut up. *seen gets the bit of its field. */
static bool parse_line(char *line, struct proc_status *status, uint32_t *seen)
{
	char *colon = strchr(line, ':');
	const char *value;

	if (!colon)
		return false;
	*colon = '\0';
	value = colon + 1;
	if (*value == '\t')
		value++;
	for (size_t i = 0; i < N_FIELDS; i++) {
		if (strcmp(fields[i].name, line) != 0)
			continue;
		if (*seen >> i & 1)
			return false;
		*seen |= UINT32_C(1) << i;
		return fields[i].read(value, (char *)status + fields[i].offset);
	}
	return true;
}

static bool parse_lines(char *text, struct proc_status *status)
{
	uint32_t seen = 0;

	while (*text) {
		char *end = strchr(text, '\n');

		/* The kernel ends every line: without that this is a fragment. */
		if (!end)
			return false;
		*end = '\0';
		if (!parse_line(text, status, &seen))
			return false;
		text = end + 1;
	}
	for (size_t i = 0; i < N_FIELDS; i++)
		if (!fields[i].optional && !(seen >> i & 1))
			return false;
	return true;
}

int proc_status_parse(const char *text, struct proc_status *ret)
{
	struct proc_status status = {.no_new_privs = -1, .seccomp = -1};
	char *copy = xstrdup(text);
	bool good = parse_lines(copy, &status);

	free(copy);
	if (!good) {
		proc_status_free(&status);
		return -EBADMSG;
	}
	*ret = status;
	return 0;
}

void proc_status_free(struct proc_status *status)
{
	free(status->groups);
	status->groups = NULL;
	status->n_groups = 0;
}
