/*
 * lab doctor: what this machine allows, what follows from it, and the remedy
 * for what it does not. Probes and a real sandbox decide, readings explain.
 */
#define _GNU_SOURCE
#include "common/machine.h"
#include "common/mirror.h"
#include "common/netprobe.h"
#include "common/rootfs.h"
#include "common/sandbox.h"
#include "common/strbuf.h"
#include "lab/command.h"
#include "lab/output.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum state { STATE_OK, STATE_LIMITED, STATE_MISSING };

static const char *const state_words[] = {"ok", "limited", "missing"};

struct finding {
	const char *name; /* stable, for programs */
	enum state state;
	char *fact;	    /* what was found, with what follows */
	const char *remedy; /* "" where nothing needs one */
};

#define FINDINGS_MAX 40

struct doctor {
	struct machine_readings readings;
	struct machine_probes probes;
	struct sandbox_features features;
	bool sandbox;	      /* one could be started */
	struct error refused; /* else why not */
	struct error rootfs;  /* why there is no small root file system */
	struct finding findings[FINDINGS_MAX];
	size_t n;
};

static void found(struct doctor *doctor, const char *name, enum state state, const char *remedy,
		  const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static void found(struct doctor *doctor, const char *name, enum state state, const char *remedy,
		  const char *fmt, ...)
{
	struct finding *finding = &doctor->findings[doctor->n++];
	va_list ap;

	*finding = (struct finding){.name = name, .state = state, .remedy = remedy};
	va_start(ap, fmt);
	if (vasprintf(&finding->fact, fmt, ap) < 0)
		finding->fact = xstrdup("");
	va_end(ap);
}

static bool probe_works(const struct doctor *doctor, enum machine_probe probe)
{
	return doctor->probes.errnum[probe] == 0;
}

static void examine_sandbox(struct doctor *doctor)
{
	struct sandbox_config config = {.start = SANDBOX_ROOT};
	struct sandbox *box;

	doctor->sandbox = sandbox_start(&config, &box, &doctor->refused) == 0;
	if (!doctor->sandbox) {
		found(doctor, "sandbox", STATE_MISSING, doctor->refused.remedy, "%s",
		      doctor->refused.what);
		return;
	}
	doctor->features = *sandbox_features(box);
	sandbox_end(box);
	found(doctor, "sandbox", STATE_OK, "", "programs run in a sandbox, without root");
}

static void examine_namespaces(struct doctor *doctor)
{
	static const struct {
		enum machine_probe probe;
		const char *type;
	} types[] = {
		{PROBE_CGROUP, "cgroup"}, {PROBE_IPC, "ipc"}, {PROBE_MNT, "mnt"},
		{PROBE_NET, "net"},	  {PROBE_PID, "pid"}, {PROBE_USER, "user"},
		{PROBE_UTS, "uts"},
	};
	struct strbuf works cleanup_strbuf = STRBUF_INIT;
	struct strbuf fails cleanup_strbuf = STRBUF_INIT;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		strbuf_addf(probe_works(doctor, types[i].probe) ? &works : &fails, " %s",
			    types[i].type);
	if (works.len)
		found(doctor, "namespaces", STATE_OK, "", "namespaces can be made:%s", works.s);
	if (fails.len)
		found(doctor, "namespaces-refused", STATE_MISSING,
		      "the sandbox's line says what stands in the way",
		      "namespaces can't be made:%s", fails.s);
	if (probe_works(doctor, PROBE_TIME))
		found(doctor, "time-namespace", STATE_OK, "", "time namespaces can be made");
	else if (doctor->probes.errnum[PROBE_TIME] > 0)
		found(doctor, "time-namespace", STATE_LIMITED,
		      "a kernel of 5.6 or later with CONFIG_TIME_NS",
		      "no time namespaces: the sandbox does without, advanced/time can't be checked");
}

static void examine_views(struct doctor *doctor)
{
	const struct machine_process *process = &doctor->readings.process;
	const struct sandbox_features *features = &doctor->features;

	if (!doctor->sandbox)
		return;
	if (features->fresh_proc)
		found(doctor, "proc", STATE_OK, "", "the sandbox has a /proc of its own");
	else
		found(doctor, "proc", STATE_MISSING,
		      "start the container with --security-opt systempaths=unconfined, or work outside of it",
		      "no fresh /proc, since parts of this one are covered%s%s: most checks can't be run",
		      process->proc_mask[0] ? ": " : "", process->proc_mask);
	if (features->fresh_sys)
		found(doctor, "sys", STATE_OK, "", "the sandbox has a /sys of its own");
	else
		found(doctor, "sys", STATE_LIMITED,
		      "make /sys writable and uncovered, or work outside of the container",
		      "no fresh /sys%s%s: programs that read /sys find nothing there",
		      process->sys_mask[0] ? ": " : "", process->sys_mask);
	if (features->binds == 0)
		found(doctor, "overlay", STATE_OK, "",
		      "system directories are writable inside, below an overlay that vanishes");
	else
		found(doctor, "overlay", STATE_LIMITED,
		      "Linux 5.11 or later; no mounts inside /usr and /etc",
		      "%u of %u system directories are read-only inside: the kernel refuses an overlay on them",
		      features->binds, features->binds + features->overlays);
	if (!features->cgroupfs)
		found(doctor, "cgroupfs", STATE_LIMITED, "a kernel with cgroup version 2",
		      "no cgroup file system inside: crun and runc do not start there");
}

/* How many uids a sandbox gets that asks for a range of them. */
static unsigned count_ids(void)
{
	struct sandbox_config config = {.start = SANDBOX_ROOT, .range = true};
	struct error ignored;
	struct sandbox *box;
	unsigned ids;

	if (sandbox_start(&config, &box, &ignored) < 0)
		return 0;
	ids = sandbox_features(box)->ids;
	sandbox_end(box);
	return ids;
}

static void examine_ids(struct doctor *doctor)
{
	const struct machine_host *host = &doctor->readings.host;
	unsigned ids = doctor->sandbox ? count_ids() : 0;
	const char *lack = "no sandbox";
	const char *remedy = "the sandbox's line says what stands in the way";

	if (ids > 1) {
		found(doctor, "subordinate-ids", STATE_OK, "",
		      "where an exercise needs more than one uid it gets %u", ids);
		return;
	}
	if (!host->newuidmap[0]) {
		lack = "no newuidmap";
		remedy =
			"make deps in the workbook's directory installs it (package uidmap or shadow-utils)";
	} else if (!host->subuids || !host->subgids) {
		lack = "no subordinate ids for you";
		remedy =
			"ask for a range: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 NAME";
	} else if (host->newuidmap_privileged != FACT_YES) {
		lack = "newuidmap has no privilege";
		remedy = "make newuidmap and newgidmap set-uid root again: reinstall their package";
	} else if (doctor->sandbox) {
		lack = "your subordinate ids can't be mapped";
		remedy = "work as an ordinary user outside of the container";
	}
	found(doctor, "subordinate-ids", STATE_LIMITED, remedy,
	      "%s: exercises with more than one uid can't be checked", lack);
}

static void examine_limits(struct doctor *doctor)
{
	const struct machine_host *host = &doctor->readings.host;
	const char *versions = host->cgroup_v1 ? (host->cgroup_v2 ? "1 and 2" : "1")
					       : (host->cgroup_v2 ? "2" : "none");

	if (host->cgroup_delegated == FACT_YES)
		found(doctor, "cgroup", STATE_OK, "", "cgroup version %s; you may make cgroups",
		      versions);
	else
		found(doctor, "cgroup", STATE_LIMITED,
		      "systemd-run --user --scope -p Delegate=yes lab ...",
		      "cgroup version %s, not delegated to you: memory is bounded by a watchdog instead",
		      versions);
	if (doctor->readings.process.root_shared != FACT_UNKNOWN)
		found(doctor, "propagation", STATE_OK, "",
		      "/ is a %s mount here; the sandbox makes its own shared",
		      doctor->readings.process.root_shared == FACT_YES ? "shared" : "private");
}

static void examine_tools(struct doctor *doctor)
{
	static const char make_deps[] = "make deps in the workbook's directory";
	static const struct {
		const char *command, *without, *remedy;
	} tools[] = {
		{"cc", "programs can't be compiled", make_deps},
		{"bats", "nothing can be checked", make_deps},
		{"unshare", "lessons that use it can't be followed", make_deps},
		{"ip", "lessons that use it can't be followed", make_deps},
		{"ps", "the default command of some exercises is missing", make_deps},
		{"ping", "the default command of some exercises is missing", make_deps},
		{"nft", "lessons that use it can't be followed", make_deps},
		{"iptables", "lessons that use it can't be followed", make_deps},
		{"dot", "lab net --svg can't draw", "install the package graphviz"},
		{"python3", "programs in Python can't be checked",
		 "install python3, if you write any"},
	};
	struct strbuf here cleanup_strbuf = STRBUF_INIT;

	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		char *save = NULL;
		char *path = xstrdup(getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
		bool have = false;

		for (char *dir = strtok_r(path, ":", &save); dir;
		     dir = strtok_r(NULL, ":", &save)) {
			char *file = xasprintf("%s/%s", dir, tools[i].command);

			have |= access(file, X_OK) == 0;
			free(file);
		}
		free(path);
		if (have)
			strbuf_addf(&here, " %s", tools[i].command);
		else
			found(doctor, tools[i].command, i < 2 ? STATE_MISSING : STATE_LIMITED,
			      tools[i].remedy, "no %s: %s", tools[i].command, tools[i].without);
	}
	if (here.len)
		found(doctor, "tools", STATE_OK, "", "found:%s", here.s);
}

static void examine_rootfs(struct doctor *doctor)
{
	cleanup_rootfs struct rootfs rootfs = ROOTFS_INIT;

	if (rootfs_describe(ROOTFS_INSIDE, &rootfs, &doctor->rootfs) == 0)
		found(doctor, "rootfs", STATE_OK, "",
		      "a static busybox is there, to fill a small root file system");
	else
		found(doctor, "rootfs", STATE_LIMITED, doctor->rootfs.remedy,
		      "%s: exercises that change the root can't be checked", doctor->rootfs.what);
}

/* What is configured; whether it answers is asked by the one exercise that needs it. */
static void examine_mirror(struct doctor *doctor)
{
	struct mirror_source source = {.url = NULL};
	struct error err = {0};

	if (mirror_configured(&source, &err) == 0)
		found(doctor, "mirror", STATE_OK, "",
		      "a Debian mirror is configured, for mnt/debootstrap: %s of %s", source.suite,
		      source.url);
	else
		found(doctor, "mirror", STATE_LIMITED,
		      "set NSLAB_MIRROR=\"URL SUITE\" to one that this machine reaches",
		      "%s: mnt/debootstrap can't be checked", err.what);
	mirror_source_free(&source);
}

/* What the exercises with networks need of the kernel, beyond a network namespace. */
static void examine_networks(struct doctor *doctor)
{
	static char remedy[200] = "a kernel with";
	struct strbuf lacks cleanup_strbuf = STRBUF_INIT;
	struct netprobe_result result;

	netprobe(&result);
	if (!result.tried)
		return;
	for (enum netprobe probe = 0; probe < NETPROBES; probe++) {
		if (!result.errnum[probe])
			continue;
		strbuf_addf(&lacks, "%s%s", lacks.len ? ", " : "", netprobe_name(probe));
		(void)strcat(strcat(remedy, " "), netprobe_option(probe));
	}
	if (lacks.len)
		found(doctor, "networks", STATE_LIMITED, remedy,
		      "this kernel lacks %s: exercises that use it can't be solved", lacks.s);
	else
		found(doctor, "networks", STATE_OK, "",
		      "networks can be built: links, bridges, shaping, address translation");
	found(doctor, "bridge-filter", STATE_OK, "",
	      result.bridges_filter
		      ? "iptables sees what crosses a bridge (br_netfilter), in new networks too"
		      : "iptables does not see what crosses a bridge: br_netfilter is not loaded");
	if (result.forwards)
		found(doctor, "forwarding", STATE_OK, "",
		      "new networks forward packets from the start, as this machine does; the sandbox's does not");
}

static void print_json(const struct doctor *doctor, bool works)
{
	json_t *items = json_array();

	for (size_t i = 0; i < doctor->n; i++)
		(void)json_array_append_new(items, json_pack("{s:s, s:s, s:s, s:s}", "name",
							     doctor->findings[i].name, "state",
							     state_words[doctor->findings[i].state],
							     "fact", doctor->findings[i].fact,
							     "remedy", doctor->findings[i].remedy));
	output_json(json_pack("{s:s, s:b, s:s, s:o}", "schema", "nslab/doctor/v1", "works", works,
			      "kernel", doctor->readings.host.release, "findings", items));
}

static void print_plain(const struct lab *lab, const struct doctor *doctor)
{
	static const enum output_style styles[] = {STYLE_GOOD, STYLE_BOLD, STYLE_BAD};

	for (size_t i = 0; i < doctor->n; i++) {
		const struct finding *finding = &doctor->findings[i];

		printf("%s%-8s%s %s\n", output_style(lab, styles[finding->state]),
		       state_words[finding->state], output_style(lab, STYLE_PLAIN), finding->fact);
		if (finding->remedy[0])
			printf("         remedy: %s\n", finding->remedy);
	}
}

int cmd_doctor(struct lab *lab, const struct args *args)
{
	static struct doctor doctor;
	bool works;

	(void)machine_read(0, &doctor.readings);
	machine_probe(&doctor.probes);
	examine_sandbox(&doctor);
	examine_namespaces(&doctor);
	examine_views(&doctor);
	examine_ids(&doctor);
	examine_limits(&doctor);
	examine_tools(&doctor);
	examine_rootfs(&doctor);
	examine_mirror(&doctor);
	examine_networks(&doctor);
	works = doctor.sandbox && doctor.features.fresh_proc;
	if (args_flag(args, "json"))
		print_json(&doctor, works);
	else
		print_plain(lab, &doctor);
	for (size_t i = 0; i < doctor.n; i++)
		free(doctor.findings[i].fact);
	return works ? LAB_PASS : LAB_UNSUPPORTED;
}
