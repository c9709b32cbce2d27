#define _GNU_SOURCE
#include "common/internet_internal.h"

#include "common/cleanup.h"
#include "common/detach.h"
#include "common/rtnl.h"
#include "common/sandbox_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <netlink/netlink.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define HOST_LINK "eth0"
#define PREFIX	  "/24"
#define START_MS  20000
#define UP_MS	  1000

struct internet {
	pid_t pid;
	int lifeline;
	int netns;
	struct internet_log *log;
};

/* What the child reports: the step that failed, or success with its namespace's descriptor. */
struct report {
	int32_t errnum; /* 0: it is ready */
	char step[60];
};

/* ---- in the child ---- */

static struct rtnl rtnl;

/* Says what has failed where errnum is not 0, and ends. */
static void must(int to, int errnum, const char *step)
{
	struct report report = {.errnum = errnum};

	if (!errnum)
		return;
	(void)strncpy(report.step, step, sizeof(report.step) - 1);
	(void)send(to, &report, sizeof(report), MSG_NOSIGNAL);
	_exit(1);
}

static int system_call(int result)
{
	return result < 0 ? errno : 0;
}

/* The errno behind a code of libnl's, as far as it keeps them apart. */
static int netlink_errno(int code)
{
	switch (code < 0 ? -code : code) {
	case 0:
		return 0;
	case NLE_OPNOTSUPP:
		return EOPNOTSUPP;
	case NLE_EXIST:
		return EEXIST;
	case NLE_PERM:
	case NLE_NOACCESS:
		return EPERM;
	case NLE_NOMEM:
		return ENOMEM;
	default:
		return EPROTO;
	}
}

/* A socket that stays in the network namespace that the caller is in now. */
static struct nl_sock *open_socket(int report)
{
	struct nl_sock *socket = nl_socket_alloc();

	must(report, socket ? 0 : ENOMEM, "opening a netlink socket");
	must(report, netlink_errno(nl_connect(socket, NETLINK_ROUTE)), "opening a netlink socket");
	return socket;
}

/* Both ends where they belong at once: to move a device costs the kernel a grace period. */
static int add_pair(struct nl_sock *socket, int sandbox)
{
	struct rtnl_link *here = rtnl.link_veth_alloc();
	struct rtnl_link *there = here ? rtnl.link_veth_get_peer(here) : NULL;
	int r = -NLE_NOMEM;

	if (there) {
		rtnl.link_set_name(here, HOST_LINK);
		rtnl.link_set_name(there, INTERNET_LINK);
		rtnl.link_set_ns_fd(there, sandbox);
		r = rtnl.link_add(socket, here, NLM_F_CREATE | NLM_F_EXCL);
		rtnl.link_put(there);
	}
	rtnl.link_put(here);
	return r;
}

enum change {
	CHANGE_UP,
	CHANGE_NO_IPV6, /* no address that it makes up itself: there is nobody to talk to by it */
};

static int change_link(struct nl_sock *socket, const char *name, enum change what)
{
	struct rtnl_link *change = rtnl.link_alloc();
	struct rtnl_link *which = NULL;
	int r = rtnl.link_get_kernel(socket, 0, name, &which);

	if (r == 0 && change) {
		if (what == CHANGE_UP)
			rtnl.link_set_flags(change, IFF_UP);
		else
			(void)rtnl.link_inet6_set_addr_gen_mode(change, IN6_ADDR_GEN_MODE_NONE);
		r = rtnl.link_change(socket, which, change, 0);
	}
	rtnl.link_put(which);
	rtnl.link_put(change);
	return r;
}

