/*
 * Rules of nf_tables that translate addresses, read far enough to say for whom. A rule is a
 * list of expressions: load something, compare it, act. Made by nft, by
 * iptables-nft or by a library, it looks the same.
 *
 * Sources: linux/netfilter/nf_tables.h, nf_tables_compat.h; nft(8).
 */
#define _GNU_SOURCE
#include "common/netmodel_internal.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>
#include <netlink/attr.h>
#include <stdio.h>
#include <string.h>

/* Where the addresses are in their headers (ip(7), ipv6(7)). */
static const struct {
	unsigned offset;
	unsigned len;
	int family;
	bool source;
} address_places[] = {
	{12, 4, AF_INET, true},
	{16, 4, AF_INET, false},
	{8, 16, AF_INET6, true},
	{24, 16, AF_INET6, false},
};

/* What the last expression has loaded. */
struct loaded {
	enum { LOADED_OTHER, LOADED_SOURCE, LOADED_DESTINATION, LOADED_IN, LOADED_OUT } what;
	int family;
	int prefix;
};

struct rule {
	struct loaded loaded;
	struct net_translation says;
	char address[64]; /* the last one given outright: what is translated to */
};

void net_nat_add(struct net_space *space, const struct net_translation *translation)
{
	const struct {
		const char *word, *text;
	} parts[] = {
		{"from", translation->from}, {"for", translation->to},	  {"in", translation->in},
		{"out", translation->out},   {"to", translation->target},
	};
	struct strbuf text = STRBUF_INIT;

	if (space->n_nat == NETMODEL_LINKS_MAX)
		return;
	strbuf_adds(&text, translation->verb);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (*parts[i].text)
			strbuf_addf(&text, " %s %s", parts[i].word, parts[i].text);
	space->nat = xreallocarray(space->nat, space->n_nat + 1, sizeof(space->nat[0]));
	space->nat[space->n_nat++] = strbuf_steal(&text);
}

static uint32_t number_of(struct nlattr *attr)
{
	return attr && nla_len(attr) >= (int)sizeof(uint32_t) ? ntohl(nla_get_u32(attr)) : 0;
}

/* The bytes of a constant. Returns how many. */
static int value_of(struct nlattr *data, unsigned char *to, int size)
{
	struct nlattr *attr[NFTA_DATA_MAX + 1];
	int len;

	if (!data || nla_parse_nested(attr, NFTA_DATA_MAX, data, NULL) < 0 ||
	    !attr[NFTA_DATA_VALUE])
		return 0;
	len = nla_len(attr[NFTA_DATA_VALUE]) < size ? nla_len(attr[NFTA_DATA_VALUE]) : size;
	memset(to, 0, (size_t)size);
	memcpy(to, nla_data(attr[NFTA_DATA_VALUE]), (size_t)len);
	return len;
}

static void take_payload(struct rule *rule, struct nlattr *data)
{
	struct nlattr *attr[NFTA_PAYLOAD_MAX + 1];
	uint32_t offset, len;

	rule->loaded.what = LOADED_OTHER;
	if (nla_parse_nested(attr, NFTA_PAYLOAD_MAX, data, NULL) < 0 ||
	    number_of(attr[NFTA_PAYLOAD_BASE]) != NFT_PAYLOAD_NETWORK_HEADER)
		return;
	offset = number_of(attr[NFTA_PAYLOAD_OFFSET]);
	len = number_of(attr[NFTA_PAYLOAD_LEN]);
	for (size_t i = 0; i < sizeof(address_places) / sizeof(address_places[0]); i++) {
		if (offset != address_places[i].offset || !len || len > address_places[i].len)
			continue;
		/* A prefix of whole bytes is loaded as those alone. */
		rule->loaded = (struct loaded){
			.what = address_places[i].source ? LOADED_SOURCE : LOADED_DESTINATION,
			.family = address_places[i].family,
			.prefix = (int)len * 8,
		};
	}
}

static void take_meta(struct rule *rule, struct nlattr *data)
{
	struct nlattr *attr[NFTA_META_MAX + 1];
	uint32_t key;

	rule->loaded.what = LOADED_OTHER;
	if (nla_parse_nested(attr, NFTA_META_MAX, data, NULL) < 0 || !attr[NFTA_META_DREG])
		return;
	key = number_of(attr[NFTA_META_KEY]);
	if (key == NFT_META_IIFNAME)
		rule->loaded.what = LOADED_IN;
	else if (key == NFT_META_OIFNAME)
		rule->loaded.what = LOADED_OUT;
}

