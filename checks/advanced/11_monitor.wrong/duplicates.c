/* Wrong: a new line whenever the namespace is another than that of the process before. */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *type = argc > 1 ? argv[1] : "pid";
	char path[600], text[100], last[100] = "", pids[100000] = "";
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int count = 0;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", type);
	if (access(path, F_OK) < 0)
		return fprintf(stderr, "usage: monitor [TYPE]\n"), 2;
	while ((entry = readdir(proc))) {
		ssize_t len;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/ns/%s", entry->d_name, type);
		len = readlink(path, text, sizeof(text) - 1);
		if (len < 0)
			continue;
		text[len] = '\0';
		if (strcmp(text, last) != 0 && count) {
			printf("%s %.10s %d%s\n", type, strchr(last, '[') + 1, count, pids);
			count = 0;
			pids[0] = '\0';
		}
		strcpy(last, text);
		sprintf(pids + strlen(pids), " %s", entry->d_name);
		count++;
	}
	printf("%s %.10s %d%s\n", type, strchr(last, '[') + 1, count, pids);
	return 0;
}
