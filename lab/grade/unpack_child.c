#define _GNU_SOURCE
#include "lab/grade/unpack_internal.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/grade/choose.h"
#include "lab/grade/student.h"
#include "lab/grade/unpack_library.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CPU_S	     5
#define MEMORY_BYTES (512UL * 1024 * 1024)
#define BLOCK	     65536

static struct unpack_library library;

/* Where the child stands. */
struct reading {
	struct archive *archive;
	const struct unpack_wish *wish;
	int out;
	long long bytes; /* unpacked so far */
	unsigned entries;
	struct strbuf text; /* of the entry */
};

static void say(const struct reading *reading, enum unpack_kind kind, const char *path,
		const char *text, size_t len)
{
	struct unpack_head head = {
		.kind = kind, .path_len = (uint32_t)strlen(path), .text_len = (uint32_t)len};

	if (io_write_all(reading->out, &head, sizeof(head)) < 0 ||
	    io_write_all(reading->out, path, head.path_len) < 0 ||
	    io_write_all(reading->out, text, len) < 0)
		_exit(1);
}

_Noreturn __attribute__((format(printf, 2, 3))) static void refuse(const struct reading *reading,
								   const char *fmt, ...)
{
	char why[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	say(reading, UNPACK_REFUSED, "", why, strlen(why));
	_exit(0);
}

_Noreturn static void refuse_damaged(const struct reading *reading)
{
	const char *why = library.error_string(reading->archive);

	refuse(reading, "the archive is damaged: %.200s", why ? why : "it can't be read");
}

/* Read an entry's bytes to their end; the text is kept as long as it is small enough. */
static bool read_entry(struct reading *reading)
{
	static char block[BLOCK];
	bool fits = true;
	ssize_t n;

	strbuf_reset(&reading->text);
	while ((n = library.read_data(reading->archive, block, sizeof(block))) > 0) {
		reading->bytes += n;
		if (reading->bytes > UNPACK_BYTES_MAX)
			refuse(reading, "the archive holds more than %lld MiB",
			       UNPACK_BYTES_MAX / (1024 * 1024));
		fits = fits && reading->text.len + (size_t)n <= UNPACK_FILE_MAX;
		if (fits)
			strbuf_add(&reading->text, block, (size_t)n);
	}
	if (n < 0)
		refuse_damaged(reading);
	return fits;
}

/* What an entry is that is no file, or NULL. */
static const char *oddity(struct archive_entry *entry)
{
	if (library.entry_hardlink(entry))
		return "a link to another file";
	switch (library.entry_filetype(entry)) {
	case AE_IFREG:
		return NULL;
	case AE_IFLNK:
		return "a symbolic link";
	case AE_IFIFO:
		return "a FIFO";
	case AE_IFSOCK:
		return "a socket";
	default:
		return "a device";
	}
}

/* An entry's name, or "" where there is none that can be read. */
static const char *name_of(struct archive_entry *entry)
{
	const char *path = library.entry_pathname(entry);

	/* Where the locale has no words for it. */
	if (!path)
		path = library.entry_pathname_utf8(entry);
	return path && strlen(path) < UNPACK_PATH_MAX ? path : "";
}

static void read_one(struct reading *reading, struct archive_entry *entry)
{
	const char *path = name_of(entry);
	const char *odd;

	if (++reading->entries > UNPACK_ENTRIES_MAX)
		refuse(reading, "the archive has more than %d entries", UNPACK_ENTRIES_MAX);
	if (!*path)
		refuse(reading, "the archive has an entry whose name can't be read");
	if (!choose_stays_inside(path)) {
		cleanup_free char *plain = student_text(path, strlen(path));

		refuse(reading, "the archive has an entry that leads out of it: %.200s", plain);
	}
	if (library.entry_filetype(entry) == AE_IFDIR)
		return;
	odd = oddity(entry);
	if (!odd && !read_entry(reading))
		odd = "larger than 1 MiB";
	if (!reading->wish->wanted(reading->wish->data, path))
		return;
	if (odd)
		say(reading, UNPACK_OTHER, path, odd, strlen(odd));
	else
		say(reading, UNPACK_FILE, path, reading->text.s, reading->text.len);
}

static void open_archive(struct reading *reading, int fd, enum handed_kind kind)
{
	struct archive *archive = library.read_new();

	reading->archive = archive;
	if (!archive)
		_exit(1);
	/* Only these: some filters of libarchive start programs. */
	if (kind == HANDED_ZIP) {
		(void)library.support_zip(archive);
	} else {
		(void)library.support_gzip(archive);
		(void)library.support_tar(archive);
		(void)library.support_gnutar(archive);
	}
	if (library.read_open_fd(archive, fd, 16384) != ARCHIVE_OK)
		refuse_damaged(reading);
}

static void limit(void)
{
	static const struct {
		int which;
		unsigned long most;
	} limits[] = {
#ifndef __SANITIZE_ADDRESS__
		{RLIMIT_AS, MEMORY_BYTES}, /* AddressSanitizer reserves terabytes */
#endif
		{RLIMIT_CPU, CPU_S},
		{RLIMIT_CORE, 0},
		{RLIMIT_FSIZE, 0},
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		struct rlimit most = {limits[i].most, limits[i].most + (limits[i].most != 0)};

		(void)setrlimit(limits[i].which, &most);
	}
}

/* Leave standard input (the archive) and standard output (the pipe), nothing else. */
static void close_the_rest(int *fd, int *out)
{
	int high = dup(*fd), high_out = dup(*out);

	if (dup2(high, 0) < 0 || dup2(high_out, 1) < 0)
		_exit(1);
	(void)syscall(SYS_close_range, 2U, ~0U, 0U);
	*fd = 0;
	*out = 1;
}

_Noreturn void unpack_child(int fd, int out, enum handed_kind kind, const struct unpack_wish *wish)
{
	struct reading reading = {.wish = wish, .text = STRBUF_INIT};
	struct archive_entry *entry;
	int r;

	for (int sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	close_the_rest(&fd, &out);
	reading.out = out;
	if (!unpack_library_load(&library))
		refuse(&reading,
		       "lab can't read archives here: libarchive is missing, make deps installs it");
	limit();
	unpack_confine();
	open_archive(&reading, fd, kind);
	while ((r = library.read_next_header(reading.archive, &entry)) != ARCHIVE_EOF) {
		if (r < ARCHIVE_WARN)
			refuse_damaged(&reading);
		read_one(&reading, entry);
	}
	say(&reading, UNPACK_DONE, "", "", 0);
	_exit(0);
}