static void take_bitwise(struct rule *rule, struct nlattr *data)
{
	struct nlattr *attr[NFTA_BITWISE_MAX + 1];
	unsigned char mask[16];
	int bits = 0, len;

	if (nla_parse_nested(attr, NFTA_BITWISE_MAX, data, NULL) < 0)
		return;
	len = value_of(attr[NFTA_BITWISE_MASK], mask, sizeof(mask));
	for (int i = 0; i < len; i++)
		bits += __builtin_popcount(mask[i]);
	if (len)
		rule->loaded.prefix = bits;
}

static void say_name(char *to, size_t size, bool not, const unsigned char *name, int len)
{
	struct strbuf text = STRBUF_INIT;
	size_t n = strnlen((const char *)name, (size_t)len);

	net_name_add(&text, (const char *)name, n);
	/* Without its NUL it is the beginning of a name. */
	(void)snprintf(to, size, "%s%s%s", not ? "! " : "", text.s,
		       n == (size_t)len && n < 16 ? "*" : "");
	strbuf_free(&text);
}

static void say_address(char *to, size_t size, bool not, const struct loaded *loaded,
			const unsigned char *address)
{
	int full = loaded->family == AF_INET6 ? 128 : 32;
	char text[64];

	net_address_text(text, sizeof(text), loaded->family, address,
			 loaded->prefix == full ? -1 : loaded->prefix);
	(void)snprintf(to, size, "%s%s", not ? "! " : "", text);
}

static void take_cmp(struct rule *rule, struct nlattr *data)
{
	struct net_translation *says = &rule->says;
	struct nlattr *attr[NFTA_CMP_MAX + 1];
	unsigned char value[16];
	bool not ;
	int len;

	if (nla_parse_nested(attr, NFTA_CMP_MAX, data, NULL) < 0)
		return;
	len = value_of(attr[NFTA_CMP_DATA], value, sizeof(value));
	not = number_of(attr[NFTA_CMP_OP]) == NFT_CMP_NEQ;
	if (!len || (!not &&number_of(attr[NFTA_CMP_OP]) != NFT_CMP_EQ))
		return;
	if (rule->loaded.what == LOADED_SOURCE)
		say_address(says->from, sizeof(says->from), not, &rule->loaded, value);
	else if (rule->loaded.what == LOADED_DESTINATION)
		say_address(says->to, sizeof(says->to), not, &rule->loaded, value);
	else if (rule->loaded.what == LOADED_IN)
		say_name(says->in, sizeof(says->in), not, value, len);
	else if (rule->loaded.what == LOADED_OUT)
		say_name(says->out, sizeof(says->out), not, value, len);
}

static void take_immediate(struct rule *rule, struct nlattr *data)
{
	struct nlattr *attr[NFTA_IMMEDIATE_MAX + 1];
	unsigned char value[16];
	int len;

	if (nla_parse_nested(attr, NFTA_IMMEDIATE_MAX, data, NULL) < 0)
		return;
	len = value_of(attr[NFTA_IMMEDIATE_DATA], value, sizeof(value));
	if (len == 4 || len == 16)
		net_address_text(rule->address, sizeof(rule->address),
				 len == 4 ? AF_INET : AF_INET6, value, -1);
}

static void take_masquerade(struct rule *rule, struct nlattr *data)
{
	(void)data;
	rule->says.verb = "masquerade";
}

static void take_redirect(struct rule *rule, struct nlattr *data)
{
	(void)data;
	rule->says.verb = "redirect";
}

static void take_nat(struct rule *rule, struct nlattr *data)
{
	struct nlattr *attr[NFTA_NAT_MAX + 1];

	if (nla_parse_nested(attr, NFTA_NAT_MAX, data, NULL) < 0)
		return;
	rule->says.verb = number_of(attr[NFTA_NAT_TYPE]) == NFT_NAT_DNAT ? "dnat" : "snat";
	if (attr[NFTA_NAT_REG_ADDR_MIN])
		(void)snprintf(rule->says.target, sizeof(rule->says.target), "%s", rule->address);
}

