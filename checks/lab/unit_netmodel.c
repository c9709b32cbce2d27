/*
 * common/netmodel.h: what is read of network namespaces that ip(8), tc(8), nft(8) and iptables(8) have
 * set up, from inside and from outside, and as JSON.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"
#include "common/cleanup.h"
#include "common/io.h"
#include "common/netmodel.h"
#include "common/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define TIMEOUT_MS 20000

static void put(const char *path, const char *text)
{
	cleanup_fd int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		_exit(90);
}

/* A process in namespaces of its own that runs a script, says that it is done and waits. */
struct stage {
	pid_t pid;
	int status; /* of the script */
};

static bool run(const char *script)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		(void)execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static struct stage set(int flags, const char *script)
{
	struct stage stage = {.status = -1};
	int pair[2];
	char byte;

	if (pipe2(pair, O_CLOEXEC) < 0)
		abort();
	stage.pid = fork();
	if (stage.pid == 0) {
		char map[64];
		uid_t uid = geteuid();
		gid_t gid = getegid();

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(flags) < 0)
			_exit(91);
		if (flags & CLONE_NEWUSER) {
			put("/proc/self/setgroups", "deny");
			(void)snprintf(map, sizeof(map), "0 %u 1", (unsigned)uid);
			put("/proc/self/uid_map", map);
			(void)snprintf(map, sizeof(map), "0 %u 1", (unsigned)gid);
			put("/proc/self/gid_map", map);
		}
		/* Names of namespaces are mounts; they shall not be the machine's. */
		(void)mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
		(void)mount("tmpfs", "/run", "tmpfs", 0, NULL);
		byte = run(script) ? 'y' : 'n';
		if (write(pair[1], &byte, 1) < 0)
			_exit(92);
		(void)pause();
		_exit(0);
	}
	(void)close(pair[1]);
	if (read(pair[0], &byte, 1) == 1)
		stage.status = byte == 'y' ? 0 : 1;
	(void)close(pair[0]);
	return stage;
}

static void strike(const struct stage *stage)
{
	(void)kill(stage->pid, SIGKILL);
	(void)waitpid(stage->pid, NULL, 0);
}

static int open_net(pid_t pid)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int open_named(pid_t pid, const char *name)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "/proc/%d/root/run/netns/%s", (int)pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

#define OWN (CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS)

static const struct net_link *link_of(const struct netmodel *model, const char *space,
				      const char *link)
{
	static const struct net_link none = {.name = NULL};
	const struct net_space *there = netmodel_space(model, space);
	const struct net_link *found = there ? net_space_link(there, link) : NULL;

	ok(found, "%s has %s", space, link);
	return found ? found : &none;
}

static const char *const topology =
	"set -e; export PATH=$PATH:/usr/sbin:/sbin\n"
	"mkdir -p /run/netns; ip link set lo up\n"
	"ip netns add blue; ip netns add red\n"
	"ip link add veth-blue type veth peer name eth0 netns blue\n"
	"ip link add veth-red type veth peer name eth0 netns red\n"
	"ip link add br0 type bridge; ip link set veth-red master br0\n"
	"ip addr add 10.0.0.1/24 dev veth-blue; ip addr add 10.0.0.9/24 dev veth-blue\n"
	"ip link set veth-blue up; ip link set br0 up; ip link set veth-red up\n"
	"ip -n blue addr add 10.0.0.2/24 dev eth0; ip -n blue link set eth0 up\n"
	"ip -n blue route add default via 10.0.0.1\n"
	"echo 1 >/proc/sys/net/ipv4/ip_forward\n"
	"tc qdisc add dev veth-blue root handle 1: tbf rate 10mbit burst 32kbit latency 50ms\n"
	"tc qdisc add dev veth-blue parent 1:1 handle 2: netem delay 20ms 2>/dev/null ||\n"
	"tc qdisc add dev veth-blue parent 1:1 handle 2: tbf rate 20mbit burst 32kbit latency 50ms\n"
	"tc -n blue qdisc add dev eth0 root handle 1: htb default 1\n"
	"tc -n blue class add dev eth0 parent 1: classid 1:1 htb rate 5mbit\n";

