/*
 * Subordinate ids inside a sandbox that has a range: /etc/subuid and /etc/subgid
 * with one line for its own user, and newuidmap(1) and newgidmap(1) that work.
 *
 * The host's are set-user-ID programs of a root that is not mapped here, so the
 * kernel ignores that bit (user_namespaces(7), "Set-user-ID and set-group-ID
 * programs"). Copies that belong to the sandbox's root take their places. As
 * everything of the set-up: no allocation, no stdio.
 */
#define _GNU_SOURCE
#include "common/sandbox_internal.h"

#include "common/cleanup.h"
#include "common/sandbox_ids.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

/* Relative to the new root, where the paths begin; the host's are there with a "/" in front. */
static const char *const helpers[] = {"/usr/bin/newuidmap", "/usr/bin/newgidmap"};
static const char *const ranges[] = {"/etc/subuid", "/etc/subgid"};

static bool copy_helper(const char *host)
{
	const char *path = host + 1;
	cleanup_fd int from = open(host, O_RDONLY | O_CLOEXEC);
	cleanup_fd int to = -1;
	off_t offset = 0;
	bool beside;
	ssize_t n;

	if (from < 0)
		return false;
	to = sandbox_file_new(path, &beside);
	if (to < 0)
		return false;
	while ((n = sendfile(to, from, &offset, 1 << 20)) > 0)
		;
	/* The owner first: a change of it clears the set-user-ID bit. */
	return n == 0 && fchown(to, 0, 0) == 0 && fchmod(to, 04755) == 0 &&
	       sandbox_file_in_place(path, beside);
}

static bool write_range(const char *host, const struct sandbox_setup *setup, unsigned long count)
{
	const char *path = host + 1;
	char line[80];
	bool beside;
	cleanup_fd int to = sandbox_file_new(path, &beside);
	char *at = stpcpy(line, setup->uid ? "learner:" : "root:");

	at = sandbox_put_number(at, setup->uid ? SANDBOX_RANGE_USER : SANDBOX_RANGE_ROOT);
	*at++ = ':';
	at = stpcpy(sandbox_put_number(at, count), "\n");
	return to >= 0 && write(to, line, (size_t)(at - line)) == at - line &&
	       sandbox_file_in_place(path, beside);
}

void sandbox_subids_install(const struct sandbox_setup *setup, struct sandbox_features *features)
{
	/* Its own id and, where that is not root, root's are not for handing out. */
	unsigned own = setup->uid ? 2 : 1;
	bool works = setup->ids > own;

	for (size_t i = 0; i < 2 && works; i++)
		works = copy_helper(helpers[i]) && write_range(ranges[i], setup, setup->ids - own);
	features->subids = works ? setup->ids - own : 0;
}
