/*
 * What lab doctor says about networks is tried, not assumed; and chains of nf_tables made
 * without any tool.
 */
#define _GNU_SOURCE
#include "checks/lab/unit.h"

#include "common/netprobe.h"
#include "common/nftchain.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

/* The exit status of a child that does this in a network of its own, or may not have one. */
static int in_child(int (*what)(void), bool own_network)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		if (own_network && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
			_exit(99);
		_exit(what());
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int add_chains(void)
{
	const struct nftchain drop = {.table = "filter",
				      .name = "FORWARD",
				      .type = "filter",
				      .hook = NF_INET_FORWARD,
				      .policy = NF_DROP};
	struct nftchain again = drop;
	int r = -nftchain_add(&drop);

	again.policy = NF_ACCEPT;
	/* The table is there, and the chain too: it gets another policy. */
	return r ? r : -nftchain_add(&again);
}

static int add_impossible(void)
{
	const struct nftchain none = {.table = "filter",
				      .name = "x",
				      .type = "no such type",
				      .hook = NF_INET_FORWARD,
				      .policy = NF_ACCEPT};

	return -nftchain_add(&none);
}

/* In a user namespace that may have no network namespace below it: none can be tried. */
static int probe_without(void)
{
	struct netprobe_result result;
	FILE *limit =
		unshare(CLONE_NEWUSER) < 0 ? NULL : fopen("/proc/sys/user/max_net_namespaces", "w");

	if (!limit || fputs("0", limit) < 0 || fclose(limit) != 0)
		return 99;
	netprobe(&result);
	return result.tried;
}

int main(void)
{
	struct netprobe_result result;
	int status;

	netprobe(&result);
	ok(result.tried, "a network namespace can be made");
	for (enum netprobe probe = 0; probe < NETPROBES; probe++) {
		is_int(result.errnum[probe], 0, "%s (%s)", netprobe_name(probe),
		       netprobe_option(probe));
		ok(strncmp(netprobe_option(probe), "CONFIG_", 7) == 0, "... has an option");
	}
	is_int(in_child(add_chains, true), 0, "a chain is made, and made again");
	is_int(in_child(add_impossible, true), EOPNOTSUPP, "a type that is none can't be");
	status = in_child(probe_without, false);
	if (status == 99)
		unit_skip("the limit of network namespaces can't be set here");
	else
		is_int(status, 0, "without a network namespace nothing is tried");
	return unit_done();
}
