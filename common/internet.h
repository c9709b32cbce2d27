/*
 * A simulated internet for a sandbox: one host, in a network namespace of its
 * own, at the other end of the link `uplink` of the sandbox's network:
 *
 *	sandbox's network                      the host's
 *	uplink 198.51.100.2/24 ──── veth ──── eth0 198.51.100.1/24
 *
 * It answers ping, HTTP on port 80, and echoes TCP and UDP on port 7. It knows no
 * way but to its own subnet, as no router of the internet knows one to 10.0.0.0/8:
 * who wants an answer must come from 198.51.100.2. Which sources packets had is
 * noted.
 *
 * The host is a process of ours outside of the sandbox's PID namespace: programs
 * can neither see nor end it. Its network belongs to the sandbox's user namespace,
 * so an ordinary user may make it, and nothing that it receives leaves the
 * machine. Whatever it is sent, it holds a bounded number of connections, bytes and
 * notes; it ends with who started it.
 *
 * Addresses are of TEST-NET-2 (RFC 5737), the name of .test (RFC 6761): neither
 * can be anybody's.
 */
#ifndef NSLAB_COMMON_INTERNET_H
#define NSLAB_COMMON_INTERNET_H

#include "common/sandbox.h"

#define INTERNET_ADDRESS "198.51.100.1"
#define INTERNET_NAME	 "internet.test"
#define INTERNET_LINK	 "uplink"
#define INTERNET_UPLINK	 "198.51.100.2" /* the sandbox's own address, /24 */

/* The line that makes the name known inside: for struct sandbox_config, hosts. */
#define INTERNET_HOSTS INTERNET_ADDRESS "\t" INTERNET_NAME "\n"

struct internet;

/**
 * Start the host and join it to the sandbox's network; when this returns it
 * answers. *ret is ended with internet_end().
 * -EOPNOTSUPP where the kernel has no veth, or allows no namespace more; else what failed.
 */
int internet_start(struct sandbox *box, struct internet **ret, struct error *err);
void internet_end(struct internet *internet);

/** Begin to end it, without waiting: internet_end() has less to wait for then. */
void internet_stop(const struct internet *internet);

/** The host's network namespace; stays the host's. */
int internet_netns(const struct internet *internet);

/**
 * Append which packets came, by protocol and source, the latest first, one line
 * each: "icmp 198.51.100.2 3" (the protocol, the source, how many). At most 64
 * lines: beyond that the source not heard of for longest is forgotten.
 */
void internet_seen(const struct internet *internet, struct strbuf *to);

#endif
