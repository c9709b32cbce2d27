#define _GNU_SOURCE
#include "lab/grade/unpack_library.h"

#include "common/library.h"

/* The interface of libarchive 3; the bare name is there where development files are. */
static const char *const files[] = {"libarchive.so.13", "libarchive.so", NULL};

#define ROW(member, symbol)                                      \
	{                                                        \
		offsetof(struct unpack_library, member), #symbol \
	}

static const struct library_function functions[] = {
	ROW(entry_filetype, archive_entry_filetype),
	ROW(entry_hardlink, archive_entry_hardlink),
	ROW(entry_pathname, archive_entry_pathname),
	ROW(entry_pathname_utf8, archive_entry_pathname_utf8),
	ROW(error_string, archive_error_string),
	ROW(read_data, archive_read_data),
	ROW(read_new, archive_read_new),
	ROW(read_next_header, archive_read_next_header),
	ROW(read_open_fd, archive_read_open_fd),
	ROW(support_gzip, archive_read_support_filter_gzip),
	ROW(support_gnutar, archive_read_support_format_gnutar),
	ROW(support_tar, archive_read_support_format_tar),
	ROW(support_zip, archive_read_support_format_zip),
};

bool unpack_library_load(struct unpack_library *ret)
{
	return library_load(files, functions, sizeof(functions) / sizeof(*functions), ret);
}
