/*
 * libarchive, loaded by the one process that reads an archive. Linked into lab it would
 * bring a dozen libraries (XML, Unicode tables, C++) into every command: twice the time to
 * start, and 3 MiB.
 */
#ifndef NSLAB_LAB_GRADE_UNPACK_LIBRARY_H
#define NSLAB_LAB_GRADE_UNPACK_LIBRARY_H

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>

/* What is used of it: the functions of archive_read(3) and archive_entry(3) by their names. */
struct unpack_library {
	__typeof__(archive_entry_filetype) *entry_filetype;
	__typeof__(archive_entry_hardlink) *entry_hardlink;
	__typeof__(archive_entry_pathname) *entry_pathname;
	__typeof__(archive_entry_pathname_utf8) *entry_pathname_utf8;
	__typeof__(archive_error_string) *error_string;
	__typeof__(archive_read_data) *read_data;
	__typeof__(archive_read_new) *read_new;
	__typeof__(archive_read_next_header) *read_next_header;
	__typeof__(archive_read_open_fd) *read_open_fd;
	__typeof__(archive_read_support_filter_gzip) *support_gzip;
	__typeof__(archive_read_support_format_gnutar) *support_gnutar;
	__typeof__(archive_read_support_format_tar) *support_tar;
	__typeof__(archive_read_support_format_zip) *support_zip;
};

/** Load it; it stays loaded. False where it, or a function of it, is not here. */
bool unpack_library_load(struct unpack_library *ret);

#endif
