#define _GNU_SOURCE
#include "lab/net/view.h"

#include "common/cleanup.h"
#include "common/io.h"
#include "lab/net/draw.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define SVG_MAX (64u << 20)

/* A text inside quotes: "\\" begins an escape of dot's. */
static void add_quoted(struct strbuf *to, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			strbuf_addc(to, '\\');
		strbuf_addc(to, *text);
	}
}

static const char *line_style(const struct net_link *a, const struct net_link *b)
{
	return a->state == NET_UP && b->state == NET_UP ? "solid" : "dashed";
}

static void add_link(struct strbuf *to, size_t space, size_t at, const struct net_link *link)
{
	strbuf_addf(to, "    n%zu_%zu [label=\"", space, at);
	add_quoted(to, link->name);
	if (strcmp(link->kind, "veth") != 0 && strcmp(link->kind, "loopback") != 0) {
		strbuf_adds(to, " (");
		add_quoted(to, link->kind);
		strbuf_addc(to, ')');
	}
	strbuf_addf(to, "\\n%s",
		    link->state == NET_NO_CARRIER ? "no carrier" : net_state_name(link->state));
	for (size_t i = 0; i < link->n_addresses; i++) {
		strbuf_adds(to, "\\n");
		add_quoted(to, link->addresses[i]);
	}
	for (size_t i = 0; i < link->n_qdiscs; i++) {
		strbuf_adds(to, "\\n");
		add_quoted(to, link->qdiscs[i].kind);
		if (link->qdiscs[i].rate) {
			strbuf_addc(to, ' ');
			net_rate_add(to, link->qdiscs[i].rate);
		}
	}
	if (link->has_counters)
		strbuf_addf(to, "\\nrx %llu tx %llu", (unsigned long long)link->counters.rx_packets,
			    (unsigned long long)link->counters.tx_packets);
	strbuf_addf(to, "\"%s];\n", link->state == NET_UP ? "" : ", style=dashed");
}

/* The lines below a namespace's name. */
static void add_facts(struct strbuf *to, const struct net_space *space)
{
	for (size_t i = 0; i < space->n_routes; i++) {
		struct strbuf text cleanup_strbuf = STRBUF_INIT;

		if (strcmp(space->routes[i].to, "default") != 0 && !space->routes[i].via)
			continue;
		net_route_add(&text, &space->routes[i]);
		strbuf_adds(to, "\\n");
		add_quoted(to, text.s);
	}
	if (space->forwarding == 1)
		strbuf_adds(to, "\\nip_forward 1");
	if (space->forward_drop)
		strbuf_adds(to, "\\nFORWARD policy DROP");
	for (size_t i = 0; i < space->n_nat; i++) {
		strbuf_adds(to, "\\nNAT: ");
		add_quoted(to, space->nat[i]);
	}
}

/* Ports hang on their bridge. */
static void add_ports(struct strbuf *to, size_t at, const struct net_space *space)
{
	for (size_t i = 0; i < space->n_links; i++) {
		const struct net_link *master =
			space->links[i].master ? net_space_link(space, space->links[i].master)
					       : NULL;

		if (master)
			strbuf_addf(to, "    n%zu_%zu -- n%zu_%zu [style=dotted];\n", at,
				    (size_t)(master - space->links), at, i);
	}
}

static void add_space(struct strbuf *to, size_t at, const struct net_space *space)
{
	strbuf_addf(to, "  subgraph cluster_%zu {\n    label=\"", at);
	add_quoted(to, space->name);
	add_facts(to, space);
	strbuf_adds(to, "\";\n");
	for (size_t i = 0; i < space->n_links; i++)
		add_link(to, at, i, &space->links[i]);
	if (!space->n_links)
		strbuf_addf(to, "    n%zu [label=\"\", style=invis];\n", at);
	add_ports(to, at, space);
	strbuf_adds(to, "  }\n");
}

static void add_wires(struct strbuf *to, const struct netmodel *model, size_t at)
{
	const struct net_space *space = &model->spaces[at];

	for (size_t i = 0; i < space->n_links; i++) {
		struct net_space *there = NULL;
		const struct net_link *peer = netmodel_peer(model, &space->links[i], &there);
		size_t other = peer ? (size_t)(there - model->spaces) : 0;
		size_t end = peer ? (size_t)(peer - there->links) : 0;
		const struct net_link *back = peer ? netmodel_peer(model, peer, NULL) : NULL;

		/* Each pair once. */
		if (!peer || (back == &space->links[i] && (other < at || (other == at && end < i))))
			continue;
		strbuf_addf(to, "  n%zu_%zu -- n%zu_%zu [style=%s];\n", at, i, other, end,
			    line_style(&space->links[i], peer));
	}
}

void net_dot_add(struct strbuf *to, const struct netmodel *model)
{
	strbuf_adds(to, "graph network {\n"
			"  rankdir=LR;\n"
			"  graph [fontname=\"sans-serif\", fontsize=11, labeljust=l];\n"
			"  node [shape=box, fontname=\"sans-serif\", fontsize=10];\n");
	for (size_t i = 0; i < model->n_spaces; i++)
		add_space(to, i, &model->spaces[i]);
	for (size_t i = 0; i < model->n_spaces; i++)
		add_wires(to, model, i);
	strbuf_adds(to, "}\n");
}

/* ---- SVG ---- */

static int start_dot(int in, int out, pid_t *ret_pid)
{
	char *const argv[] = {(char[]){"dot"}, (char[]){"-Tsvg"}, NULL};
	posix_spawn_file_actions_t actions;
	int r;

	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, in, 0);
	(void)posix_spawn_file_actions_adddup2(&actions, out, 1);
	r = posix_spawnp(ret_pid, "dot", &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	return -r;
}

int net_svg_add(struct strbuf *to, const struct netmodel *model, struct error *err)
{
	/* Files in memory: neither side can wait for the other. */
	cleanup_fd int in = memfd_create("dot", MFD_CLOEXEC);
	cleanup_fd int out = memfd_create("svg", MFD_CLOEXEC);
	cleanup_strbuf struct strbuf graph = STRBUF_INIT;
	int status = 0, r;
	pid_t pid;

	net_dot_add(&graph, model);
	if (in < 0 || out < 0)
		return error_set(err, errno, "cannot make a file in memory");
	r = io_write_all(in, graph.s, graph.len);
	if (r < 0 || lseek(in, 0, SEEK_SET) < 0)
		return error_set(err, r < 0 ? -r : errno, "cannot write the graph");
	r = start_dot(in, out, &pid);
	if (r == 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	/* Where exec fails late, the child says so with 127. */
	if (r == -ENOENT || (WIFEXITED(status) && WEXITSTATUS(status) == 127)) {
		(void)error_say(err, ENOENT, "--svg needs the program dot, which is not here");
		error_remedy(err, "install the package graphviz; --dot prints the graph itself");
		return -ENOENT;
	}
	if (r < 0)
		return error_set(err, -r, "cannot run dot");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return error_say(err, EIO, "dot could not draw the graph");
	if (lseek(out, 0, SEEK_SET) < 0)
		return error_set(err, errno, "cannot read what dot has drawn");
	r = io_read_fd(out, SVG_MAX, to);
	return r < 0 ? error_set(err, -r, "cannot read what dot has drawn") : 0;
}
