/*
 * Wrong: saves the copying by a bind mount for each file.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const places[] = { "bin",  "lib", "lib64", "usr",
				      "proc", "sys", "dev",   "tmp" };

/* The file at PATH to the same path in the new root, which is "." here. */
static void copy(const char *path)
{
	char to[PATH_MAX];
	int in, out;

	snprintf(to, sizeof(to), ".%s", path);
	for (char *end = to + 2; (end = strchr(end, '/')); *end++ = '/') {
		*end = '\0';
		if (mkdir(to, 0755) < 0 && errno != EEXIST)
			err(1, "mkdir %s", to);
	}

	in = open(path, O_RDONLY);
	out = open(to, O_RDONLY | O_CREAT, 0755);
	if (in < 0 || out < 0)
		err(1, "copy %s", path);
	if (mount(path, to, NULL, MS_BIND, NULL) < 0)
		err(1, "mount %s", to);
	close(in);
	close(out);
}

/* What ldd(1) lists for an ELF program; for a static one, nothing. */
static void copy_libraries(const char *path)
{
	char line[PATH_MAX];
	FILE *list;

	/* A variable: no character of the name is the shell's to read. */
	setenv("FILE", path, 1);
	list = popen("ldd \"$FILE\" 2>/dev/null", "r");
	while (list && fgets(line, sizeof(line), list)) {
		/* "NAME => PATH (ADDRESS)", "PATH (ADDRESS)", or no PATH. */
		char *start = strchr(line, '/');

		if (start) {
			start[strcspn(start, " \n")] = '\0';
			copy(start);
		}
	}
	if (!list || WEXITSTATUS(pclose(list)) == 127)
		errx(1, "ldd can't be run");
}

static void copy_with_needs(const char *path)
{
	char head[PATH_MAX] = "";
	FILE *file = fopen(path, "r");

	if (!file || (!fgets(head, sizeof(head), file) && ferror(file)))
		err(1, "read %s", path);
	fclose(file);
	copy(path);
	if (strncmp(head, "#!", 2) == 0) {
		char *start = head + 2 + strspn(head + 2, " \t");

		start[strcspn(start, " \t\n")] = '\0';
		copy_with_needs(start);
	} else {
		copy_libraries(path);
	}
}

int main(int argc, char *argv[])
{
	if (argc < 3)
		errx(2, "usage: rootfs DIR BIN...");
	/* Before anything is made, so that nothing half done is left. */
	for (int i = 2; i < argc; i++)
		if (access(argv[i], X_OK) < 0)
			err(1, "%s", argv[i]);

	if ((mkdir(argv[1], 0755) < 0 && errno != EEXIST) || chdir(argv[1]) < 0)
		err(1, "mkdir %s", argv[1]);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (mkdir(places[i], 0755) < 0 && errno != EEXIST)
			err(1, "mkdir %s", places[i]);
	/* mkdir(2) takes the umask's bits away; tmp is for everybody. */
	if (chmod("tmp", 01777) < 0)
		err(1, "chmod tmp");

	for (int i = 2; i < argc; i++)
		copy_with_needs(argv[i]);
	return 0;
}