static void check_topology(const struct netmodel *model, const char *how)
{
	const struct net_space *host = netmodel_space(model, "host");
	const struct net_space *blue = netmodel_space(model, "blue");
	struct net_space *there = NULL;
	const struct net_link *link;
	struct strbuf route cleanup_strbuf = STRBUF_INIT;

	if (!ok(host && blue && !host->trouble && !blue->trouble, "both are read, %s", how))
		return;
	is_str(host->links[0].kind, "loopback", "lo is first");
	is_int(host->forwarding, 1, "the host forwards");
	link = link_of(model, "host", "veth-blue");
	is_str(link->kind, "veth", "its kind");
	is_int(link->state, NET_UP, "it is up");
	is_int((long long)link->n_addresses, 2, "it has its addresses");
	is_str(link->addresses[0], "10.0.0.1/24", "in order");
	ok(netmodel_peer(model, link, &there) && there == blue, "its peer is in blue");
	is_str(link->peer_link, "eth0", "the peer's name");
	is_int((long long)link->n_qdiscs, 2, "two queues");
	is_str(link->qdiscs[0].kind, "tbf", "the root first");
	is_int((long long)link->qdiscs[0].rate, 10000000, "its rate in bit/s");
	is_int((long long)link->qdiscs[0].burst, 4096, "its bucket in bytes");
	is_str(link->qdiscs[1].parent, "1:1", "below it");
	if (!strcmp(link->qdiscs[1].kind, "netem"))
		is_int((long long)link->qdiscs[1].delay_us, 20000, "netem's delay");
	link = link_of(model, "blue", "eth0");
	is_int((long long)link->qdiscs[0].rate, 5000000, "the rate of htb's class");
	is_str(link->peer_space, "host", "and back");
	ok(link->has_counters && strlen(link->mac) == 17, "counters and MAC");
	net_route_add(&route, &blue->routes[0]);
	is_str(route.s, "default via 10.0.0.1 dev eth0", "blue's default route");
	link = link_of(model, "host", "veth-red");
	is_str(link->master, "br0", "a port has its bridge");
	is_int(link->state, NET_NO_CARRIER, "its peer is down");
	is_int(link->peer, NET_PEER_UNKNOWN, "in a namespace that was not read");
}

static void read_stage(const struct stage *stage, struct netmodel *ret)
{
	struct net_sources sources cleanup_net_sources = {.list = NULL};
	struct error err = {0};

	ok(net_sources_add(&sources, "host", open_net(stage->pid)), "a source");
	ok(!net_sources_add(&sources, "again", open_net(stage->pid)), "twice is once");
	ok(net_sources_add(&sources, "blue", open_named(stage->pid, "blue")), "another");
	is_int(netmodel_read(&sources, TIMEOUT_MS, ret, &err), 0, "reading them: %s", err.what);
}

static void test_topology(void)
{
	struct netmodel model cleanup_netmodel = {.spaces = NULL};
	struct netmodel again cleanup_netmodel = {.spaces = NULL};
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	struct stage stage = set(OWN, topology);
	struct error err = {0};

	if (is_int(stage.status, 0, "a topology is set up")) {
		read_stage(&stage, &model);
		check_topology(&model, "from outside");
		netmodel_json_add(&text, &model,
				  NETMODEL_COUNTERS | NETMODEL_IDS | NETMODEL_INDENT);
		is_int(netmodel_json_parse(text.s, text.len, &again, &err), 0, "its JSON: %s",
		       err.what);
		check_topology(&again, "from JSON");
	}
	strike(&stage);
}

/* Rules made in several ways, and what is to be said of them. */
static const struct {
	const char *what, *script;
	const char *says; /* NULL: nothing */
	bool drop;
} rules[] = {
	{"nft",
	 "nft 'add table ip t; add chain ip t c { type nat hook postrouting priority 100; }; "
	 "add rule ip t c ip saddr 10.0.0.0/24 oifname \"uplink\" masquerade'",
	 "masquerade from 10.0.0.0/24 out uplink", false},
	{"nft, a prefix of odd length and snat",
	 "nft 'add table ip t; add chain ip t c { type nat hook postrouting priority 100; }; "
	 "add rule ip t c ip saddr 10.0.0.0/20 snat to 198.51.100.2'",
	 "snat from 10.0.0.0/20 to 198.51.100.2", false},
	{"nft, dnat of inet",
	 "nft 'add table inet t; add chain inet t c { type nat hook prerouting "
	 "priority -100; }; add rule inet t c iifname \"uplink\" tcp dport 80 "
	 "dnat ip to 10.0.0.2:8000'",
	 "dnat in uplink to 10.0.0.2", false},
	{"iptables-nft",
	 "iptables-nft -t nat -A POSTROUTING -s 10.0.0.0/24 -o uplink -j MASQUERADE",
	 "masquerade from 10.0.0.0/24 out uplink", false},
	{"iptables-nft, not",
	 "iptables-nft -t nat -A POSTROUTING -s 10.0.0.0/24 ! -d 10.0.0.0/24 "
	 "-j MASQUERADE",
	 "masquerade from 10.0.0.0/24 for ! 10.0.0.0/24", false},
	{"a policy", "iptables-nft -P FORWARD DROP", NULL, true},
	{"a filter alone",
	 "nft 'add table ip t; add chain ip t c { type filter hook forward "
	 "priority 0; }; add rule ip t c ip saddr 10.0.0.0/24 accept'",
	 NULL, false},
	{"iptables-legacy",
	 "iptables-legacy -t nat -A POSTROUTING -s 10.0.0.0/24 -o up+ -j MASQUERADE",
	 "masquerade from 10.0.0.0/24 out up*", false},
	{"iptables-legacy, dnat",
	 "iptables-legacy -t nat -A PREROUTING ! -i lo -p tcp -j DNAT --to-destination 10.0.0.2:80",
	 "dnat in ! lo to 10.0.0.2", false},
	{"a legacy policy", "iptables-legacy -P FORWARD DROP", NULL, true},
};

