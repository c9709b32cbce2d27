/*
 * The links of a network namespace, asked of the kernel by a child of the
 * observer that has joined it.
 */
#define _GNU_SOURCE
#include "checks/lib/observe.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "common/ns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define LINKS_TEXT_MAX (1 << 16)

static unsigned prefix_of(const unsigned char *mask, size_t len)
{
	unsigned bits = 0;

	for (size_t i = 0; i < len; i++)
		bits += (unsigned)__builtin_popcount(mask[i]);
	return bits;
}

/* " 127.0.0.1/8"; nothing for what is no IP address. */
static void add_address(struct strbuf *to, const struct ifaddrs *entry)
{
	char text[INET6_ADDRSTRLEN];
	const void *address, *mask;
	size_t len;

	if (!entry->ifa_addr || !entry->ifa_netmask)
		return;
	if (entry->ifa_addr->sa_family == AF_INET) {
		address = &((const struct sockaddr_in *)(const void *)entry->ifa_addr)->sin_addr;
		mask = &((const struct sockaddr_in *)(const void *)entry->ifa_netmask)->sin_addr;
		len = 4;
	} else if (entry->ifa_addr->sa_family == AF_INET6) {
		address = &((const struct sockaddr_in6 *)(const void *)entry->ifa_addr)->sin6_addr;
		mask = &((const struct sockaddr_in6 *)(const void *)entry->ifa_netmask)->sin6_addr;
		len = 16;
	} else {
		return;
	}
	if (inet_ntop(entry->ifa_addr->sa_family, address, text, sizeof(text)))
		strbuf_addf(to, " %s/%u", text, prefix_of(mask, len));
}

static void add_links(struct strbuf *to)
{
	struct if_nameindex *links = if_nameindex();
	struct strbuf names cleanup_strbuf = STRBUF_INIT;
	struct ifaddrs *entries = NULL;

	(void)getifaddrs(&entries);
	for (size_t i = 0; links && links[i].if_name; i++) {
		struct strbuf link cleanup_strbuf = STRBUF_INIT;
		unsigned flags = 0;

		for (struct ifaddrs *entry = entries; entry; entry = entry->ifa_next)
			if (strcmp(entry->ifa_name, links[i].if_name) == 0) {
				flags = entry->ifa_flags;
				add_address(&link, entry);
			}
		strbuf_addf(&names, "%s%s", names.len ? " " : "", links[i].if_name);
		if (strspn(links[i].if_name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") ==
		    strlen(links[i].if_name)) {
			cleanup_free char *value =
				xasprintf("%s%s", flags & IFF_UP ? "up" : "down", link.s);

			answer_add(to, links[i].if_name, value);
		}
	}
	answer_add(to, "links", names.s);
}

/* In a child: be root of the sandbox, then in the network, then tell. */
static void join_and_tell(int user, int net, int to)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;

	if (setns(user, CLONE_NEWUSER) < 0 || setns(net, CLONE_NEWNET) < 0)
		_exit(1);
	add_links(&text);
	_exit(io_write_all(to, text.s, text.len) < 0);
}

int session_links(struct session *session, const char *name, struct strbuf *to, struct error *err)
{
	const struct subject *subject = session_subject(session, name);
	const struct subject *outside = session_subject(session, "outside");
	cleanup_fd int user = -1, net = -1, told = memfd_create("links", MFD_CLOEXEC);
	pid_t child;
	int r;

	if (!subject)
		return error_say(err, ESRCH, "there is no %s", name);
	r = ns_open(outside->dir, NSTYPE_USER, &user);
	if (r == 0)
		r = ns_open(subject->dir, NSTYPE_NET, &net);
	child = r < 0 || told < 0 ? 0 : fork();
	if (child < 0)
		return error_set(err, errno, "cannot fork");
	if (r == 0 && told >= 0 && child == 0)
		join_and_tell(user, net, told);
	while (child && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	/* Of a process that has ended, or whose network can't be joined: none. */
	(void)lseek(told, 0, SEEK_SET);
	if (io_read_fd(told, LINKS_TEXT_MAX, to) < 0 || to->len == 0)
		answer_add(to, "links", "");
	return 0;
}