/* Give a link its address and bring it up. */
static int set_up_link(struct nl_sock *socket, const char *name, const char *address)
{
	struct rtnl_addr *entry = rtnl.addr_alloc();
	struct nl_addr *local = NULL;
	struct rtnl_link *link = NULL;
	int r = nl_addr_parse(address, AF_INET, &local);

	if (r == 0)
		r = rtnl.link_get_kernel(socket, 0, name, &link);
	if (r == 0) {
		rtnl.addr_set_ifindex(entry, rtnl.link_get_ifindex(link));
		r = rtnl.addr_set_local(entry, local);
	}
	if (r == 0)
		r = rtnl.addr_add(socket, entry, 0);
	rtnl.link_put(link);
	nl_addr_put(local);
	rtnl.addr_put(entry);
	/* Before it comes up, which is when the kernel makes one; a kernel without IPv6 refuses. */
	if (r == 0)
		(void)change_link(socket, name, CHANGE_NO_IPV6);
	return r == 0 ? change_link(socket, name, CHANGE_UP) : r;
}

/*
 * A link that is up and has its carrier is shown as up only once the kernel's link watch
 * has had its turn, which it announces.
 */
static void wait_until_up(struct nl_sock *watch, struct nl_sock *ask, const char *name)
{
	struct pollfd polled = {.fd = nl_socket_get_fd(watch), .events = POLLIN};
	struct rtnl_link *link = NULL;
	int state = IF_OPER_UP;
	char news[4096];

	do {
		if (rtnl.link_get_kernel(ask, 0, name, &link) < 0)
			break;
		state = rtnl.link_get_operstate(link);
		rtnl.link_put(link);
	} while (state != IF_OPER_UP && poll(&polled, 1, UP_MS) > 0 &&
		 recv(polled.fd, news, sizeof(news), MSG_DONTWAIT) > 0);
}

static void say_ready(int to, int netns)
{
	struct report report = {.errnum = 0};
	char room[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec iov = {.iov_base = &report, .iov_len = sizeof(report)};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = room,
			     .msg_controllen = sizeof(room)};
	struct cmsghdr *part = CMSG_FIRSTHDR(&msg);

	part->cmsg_level = SOL_SOCKET;
	part->cmsg_type = SCM_RIGHTS;
	part->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(part), &netns, sizeof(netns));
	if (sendmsg(to, &msg, MSG_NOSIGNAL) < 0)
		_exit(1);
}

static void be_host(int report, int sandbox, pid_t parent, struct internet_log *log)
{
	struct nl_sock *inside, *watch, *own;
	int theirs, netns;

	detach((int *[]){&report, &sandbox}, 2);
	must(report, rtnl_load(&rtnl) ? 0 : ELIBACC, "loading libnl-route-3");
	must(report, system_call(setns(sandbox, CLONE_NEWUSER | CLONE_NEWNET)),
	     "joining the sandbox's network");
	/* Only now: a change of credentials clears it. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	(void)prctl(PR_SET_NAME, INTERNET_NAME);
	(void)close(sandbox);
	theirs = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	must(report, system_call(theirs), "opening the sandbox's network");
	inside = open_socket(report);
	watch = open_socket(report);
	(void)nl_socket_add_membership(watch, RTNLGRP_LINK);
	must(report, system_call(unshare(CLONE_NEWNET)), "making the host's network");
	netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	must(report, system_call(netns), "opening the host's network");
	own = open_socket(report);
	must(report, netlink_errno(change_link(own, "lo", CHANGE_UP)), "bringing the host's lo up");
	must(report, netlink_errno(add_pair(own, theirs)), "making the link " INTERNET_LINK);
	must(report, netlink_errno(set_up_link(own, HOST_LINK, INTERNET_ADDRESS PREFIX)),
	     "giving the host its address");
	must(report, netlink_errno(set_up_link(inside, INTERNET_LINK, INTERNET_UPLINK PREFIX)),
	     "giving " INTERNET_LINK " its address");
	wait_until_up(watch, inside, INTERNET_LINK);
	nl_socket_free(inside);
	nl_socket_free(watch);
	nl_socket_free(own);
	(void)close(theirs);
	internet_host_prepare(log, report);
	say_ready(report, netns);
	(void)close(netns);
	internet_host();
}

/* ---- the caller's side ---- */

static int receive(int from, struct report *ret, int *ret_fd)
{
	char room[CMSG_SPACE(sizeof(int))] = {0};
	struct iovec iov = {.iov_base = ret, .iov_len = sizeof(*ret)};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = room,
			     .msg_controllen = sizeof(room)};
	struct cmsghdr *part;
	ssize_t n;

	do
		n = recvmsg(from, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(*ret))
		return -ECHILD;
	ret->step[sizeof(ret->step) - 1] = '\0';
	part = CMSG_FIRSTHDR(&msg);
	if (ret->errnum == 0 && (!part || part->cmsg_type != SCM_RIGHTS))
		return -EPROTO;
	if (ret->errnum == 0)
		memcpy(ret_fd, CMSG_DATA(part), sizeof(*ret_fd));
	return 0;
}

