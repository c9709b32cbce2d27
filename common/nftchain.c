#define _GNU_SOURCE
#include "common/nftchain.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

/* Begin, table, chain, end. */
#define MESSAGES 4

static struct nl_msg *new_message(int type, int flags, uint8_t family, uint16_t res_id)
{
	struct nfgenmsg part = {.nfgen_family = family, .res_id = htons(res_id)};
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);

	if (msg && nlmsg_append(msg, &part, sizeof(part), NLMSG_ALIGNTO) < 0) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return msg;
}

static struct nl_msg *new_request(int type, int flags)
{
	return new_message(NFNL_SUBSYS_NFTABLES << 8 | type, NLM_F_CREATE | flags, NFPROTO_IPV4, 0);
}

static int describe(struct nl_msg *const all[MESSAGES], const struct nftchain *chain)
{
	struct nlattr *hook;

	for (size_t i = 0; i < MESSAGES; i++)
		if (!all[i])
			return -ENOMEM;
	NLA_PUT_STRING(all[1], NFTA_TABLE_NAME, chain->table);
	NLA_PUT_STRING(all[2], NFTA_CHAIN_TABLE, chain->table);
	NLA_PUT_STRING(all[2], NFTA_CHAIN_NAME, chain->name);
	NLA_PUT_STRING(all[2], NFTA_CHAIN_TYPE, chain->type);
	hook = nla_nest_start(all[2], NFTA_CHAIN_HOOK);
	NLA_PUT_U32(all[2], NFTA_HOOK_HOOKNUM, htonl(chain->hook));
	NLA_PUT_U32(all[2], NFTA_HOOK_PRIORITY, htonl((uint32_t)chain->priority));
	(void)nla_nest_end(all[2], hook);
	NLA_PUT_U32(all[2], NFTA_CHAIN_POLICY, htonl(chain->policy));
	return 0;

nla_put_failure:
	return -ENOMEM;
}

/* A batch is one write, and only its third message is acknowledged; all else answers where it fails. */
static int send_batch(struct nl_sock *sock, struct nl_msg *const all[MESSAGES])
{
	struct iovec iov[MESSAGES];
	int r;

	/* libnl would ask for an answer to each, and take the first for all. */
	nl_socket_disable_auto_ack(sock);
	for (size_t i = 0; i < MESSAGES; i++) {
		nl_complete_msg(sock, all[i]);
		iov[i] = (struct iovec){nlmsg_hdr(all[i]), nlmsg_hdr(all[i])->nlmsg_len};
	}
	nl_socket_disable_seq_check(sock);
	r = nl_send_iovec(sock, all[2], iov, MESSAGES);
	if (r >= 0)
		r = nl_wait_for_ack(sock);
	if (r >= 0)
		return 0;
	return r == -NLE_PERM ? -EPERM : -EOPNOTSUPP;
}

int nftchain_add(const struct nftchain *chain)
{
	struct nl_msg *const all[MESSAGES] = {
		new_message(NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES),
		new_request(NFT_MSG_NEWTABLE, 0),
		new_request(NFT_MSG_NEWCHAIN, NLM_F_ACK),
		new_message(NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES),
	};
	struct nl_sock *sock = nl_socket_alloc();
	int r = describe(all, chain);

	/* No such protocol: a kernel without nfnetlink. */
	if (r == 0 && (!sock || nl_connect(sock, NETLINK_NETFILTER) < 0))
		r = -EOPNOTSUPP;
	if (r == 0)
		r = send_batch(sock, all);
	for (size_t i = 0; i < MESSAGES; i++)
		nlmsg_free(all[i]);
	nl_socket_free(sock);
	return r;
}
