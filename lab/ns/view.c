#define _GNU_SOURCE
#include "lab/ns/view.h"

#include "common/cleanup.h"
#include "common/error.h"
#include "common/text.h"
#include "lab/output.h"

#include <errno.h>
#include <jansson.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>

/* How a hold is called in a table, by bit number; scan_hold_names are for machines. */
static const char *const hold_words[SCAN_HOLDS] = {
	"process", "thread", "for children", "bind mount", "descriptor", "namespace below",
};

int ns_pid_error(pid_t pid, int errnum)
{
	struct error err = {0};

	if (errnum == ESRCH) {
		(void)error_say(&err, errnum, "there is no process %d", (int)pid);
		error_remedy(&err, "\"ps -e\" lists those you can see");
	} else {
		(void)error_set(&err, errnum, "the namespaces of process %d may not be read",
				(int)pid);
		error_remedy(&err, "Linux shows them only to who could trace the process: its own "
				   "user, with all capabilities that it has");
	}
	return output_error(&err, LAB_FAIL);
}

bool ns_wanted(const struct ns_request *request, enum nstype_id entry)
{
	return !request->type || nstypes[entry].kind == request->type->kind;
}

static bool speaks_utf8(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool utf8;

	if (locale == (locale_t)0)
		return false;
	utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	freelocale(locale);
	return utf8;
}

const struct ns_signs *ns_signs(void)
{
	static const struct ns_signs utf8 = {"\u2260", "\u251c\u2500 ", "\u2514\u2500 ",
					     "\u2502  "};
	static const struct ns_signs ascii = {"!=", "|- ", "`- ", "|  "};

	return speaks_utf8() ? &utf8 : &ascii;
}

/* Bytes 10xxxxxx continue a UTF-8 character. */
static bool starts_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

void ns_add_padded(struct strbuf *to, const char *text, size_t width)
{
	size_t columns = 0;

	if (!width) {
		strbuf_adds(to, text);
		return;
	}
	for (; *text; text++) {
		if (starts_character(*text) && columns++ == width)
			return;
		strbuf_addc(to, *text);
	}
	for (; columns < width; columns++)
		strbuf_addc(to, ' ');
}

void ns_add_comm(struct strbuf *to, const char *comm)
{
	text_one_line(to, comm, strlen(comm), 64);
}

void ns_add_holder(struct strbuf *to, const struct scan *scan, const struct scan_ns *ns)
{
	const struct scan_process *process = ns->pid ? scan_find_process(scan, ns->pid) : NULL;

	if (process) {
		strbuf_addf(to, "%d ", (int)ns->pid);
		ns_add_comm(to, process->comm);
		if (ns->tid)
			strbuf_addf(to, " (thread %d)", (int)ns->tid);
	} else if (ns->mount != SCAN_NONE) {
		const char *point = scan->mounts[ns->mount].point;

		text_one_line(to, point, strlen(point), 256);
	} else {
		strbuf_addc(to, '-');
	}
}

void ns_add_holds(struct strbuf *to, const struct scan_ns *ns)
{
	unsigned holds = ns->holds;
	bool first = true;

	/* Where there are processes, namespaces below and those for their children are the rule. */
	if (holds & SCAN_HELD_PROCESS)
		holds &= ~(unsigned)SCAN_HELD_PENDING;
	if (holds != SCAN_HELD_CHILD)
		holds &= ~(unsigned)SCAN_HELD_CHILD;
	for (size_t bit = 0; bit < SCAN_HOLDS; bit++) {
		if (!(holds >> bit & 1))
			continue;
		strbuf_addf(to, "%s%s", first ? "" : ", ", hold_words[bit]);
		first = false;
	}
}

static json_t *related(const struct scan *scan, uint32_t row)
{
	return row == SCAN_NONE ? json_null() : json_integer((json_int_t)scan->namespaces[row].ino);
}

static json_t *clean_string(const char *text)
{
	cleanup_strbuf struct strbuf clean = STRBUF_INIT;

	/* jansson takes well-formed UTF-8 only; a name can be any bytes. */
	text_one_line(&clean, text, strlen(text), 4096);
	return json_string(clean.s);
}

static json_t *mount_json(const struct scan *scan, const struct scan_mount *mount)
{
	json_t *object = json_object();

	json_object_set_new(object, "mnt", related(scan, mount->mntns));
	json_object_set_new(object, "point", clean_string(mount->point));
	return object;
}

static json_t *mounts_of(const struct scan *scan, const struct scan_ns *ns)
{
	json_t *list = json_array();

	if (ns->mount == SCAN_NONE)
		return list;
	for (size_t i = ns->mount; i < scan->n_mounts; i++)
		if (&scan->namespaces[scan->mounts[i].ns] == ns)
			json_array_append_new(list, mount_json(scan, &scan->mounts[i]));
	return list;
}

static json_t *ns_json(const struct scan *scan, const struct scan_ns *ns)
{
	const struct scan_process *process = ns->pid ? scan_find_process(scan, ns->pid) : NULL;
	json_t *object = json_object();
	json_t *holds = json_array();

	for (size_t bit = 0; bit < SCAN_HOLDS; bit++)
		if (ns->holds >> bit & 1)
			json_array_append_new(holds, json_string(scan_hold_names[bit]));
	json_object_set_new(object, "type", json_string(nstypes[ns->type].name));
	json_object_set_new(object, "inode", json_integer((json_int_t)ns->ino));
	json_object_set_new(object, "nprocs", json_integer(ns->nprocs));
	json_object_set_new(object, "pid", ns->pid ? json_integer(ns->pid) : json_null());
	json_object_set_new(object, "tid", ns->tid ? json_integer(ns->tid) : json_null());
	json_object_set_new(object, "command", process ? clean_string(process->comm) : json_null());
	json_object_set_new(object, "parent", related(scan, ns->parent));
	json_object_set_new(object, "owner", related(scan, ns->owner));
	if (ns->type == NSTYPE_USER)
		json_object_set_new(object, "owner_uid",
				    ns->has_owner_uid ? json_integer((json_int_t)ns->owner_uid)
						      : json_null());
	json_object_set_new(object, "held_by", holds);
	json_object_set_new(object, "mounts", mounts_of(scan, ns));
	return object;
}

/* One object at a time: as one tree the list would take more memory than the whole scan. */
void ns_print_json(const struct scan *scan, const bool *shown)
{
	const char *separator = "";

	(void)printf("{\"schema\": \"%s\", \"processes\": %zu, \"unreadable\": %u, "
		     "\"namespaces\": [",
		     NS_SCHEMA, scan->n_processes, scan->unreadable);
	for (size_t i = 0; i < scan->n_namespaces; i++) {
		json_t *object;

		if (!shown[i])
			continue;
		object = ns_json(scan, &scan->namespaces[i]);
		(void)printf("%s\n", separator);
		(void)json_dumpf(object, stdout, 0);
		json_decref(object);
		separator = ",";
	}
	(void)fputs("\n]}\n", stdout);
}

void ns_note_unreadable(const struct scan *scan)
{
	if (!scan->unreadable)
		return;
	(void)fflush(stdout);
	(void)fprintf(stderr,
		      "lab: The namespaces of %u of %zu processes may not be read; what only they "
		      "hold is missing here.\n",
		      scan->unreadable, scan->n_processes);
}
