#define _GNU_SOURCE
#include "lab/check/watch.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define QUIET_MS    30	/* without an event before the file is read */
#define OPEN_MS	    500 /* the same while whoever writes has not closed it */
#define RESTLESS_MS 500 /* events put it off no more after this */
#define POLL_MS	    250
#define FILE_MAX    (8L * 1024 * 1024)

#define DIR_EVENTS                                                                              \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF | \
	 IN_ONLYDIR)
#define SAVED_EVENTS (IN_CLOSE_WRITE | IN_MOVED_TO)
#define LOST_EVENTS  (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)

/* File systems on which another machine or another system may write unseen (linux/magic.h). */
static const unsigned long silent_fs[] = {
	0x00006969, /* NFS */
	0x01021997, /* 9p: WSL 2's drives, virtual machines */
	0x65735546, /* FUSE: sshfs, WSL 2 and Docker Desktop mounts */
	0x53464846, /* drvfs of WSL 1 */
	0x0000517b, /* SMB */
	0xff534d42, /* CIFS */
	0xfe534d42, /* SMB 2 */
	0x786f4256, /* VirtualBox shared folders */
	0xbacbacbc, /* VMware shared folders */
	0x00c36400, /* Ceph */
	0x5346414f, /* AFS */
	0x73757245, /* Coda */
};

/* What stat(2) says, to see whether anything has changed. */
struct stamp {
	bool there;
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec mtime, ctime;
};

/* A directory watched by inotify, and the name in it that counts. */
struct place {
	int wd;
	char *name;
};

struct watch {
	char *path;
	int epoll;
	int inotify; /* -1: polling */
	int quiet;   /* timer: the file has been quiet long enough */
	int tick;    /* timer of the poll backend */
	struct place places[2];
	size_t n_places;
	struct stamp stamp;
	uint64_t digest;
	long long restless_since; /* ms; 0: quiet */
};

uint64_t watch_digest_of(const void *data, size_t len)
{
	const unsigned char *at = data;
	uint64_t hash = 0xcbf29ce484222325ULL; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ at[i]) * 0x100000001b3ULL;
	return hash ? hash : 1;
}

int watch_is_silent_fs(unsigned long magic)
{
	for (size_t i = 0; i < sizeof(silent_fs) / sizeof(*silent_fs); i++)
		if (silent_fs[i] == (magic & 0xffffffffUL))
			return 1;
	return 0;
}

static long long now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void set_timer(int timer, long first_ms, long every_ms)
{
	struct itimerspec spec = {
		.it_value = {first_ms / 1000, first_ms % 1000 * 1000000},
		.it_interval = {every_ms / 1000, every_ms % 1000 * 1000000},
	};

	(void)timerfd_settime(timer, 0, &spec, NULL);
}

/* Has the timer run out since the last look? */
static bool timer_fired(int timer)
{
	uint64_t times;

	return read(timer, &times, sizeof(times)) == sizeof(times);
}

static struct stamp stamp_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return (struct stamp){.there = false};
	return (struct stamp){.there = true,
			      .dev = st.st_dev,
			      .ino = st.st_ino,
			      .size = st.st_size,
			      .mtime = st.st_mtim,
			      .ctime = st.st_ctim};
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same_stamp(const struct stamp *a, const struct stamp *b)
{
	return a->there == b->there && a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       same_time(a->mtime, b->mtime) && same_time(a->ctime, b->ctime);
}

/* All that stat(2) tells: what was only truncated so far is not saved yet. */
static bool is_saved(const struct stamp *stamp)
{
	return !stamp->there || stamp->size > 0;
}

static void read_digest(struct watch *watch)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error ignored = {0};
	int r = io_read_file(AT_FDCWD, watch->path, FILE_MAX, &text, &ignored);

	/* Between unlink and rename there is no file: that is no new content. */
	if (r == -ENOENT)
		watch->digest = 0;
	else
		watch->digest = watch_digest_of(text.s, text.len);
}

/* Something happened to the file: read it when it has been quiet for a while. */
static void stirred(struct watch *watch, bool saved)
{
	long long now = now_ms();

	if (!watch->restless_since)
		watch->restless_since = now;
	if (now - watch->restless_since < RESTLESS_MS)
		set_timer(watch->quiet, saved ? QUIET_MS : OPEN_MS, 0);
}

/*
 * One instance that nobody uses now: to close one takes the kernel some 15 ms (it waits
 * until no event can be on its way), which a screen that goes through a list would feel.
 */
static int spare_inotify = -1;

static int open_inotify(void)
{
	int fd = spare_inotify;

	spare_inotify = -1;
	return fd >= 0 ? fd : inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
}

/* Events that are still queued name watches that are no more; nobody takes them for his. */
static void close_inotify(struct watch *watch)
{
	for (size_t i = 0; i < watch->n_places && watch->inotify >= 0; i++)
		(void)inotify_rm_watch(watch->inotify, watch->places[i].wd);
	if (watch->inotify >= 0 && spare_inotify < 0)
		spare_inotify = watch->inotify;
	else
		cleanup_fdp(&watch->inotify);
	watch->inotify = -1;
}