/* What a machine lacks or forbids is no fault of anybody's: -EOPNOTSUPP. */
static int explain(const struct report *report, struct error *err)
{
	static const struct {
		int errnum;
		const char *remedy;
	} lacks[] = {
		{EOPNOTSUPP, "this kernel has no veth links: load the module veth, or build the "
			     "kernel with CONFIG_VETH"},
		{ENOSPC, "there may be no more network namespaces: raise user.max_net_namespaces"},
		{EUSERS, "there may be no more network namespaces: raise user.max_net_namespaces"},
		{ELIBACC, "make deps installs it"},
		{EPERM, "a security policy of this machine forbids it: lab doctor looks for one"},
	};

	error_set(err, report->errnum, "cannot start the simulated internet: %s", report->step);
	for (size_t i = 0; i < sizeof(lacks) / sizeof(lacks[0]); i++)
		if (lacks[i].errnum == report->errnum) {
			error_remedy(err, "%s", lacks[i].remedy);
			err->errnum = EOPNOTSUPP;
		}
	return -err->errnum;
}

static int wait_ready(struct internet *internet, struct error *err)
{
	const struct timeval patience = {.tv_sec = START_MS / 1000};
	struct report report = {0};
	int r;

	(void)setsockopt(internet->lifeline, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	r = receive(internet->lifeline, &report, &internet->netns);
	if (r < 0)
		return error_say(
			err, ECHILD,
			"cannot start the simulated internet: its process ended, or took too long");
	return report.errnum ? explain(&report, err) : 0;
}

int internet_start(struct sandbox *box, struct internet **ret, struct error *err)
{
	struct internet *internet = xcalloc(1, sizeof(*internet));
	pid_t parent = getpid();
	int pair[2];
	int r;

	*internet = (struct internet){.pid = -1, .lifeline = -1, .netns = -1};
	internet->log = mmap(NULL, sizeof(*internet->log), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (internet->log == MAP_FAILED ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		r = error_set(err, errno, "cannot start the simulated internet");
		internet_end(internet);
		return r;
	}
	internet->lifeline = pair[0];
	internet->pid = fork();
	if (internet->pid == 0)
		be_host(pair[1], box->pidfd, parent, internet->log);
	(void)close(pair[1]);
	r = internet->pid < 0 ? error_set(err, errno, "cannot start the simulated internet")
			      : wait_ready(internet, err);
	if (r < 0) {
		internet_end(internet);
		return r;
	}
	*ret = internet;
	return 0;
}

void internet_stop(const struct internet *internet)
{
	if (internet && internet->pid > 0)
		(void)kill(internet->pid, SIGKILL);
}

void internet_end(struct internet *internet)
{
	if (!internet)
		return;
	internet_stop(internet);
	while (internet->pid > 0 && waitpid(internet->pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (internet->lifeline >= 0)
		(void)close(internet->lifeline);
	if (internet->netns >= 0)
		(void)close(internet->netns);
	if (internet->log != MAP_FAILED)
		(void)munmap(internet->log, sizeof(*internet->log));
	free(internet);
}

int internet_netns(const struct internet *internet)
{
	return internet->netns;
}

void internet_seen(const struct internet *internet, struct strbuf *to)
{
	internet_log_write(internet->log, to);
}
