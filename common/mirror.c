#define _GNU_SOURCE
#include "common/mirror_internal.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/sandbox_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define PORT 3142

struct mirror {
	pid_t pid; /* the relay's */
	int log;
};

void mirror_source_free(struct mirror_source *source)
{
	free(source->url);
	free(source->suite);
	*source = (struct mirror_source){.url = NULL};
}

/* ---- which mirror ---- */

/* Is this line Debian's main component of a release, not of its updates? Fills the source. */
static bool take_target(char *line, struct mirror_source *ret)
{
	char *words[4] = {NULL};
	size_t n = 0;

	for (char *word; n < 4 && (word = strsep(&line, " "));)
		words[n++] = word;
	if (n < 3 || strcmp(words[2], "main") != 0 || strpbrk(words[1], "-/") ||
	    strncmp(words[0], "http", 4) != 0)
		return false;
	/* Known once the list has been fetched; till then apt prints the name of the field. */
	if (n == 4 && words[3][0] && words[3][0] != '$' && strcmp(words[3], "Debian") != 0)
		return false;
	ret->url = xstrdup(words[0]);
	ret->suite = xstrdup(words[1]);
	return true;
}

static int find_source(struct mirror_source *ret, struct error *err)
{
	/* One line for each index that apt would fetch. */
	static const char *const argv[] = {"apt-get",
					   "indextargets",
					   "--format",
					   "$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)",
					   "Created-By: Packages",
					   NULL};
	const char *given = getenv("NSLAB_MIRROR");
	struct strbuf targets cleanup_strbuf = STRBUF_INIT;
	char *save = NULL;

	if (given && *given) {
		const char *space = strchr(given, ' ');

		if (!space)
			return error_say(err, EOPNOTSUPP, "NSLAB_MIRROR is not \"URL SUITE\"");
		ret->url = xstrndup(given, (size_t)(space - given));
		ret->suite = xstrdup(space + 1);
		return 0;
	}
	if (mirror_run(argv, false, &targets) != 0) {
		error_say(err, EOPNOTSUPP, "this machine has no apt that could name a mirror");
	} else {
		for (char *line = strtok_r(targets.s, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			if (take_target(line, ret))
				return 0;
		error_say(err, EOPNOTSUPP, "apt's sources on this machine name no Debian mirror");
	}
	error_remedy(err, "name one: NSLAB_MIRROR=\"URL SUITE\"");
	return -EOPNOTSUPP;
}

/* The field of an index, "" where there is none. Its value is the caller's. */
static char *index_field(const char *index, const char *name)
{
	cleanup_free char *mark = xasprintf("\n%s: ", name);
	const char *at = strstr(index, mark);

	return at ? xstrndup(at + strlen(mark), strcspn(at + strlen(mark), "\r\n")) : xstrdup("");
}

/* Ask for the release's index: does it answer, is it Debian's, what is its code name? */
static int ask_release(struct mirror_source *source, struct error *err)
{
	cleanup_free char *path = xasprintf("dists/%s/InRelease", source->suite);
	struct strbuf index cleanup_strbuf = STRBUF_INIT;
	struct error why = {0};
	cleanup_free char *origin = NULL, *codename = NULL;
	cleanup_fd int fd = -1;

	if (!mirror_is_path(path) || mirror_open(source, path, &fd, &why) != 200 ||
	    io_read_fd(fd, 1 << 22, &index) < 0) {
		error_say(err, EOPNOTSUPP, "this machine's Debian mirror can't be reached: %.300s",
			  why.what);
		error_remedy(err, "see that apt-get update works, or name another mirror: "
				  "NSLAB_MIRROR=\"URL SUITE\"");
		return -EOPNOTSUPP;
	}
	origin = index_field(index.s, "Origin");
	codename = index_field(index.s, "Codename");
	if (strcmp(origin, "Debian") != 0 || !*codename) {
		error_say(err, EOPNOTSUPP, "%s is no mirror of Debian", source->url);
		error_remedy(err, "name one: NSLAB_MIRROR=\"URL SUITE\"");
		return -EOPNOTSUPP;
	}
	free(source->suite);
	source->suite = steal_ptr(codename);
	return 0;
}

int mirror_configured(struct mirror_source *ret, struct error *err)
{
	struct mirror_source source = {.url = NULL};
	int r = find_source(&source, err);

	while (r == 0 && strlen(source.url) > 1 && source.url[strlen(source.url) - 1] == '/')
		source.url[strlen(source.url) - 1] = '\0';
	if (r == 0)
		*ret = source;
	else
		mirror_source_free(&source);
	return r;
}

int mirror_find(struct mirror_source *ret, struct error *err)
{
	struct mirror_source source = {.url = NULL};
	int r = mirror_configured(&source, err);

	if (r == 0)
		r = ask_release(&source, err);
	if (r == 0)
		*ret = source;
	else
		mirror_source_free(&source);
	return r;
}

/* ---- the relay's start and end ---- */

static int listen_here(void)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)},
	};
	cleanup_fd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, 16) < 0)
		return -errno;
	return steal_fd(&fd);
}

