/*
 * What looks different from inside a cgroup or a time namespace: paths of cgroups, clocks. A
 * child of the observer joins the namespace and looks. Both are commands of the observer
 * (observe.c): words in, keys of the answer out.
 */
#ifndef NSLAB_CHECKS_OBSERVE_VIEWS_H
#define NSLAB_CHECKS_OBSERVE_VIEWS_H

#include "checks/lib/observe.h"

/**
 * cgroups WHO VIEWER: "cgroups", the lines of WHO's /proc/PID/cgroup ("0::/") as a process in
 * VIEWER's cgroup namespace reads them; VIEWER may be "observer".
 */
int view_cgroups(struct session *session, char **words, struct strbuf *to, struct error *err);

/**
 * clocks WHO: "boottime", "monotonic", "realtime": by how many seconds the clock is ahead of outside's
 * for a process in WHO's time namespace; "offsets": lines "monotonic 1 0" of its timens_offsets.
 * No keys where the kernel has no time namespaces, or the process has ended.
 */
int view_clocks(struct session *session, char **words, struct strbuf *to, struct error *err);

#endif