static void test_rules(void)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct netmodel model cleanup_netmodel = {.spaces = NULL};
		struct net_sources sources cleanup_net_sources = {.list = NULL};
		cleanup_free char *script = xasprintf(
			"export PATH=$PATH:/usr/sbin:/sbin; echo 1 >/proc/sys/net/ipv4/ip_forward;"
			"{ %s; } >/dev/null 2>&1",
			rules[i].script);
		struct stage stage = set(OWN, script);
		struct error err = {0};
		const struct net_space *space;

		(void)net_sources_add(&sources, "host", open_net(stage.pid));
		if (stage.status != 0) {
			unit_skip("%s: not on this machine", rules[i].what);
		} else if (is_int(netmodel_read(&sources, TIMEOUT_MS, &model, &err), 0, "%s: %s",
				  rules[i].what, err.what)) {
			space = &model.spaces[0];
			is_int((long long)space->n_nat, rules[i].says != NULL, "%s: how many",
			       rules[i].what);
			if (space->n_nat && rules[i].says)
				is_str(space->nat[0], rules[i].says, "%s", rules[i].what);
			is_int(space->forward_drop, rules[i].drop, "%s: what is forwarded",
			       rules[i].what);
		}
		strike(&stage);
	}
}

static void test_names(void)
{
	struct stage stage =
		set(OWN, "export PATH=$PATH:/usr/sbin:/sbin; ip link add \"$(printf "
			 "'a\\033[31m\\377')\" type bridge && ip link add 'grün' type bridge");
	struct netmodel model cleanup_netmodel = {.spaces = NULL};
	struct net_sources sources cleanup_net_sources = {.list = NULL};
	struct error err = {0};

	is_int(stage.status, 0, "hostile names");
	(void)net_sources_add(&sources, "a\nb", open_net(stage.pid));
	if (is_int(netmodel_read(&sources, TIMEOUT_MS, &model, &err), 0, "are read: %s",
		   err.what)) {
		is_str(model.spaces[0].name, "a\\x0ab", "no newline in a name");
		is_int((long long)model.spaces[0].n_links, 3, "all");
		is_str(model.spaces[0].links[1].name, "a\\x1b[31m\\xff", "no escape");
		is_str(model.spaces[0].links[2].name, "grün", "UTF-8 stays");
		is_int(model.spaces[0].links[2].state, NET_DOWN, "down");
	}
	strike(&stage);
}

static void test_gone(void)
{
	struct netmodel model cleanup_netmodel = {.spaces = NULL};
	struct net_sources sources cleanup_net_sources = {.list = NULL};
	struct error err = {0};

	/* As an ordinary user the machine's first namespaces can't be joined. */
	(void)net_sources_add(&sources, "own", open_net(getpid()));
	is_int(netmodel_read(&sources, TIMEOUT_MS, &model, &err), 0, "one's own: %s", err.what);
}

/* More namespaces than are looked at are counted. */
static void test_many(void)
{
	struct net_sources sources cleanup_net_sources = {.list = NULL};
	struct netmodel model cleanup_netmodel = {.spaces = NULL};
	struct error err = {0};
	struct stage stage = set(OWN, "export PATH=$PATH:/usr/sbin:/sbin; mkdir -p /run/netns; i=0;"
				      "while [ $i -lt 140 ]; do i=$((i + 1)); echo netns add n$i; "
				      "echo link add v$i type veth peer name eth0 netns n$i; done |"
				      "ip -batch -");
	char name[16];

	is_int(stage.status, 0, "140 namespaces");
	(void)net_sources_add(&sources, "host", open_net(stage.pid));
	for (int i = 1; i <= 140; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		(void)net_sources_add(&sources, name, open_named(stage.pid, name));
	}
	if (is_int(netmodel_read(&sources, TIMEOUT_MS, &model, &err), 0, "are read: %s",
		   err.what)) {
		is_int((long long)model.n_spaces, NETMODEL_SPACES_MAX,
		       "as many as there is room for");
		is_int((long long)model.hidden_spaces, 141 - NETMODEL_SPACES_MAX, "and counted");
		is_str(link_of(&model, "host", "v100")->peer_space, "n100", "the hundredth's link");
		is_int(link_of(&model, "host", "v140")->peer, NET_PEER_UNKNOWN, "the last one's");
	}
	strike(&stage);
}

