/*
 * The same from the tables of iptables-legacy, which nf_tables does not show. Asking for a table
 * makes it, so one asks only for those that are there (may_ask()).
 *
 * Sources: linux/netfilter_ipv4/ip_tables.h, iptables-extensions(8).
 */
#define _GNU_SOURCE
#include "common/netmodel_internal.h"

#include "common/cleanup.h"
#include "common/io.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static const char *const targets[][2] = {
	{"MASQUERADE", "masquerade"}, {"SNAT", "snat"}, {"DNAT", "dnat"}, {"REDIRECT", "redirect"}};

struct table {
	struct ipt_getinfo info;
	struct ipt_get_entries *entries; /* info.size bytes of them */
};

/* Is there a line of this file that begins with a word? -errno where it can't be read. */
static int has_line(const char *path, const char *word)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r = io_read_proc(AT_FDCWD, path, 1u << 20, &text);

	if (r < 0)
		return r;
	for (const char *at = text.s; *at; at += strcspn(at, "\n"), at += *at == '\n')
		if (strcspn(at, " \n") == strlen(word) && !strncmp(at, word, strlen(word)))
			return 1;
	return 0;
}

/*
 * May a table be asked for? The kernel lists those of a namespace, but only to the root of the
 * user namespace that owned it when it was made, if that had one then. Else one that
 * forwards is asked: an empty table more changes nothing for it. What would load a module is not done.
 */
static bool may_ask(const struct net_space *space, const char *name)
{
	cleanup_free char *module = xasprintf("iptable_%s", name);
	int listed = has_line("/proc/self/net/ip_tables_names", name);

	if (listed != -EACCES)
		return listed == 1;
	return space->forwarding == 1 && (has_line("/proc/modules", "ip_tables") != 1 ||
					  has_line("/proc/modules", module) == 1);
}

static bool read_table(const struct net_space *space, const char *name, struct table *ret)
{
	cleanup_fd int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(ret->info);

	if (sock < 0 || !may_ask(space, name))
		return false;
	*ret = (struct table){.entries = NULL};
	(void)snprintf(ret->info.name, sizeof(ret->info.name), "%s", name);
	if (getsockopt(sock, IPPROTO_IP, IPT_SO_GET_INFO, &ret->info, &len) < 0)
		return false;
	len = (socklen_t)(sizeof(*ret->entries) + ret->info.size);
	ret->entries = xcalloc(1, len);
	(void)snprintf(ret->entries->name, sizeof(ret->entries->name), "%s", name);
	ret->entries->size = ret->info.size;
	/* Changed since: it is seen at the next look. */
	if (getsockopt(sock, IPPROTO_IP, IPT_SO_GET_ENTRIES, ret->entries, &len) < 0) {
		free(ret->entries);
		return false;
	}
	return true;
}

static const struct ipt_entry *entry_at(const struct table *table, unsigned at)
{
	const struct ipt_entry *entry;

	if (at + sizeof(*entry) > table->info.size)
		return NULL;
	entry = (const void *)((const char *)table->entries->entrytable + at);
	return entry->next_offset < sizeof(*entry) || at + entry->next_offset > table->info.size ||
			       entry->target_offset + sizeof(struct xt_entry_target) >
				       entry->next_offset
		       ? NULL
		       : entry;
}

static const struct xt_entry_target *target_of(const struct ipt_entry *entry)
{
	return (const void *)((const char *)entry + entry->target_offset);
}

static void say_address(char *to, size_t size, struct in_addr address, struct in_addr mask,
			bool not )
{
	int prefix = __builtin_popcount(mask.s_addr);
	char text[64];

	if (!mask.s_addr)
		return;
	net_address_text(text, sizeof(text), AF_INET, &address, prefix == 32 ? -1 : prefix);
	(void)snprintf(to, size, "%s%s", not ? "! " : "", text);
}

static void say_device(char *to, size_t size, const char *name, const unsigned char *mask,
		       bool not )
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	size_t len = strnlen(name, IFNAMSIZ);
	size_t compared = 0;

	if (!len)
		return;
	/* All of a name with its NUL is compared, or the beginning: "up+". */
	while (compared < len && mask[compared])
		compared++;
	net_name_add(&text, name, compared);
	(void)snprintf(to, size, "%s%s%s", not ? "! " : "", text.s,
		       compared < len || (len < IFNAMSIZ && !mask[len]) ? "*" : "");
}

/* What is translated to: the first version of these targets has another structure than later ones. */
static void say_target(char *to, size_t size, const struct ipt_entry *entry)
{
	const struct xt_entry_target *target = target_of(entry);
	size_t room = entry->next_offset - entry->target_offset - sizeof(*target);
	const struct nf_nat_ipv4_multi_range_compat *old = (const void *)target->data;
	const struct nf_nat_range *range = (const void *)target->data;

	if (target->u.user.revision == 0) {
		if (room >= sizeof(*old) && old->rangesize &&
		    old->range[0].flags & NF_NAT_RANGE_MAP_IPS)
			net_address_text(to, size, AF_INET, &old->range[0].min_ip, -1);
	} else if (room >= sizeof(*range) && range->flags & NF_NAT_RANGE_MAP_IPS) {
		net_address_text(to, size, AF_INET, &range->min_addr, -1);
	}
}

static void take_entry(struct net_space *space, const struct ipt_entry *entry)
{
	struct net_translation says = {.verb = NULL};
	unsigned not = entry->ip.invflags;

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		if (!strcmp(target_of(entry)->u.user.name, targets[i][0]))
			says.verb = targets[i][1];
	if (!says.verb)
		return;
	say_address(says.from, sizeof(says.from), entry->ip.src, entry->ip.smsk,
		    not &IPT_INV_SRCIP);
	say_address(says.to, sizeof(says.to), entry->ip.dst, entry->ip.dmsk, not &IPT_INV_DSTIP);
	say_device(says.in, sizeof(says.in), entry->ip.iniface, entry->ip.iniface_mask,
		   not &IPT_INV_VIA_IN);
	say_device(says.out, sizeof(says.out), entry->ip.outiface, entry->ip.outiface_mask,
		   not &IPT_INV_VIA_OUT);
	if (strcmp(says.verb, "masquerade") != 0)
		say_target(says.target, sizeof(says.target), entry);
	net_nat_add(space, &says);
}

static bool drops_forwarded(const struct table *table)
{
	const struct ipt_entry *policy;
	const struct xt_standard_target *target;

	if (!(table->info.valid_hooks & (1u << NF_INET_FORWARD)))
		return false;
	policy = entry_at(table, table->info.underflow[NF_INET_FORWARD]);
	if (!policy || policy->target_offset + sizeof(*target) > policy->next_offset)
		return false;
	target = (const void *)target_of(policy);
	return target->verdict == -NF_DROP - 1;
}

void net_read_legacy_nat(struct net_space *space)
{
	const struct ipt_entry *entry;
	struct table table;

	if (read_table(space, "nat", &table)) {
		for (unsigned at = 0; (entry = entry_at(&table, at)); at += entry->next_offset)
			take_entry(space, entry);
		free(table.entries);
	}
	if (read_table(space, "filter", &table)) {
		space->forward_drop |= drops_forwarded(&table);
		free(table.entries);
	}
}
