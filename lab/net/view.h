/*
 * The faces of `lab net`: cmd_net() reads the words, these show.
 *
 *	targets.c   which namespaces are meant
 *	show.c	    read once and print: drawing, JSON, DOT, SVG
 *	watch.c	    again and again, until ^C
 *	dot.c	    the graph for Graphviz
 */
#ifndef NSLAB_LAB_NET_VIEW_H
#define NSLAB_LAB_NET_VIEW_H

#include "common/netmodel.h"
#include "lab/command.h"
#include "lab/course/catalogue.h"

#include <stddef.h>

#define NET_READ_MS 10000 /* one sandbox is read in that time, or given up */

enum net_format { NET_TEXT, NET_JSON, NET_DOT, NET_SVG };

/* What one word of the command line stands for. */
struct net_target {
	const char *word;
	pid_t pid;			 /* or 0: */
	const struct exercise *exercise; /* the catalogue's */
};

struct net_request {
	const struct lab *lab;
	int procfd;
	const struct catalogue *catalogue; /* NULL: there is none */
	const struct net_target *targets;
	size_t n_targets; /* 0: every sandbox of this lab */
	enum net_format format;
};

/**
 * The networks that are meant as they are now. Of several sandboxes each namespace's name is followed by the PID of
 * what started it, "blue (4711)". -ESRCH: nothing runs (now), which err says.
 */
int net_targets_read(const struct net_request *request, struct netmodel *ret, struct error *err);

/** Is there a target that may still come or change? false: all are PIDs that have gone. */
bool net_targets_live(const struct net_request *request);

/** Print a model in a format. Returns an enum lab_status. */
int net_print(const struct lab *lab, const struct netmodel *model, enum net_format format);

int net_show(const struct net_request *request);
int net_watch(const struct net_request *request); /* NET_TEXT or NET_JSON */

/** Append a graph for dot(1). */
void net_dot_add(struct strbuf *to, const struct netmodel *model);

/** The graph as SVG, by way of dot(1). Fails with the package to install where there is none. */
int net_svg_add(struct strbuf *to, const struct netmodel *model, struct error *err);

#endif
