#ifndef NSLAB_CHECKS_PROBE_SEEK_H
#define NSLAB_CHECKS_PROBE_SEEK_H

/**
 * Look for a way from here to the file PATH of an old root, which begins with
 * TEXT. Returns the way's name ("cwd", "dotdot", "fd", "proc", "join",
 * "chroot", "below"; at most 7 letters), or NULL where none leads there.
 */
const char *probe_seek(const char *path, const char *text);

#endif
