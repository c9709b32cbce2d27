/* Different: follows the links with fstatat(2), and keeps a sorted list of namespaces. */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct group {
	struct group *next;
	ino_t ino;
	unsigned n;
	char *pids;
};

static struct group *first;

static void add(ino_t ino, const char *pid)
{
	struct group **at = &first, *group;
	char *longer;

	while (*at && (*at)->ino < ino)
		at = &(*at)->next;
	group = *at;
	if (!group || group->ino != ino) {
		group = calloc(1, sizeof(*group));
		if (!group)
			err(1, "calloc");
		group->next = *at;
		group->ino = ino;
		*at = group;
	}
	if (asprintf(&longer, "%s %s", group->pids ? group->pids : "", pid) < 0)
		err(1, "asprintf");
	free(group->pids);
	group->pids = longer;
	group->n++;
}

int main(int argc, char **argv)
{
	const char *type = argc > 1 ? argv[1] : "pid";
	DIR *proc = opendir("/proc");
	unsigned refused = 0;
	struct dirent *entry;
	char path[600];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", type);
	if (!proc || argc > 2 || stat(path, &st) < 0) {
		fprintf(stderr, "usage: monitor [TYPE]\n");
		return 2;
	}
	while ((entry = readdir(proc))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "%s/ns/%s", entry->d_name, type);
		if (fstatat(dirfd(proc), path, &st, 0) == 0)
			add(st.st_ino, entry->d_name);
		else if (errno != ENOENT && errno != ESRCH &&
			 fstatat(dirfd(proc), entry->d_name, &st, 0) == 0)
			refused++;
	}
	for (struct group *group = first; group; group = group->next)
		printf("%s %lu %u%s\n", type, (unsigned long)group->ino, group->n, group->pids);
	fprintf(stderr, "(%u not readable)\n", refused);
	return 0;
}