/* iptables-nft keeps some targets as they are in the legacy tables. */
static void take_target(struct rule *rule, struct nlattr *data)
{
	static const char *const names[][2] = {{"MASQUERADE", "masquerade"},
					       {"SNAT", "snat"},
					       {"DNAT", "dnat"},
					       {"REDIRECT", "redirect"}};
	struct nlattr *attr[NFTA_TARGET_MAX + 1];

	if (nla_parse_nested(attr, NFTA_TARGET_MAX, data, NULL) < 0 || !attr[NFTA_TARGET_NAME])
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!nla_strcmp(attr[NFTA_TARGET_NAME], names[i][0]))
			rule->says.verb = names[i][1];
}

static const struct {
	const char *name;
	void (*take)(struct rule *rule, struct nlattr *data);
} expressions[] = {
	{"payload", take_payload},     {"meta", take_meta},
	{"bitwise", take_bitwise},     {"cmp", take_cmp},
	{"immediate", take_immediate}, {"masq", take_masquerade},
	{"redir", take_redirect},      {"nat", take_nat},
	{"target", take_target},
};

static void take_expression(struct rule *rule, struct nlattr *element)
{
	struct nlattr *attr[NFTA_EXPR_MAX + 1];

	if (nla_parse_nested(attr, NFTA_EXPR_MAX, element, NULL) < 0 || !attr[NFTA_EXPR_NAME] ||
	    !attr[NFTA_EXPR_DATA])
		return;
	for (size_t i = 0; i < sizeof(expressions) / sizeof(expressions[0]); i++)
		if (!nla_strcmp(attr[NFTA_EXPR_NAME], expressions[i].name))
			expressions[i].take(rule, attr[NFTA_EXPR_DATA]);
}

static int take_rule(struct nl_msg *msg, void *arg)
{
	struct nlattr *attr[NFTA_RULE_MAX + 1];
	struct net_space *space = arg;
	struct rule rule = {.says = {.verb = NULL}};
	struct nlattr *element;
	int left;

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(struct nfgenmsg), attr, NFTA_RULE_MAX, NULL) < 0 ||
	    !attr[NFTA_RULE_EXPRESSIONS])
		return NL_SKIP;
	nla_for_each_nested(element, attr[NFTA_RULE_EXPRESSIONS], left)
		take_expression(&rule, element);
	if (rule.says.verb)
		net_nat_add(space, &rule.says);
	return NL_OK;
}

static int take_chain(struct nl_msg *msg, void *arg)
{
	const struct nfgenmsg *header = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *attr[NFTA_CHAIN_MAX + 1], *hook[NFTA_HOOK_MAX + 1];
	struct net_space *space = arg;

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(*header), attr, NFTA_CHAIN_MAX, NULL) < 0 ||
	    !attr[NFTA_CHAIN_HOOK] || !attr[NFTA_CHAIN_POLICY] ||
	    nla_parse_nested(hook, NFTA_HOOK_MAX, attr[NFTA_CHAIN_HOOK], NULL) < 0)
		return NL_SKIP;
	if ((header->nfgen_family == NFPROTO_IPV4 || header->nfgen_family == NFPROTO_INET) &&
	    number_of(hook[NFTA_HOOK_HOOKNUM]) == NF_INET_FORWARD &&
	    number_of(attr[NFTA_CHAIN_POLICY]) == NF_DROP)
		space->forward_drop = true;
	return NL_OK;
}

void net_read_nat(struct net_space *space)
{
	const struct nfgenmsg header = {.nfgen_family = NFPROTO_UNSPEC, .version = NFNETLINK_V0};
	struct nl_sock *sock = NULL;

	if (net_socket(NETLINK_NETFILTER, &sock) < 0)
		return;
	(void)net_dump(sock, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETCHAIN, &header, sizeof(header),
		       take_chain, space);
	nl_socket_free(sock);
	/* Another one: a refused dump may have left the first out of step. */
	if (net_socket(NETLINK_NETFILTER, &sock) < 0)
		return;
	(void)net_dump(sock, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETRULE, &header, sizeof(header),
		       take_rule, space);
	nl_socket_free(sock);
}
