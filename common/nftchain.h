/*
 * A base chain of nf_tables, made by netlink alone: no tool of the machine is needed.
 *
 * Sources: nft(8), linux/netfilter/nf_tables.h, linux/netfilter/nfnetlink.h.
 */
#ifndef NSLAB_COMMON_NFTCHAIN_H
#define NSLAB_COMMON_NFTCHAIN_H

struct nftchain {
	const char *table; /* of the family ip */
	const char *name;
	const char *type; /* "filter", "nat" */
	unsigned hook;	  /* NF_INET_* */
	int priority;
	unsigned policy; /* NF_ACCEPT or NF_DROP */
};

/**
 * Make the chain, and its table if it is not there yet, in the caller's network namespace. A
 * chain that is there already gets the policy. -EOPNOTSUPP where this kernel can't, or
 * -EPERM where the caller may not.
 */
int nftchain_add(const struct nftchain *chain);

#endif
