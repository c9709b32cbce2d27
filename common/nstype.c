#define _GNU_SOURCE
#include "common/nstype.h"

#include <linux/sched.h>
#include <stddef.h>
#include <string.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* clang-format off */
#define ENTRY(name_) .name = (name_), .path = "ns/" name_

const struct nstype nstypes[NSTYPE_COUNT] = {
	[NSTYPE_CGROUP] = {
		ENTRY("cgroup"), .flag = CLONE_NEWCGROUP, .kind = NSTYPE_CGROUP,
		.man = "cgroup_namespaces(7)",
		.meaning = "the cgroup that is shown as the root of the tree",
	},
	[NSTYPE_IPC] = {
		ENTRY("ipc"), .flag = CLONE_NEWIPC, .kind = NSTYPE_IPC,
		.man = "ipc_namespaces(7)",
		.meaning = "System V IPC objects and POSIX message queues",
	},
	[NSTYPE_MNT] = {
		ENTRY("mnt"), .flag = CLONE_NEWNS, .kind = NSTYPE_MNT,
		.man = "mount_namespaces(7)",
		.meaning = "the list of mounts",
	},
	[NSTYPE_NET] = {
		ENTRY("net"), .flag = CLONE_NEWNET, .kind = NSTYPE_NET,
		.man = "network_namespaces(7)",
		.meaning = "network devices, addresses, routes, ports, firewall rules",
	},
	[NSTYPE_PID] = {
		ENTRY("pid"), .flag = CLONE_NEWPID, .kind = NSTYPE_PID, .nests = true,
		.man = "pid_namespaces(7)",
		.meaning = "process IDs, and which processes can be seen",
	},
	[NSTYPE_PID_FOR_CHILDREN] = {
		ENTRY("pid_for_children"), .flag = CLONE_NEWPID, .kind = NSTYPE_PID,
		.for_children = true, .nests = true,
		.man = "pid_namespaces(7)",
		.meaning = "the PID namespace the next children will be in",
	},
	[NSTYPE_TIME] = {
		ENTRY("time"), .flag = CLONE_NEWTIME, .kind = NSTYPE_TIME,
		.man = "time_namespaces(7)",
		.meaning = "offsets of the monotonic and boot-time clocks",
	},
	[NSTYPE_TIME_FOR_CHILDREN] = {
		ENTRY("time_for_children"), .flag = CLONE_NEWTIME, .kind = NSTYPE_TIME,
		.for_children = true,
		.man = "time_namespaces(7)",
		.meaning = "the time namespace the next children will be in",
	},
	[NSTYPE_USER] = {
		ENTRY("user"), .flag = CLONE_NEWUSER, .kind = NSTYPE_USER, .nests = true,
		.man = "user_namespaces(7)",
		.meaning = "user and group IDs, and what capabilities apply to",
	},
	[NSTYPE_UTS] = {
		ENTRY("uts"), .flag = CLONE_NEWUTS, .kind = NSTYPE_UTS,
		.man = "uts_namespaces(7)",
		.meaning = "the host name and the NIS domain name",
	},
};
/* clang-format on */

const struct nstype *nstype_by_name(const char *name)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++)
		if (!strcmp(nstypes[i].name, name))
			return &nstypes[i];
	return NULL;
}

const struct nstype *nstype_by_flag(int flag)
{
	for (size_t i = 0; i < NSTYPE_COUNT; i++)
		if (nstypes[i].flag == flag && !nstypes[i].for_children)
			return &nstypes[i];
	return NULL;
}
