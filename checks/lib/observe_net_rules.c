/*
 * Rules of a firewall, whoever made them: nft, a library, iptables-nft (all in nf_tables)
 * or iptables-legacy. What there is comes from the kernel; the tools of this machine, where
 * it has them, only put it into words.
 */
#define _GNU_SOURCE
#include "checks/lib/observe_net.h"

#include "common/cleanup.h"
#include "common/io.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define TOOL_MS	   3000
#define TEXT_BYTES (1 << 19)

static const char *family_name(uint8_t family)
{
	switch (family) {
	case NFPROTO_INET:
		return "inet";
	case NFPROTO_IPV4:
		return "ip";
	case NFPROTO_ARP:
		return "arp";
	case NFPROTO_NETDEV:
		return "netdev";
	case NFPROTO_BRIDGE:
		return "bridge";
	case NFPROTO_IPV6:
		return "ip6";
	default:
		return "?";
	}
}

/* ---- what there is ---- */

struct dump {
	struct strbuf *to;
	const char *words; /* "nft -a list ruleset", "": no such tool */
};

/* The words of the rule with this handle, in this chain. The caller's to free. */
static char *words_of_rule(const char *words, const char *chain, uint64_t handle)
{
	cleanup_free char *mark = xasprintf(" # handle %" PRIu64 "\n", handle);
	cleanup_free char *wanted = xasprintf("\tchain %s {", chain);
	const char *end = words;

	/* Handles are counted in each table: the chain must be the one before. */
	while ((end = strstr(end, mark))) {
		const char *line = end, *head = NULL;

		while (line > words && line[-1] != '\n')
			line--;
		for (const char *at = words; (at = strstr(at, "\tchain ")) && at < line; at++)
			head = at;
		if (head && head + strlen(wanted) < line &&
		    strncmp(head, wanted, strlen(wanted)) == 0) {
			line += strspn(line, "\t ");
			return xstrndup(line, (size_t)(end - line));
		}
		end++;
	}
	return NULL;
}

static int take_rule(struct nl_msg *msg, void *data)
{
	struct dump *dump = data;
	struct nlattr *attr[NFTA_RULE_MAX + 1];
	const struct nfgenmsg *head = nlmsg_data(nlmsg_hdr(msg));
	cleanup_free char *words = NULL;
	uint64_t handle;

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(*head), attr, NFTA_RULE_MAX, NULL) < 0 ||
	    !attr[NFTA_RULE_TABLE] || !attr[NFTA_RULE_CHAIN] || !attr[NFTA_RULE_HANDLE])
		return NL_OK;
	handle = be64toh(nla_get_u64(attr[NFTA_RULE_HANDLE]));
	words = words_of_rule(dump->words, nla_get_string(attr[NFTA_RULE_CHAIN]), handle);
	if (dump->to->len > TEXT_BYTES)
		return NL_STOP;
	strbuf_addf(dump->to, "%s %s %s ", family_name(head->nfgen_family),
		    nla_get_string(attr[NFTA_RULE_TABLE]), nla_get_string(attr[NFTA_RULE_CHAIN]));
	if (words)
		strbuf_addf(dump->to, "%s\n", words);
	else
		strbuf_addf(dump->to, "rule %" PRIu64 "\n", handle);
	return NL_OK;
}

/* A policy other than accept acts like a rule. */
static int take_chain(struct nl_msg *msg, void *data)
{
	struct dump *dump = data;
	struct nlattr *attr[NFTA_CHAIN_MAX + 1];
	const struct nfgenmsg *head = nlmsg_data(nlmsg_hdr(msg));

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(*head), attr, NFTA_CHAIN_MAX, NULL) < 0 ||
	    !attr[NFTA_CHAIN_TABLE] || !attr[NFTA_CHAIN_NAME] || !attr[NFTA_CHAIN_POLICY] ||
	    ntohl(nla_get_u32(attr[NFTA_CHAIN_POLICY])) == NF_ACCEPT)
		return NL_OK;
	strbuf_addf(dump->to, "%s %s %s policy drop\n", family_name(head->nfgen_family),
		    nla_get_string(attr[NFTA_CHAIN_TABLE]), nla_get_string(attr[NFTA_CHAIN_NAME]));
	return NL_OK;
}

static void dump_nft(int type, nl_recvmsg_msg_cb_t each, struct dump *dump)
{
	const struct nfgenmsg any = {.nfgen_family = AF_UNSPEC};
	struct nl_sock *sock = nl_socket_alloc();

	if (sock && nl_connect(sock, NETLINK_NETFILTER) == 0) {
		(void)nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, each, dump);
		if (nl_send_simple(sock, (NFNL_SUBSYS_NFTABLES << 8) | type, NLM_F_DUMP,
				   (void *)(uintptr_t)&any, sizeof(any)) >= 0)
			(void)nl_recvmsgs_default(sock);
	}
	nl_socket_free(sock);
}

/* ---- the tools ---- */

