/*
 * Different: no library, the messages are put together here. The child is made in
 * the new namespace and waits; the peer's namespace is given by a descriptor.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/veth.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct message {
	struct nlmsghdr head;
	char body[512];
};

static void begin(struct message *m, int type, int flags, const void *fixed,
		  size_t len)
{
	memset(m, 0, sizeof(*m));
	m->head.nlmsg_len = NLMSG_LENGTH(len);
	m->head.nlmsg_type = type;
	m->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	memcpy(m->body, fixed, len);
}

static struct rtattr *put(struct message *m, int type, const void *data,
			  size_t len)
{
	size_t at = NLMSG_ALIGN(m->head.nlmsg_len);
	struct rtattr *attr = (void *)((char *)m + at);

	attr->rta_type = type;
	attr->rta_len = RTA_LENGTH(len);
	if (len)
		memcpy(RTA_DATA(attr), data, len);
	m->head.nlmsg_len = at + RTA_ALIGN(attr->rta_len);
	return attr;
}

static void end(struct message *m, struct rtattr *attr)
{
	attr->rta_len = (char *)m + m->head.nlmsg_len - (char *)attr;
}

static int talk(struct message *m)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[1024];
	} answer = { 0 };

	if (fd < 0 || send(fd, m, m->head.nlmsg_len, 0) < 0 ||
	    recv(fd, &answer, sizeof(answer), 0) < 0)
		err(1, "netlink");
	close(fd);
	errno = -answer.error.error;
	return answer.error.error;
}

static void add_pair(int ns)
{
	struct ifinfomsg any = { 0 };
	struct message m;
	struct rtattr *info, *data, *peer;

	begin(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &any, sizeof(any));
	put(&m, IFLA_IFNAME, "veth-host", 10);
	info = put(&m, IFLA_LINKINFO, NULL, 0);
	put(&m, IFLA_INFO_KIND, "veth", 4);
	data = put(&m, IFLA_INFO_DATA, NULL, 0);
	peer = put(&m, VETH_INFO_PEER, &any, sizeof(any));
	put(&m, IFLA_IFNAME, "veth-blue", 10);
	put(&m, IFLA_NET_NS_FD, &ns, sizeof(ns));
	end(&m, peer);
	end(&m, data);
	end(&m, info);
	if (talk(&m) < 0)
		err(1, "veth");
}

static void set_up(const char *name, const char *text)
{
	struct ifinfomsg up = { .ifi_index = if_nametoindex(name),
				.ifi_flags = IFF_UP, .ifi_change = IFF_UP };
	struct ifaddrmsg address = { .ifa_family = AF_INET,
				     .ifa_prefixlen = 24,
				     .ifa_index = if_nametoindex(name) };
	struct in_addr in;
	struct message m;

	begin(&m, RTM_NEWLINK, 0, &up, sizeof(up));
	if (talk(&m) < 0)
		err(1, "%s up", name);
	if (!text)
		return;
	inet_pton(AF_INET, text, &in);
	begin(&m, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &address,
	      sizeof(address));
	put(&m, IFA_LOCAL, &in, sizeof(in));
	put(&m, IFA_ADDRESS, &in, sizeof(in));
	if (talk(&m) < 0)
		err(1, "%s %s", name, text);
}

static void become(char *argv[], int go_on)
{
	uint64_t word;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (read(go_on, &word, sizeof(word)) != sizeof(word))
		_exit(1);
	set_up("veth-blue", "10.0.0.2");
	set_up("lo", NULL);
	if (argv[1])
		execvp(argv[1], argv + 1);
	else
		execlp("ping", "ping", "-c", "3", "10.0.0.1", (char *)NULL);
	err(errno == ENOENT ? 127 : 126, "exec");
}

static void remove_pair(void)
{
	struct ifinfomsg link = { .ifi_index = if_nametoindex("veth-host") };
	struct message m;

	begin(&m, RTM_DELLINK, 0, &link, sizeof(link));
	if (link.ifi_index)
		talk(&m);
}

int main(int argc, char *argv[])
{
	struct clone_args args = { .flags = CLONE_NEWNET,
				   .exit_signal = SIGCHLD };
	int go_on = eventfd(0, EFD_CLOEXEC);
	const uint64_t one = 1;
	sigset_t watched, before;
	char path[64];
	int sig, status;
	pid_t child;

	sigemptyset(&watched);
	sigaddset(&watched, SIGCHLD);
	sigaddset(&watched, SIGTERM);
	sigaddset(&watched, SIGINT);
	sigprocmask(SIG_BLOCK, &watched, &before);
	child = syscall(SYS_clone3, &args, sizeof(args));
	if (child < 0 || argc < 1)
		err(1, "clone3");
	if (child == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		become(argv, go_on);
	}
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)child);
	add_pair(open(path, O_RDONLY | O_CLOEXEC));
	set_up("veth-host", "10.0.0.1");
	if (write(go_on, &one, sizeof(one)) < 0)
		err(1, "eventfd");
	while (waitpid(child, &status, WNOHANG) == 0) {
		sigwait(&watched, &sig);
		if (sig != SIGCHLD)
			kill(child, SIGKILL);
	}
	remove_pair();
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}