/*
 * A socket belongs to the network it was made in, whoever holds it. So a child
 * enters the sandbox's network, makes it, and its descriptor is taken out of it.
 */
static int listen_inside(const struct sandbox *box, int *ret_fd, struct error *err)
{
	int pair[2];
	char room[CMSG_SPACE(sizeof(int))] = {0};
	char byte = 0;
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = room,
			     .msg_controllen = sizeof(room)};
	struct cmsghdr *part = CMSG_FIRSTHDR(&msg);
	ssize_t n;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return error_set(err, errno, "cannot make a socket pair");
	pid = fork();
	if (pid == 0) {
		int fd = setns(box->pidfd, CLONE_NEWUSER | CLONE_NEWNET) < 0 ? -errno
									     : listen_here();

		part->cmsg_level = SOL_SOCKET;
		part->cmsg_type = SCM_RIGHTS;
		part->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(part), &fd, sizeof(fd));
		_exit(fd < 0 || sendmsg(pair[1], &msg, MSG_NOSIGNAL) < 0);
	}
	(void)close(pair[1]);
	n = pid < 0 ? -1 : recvmsg(pair[0], &msg, MSG_CMSG_CLOEXEC);
	part = n == 1 ? CMSG_FIRSTHDR(&msg) : NULL;
	(void)close(pair[0]);
	if (pid > 0)
		(void)waitpid(pid, NULL, 0);
	if (!part || part->cmsg_type != SCM_RIGHTS)
		return error_say(err, ENETUNREACH, "cannot listen in the sandbox's network");
	memcpy(ret_fd, CMSG_DATA(part), sizeof(*ret_fd));
	return 0;
}

int mirror_serve(struct sandbox *box, const struct mirror_source *source, struct mirror **ret,
		 struct error *err)
{
	struct mirror *mirror = xcalloc(1, sizeof(*mirror));
	cleanup_fd int listening = -1;
	pid_t parent = getpid();
	int r = listen_inside(box, &listening, err);

	mirror->log = r < 0 ? -1 : memfd_create("requests", MFD_CLOEXEC);
	if (r == 0 && (mirror->log < 0 || fcntl(mirror->log, F_SETFL, O_APPEND) < 0))
		r = error_set(err, errno, "cannot note what the mirror is asked for");
	if (r == 0) {
		mirror->pid = fork();
		if (mirror->pid == 0) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() != parent)
				_exit(0);
			mirror_relay(source, listening, mirror->log);
		}
		if (mirror->pid < 0)
			r = error_set(err, errno, "cannot start the mirror's relay");
	}
	if (r < 0) {
		if (mirror->log >= 0)
			(void)close(mirror->log);
		free(mirror);
		return r;
	}
	*ret = mirror;
	return 0;
}

void mirror_end(struct mirror *mirror)
{
	if (!mirror)
		return;
	/* Its connections and apt-helper die with it. */
	(void)kill(mirror->pid, SIGKILL);
	while (waitpid(mirror->pid, NULL, 0) < 0 && errno == EINTR)
		;
	(void)close(mirror->log);
	free(mirror);
}

void mirror_log(const struct mirror *mirror, struct strbuf *to)
{
	char chunk[4096];
	off_t offset = 0;
	ssize_t n;

	while ((n = pread(mirror->log, chunk, sizeof(chunk), offset)) > 0) {
		strbuf_add(to, chunk, (size_t)n);
		offset += n;
	}
}
