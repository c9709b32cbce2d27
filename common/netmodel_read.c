#define _GNU_SOURCE
#include "common/netmodel_internal.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/ns.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

/* A dump that something was changed under is taken again. */
#define READ_TRIES 8

#define TEXT_MAX (16u << 20)

/* ---- in the child ---- */

/*
 * Join a network namespace: as whoever the child is, else as root of the user namespace that
 * owns it. The first of a sandbox's is owned by the outermost user namespace, which has
 * every right over the others.
 */
static int join(const struct net_source *source)
{
	cleanup_fd int owner = -1;

	if (setns(source->fd, CLONE_NEWNET) == 0)
		return 0;
	if (errno != EPERM || ns_open_owner(source->fd, &owner) < 0)
		return -errno;
	if (setns(owner, CLONE_NEWUSER) < 0 || setns(source->fd, CLONE_NEWNET) < 0)
		return -errno;
	return 0;
}

static bool is_own(const struct net_source *source)
{
	cleanup_fd int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct ns_id id;

	return fd >= 0 && ns_identify(fd, &id) == 0 && id.ino == source->inode;
}

/* Whatever one look sees of the namespace joined; -EINTR: something was changed meanwhile. */
static int read_once(struct net_reading *reading, size_t at)
{
	struct net_space *space = &reading->model->spaces[at];
	struct nl_sock *sock = NULL;
	int r = net_socket(NETLINK_ROUTE, &sock);

	if (r < 0)
		return r;
	r = net_read_links(reading, at, sock);
	if (r == 0)
		r = net_read_addresses(space, sock);
	if (r == 0)
		r = net_read_routes(space, sock);
	if (r == 0)
		r = net_read_fdb(space, sock);
	if (r == 0)
		r = net_read_qdiscs(space, sock);
	if (r == 0) {
		net_read_forwarding(space, sock);
		net_locate_ends(reading, at, sock);
	}
	nl_socket_free(sock);
	return r;
}

static void begin_space(struct net_space *space, const struct net_source *source)
{
	*space = (struct net_space){
		.name = xstrdup(source->name), .inode = source->inode, .forwarding = -1};
}

static void read_space(struct net_reading *reading, size_t at)
{
	const struct net_source *source = &reading->sources->list[at];
	struct net_space *space = &reading->model->spaces[at];
	size_t n_ends = reading->n_ends;
	int r = is_own(source) ? 0 : join(source);

	if (r == 0) {
		r = -EINTR;
		for (int i = 0; i < READ_TRIES && r == -EINTR; i++) {
			/* What an earlier try has read is left to the end of the child. */
			begin_space(space, source);
			reading->n_ends = n_ends;
			r = read_once(reading, at);
		}
		net_read_nat(space);
		net_read_legacy_nat(space);
	}
	if (r < 0)
		space->trouble = xstrdup(r == -EINTR ? "it changes faster than it can be read"
						     : strerror(-r));
}

/* Allocates without a thought of freeing: it ends with the child. */
static void read_all(const struct net_sources *sources, int to)
{
	size_t n = sources->n;
	struct netmodel model = {
		.spaces = xcalloc(n ? n : 1, sizeof(model.spaces[0])),
		.n_spaces = n,
		.hidden_spaces = sources->hidden,
	};
	struct net_reading reading = {.model = &model, .sources = sources};
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < n; i++)
		begin_space(&model.spaces[i], &sources->list[i]);
	for (size_t i = 0; i < n; i++)
		read_space(&reading, i);
	net_resolve_ends(&reading);
	netmodel_json_add(&text, &model, NETMODEL_COUNTERS | NETMODEL_IDS);
	_exit(io_write_all(to, text.s, text.len) < 0);
}

/* ---- in the caller ---- */

/* A look under way. */
struct look {
	pid_t child;
	int fd;
	struct strbuf text;
};

static int begin(const struct net_sources *sources, struct look *ret, struct error *err)
{
	cleanup_fd int from = -1, to = -1;
	int pair[2];
	pid_t child;

	if (pipe2(pair, O_CLOEXEC) < 0)
		return error_set(err, errno, "cannot make a pipe");
	from = pair[0];
	to = pair[1];
	child = fork();
	if (child < 0)
		return error_set(err, errno, "cannot fork");
	if (child == 0)
		read_all(sources, to);
	(void)fcntl(from, F_SETFL, O_NONBLOCK);
	*ret = (struct look){.child = child, .fd = steal_fd(&from), .text = STRBUF_INIT};
	return 0;
}

static void end(struct look *look)
{
	(void)kill(look->child, SIGKILL);
	while (waitpid(look->child, NULL, 0) < 0 && errno == EINTR)
		;
	(void)close(look->fd);
	strbuf_free(&look->text);
}

static bool all_failed(const struct netmodel *model)
{
	for (size_t i = 0; i < model->n_spaces; i++)
		if (!model->spaces[i].trouble)
			return false;
	return model->n_spaces > 0;
}

static int finish(const struct look *look, struct netmodel *ret, struct error *err)
{
	struct netmodel model = {.spaces = NULL};
	int r;

	if (!look->text.len)
		return error_say(err, EIO, "cannot look into the network namespaces");
	r = netmodel_json_parse(look->text.s, look->text.len, &model, err);
	if (r < 0)
		return r;
	if (all_failed(&model)) {
		r = error_say(err, EPERM, "cannot look into the network namespace %s: %s",
			      model.spaces[0].name, model.spaces[0].trouble);
		netmodel_free(&model);
		return r;
	}
	*ret = model;
	return 0;
}

/* Take what is there. Returns 1 at the end, 0 where there is more to come, or -errno. */
static int take(struct look *look, struct error *err)
{
	char chunk[65536];
	ssize_t n;

	while ((n = read(look->fd, chunk, sizeof(chunk))) > 0) {
		strbuf_add(&look->text, chunk, (size_t)n);
		if (look->text.len > TEXT_MAX)
			return error_say(err, EFBIG, "there is more network than can be shown");
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return n < 0 ? error_set(err, errno, "cannot read what the network is") : 1;
}

static long long now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int netmodel_read(const struct net_sources *sources, int timeout_ms, struct netmodel *ret,
		  struct error *err)
{
	long long deadline = now_ms() + timeout_ms;
	struct look look;
	int r = begin(sources, &look, err);

	if (r < 0)
		return r;
	while (r == 0) {
		struct pollfd polled = {.fd = look.fd, .events = POLLIN};
		long long left = deadline - now_ms();

		if (left <= 0) {
			r = error_say(err, ETIMEDOUT,
				      "the network namespaces could not be read in time");
			break;
		}
		(void)poll(&polled, 1, (int)left);
		r = take(&look, err);
	}
	if (r > 0)
		r = finish(&look, ret, err);
	end(&look);
	return r;
}