/* In a child of the job: a tool of this machine, as root of the sandbox. */
static void become_tool(const char *const *argv, int out)
{
	static char *const env[] = {(char *)"PATH=/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/sbin",
				    (char *)"LC_ALL=C", NULL};
	int null = open("/dev/null", O_RDWR);

	(void)!setresgid(0, 0, 0);
	(void)!setresuid(0, 0, 0);
	if (dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(null, 2) < 0)
		_exit(127);
	(void)setenv("PATH", strchr(env[0], '/'), 1);
	(void)execvpe(argv[0], (char *const *)(uintptr_t)argv, env);
	_exit(127);
}

/* What a tool prints; nothing where it is not there, or fails. */
static void run_tool(const char *const *argv, struct strbuf *to)
{
	int pair[2];
	pid_t child;

	if (pipe2(pair, O_CLOEXEC) < 0)
		return;
	child = fork();
	if (child == 0)
		become_tool(argv, pair[1]);
	(void)close(pair[1]);
	for (;;) {
		struct pollfd polled = {.fd = pair[0], .events = POLLIN};
		char chunk[16384];
		ssize_t n = poll(&polled, 1, TOOL_MS) == 1 ? read(pair[0], chunk, sizeof(chunk))
							    : 0;

		if (n <= 0 || to->len > TEXT_BYTES)
			break;
		strbuf_add(to, chunk, (size_t)n);
	}
	(void)close(pair[0]);
	if (child > 0) {
		(void)kill(child, SIGKILL);
		(void)waitpid(child, NULL, 0);
	}
}

/* ---- iptables-legacy ---- */

/* "-A POSTROUTING -s ..." of iptables-save, and ":FORWARD DROP [0:0]". */
static void add_saved(struct strbuf *to, char *saved)
{
	const char *table = "?";
	char *save = NULL;

	for (char *line = strtok_r(saved, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *policy = strchr(line, ' ');

		if (*line == '*')
			table = line + 1;
		else if (strncmp(line, "-A ", 3) == 0)
			strbuf_addf(to, "legacy %s %s\n", table, line + 3);
		else if (*line == ':' && policy && strncmp(policy, " DROP", 5) == 0)
			strbuf_addf(to, "legacy %s %.*s policy drop\n", table,
				    (int)(policy - line - 1), line + 1);
	}
}

/* Without the tool: how many entries there are beyond those that every table has. */
static void add_entries(struct strbuf *to, const char *table)
{
	cleanup_fd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ipt_getinfo info = {.num_entries = 0};
	socklen_t len = sizeof(info);
	unsigned own;

	(void)snprintf(info.name, sizeof(info.name), "%s", table);
	if (fd < 0 || getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, &info, &len) < 0)
		return;
	/* A policy for each hook, and the end. */
	own = (unsigned)__builtin_popcount(info.valid_hooks) + 1;
	if (info.num_entries > own)
		strbuf_addf(to, "legacy %s ? %u entries\n", table, info.num_entries - own);
}

/* Asking for a table would make it: the kernel lists those that are there. */
static void add_legacy(struct strbuf *to)
{
	static const char *const tool[] = {"iptables-legacy-save", NULL};
	struct strbuf tables cleanup_strbuf = STRBUF_INIT, saved cleanup_strbuf = STRBUF_INIT;
	char *save = NULL;

	if (io_read_proc(AT_FDCWD, "/proc/self/net/ip_tables_names", 4096, &tables) < 0 ||
	    tables.len == 0)
		return;
	run_tool(tool, &saved);
	if (saved.len) {
		add_saved(to, saved.s);
		return;
	}
	for (char *table = strtok_r(tables.s, "\n", &save); table;
	     table = strtok_r(NULL, "\n", &save))
		add_entries(to, table);
}

/* ---- all of it ---- */

static int tell_rules(void *data, struct strbuf *to)
{
	static const char *const tool[] = {"nft", "-a", "-s", "list", "ruleset", NULL};
	struct strbuf words cleanup_strbuf = STRBUF_INIT, text cleanup_strbuf = STRBUF_INIT;
	struct dump dump = {.to = &text, .words = ""};

	(void)data;
	dump_nft(NFT_MSG_GETRULE, take_rule, &dump);
	if (text.len) {
		run_tool(tool, &words);
		strbuf_reset(&text);
		dump.words = words.s;
		dump_nft(NFT_MSG_GETRULE, take_rule, &dump);
	}
	dump_nft(NFT_MSG_GETCHAIN, take_chain, &dump);
	add_legacy(&text);
	strbuf_adds(to, text.s);
	return 0;
}

int net_rules(struct session *session, int netns, struct strbuf *to)
{
	return net_inside(session, netns, tell_rules, NULL, to);
}

int net_do_rules(struct session *session, char **words, struct strbuf *to, struct error *err)
{
	struct strbuf text cleanup_strbuf = STRBUF_INIT;
	cleanup_fd int netns = -1;
	int r = net_open(session, words[0], &netns, err);

	if (r < 0)
		return r;
	r = net_rules(session, netns, &text);
	if (r < 0)
		return error_set(err, -r, "cannot read the rules of %s", words[0]);
	if (text.len)
		text.s[--text.len] = '\0';
	answer_add(to, "rules", text.s);
	return 0;
}
