/*
 * All that a program needs
 *
 * Goal:   Build a root file system in DIR in which every BIN can be run.
 * Man:    ldd(1) ld.so(8) execve(2) chroot(8) sendfile(2)
 * Run:    rootfs DIR BIN...
 * Expect: "chroot DIR BIN" runs.
 * Read:   docs/mnt/03_rootfs.md
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
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
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	if (in < 0 || out < 0)
		err(1, "copy %s", path);
	/* TODO(3): all its bytes; see sendfile(2) */
	errx(42, "TODO(3): the file is made, but empty");
	/* END(3) */
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
		/* TODO(4): copy every PATH; see strchr(3), strcspn(3) */
		errx(42, "TODO(4): the libraries are not copied yet");
		/* END(4) */
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
		/* TODO(5): what the kernel runs for a script; see execve(2) */
		errx(42, "TODO(5): a script's interpreter is not copied yet");
		/* END(5) */
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
		/* TODO(1): is it there, and executable? See access(2) */
		errx(42, "TODO(1): nobody looks whether BIN is there");
		/* END(1) */

	if ((mkdir(argv[1], 0755) < 0 && errno != EEXIST) || chdir(argv[1]) < 0)
		err(1, "mkdir %s", argv[1]);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (mkdir(places[i], 0755) < 0 && errno != EEXIST)
			err(1, "mkdir %s", places[i]);
	/* mkdir(2) takes the umask's bits away; tmp is for everybody. */
	/* TODO(2): give tmp its mode with chmod(2); see stat(2) for S_ISVTX */
	errx(42, "TODO(2): tmp has not its mode yet");
	/* END(2) */

	for (int i = 2; i < argc; i++)
		copy_with_needs(argv[i]);
	return 0;
}
