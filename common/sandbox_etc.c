/*
 * Files of /etc that say who and where: the host's, with a line more. As everything of
 * the set-up: no allocation, no stdio.
 */
#define _GNU_SOURCE
#include "common/sandbox_internal.h"

#include "common/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>

/* ".layers/etc_passwd" for "etc/passwd": nothing else there has such a name. */
static void name_beside(char *to, const char *path)
{
	for (to = stpcpy(to, ".layers/"); *path; path++)
		*to++ = *path == '/' ? '_' : *path;
	*to = '\0';
}

int sandbox_file_new(const char *path, bool *ret_beside)
{
	char beside[PATH_MAX];

	name_beside(beside, path);
	*ret_beside = unlink(path) < 0 && errno != ENOENT;
	return open(*ret_beside ? beside : path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
}

bool sandbox_file_in_place(const char *path, bool beside)
{
	char from[PATH_MAX];

	if (!beside)
		return true;
	name_beside(from, path);
	/* The layer keeps nosuid on its mounts; the bind mount of one file on another need not. */
	return mount(from, path, NULL, MS_BIND, NULL) == 0 &&
	       mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | MS_NODEV, NULL) == 0;
}

/* The host's file with a line more. */
static void append(const char *path, const char *line)
{
	char host[PATH_MAX] = "/";
	cleanup_fd int from = open(strcat(host, path), O_RDONLY | O_CLOEXEC);
	cleanup_fd int to = -1;
	off_t offset = 0;
	bool beside;

	to = sandbox_file_new(path, &beside);
	if (to < 0)
		return;
	if (from >= 0)
		while (sendfile(to, from, &offset, 1 << 20) > 0)
			;
	(void)!write(to, line, strlen(line));
	(void)sandbox_file_in_place(path, beside);
}

/* A name for the ordinary uid. */
static void add_accounts(uid_t uid)
{
	char line[100];
	char *at = sandbox_put_number(stpcpy(line, "learner:x:"), uid);

	*at++ = ':';
	at = sandbox_put_number(at, uid);
	(void)stpcpy(at, ":learner:/home/learner:/bin/bash\n");
	append("etc/passwd", line);
	at = sandbox_put_number(line + strlen("learner:x:"), uid);
	(void)stpcpy(at, ":\n");
	append("etc/group", line);
}

void sandbox_etc_install(const struct sandbox_setup *setup)
{
	if (setup->uid)
		add_accounts(setup->uid);
	if (setup->config->hosts)
		append("etc/hosts", setup->config->hosts);
}
