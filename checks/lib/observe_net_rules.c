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

/* ---- the words of nft ---- */

#define WORDS_MAX 512

/* A rule as `nft -a list ruleset` has it; where it is from is in place[]. */
struct words {
	char place[200]; /* "ip nat POSTROUTING" */
	uint64_t handle; /* counted in each table */
	char *text;
};

struct dump {
	struct strbuf *to;
	struct words words[WORDS_MAX];
	size_t n_words;
};

/* A line within a chain: the rule, then " # handle 7". */
static void add_words(struct dump *dump, const char *table, const char *chain, const char *line)
{
	struct words *words = &dump->words[dump->n_words];
	const char *mark = NULL;

	for (const char *at = line; (at = strstr(at, " # handle ")); at++)
		mark = at;
	if (!mark || dump->n_words == WORDS_MAX)
		return;
	(void)snprintf(words->place, sizeof(words->place), "%s %s", table, chain);
	words->handle = strtoull(mark + strlen(" # handle "), NULL, 10);
	words->text = xstrndup(line, (size_t)(mark - line));
	dump->n_words++;
}

/* "table ip nat {", "\tchain POSTROUTING {", "\t\tRULE # handle 7"; cuts the text up. */
static void read_words(struct dump *dump, char *text)
{
	const char *table = "", *chain = "";
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *brace = strstr(line, " {");

		if (strncmp(line, "table ", 6) == 0 && brace) {
			*brace = '\0';
			table = line + 6;
		} else if (strncmp(line, "\tchain ", 7) == 0 && brace) {
			*brace = '\0';
			chain = line + 7;
		} else if (strncmp(line, "\t\t", 2) == 0) {
			add_words(dump, table, chain, line + 2);
		}
	}
}

static const char *find_words(const struct dump *dump, const char *place, uint64_t handle)
{
	for (size_t i = 0; i < dump->n_words; i++)
		if (dump->words[i].handle == handle && strcmp(dump->words[i].place, place) == 0)
			return dump->words[i].text;
	return NULL;
}

/* ---- what there is ---- */

static int take_rule(struct nl_msg *msg, void *data)
{
	struct dump *dump = data;
	struct nlattr *attr[NFTA_RULE_MAX + 1];
	const struct nfgenmsg *head = nlmsg_data(nlmsg_hdr(msg));
	char place[sizeof(dump->words[0].place)];
	const char *words;
	uint64_t handle;

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(*head), attr, NFTA_RULE_MAX, NULL) < 0 ||
	    !attr[NFTA_RULE_TABLE] || !attr[NFTA_RULE_CHAIN] || !attr[NFTA_RULE_HANDLE])
		return NL_OK;
	handle = be64toh(nla_get_u64(attr[NFTA_RULE_HANDLE]));
	(void)snprintf(place, sizeof(place), "%s %s %s", family_name(head->nfgen_family),
		       nla_get_string(attr[NFTA_RULE_TABLE]),
		       nla_get_string(attr[NFTA_RULE_CHAIN]));
	words = find_words(dump, place, handle);
	if (dump->to->len > TEXT_BYTES)
		return NL_STOP;
	if (words)
		strbuf_addf(dump->to, "%s %s\n", place, words);
	else
		strbuf_addf(dump->to, "%s rule %" PRIu64 "\n", place, handle);
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
	/* The lock of this machine's iptables is nothing to us, nor may everybody take it. */
	static char *const env[] = {(char *)"LC_ALL=C", (char *)"XTABLES_LOCKFILE=/dev/null", NULL};
	int null = open("/dev/null", O_RDWR);

	(void)!setresgid(0, 0, 0);
	(void)!setresuid(0, 0, 0);
	if (dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(null, 2) < 0)
		_exit(127);
	(void)setenv("PATH", "/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/sbin", 1);
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
		ssize_t n =
			poll(&polled, 1, TOOL_MS) == 1 ? read(pair[0], chunk, sizeof(chunk)) : 0;

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

static const char *const legacy_tables[] = {"filter", "nat", "mangle", "raw", "security"};

/* "-A POSTROUTING -s ..." and "-P FORWARD DROP", as iptables -S prints them. */
static void add_listed(struct strbuf *to, const char *table, char *listed)
{
	char *save = NULL;

	for (char *line = strtok_r(listed, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		size_t len = strlen(line);

		if (strncmp(line, "-A ", 3) == 0)
			strbuf_addf(to, "legacy %s %s\n", table, line + 3);
		else if (strncmp(line, "-P ", 3) == 0 && len > 8 &&
			 strcmp(line + len - 5, " DROP") == 0)
			strbuf_addf(to, "legacy %s %.*s policy drop\n", table, (int)len - 8,
				    line + 3);
	}
}

/* How many entries a table has beyond those that every table has; -1: there is no such table. */
static int count_entries(const char *table)
{
	cleanup_fd int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ipt_getinfo info = {.num_entries = 0};
	socklen_t len = sizeof(info);

	(void)snprintf(info.name, sizeof(info.name), "%s", table);
	if (fd < 0 || getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, &info, &len) < 0)
		return -1;
	/* A policy for each hook, and the end. */
	return (int)info.num_entries - __builtin_popcount(info.valid_hooks) - 1;
}

static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += len)
		if ((at == text || at[-1] == '\n') && (at[len] == '\n' || at[len] == ' '))
			return true;
	return false;
}

/*
 * To ask for a table would make it, and load its module: only those that are there are asked
 * for. The kernel's list of them may be read by the machine's root alone; others ask for
 * those that need no module any more.
 */
static bool may_ask(const char *table)
{
	struct strbuf names cleanup_strbuf = STRBUF_INIT, modules cleanup_strbuf = STRBUF_INIT;
	cleanup_free char *module = xasprintf("iptable_%s", table);
	int r = io_read_proc(AT_FDCWD, "/proc/self/net/ip_tables_names", 4096, &names);

	if (r == 0 || r == -ENOENT)
		return r == 0 && has_word(names.s, table);
	(void)io_read_proc(AT_FDCWD, "/proc/modules", 1 << 20, &modules);
	return !has_word(modules.s, "ip_tables") || has_word(modules.s, module);
}

static void add_legacy(struct strbuf *to)
{
	for (size_t i = 0; i < sizeof(legacy_tables) / sizeof(legacy_tables[0]); i++) {
		const char *table = legacy_tables[i];
		const char *tool[] = {"iptables-legacy", "-t", table, "-S", NULL};
		struct strbuf listed cleanup_strbuf = STRBUF_INIT;
		int more = may_ask(table) ? count_entries(table) : -1;

		/* Only filter has policies that are used. */
		if (more < 0 || (more == 0 && strcmp(table, "filter") != 0))
			continue;
		run_tool(tool, &listed);
		if (listed.len)
			add_listed(to, table, listed.s);
		else if (more)
			strbuf_addf(to, "legacy %s ? %d entries\n", table, more);
	}
}

/* ---- all of it ---- */

static int tell_rules(void *data, struct strbuf *to)
{
	static const char *const tool[] = {"nft", "-a", "-s", "list", "ruleset", NULL};
	static struct dump dump;
	struct strbuf words cleanup_strbuf = STRBUF_INIT, text cleanup_strbuf = STRBUF_INIT;

	(void)data;
	dump.to = &text;
	dump_nft(NFT_MSG_GETRULE, take_rule, &dump);
	if (text.len) {
		run_tool(tool, &words);
		read_words(&dump, words.s);
		strbuf_reset(&text);
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
