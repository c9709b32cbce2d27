/*
 * Archives, read and never unpacked: no name of an archive becomes a path here. A child
 * walks through one with libarchive and hands over what the caller may want, entry by entry.
 *
 *	lab ── fork ── child: only the archive and a pipe are open; limits on time, memory;
 *	  │              a system call filter that leaves reading, writing and memory
 *	  └── pipe ──── entries: kind, path, text       believed no more than the archive
 *
 * What an archive can do at worst is to be an error of its own student.
 */
#ifndef NSLAB_LAB_GRADE_UNPACK_H
#define NSLAB_LAB_GRADE_UNPACK_H

#include "lab/grade/handed.h"

#include "common/strbuf.h"

#include <stdbool.h>

#define UNPACK_ARCHIVE_MAX (64L * 1024 * 1024)	 /* bytes of the archive itself */
#define UNPACK_BYTES_MAX   (256LL * 1024 * 1024) /* bytes of all it holds */
#define UNPACK_ENTRIES_MAX 4096
#define UNPACK_FILE_MAX	   (1024L * 1024) /* bytes of a file that is handed over */
#define UNPACK_PATH_MAX	   4096

struct unpack_entry {
	const char *path;
	const char *trouble; /* why it is no file one could take ("a symbolic link"), or NULL */
	const char *data;
	size_t len;
	long long time; /* when it was written, seconds since 1970; 0: that of the archive */
};

struct unpack_wish {
	/* In the child: is this path of interest? Others are passed over. */
	bool (*wanted)(void *data, const char *path);
	/* In the caller: an entry that was wanted. Strings live until it returns. */
	void (*take)(void *data, const struct unpack_entry *entry);
	void *data;
};

/**
 * Read the archive on fd. Returns NULL, or why it can't be used: an allocated sentence
 * without the full stop. What was taken before is to be forgotten then.
 */
char *unpack(int fd, enum handed_kind kind, const struct unpack_wish *wish);

#endif
