/*
 * The tests that rows of explain's tables name. See explain_test in explain.h;
 * what arg means stands beside each. Pure.
 */
#ifndef NSLAB_LAB_EXPLAIN_TESTS_H
#define NSLAB_LAB_EXPLAIN_TESTS_H

#include "lab/explain/explain.h"

explain_test explain_lacks_cap;	  /* CAP_*: not in its effective set */
explain_test explain_not_owner;	  /* type: its user namespace does not own that namespace */
explain_test explain_may_not_own; /* the same, where it only counts for some arguments */
explain_test
	explain_in_child_userns; /* not in the first user namespace; counts for some arguments */
explain_test explain_threads;	 /* it has more than one */
explain_test explain_filter;	 /* a seccomp filter is in place */
explain_test explain_chroot;
explain_test explain_unmapped;	   /* its uid or gid has no place in the map */
explain_test explain_switch_off;   /* kernel.unprivileged_userns_clone is 0 and it lacks rights */
explain_test explain_apparmor;	   /* Ubuntu's restriction is on */
explain_test explain_limit_zero;   /* a user.max_*_namespaces is 0 */
explain_test explain_depth;	   /* type (user or pid): as deep as can be */
explain_test explain_no_type;	   /* the kernel lacks a namespace type */
explain_test explain_init_dead;	   /* children would go to a PID namespace without its init */
explain_test explain_pid_pending;  /* children go to another PID namespace than its own */
explain_test explain_time_pending; /* the same of the time namespace */
explain_test explain_no_children;
explain_test explain_mute_children; /* some end without SIGCHLD */
explain_test explain_sigchld_ignored;
explain_test explain_pid_ns;	   /* not in the first PID namespace; counts for some arguments */
explain_test explain_root_shared;  /* its / is a shared mount */
explain_test explain_root_initial; /* its / is rootfs */
explain_test explain_cwd_no_mount; /* nothing is mounted on its working directory */
explain_test explain_cwd_shared;   /* the mount that it lies on is shared */
explain_test explain_proc_masked;
explain_test explain_sys_masked;
explain_test explain_map_written;	/* 'u' or 'g': that map is not empty */
explain_test explain_caps_lost;		/* its uid_map is empty and it has no capability */
explain_test explain_one_id_only;	/* CAP_SETUID or CAP_SETGID: it may map only its own id */
explain_test explain_setgroups_allowed; /* gid map empty, setgroups not denied */
explain_test explain_setgroups_denied;
explain_test explain_one_id;   /* 'u' or 'g': at most one id is mapped */
explain_test explain_nproc;    /* RLIMIT_NPROC is reached */
explain_test explain_pids_max; /* pids.max is reached */
explain_test explain_nofile;   /* RLIMIT_NOFILE is reached */

#endif