static int add_place(struct watch *watch, const char *path)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *dir =
		slash ? xstrndup(path, slash == path ? 1 : (size_t)(slash - path)) : xstrdup(".");
	struct statfs fs;
	int wd;

	if (statfs(dir, &fs) < 0)
		return -errno;
	if (watch_is_silent_fs((unsigned long)fs.f_type))
		return -EOPNOTSUPP;
	wd = inotify_add_watch(watch->inotify, dir, DIR_EVENTS);
	if (wd < 0)
		return -errno;
	watch->places[watch->n_places++] =
		(struct place){.wd = wd, .name = xstrdup(slash ? slash + 1 : path)};
	return 0;
}

static void drop_places(struct watch *watch)
{
	for (size_t i = 0; i < watch->n_places; i++)
		free(watch->places[i].name);
	watch->n_places = 0;
}

static void start_polling(struct watch *watch)
{
	drop_places(watch);
	cleanup_fdp(&watch->inotify);
	watch->inotify = -1;
	set_timer(watch->tick, POLL_MS, POLL_MS);
}

static int start_inotify(struct watch *watch)
{
	cleanup_free char *real = realpath(watch->path, NULL);
	struct epoll_event event = {.events = EPOLLIN};
	int r;

	watch->inotify = open_inotify();
	if (watch->inotify < 0)
		return -errno;
	r = add_place(watch, watch->path);
	if (r == 0 && real && strcmp(real, watch->path) != 0)
		r = add_place(watch, real);
	if (r == 0 && epoll_ctl(watch->epoll, EPOLL_CTL_ADD, watch->inotify, &event) < 0)
		r = -errno;
	return r;
}

static int add_timer(struct watch *watch, int *ret)
{
	struct epoll_event event = {.events = EPOLLIN};

	*ret = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (*ret < 0 || epoll_ctl(watch->epoll, EPOLL_CTL_ADD, *ret, &event) < 0)
		return -errno;
	return 0;
}

int watch_open(const char *path, enum watch_backend backend, struct watch **ret, struct error *err)
{
	struct watch *watch = xcalloc(1, sizeof(*watch));
	int r = 0;

	*watch = (struct watch){
		.path = xstrdup(path), .epoll = -1, .inotify = -1, .quiet = -1, .tick = -1};
	watch->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (watch->epoll < 0)
		r = -errno;
	if (r == 0)
		r = add_timer(watch, &watch->quiet);
	if (r == 0)
		r = add_timer(watch, &watch->tick);
	if (r < 0) {
		watch_close(watch);
		return error_set(err, -r, "cannot watch %s", path);
	}
	if (backend == WATCH_POLL || start_inotify(watch) < 0)
		start_polling(watch);
	/* Watched first and read then: what is saved in between is seen as an event. */
	watch->stamp = stamp_of(path);
	read_digest(watch);
	*ret = watch;
	return 0;
}

void watch_close(struct watch *watch)
{
	if (!watch)
		return;
	if (watch->inotify >= 0)
		(void)epoll_ctl(watch->epoll, EPOLL_CTL_DEL, watch->inotify, NULL);
	close_inotify(watch);
	drop_places(watch);
	cleanup_fdp(&watch->quiet);
	cleanup_fdp(&watch->tick);
	cleanup_fdp(&watch->epoll);
	free(watch->path);
	free(watch);
}

int watch_fd(const struct watch *watch)
{
	return watch->epoll;
}

uint64_t watch_digest(const struct watch *watch)
{
	return watch->digest;
}

const char *watch_how(const struct watch *watch)
{
	return watch->inotify >= 0 ? "inotify" : "polling";
}

static bool concerns_us(const struct watch *watch, const struct inotify_event *event)
{
	for (size_t i = 0; i < watch->n_places; i++)
		if (event->wd == watch->places[i].wd && event->len &&
		    strcmp(event->name, watch->places[i].name) == 0)
			return true;
	return false;
}

static void take_events(struct watch *watch)
{
	_Alignas(struct inotify_event) char buffer[16384];
	bool lost = false;
	ssize_t n;

	while ((n = read(watch->inotify, buffer, sizeof(buffer))) > 0) {
		for (const char *at = buffer; at < buffer + n;) {
			const struct inotify_event *event = (const void *)at;

			lost |= (event->mask & LOST_EVENTS) != 0;
			if (event->mask & IN_Q_OVERFLOW || concerns_us(watch, event))
				stirred(watch, event->mask & SAVED_EVENTS);
			at += sizeof(*event) + event->len;
		}
	}
	if (lost) {
		/* The directory went away; polling follows the path, not the directory. */
		start_polling(watch);
		stirred(watch, true);
	}
}

static void take_tick(struct watch *watch)
{
	struct stamp now = stamp_of(watch->path);

	if (same_stamp(&now, &watch->stamp))
		return;
	watch->stamp = now;
	stirred(watch, is_saved(&now));
}

void watch_step(struct watch *watch)
{
	if (watch->inotify >= 0)
		take_events(watch);
	if (timer_fired(watch->tick))
		take_tick(watch);
	if (!timer_fired(watch->quiet))
		return;
	if (watch->inotify < 0) {
		struct stamp now = stamp_of(watch->path);

		if (!same_stamp(&now, &watch->stamp) &&
		    now_ms() - watch->restless_since < RESTLESS_MS) {
			watch->stamp = now;
			stirred(watch, is_saved(&now));
			return;
		}
	}
	watch->restless_since = 0;
	read_digest(watch);
}
