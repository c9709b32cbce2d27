/*
 * Ownership made visible: variables that free, close or end what they hold
 * when they go out of scope.
 *
 *	cleanup_free char *line = NULL;
 *	cleanup_fd int fd = -1;
 *	...
 *	*ret_fd = steal_fd(&fd);	(the caller owns it now)
 *
 * Descriptors start at -1, pointers at NULL; every destructor accepts those.
 */
#ifndef NSLAB_COMMON_CLEANUP_H
#define NSLAB_COMMON_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_freep(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_fdp(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static inline void cleanup_filep(FILE **file)
{
	if (*file)
		(void)fclose(*file);
}

static inline void cleanup_dirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

#define cleanup_free __attribute__((cleanup(cleanup_freep)))
#define cleanup_fd   __attribute__((cleanup(cleanup_fdp)))
#define cleanup_file __attribute__((cleanup(cleanup_filep)))
#define cleanup_dir  __attribute__((cleanup(cleanup_dirp)))

/** Hand a descriptor on: returns it and leaves -1 behind. */
static inline int steal_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/** Hand allocated memory on: evaluates to the pointer and leaves NULL behind. */
#define steal_ptr(p)                        \
	__extension__({                     \
		__typeof__(p) taken_ = (p); \
		(p) = NULL;                 \
		taken_;                     \
	})

#endif
