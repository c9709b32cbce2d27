#define _GNU_SOURCE
#include "common/mirror_internal.h"

#include "common/cleanup.h"
#include "common/io.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#define FRESH_SECONDS (7 * 24 * 3600)
#define PATH_LONGEST  400
#define FILE_LARGEST  (256UL << 20)

bool mirror_is_path(const char *path)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-+~:%=/";
	size_t len = strlen(path);

	if (strncmp(path, "dists/", 6) != 0 && strncmp(path, "pool/", 5) != 0)
		return false;
	return len < PATH_LONGEST && strspn(path, allowed) == len && path[len - 1] != '/' &&
	       !strstr(path, "..") && !strstr(path, "//") && !strstr(path, "/.");
}

/* Indices change, under their hash they don't; neither does a package. */
static bool changes(const char *path)
{
	return strncmp(path, "dists/", 6) == 0 && !strstr(path, "/by-hash/");
}

/* The cache's file for a path, which may not be there; NULL where there is no cache. */
static char *cached_file(const struct mirror_source *source, const char *path)
{
	const char *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	const char *scheme = strstr(source->url, "://");
	const char *site = scheme ? scheme + 3 : source->url;

	if (cache && cache[0] == '/')
		return xasprintf("%s/nslab/mirror/%s/%s", cache, site, path);
	if (home && home[0] == '/')
		return xasprintf("%s/.cache/nslab/mirror/%s/%s", home, site, path);
	return NULL;
}

static int open_cached(const char *file, bool only_fresh)
{
	cleanup_fd int fd = file ? open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	if (only_fresh && st.st_mtime + FRESH_SECONDS < time(NULL))
		return -1;
	return steal_fd(&fd);
}

int mirror_run(const char *const *argv, bool errors, struct strbuf *said)
{
	cleanup_fd int output = memfd_create("apt", MFD_CLOEXEC);
	cleanup_fd int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t pid = output < 0 || null < 0 ? -1 : fork();
	int status = 0;

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)setrlimit(RLIMIT_FSIZE, &(struct rlimit){FILE_LARGEST, FILE_LARGEST});
		if (dup2(null, 0) < 0 || dup2(output, 1) < 0 ||
		    dup2(errors ? output : null, 2) < 0 || setenv("LC_ALL", "C", 1) < 0)
			_exit(127);
		(void)execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	(void)lseek(output, 0, SEEK_SET);
	(void)io_read_fd(output, 1 << 20, said);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* apt's own words about a failure, on one line: what stands after "E: Failed to fetch URL". */
static void take_reason(const char *said, const char *url, struct error *err)
{
	static const char mark[] = "E: Failed to fetch ";
	const char *at = strstr(said, mark);

	if (at)
		at += strlen(mark);
	if (at && strncmp(at, url, strlen(url)) == 0)
		at += strlen(url);
	if (at)
		at += strspn(at, " ");
	(void)error_say(err, EHOSTUNREACH, "%s: %.*s", url, at ? (int)strcspn(at, "\n") : 40,
			at ? at : "apt-helper could not fetch it");
}

/* Let apt fetch URL into the file TO. Returns 200, 404 or 502. */
static int fetch(const char *url, const char *to, struct error *err)
{
	const char *const argv[] = {"/usr/lib/apt/apt-helper",
				    "-o",
				    "Acquire::Retries=1",
				    "-o",
				    "Acquire::http::Timeout=10",
				    "-o",
				    "Acquire::https::Timeout=10",
				    "download-file",
				    url,
				    to,
				    NULL};
	struct strbuf said cleanup_strbuf = STRBUF_INIT;

	if (mirror_run(argv, true, &said) == 0)
		return 200;
	take_reason(said.s, url, err);
	return strstr(said.s, " 404 ") ? 404 : 502;
}

static char *make_temporary(char *pattern)
{
	cleanup_free char *name = pattern;
	cleanup_fd int fd = mkostemp(name, O_CLOEXEC);

	return fd < 0 ? NULL : steal_ptr(name);
}

/*
 * A file to fetch into: beside the cache's, so that it can be renamed to it. Where
 * the cache can't be written (it may be another user's), among temporary files.
 */
static char *temporary_file(const char *file, bool *ret_beside)
{
	const char *slash = file ? strrchr(file, '/') : NULL;
	cleanup_free char *dir = slash ? xstrndup(file, (size_t)(slash - file)) : NULL;
	const char *tmp = getenv("TMPDIR");
	struct error ignored;
	char *name = NULL;

	if (dir && io_make_dirs(dir, &ignored) == 0)
		name = make_temporary(xasprintf("%s.XXXXXX", file));
	*ret_beside = name;
	return name ? name
		    : make_temporary(
			      xasprintf("%s/nslab-mirror.XXXXXX", tmp && *tmp ? tmp : "/tmp"));
}

int mirror_open(const struct mirror_source *source, const char *path, int *ret_fd,
		struct error *err)
{
	cleanup_free char *file = cached_file(source, path);
	cleanup_free char *url = xasprintf("%s/%s", source->url, path);
	cleanup_free char *temporary = NULL;
	cleanup_fd int fd = open_cached(file, changes(path));
	bool beside = false;
	int status = 200;

	if (fd < 0) {
		temporary = temporary_file(file, &beside);
		if (!temporary) {
			(void)error_set(err, errno, "cannot make a file for %s", url);
			return 502;
		}
		status = fetch(url, temporary, err);
		/* An index that is too old is better than none. */
		fd = status == 200 ? open_cached(temporary, false)
				   : open_cached(status == 502 ? file : NULL, false);
		/* apt gives it the date that the mirror has; ours says when it was fetched. */
		if (status == 200 && fd >= 0) {
			(void)futimens(fd, NULL);
			(void)fchmod(fd, 0644);
			if (beside)
				(void)rename(temporary, file);
		}
		(void)unlink(temporary);
	}
	if (fd < 0)
		return status == 200 ? 502 : status;
	*ret_fd = steal_fd(&fd);
	return 200;
}