static void test_json_errors(void)
{
	static const struct {
		const char *text, *says;
	} wrong[] = {
		{"{", "no JSON (line 1: "},
		{"{}", "\"schema\" must be \"nslab/net/v1\""},
		{"{\"schema\":\"nslab/net/v1\",\"namespaces\":3}", "\"namespaces\" must be a list"},
		{"{\"schema\":\"nslab/net/v1\",\"namespaces\":[{}]}",
		 "\"name\" must be a text that is not empty"},
		{"{\"schema\":\"nslab/net/v1\",\"namespaces\":[{\"name\":\"a\"},{\"name\":\"a\"}]}",
		 "\"name\" of namespace a must be different from all others"},
		{"{\"schema\":\"nslab/net/v1\",\"namespaces\":[{\"name\":\"a\",\"links\":[{\"name\":"
		 "\"x\",\"state\":\"UP\"}]}]}",
		 "\"state\" of namespace a must be \"up\", \"down\" or \"no-carrier\""},
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct netmodel model = {.spaces = NULL};
		struct error err = {0};

		is_int(netmodel_json_parse(wrong[i].text, strlen(wrong[i].text), &model, &err),
		       -EBADMSG, "refused: %s", wrong[i].text);
		err.what[strlen(wrong[i].says)] = '\0';
		is_str(err.what, wrong[i].says, "and why");
	}
}

/* As a sandbox: a PID namespace whose first process has a child in another network. */
static const char *const sandbox =
	"export PATH=$PATH:/usr/sbin:/sbin; mount -t tmpfs tmpfs /run && mkdir /run/netns /run/other;"
	"ip netns add blue && : >/run/other/x &&"
	"unshare -n sh -c 'mount --bind /proc/self/ns/net /run/other/x' || exit 1;"
	"unshare -n sleep 1000 & "
	"until [ \"$(readlink /proc/$!/ns/net)\" != \"$(readlink /proc/self/ns/net)\" ]; do :; done;"
	"echo ready; wait";

/* Returns what made it, once the script is ready. */
static pid_t start_sandbox(void)
{
	int pair[2];
	pid_t child;
	char byte;

	if (pipe2(pair, O_CLOEXEC) < 0)
		abort();
	child = fork();
	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)dup2(pair[1], STDOUT_FILENO);
		(void)execlp("unshare", "unshare", "-Urnmpf", "--mount-proc", "--kill-child",
			     "--propagation=private", "sh", "-c", sandbox, (char *)NULL);
		_exit(127);
	}
	(void)close(pair[1]);
	ok(read(pair[0], &byte, 1) == 1, "a sandbox is ready");
	(void)close(pair[0]);
	return child;
}

static pid_t init_of(int procfd, pid_t supervisor)
{
	struct pid_list children = {NULL, 0};
	cleanup_fd int dir = -1;
	pid_t pid = 0;

	if (proc_open(procfd, supervisor, &dir) == 0 && proc_list_children(dir, &children) == 0 &&
	    children.n)
		pid = children.pids[0];
	pid_list_free(&children);
	return pid;
}

static bool has_source(const struct net_sources *sources, const char *beginning)
{
	for (size_t i = 0; i < sources->n; i++)
		if (!strncmp(sources->list[i].name, beginning, strlen(beginning)))
			return true;
	return false;
}

static void test_find(void)
{
	struct net_sources sources cleanup_net_sources = {.list = NULL};
	struct netmodel model cleanup_netmodel = {.spaces = NULL};
	pid_t supervisor = start_sandbox();
	cleanup_fd int procfd = -1;
	struct error err = {0};
	pid_t init;

	(void)proc_mount_open("/proc", &procfd);
	init = init_of(procfd, supervisor);
	if (ok(init, "a sandbox") &&
	    is_int(netmodel_find(procfd, init, &sources, &err), 0, "its networks: %s", err.what)) {
		is_int((long long)sources.n, 4, "how many");
		is_str(sources.list[0].name, "sandbox", "its own is first");
		ok(has_source(&sources, "blue"), "one by its name in /run/netns");
		ok(has_source(&sources, "sleep "), "one by its process");
		ok(has_source(&sources, "/run/other/x"), "one by where it is bound");
		is_int(netmodel_read(&sources, TIMEOUT_MS, &model, &err), 0, "read: %s", err.what);
		is_int((long long)model.n_spaces, 4, "all are read");
	}
	(void)kill(supervisor, SIGKILL);
	(void)waitpid(supervisor, NULL, 0);
}

int main(void)
{
	test_json_errors();
	test_topology();
	test_rules();
	test_names();
	test_many();
	test_gone();
	test_find();
	return unit_done();
}
